"""Live data of the site."""

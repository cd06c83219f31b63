"""Download clients."""

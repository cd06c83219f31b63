"""What a person describes in the form of an app."""

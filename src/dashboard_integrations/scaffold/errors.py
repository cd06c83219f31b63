"""What can be wrong with what a new integration is to be made of."""

__all__ = ["ScaffoldError"]


class ScaffoldError(ValueError):
    """Nothing was made; the message says what is wrong, and what to do next."""

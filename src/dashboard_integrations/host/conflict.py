"""A request that does not fit what is there."""

from dashboard_integrations.errors import ErrorSource, InternalError, InvalidRequestError

__all__ = ["MOST_ATTEMPTS", "ConflictError", "always_changed"]

MOST_ATTEMPTS = 5
"""How often a change is tried again when somebody else was faster."""


class ConflictError(InvalidRequestError):
    """What was asked is well-formed, and does not fit what is there now; the routes answer it with 409."""


def always_changed(what: str) -> InternalError:
    """Return the error for what others change faster than we can."""
    return InternalError(
        f"{what} is changed by others all the time: try again", source=ErrorSource.HOST, reason="conflict"
    )

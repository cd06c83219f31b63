"""How a call ended, in one word."""

from dashboard_integrations.errors import IntegrationError

__all__ = ["outcome_of"]


def outcome_of(error: BaseException | None) -> str:
    """Return ``ok``, the code of the error, or ``cancelled``."""
    if error is None:
        return "ok"
    return error.code.value if isinstance(error, IntegrationError) else "cancelled"

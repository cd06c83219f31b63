"""What loads httpx, which takes longer than the rest of the core: only when the first call is made, or has failed."""

from typing import TYPE_CHECKING

from dashboard_integrations.errors import IntegrationError
from dashboard_integrations.http._network import Reach
from dashboard_integrations.http.wire import Wiretap

if TYPE_CHECKING:
    from dashboard_integrations.http.client import Client

__all__ = ["new_client", "translate"]


def new_client(*, reach: Reach, user_agent: str, wiretap: Wiretap | None) -> "Client":
    """Return a client that has connected to nothing yet."""
    from dashboard_integrations.http.client import Client  # noqa: PLC0415

    return Client(reach=reach, user_agent=user_agent, wiretap=wiretap)


def translate(error: BaseException, *, origin: str | None = None) -> IntegrationError | None:
    """Return the typed error for a failure of httpx, a socket, TLS or a time limit; ``None`` for anything else.

    It says nothing that the failure's own text says, as that may hold a header or a URL with a key. ``origin`` is
    named where the failure does not know it.
    """
    if isinstance(error, IntegrationError):
        return error
    from dashboard_integrations.http.client import translated  # noqa: PLC0415

    return translated(error, origin=origin)

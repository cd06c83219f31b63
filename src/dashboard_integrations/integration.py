"""The integration protocol: knowledge of one kind of service."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

from pydantic import BaseModel

from dashboard_integrations.connection import Connection
from dashboard_integrations.views import View, ViewKind

__all__ = ["API_VERSION", "ConnectionReport", "Endpoint", "Integration", "config_version_of"]

API_VERSION = 1
"""The version of this protocol. Core supports it and the one before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One thing an integration can show.

    ``ttl`` is how long an answer stays fresh, ``stale_for`` how long after that it is still shown at once (``None``:
    ten times the ttl, five minutes at least); both in seconds, and a host may say otherwise. ``parameters`` is the
    model of what a call may choose (``None``: nothing).
    """

    id: str
    name: str
    view: ViewKind
    description: str = ""
    ttl: float = 30.0
    stale_for: float | None = None
    parameters: type[BaseModel] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionReport:
    """What a successful test found: the service's version, the account in use, and anything else worth showing."""

    version: str | None = None
    account: str | None = None
    details: Mapping[str, str] = field(default_factory=dict)


@runtime_checkable
class Integration(Protocol):
    """What core asks of an integration; ``HttpIntegration`` answers most of it.

    ``id`` is what an app's ``integration_type`` names: lower-case letters, digits and hyphens. ``icon`` is a slug.
    ``auth_config`` and ``extra_config`` are pydantic models with no field in common. ``capabilities`` names the
    contracts it fulfils, such as ``download-client``. ``api_version`` is the ``API_VERSION`` it was written for.
    An instance holds no state of an app: it serves all of them, at the same time.

    Two more are optional: ``config_version``, the version of its configuration (1 without it), and, from version 2 on,
    ``migrate(config, *, version)``, which is not async and returns a configuration of ``version`` as one of the next.
    """

    # ruff: noqa: D102  (the class says what each property is)
    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def icon(self) -> str: ...
    @property
    def description(self) -> str: ...
    @property
    def capabilities(self) -> Sequence[str]: ...
    @property
    def api_version(self) -> int: ...
    @property
    def auth_config(self) -> type[BaseModel]: ...
    @property
    def extra_config(self) -> type[BaseModel] | None: ...
    @property
    def endpoints(self) -> Sequence[Endpoint]: ...

    async def test_connection(self, connection: Connection[Any]) -> ConnectionReport:
        """Return what was found; raise an ``IntegrationError`` that says why it does not work."""
        ...

    async def fetch_data(self, endpoint_id: str, connection: Connection[Any]) -> View:
        """Return a view of the endpoint's kind; raise an ``IntegrationError`` when there is none."""
        ...


def config_version_of(integration: Integration) -> int:
    """Return the version of the integration's configuration; 1 where it says none."""
    version: int = getattr(integration, "config_version", 1)
    return version

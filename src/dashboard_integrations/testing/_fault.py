"""A fault: what a service does wrong, and the typed error that it has to lead to."""

import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, auto

from dashboard_integrations.errors import ErrorCode
from dashboard_integrations.testing._line import Line
from dashboard_integrations.testing.fake_service import Answer, FakeReply

__all__ = ["Act", "Altered", "Fault", "OnConnection", "OnRequest", "Port", "Script"]

Script = Callable[[Line], None]
"""Plays one connection, byte by byte; the connection ends when it returns."""


class Port(Enum):
    """A port behind which nobody is."""

    REFUSES = auto()
    """Nothing listens."""
    NEVER_ACCEPTS = auto()
    """Something listens and its queue is full: a connection is neither made nor refused."""


@dataclass(frozen=True, slots=True)
class OnConnection:
    """Play ``script`` on each connection as soon as it is accepted, before anything is read; TLS included."""

    script: Script


@dataclass(frozen=True, slots=True)
class OnRequest:
    """Play ``script`` instead of answering a request, which was read whole; close then, unless ``keep_alive``."""

    script: Script
    keep_alive: bool = field(default=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Altered:
    """Answer as the service does when it is well, but changed."""

    change: Callable[[FakeReply], FakeReply]


Act = Answer | Altered | OnRequest | OnConnection | Port | ssl.SSLContext
"""How a fault shows. An answer is given to every request; a server context is spoken instead of the service's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that goes wrong.

    ``code`` and ``reason`` are those of the error that an integration's call has to end with; without a ``code`` the
    fault has to do no harm. ``retry_after`` is what the error says of it, give or take the time a call takes.
    ``recovers``: the next call after the fault shows data again; otherwise the service may first be asked again by a
    person, because asking with refused credentials locks accounts. ``needs_tls``: it makes sense for https only.
    """

    name: str
    act: Act = field(repr=False)
    code: ErrorCode | None
    reason: str | None = None
    retry_after: float | None = None
    recovers: bool = True
    needs_tls: bool = False

    @property
    def takes_connections(self) -> bool:
        """Whether it befalls whole connections, so that no single request can be spared."""
        return isinstance(self.act, Port | OnConnection | ssl.SSLContext)

    def __str__(self) -> str:
        return self.name

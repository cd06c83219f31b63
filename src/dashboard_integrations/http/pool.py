"""The pool: one client, one login and one memory for each app, for as long as it is used."""

import importlib.metadata
from collections import OrderedDict
from collections.abc import AsyncIterator, MutableMapping
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

import anyio
import anyio.to_thread

from dashboard_integrations.auth import AuthScheme
from dashboard_integrations.config import ServiceConfig
from dashboard_integrations.connection import Transport
from dashboard_integrations.http._first_use import new_client
from dashboard_integrations.http._network import Reach, Resolve, resolve_host
from dashboard_integrations.http._quiet import quiet_loggers, sending
from dashboard_integrations.http._target import origin_text
from dashboard_integrations.http._trust import Trust, empty_trust, has_own_trust, own_trust, system_trust
from dashboard_integrations.http.pace import Pace
from dashboard_integrations.http.policy import NetworkPolicy
from dashboard_integrations.http.transport import ServiceTransport
from dashboard_integrations.http.wire import Wiretap

if TYPE_CHECKING:
    from dashboard_integrations.http.client import Client

__all__ = ["HttpPool", "PooledApp"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PooledApp:
    """What a connection to one app needs: its transport, and what its integration remembers."""

    transport: Transport
    state: MutableMapping[str, Any]


class HttpPool:
    """Keeps the HTTP clients of all apps; use it with ``async with``, in one event loop.

    An app's client is opened on its first call and stays open between calls, with 8 connections at most. Beyond
    ``max_apps`` the app that was idle for longest is forgotten, together with its login and its state.

    Proxies, passwords (``.netrc``) and the like in the environment are not looked at: the services are mostly on the
    same network, where a proxy meant for the rest of the machine would see their credentials. ``SSL_CERT_FILE`` and
    ``SSL_CERT_DIR`` count, as they do for everything that uses OpenSSL.

    ``network`` decides which addresses may be connected to, all but those of metadata services and the like unless
    given. ``resolve`` looks up the addresses of a host. ``wiretap`` is told each exchange, credentials included.
    """

    def __init__(
        self,
        *,
        max_apps: int = 1_000,
        user_agent: str | None = None,
        network: NetworkPolicy | None = None,
        resolve: Resolve = resolve_host,
        wiretap: Wiretap | None = None,
    ) -> None:
        if max_apps < 1:
            raise ValueError(f"max_apps must be at least 1, not {max_apps}")
        self._max_apps = max_apps
        self._user_agent = user_agent or f"dashboard-integrations/{_own_version()}"
        self._network = network or NetworkPolicy()
        self._resolve = resolve
        self._wiretap = wiretap
        self._entries: OrderedDict[str, _Entry] = OrderedDict()
        self._retired: list[_Entry] = []
        self._system_trust: Trust | None = None
        self._no_trust: Trust | None = None
        self._trust_lock = anyio.Lock()
        self._open: ExitStack | None = None

    async def __aenter__(self) -> Self:
        if self._open is not None:
            raise RuntimeError("this pool is already in use: make another one")
        self._open = ExitStack()
        self._open.enter_context(quiet_loggers())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        entries = [*self._entries.values(), *self._retired]
        self._entries.clear()
        self._retired.clear()
        for entry in entries:
            await entry.close()
        if self._open is not None:
            self._open.close()
            self._open = None

    def app(
        self,
        *,
        key: str,
        config: ServiceConfig,
        auth: AuthScheme | None,
        max_response_bytes: int,
        calls_per_minute: float | None = None,
    ) -> PooledApp:
        """Return the transport and state kept for ``key``; new ones when the configuration is not the same any more.

        Raise ``TypeError`` when ``auth`` and ``config`` do not fit together, ``InvalidConfigError`` for a credential
        that cannot be sent.
        """
        self._check_open()
        wanted = _Settings(
            config=config, auth=auth, max_response_bytes=max_response_bytes, calls_per_minute=calls_per_minute
        )
        entry = self._entries.get(key)
        if entry is None or entry.settings != wanted:
            entry = _Entry(pool=self, settings=wanted)
            self._retire(key)
            self._entries[key] = entry
        self._entries.move_to_end(key)
        while len(self._entries) > self._max_apps:
            self._retire(next(iter(self._entries)))
        return entry.app

    async def discard(self, key: str) -> None:
        """Forget the app: its login and state at once, its connections when its last call has ended."""
        self._retire(key)
        await self._close_retired()

    def _retire(self, key: str) -> None:
        entry = self._entries.pop(key, None)
        if entry is not None:
            entry.is_retired = True
            self._retired.append(entry)

    async def _close_retired(self) -> None:
        idle = [entry for entry in self._retired if not entry.in_flight]
        self._retired = [entry for entry in self._retired if entry.in_flight]
        for entry in idle:
            await entry.close()

    async def _open_client(self, config: ServiceConfig) -> "Client":
        self._check_open()
        await self._close_retired()
        reach = Reach(
            origin=origin_text(config.url),
            policy=self._network,
            trust=await self._trust(config),
            resolve=self._resolve,
        )
        return new_client(reach=reach, user_agent=self._user_agent, wiretap=self._wiretap)

    async def _trust(self, config: ServiceConfig) -> Trust:
        # Reading the system's authorities takes some ten milliseconds, so it happens off the event loop, once.
        if has_own_trust(config):
            return await anyio.to_thread.run_sync(own_trust, config)
        if urlsplit(config.url).scheme != "https":
            self._no_trust = self._no_trust or empty_trust()
            return self._no_trust
        async with self._trust_lock:
            if self._system_trust is None:
                self._system_trust = await anyio.to_thread.run_sync(system_trust)
            return self._system_trust

    def _check_open(self) -> None:
        if self._open is None:
            raise RuntimeError("this pool is not open: use it inside 'async with pool:'")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Settings:
    config: ServiceConfig
    auth: AuthScheme | None
    max_response_bytes: int
    calls_per_minute: float | None = None


class _Entry:
    """One app's place in the pool. It works on after being retired, and closes when its last call has ended."""

    def __init__(self, *, pool: HttpPool, settings: _Settings) -> None:
        self.settings = settings
        self.in_flight = 0
        self.is_retired = False
        self._pool = pool
        self._client: Client | None = None
        transport = ServiceTransport(
            config=settings.config,
            session=None if settings.auth is None else settings.auth.session(settings.config),
            max_response_bytes=settings.max_response_bytes,
            lease=self._lease,
            pace=None if settings.calls_per_minute is None else Pace(settings.calls_per_minute),
        )
        self.app = PooledApp(transport=transport, state={})

    async def close(self) -> None:
        """Close the client, if there is one."""
        client, self._client = self._client, None
        if client is not None:
            with sending():
                await client.aclose()

    @asynccontextmanager
    async def _lease(self) -> AsyncIterator["Client"]:
        self.in_flight += 1
        try:
            yield self._client or await self._opened()
        finally:
            self.in_flight -= 1
            if self.is_retired and not self.in_flight:
                await self.close()

    async def _opened(self) -> "Client":
        opened = await self._pool._open_client(self.settings.config)  # noqa: SLF001  (one idea in two classes)
        # Another call may have been faster; a client that was never used has nothing to close.
        self._client = self._client or opened
        return self._client


def _own_version() -> str:
    try:
        return importlib.metadata.version("dashboard-integrations")
    except importlib.metadata.PackageNotFoundError:  # used from a source tree that is not installed
        return "0"

"""Running the dashboard until it is told to stop."""

import logging
import os
import signal
import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from ipaddress import ip_address
from urllib.parse import quote

try:
    import uvicorn
except ModuleNotFoundError as error:
    if error.name != "uvicorn":
        raise
    raise ImportError("to serve needs uvicorn: pip install 'dashboard-integrations[host]'", name="uvicorn") from error

from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette

from dashboard_integrations.host.app import Prepare, create_app
from dashboard_integrations.host.data_folder import DataFolder
from dashboard_integrations.host.database import Database
from dashboard_integrations.host.settings import HostSettings
from dashboard_integrations.host.workers import Worker, run_workers
from dashboard_integrations.storage.migrations import NewerDatabaseError, upgrade

__all__ = ["CannotServeError", "serve"]

logger = logging.getLogger(__name__)

_GRACE_SECONDS = 5
_WEAK_TOKEN = 16
_THIS_MACHINE = ("127.0.0.1", "::1")


class CannotServeError(RuntimeError):
    """The dashboard cannot start; the message says why, and what to do."""


def serve(
    settings: HostSettings,
    *,
    environ: Mapping[str, str] = os.environ,
    announce: Callable[[str], None] = print,
    prepare: Prepare | None = None,
    begin: Callable[[], None] | None = None,
) -> None:
    """Serve until SIGINT or SIGTERM; raise ``CannotServeError``.

    ``announce`` receives the dashboard's address, with its token, as soon as it answers. Port 0 is any free one.
    ``prepare`` is that of ``create_app``, for one worker. ``begin``, a function of a module, is called first in every
    further process.
    """
    with _listening(settings.host, settings.port) as listener:
        settings = replace(settings, port=listener.getsockname()[1])
        try:
            app = create_app(settings, environ=environ, prepare=prepare)
            _upgrade(settings)
            token = settings.token or DataFolder(settings.data).token()
        except OSError as error:
            told = f"the data folder {settings.data} cannot be used ({error.strerror or error})"
            raise CannotServeError(f"{told}: choose another with --data") from error
        except (ImportError, ValueError, NewerDatabaseError) as error:
            raise CannotServeError(str(error)) from error
        if len(token) < _WEAK_TOKEN:
            logger.warning("weak-token", extra={"characters": len(token), "fix": "use a long random one, or none"})
        if settings.workers > 1:
            _warn_of_strangers(settings)
            worker = Worker(settings=replace(settings, token=token), environ=dict(environ), begin=begin)
            config = _config(worker, settings, factory=True)
            has_started = run_workers(config, listener, on_started=lambda: announce(_address(settings, token)))
        else:
            server = _Server(
                _config(app, settings),
                on_started=lambda: announce(_address(settings, token)),
                on_stopping=lambda: app.state.end_streams(),  # noqa: PLW0108  (it is there once the application runs)
            )
            with _stopped_by_signals():
                server.run(sockets=[listener])
            has_started = server.started
        if not has_started:
            raise CannotServeError("the dashboard did not start: its log says more")


def _config(app: Starlette | Worker, settings: HostSettings, *, factory: bool = False) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        factory=factory,
        workers=settings.workers,
        forwarded_allow_ips=[*_THIS_MACHINE, *settings.proxies],
        log_config=None,
        access_log=False,
        server_header=False,
        lifespan="on",
        ws="none",
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )


def _warn_of_strangers(settings: HostSettings) -> None:
    """Say what workers that do not know of each other do."""
    if settings.redis is None:
        logger.warning(
            "workers-without-redis: each worker calls services itself, and shows others' changes within a second",
            extra={"workers": settings.workers, "fix": "--redis redis://host:6379/0"},
        )


class _Server(uvicorn.Server):
    def __init__(
        self, config: uvicorn.Config, *, on_started: Callable[[], None], on_stopping: Callable[[], None]
    ) -> None:
        super().__init__(config)
        self._on_started = on_started
        self._on_stopping = on_stopping

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._on_started()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._on_stopping()  # the server waits for its answers, and streams have no end of their own
        await super().shutdown(sockets)


def _upgrade(settings: HostSettings) -> None:
    """Bring the database up to date before the server runs: there, a failure would be a traceback."""
    database = Database(DataFolder(settings.data), settings.database)
    engine = database.engine()
    try:
        upgrade(engine)
    except SQLAlchemyError as error:
        cause = str(getattr(error, "orig", None) or type(error).__name__).strip()
        fix = (
            "restore it from a backup, or choose another folder with --data"
            if settings.database is None
            else "check --database, and that the server runs and lets this user make tables"
        )
        raise CannotServeError(f"the database {database} cannot be used ({cause}): {fix}") from error
    finally:
        engine.dispose()


@contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    try:
        family, kind, protocol, _, address = _resolved(host, port)
        listener = socket.socket(family, kind, protocol)
    except OSError as error:
        raise CannotServeError(f"cannot listen on {host!r} ({error.strerror}): check --host") from error
    with listener:
        if os.name == "posix":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(address)
            # uvicorn listens too; until then, a second server on this port would only fail when it does
            listener.listen()
        except OSError as error:
            raise CannotServeError(
                f"cannot listen on {host} port {port} ({error.strerror}): choose another with --port"
            ) from error
        yield listener


def _resolved(
    host: str, port: int
) -> tuple[int, int, int, str, tuple[str, int] | tuple[str, int, int, int] | tuple[int, bytes]]:
    found = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    return min(found, key=lambda item: item[0] != socket.AF_INET)


@contextmanager
def _stopped_by_signals() -> Iterator[None]:
    """Let signals end the server and not the process: uvicorn raises them again once it has shut down."""
    watched: Sequence[signal.Signals] = (signal.SIGTERM, signal.SIGINT)
    before = {name: signal.signal(name, lambda *_: None) for name in watched}
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)


def _address(settings: HostSettings, token: str) -> str:
    host = settings.host
    try:
        if not host or ip_address(host).is_unspecified:
            host = "127.0.0.1"
        elif ip_address(host).version == 6:  # noqa: PLR2004
            host = f"[{host}]"
    except ValueError:
        pass
    return f"http://{host}:{settings.port}/?token={quote(token, safe='')}"

"""The reference dashboard as an ASGI application."""

import os
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager

try:
    import jinja2 as _jinja2  # noqa: F401  (only to tell what to install when it is missing)
    import starlette as _starlette  # noqa: F401  (likewise)
except ModuleNotFoundError as error:
    if error.name not in {"jinja2", "starlette"}:
        raise
    raise ImportError(
        f"the dashboard needs {error.name}: pip install 'dashboard-integrations[host]'", name=error.name
    ) from error

from anyio import to_thread
from sqlalchemy import Engine
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware

from dashboard_integrations.apps import AppService
from dashboard_integrations.cipher import ConfigCipher
from dashboard_integrations.host.api import Api, ApiEntrance
from dashboard_integrations.host.board_shelf import BoardShelf
from dashboard_integrations.host.dashboard import Dashboard
from dashboard_integrations.host.data_folder import DataFolder
from dashboard_integrations.host.declared_files import usable_integrations
from dashboard_integrations.host.first_start import add_this_machine
from dashboard_integrations.host.gate import Gate
from dashboard_integrations.host.guard import Guard
from dashboard_integrations.host.settings import HostSettings
from dashboard_integrations.host.site import Site
from dashboard_integrations.host.trust import HostNames
from dashboard_integrations.host.widget_shelf import WidgetShelf
from dashboard_integrations.registry import Registry
from dashboard_integrations.service import IntegrationService
from dashboard_integrations.storage import (
    SqlAlchemyAppRepository,
    SqlAlchemyBoardRepository,
    SqlAlchemyWidgetRepository,
    sqlite_engine,
)
from dashboard_integrations.storage.migrations import upgrade

__all__ = ["Prepare", "create_app"]

Prepare = Callable[[Dashboard], Awaitable[None]]
"""Puts something on a dashboard before it answers."""


def create_app(
    settings: HostSettings,
    *,
    environ: Mapping[str, str] = os.environ,
    registry: Registry | None = None,
    prepare: Prepare | None = None,
) -> Starlette:
    """Return the dashboard of a data folder, which is made when missing.

    Raise ``OSError`` when the folder cannot be used, ``InvalidKeyError`` for a bad key and other ``ValueError`` for a
    bad token. ``registry`` is that of the installed plugins and the folder's files unless given. ``prepare`` is called
    at each start, before anything is answered; without it, the machine is added at the first.
    """
    folder = DataFolder(settings.data)
    folder.prepare()
    cipher = folder.cipher(environ)
    gate = Gate(
        settings.token or folder.token(),
        cookie_name=f"dashboard_session_{settings.port}",
        failure_delay=settings.failure_delay,
    )
    site = Site(gate, reload=settings.reload_pages)
    return Starlette(
        routes=site.routes(),
        middleware=[
            Middleware(Guard, names=HostNames(settings.host, allowed=settings.allow_hosts)),
            Middleware(ApiEntrance),
        ],
        exception_handlers={HTTPException: site.unanswered},
        lifespan=_lifespan(folder, cipher, gate, registry, prepare),
    )


def _lifespan(
    folder: DataFolder, cipher: ConfigCipher, gate: Gate, registry: Registry | None, prepare: Prepare | None
) -> Callable[[Starlette], AbstractAsyncContextManager[Mapping[str, object]]]:
    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncGenerator[Mapping[str, object], None]:
        engine = sqlite_engine(folder.database)
        try:
            await to_thread.run_sync(upgrade, engine)
            service = IntegrationService(
                apps=AppService(SqlAlchemyAppRepository(engine), cipher=cipher),
                registry=await to_thread.run_sync(usable_integrations, folder) if registry is None else registry,
            )
            dashboard = _dashboard(engine, service)
            async with service:
                if prepare is not None:
                    await prepare(dashboard)
                elif folder.is_new:
                    await add_this_machine(dashboard)
                    folder.mark_started()
                app.state.end_streams = service.end_watches
                yield {"dashboard": dashboard, "api": Api(dashboard, gate=gate)}
        finally:
            engine.dispose()

    return lifespan


def _dashboard(engine: Engine, service: IntegrationService) -> Dashboard:
    repository = SqlAlchemyWidgetRepository(engine)
    boards = BoardShelf(SqlAlchemyBoardRepository(engine), repository)
    widgets = WidgetShelf(repository, boards=boards, apps=service.apps, registry=service.registry)
    return Dashboard(service=service, boards=boards, widgets=widgets)

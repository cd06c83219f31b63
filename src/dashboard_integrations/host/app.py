"""The reference dashboard as an ASGI application."""

import os
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING

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
from dashboard_integrations.cache import CacheBackend
from dashboard_integrations.cipher import ConfigCipher
from dashboard_integrations.host.api import Api, ApiEntrance
from dashboard_integrations.host.board_shelf import BoardShelf
from dashboard_integrations.host.dashboard import Dashboard
from dashboard_integrations.host.data_folder import DataFolder
from dashboard_integrations.host.database import Database
from dashboard_integrations.host.declared_files import usable_integrations
from dashboard_integrations.host.first_start import add_this_machine
from dashboard_integrations.host.gate import Gate
from dashboard_integrations.host.guard import Guard
from dashboard_integrations.host.metrics_choice import chosen_metrics
from dashboard_integrations.host.settings import HostSettings
from dashboard_integrations.host.shared_cache import shared_cache
from dashboard_integrations.host.site import Site
from dashboard_integrations.host.trust import HostNames
from dashboard_integrations.host.widget_shelf import WidgetShelf
from dashboard_integrations.registry import Registry
from dashboard_integrations.service import IntegrationService
from dashboard_integrations.storage import (
    SqlAlchemyAppRepository,
    SqlAlchemyBoardRepository,
    SqlAlchemyWidgetRepository,
)
from dashboard_integrations.storage.migrations import upgrade

if TYPE_CHECKING:
    from dashboard_integrations.host.metrics import Metrics

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

    Raise ``OSError`` when the folder cannot be used, ``InvalidKeyError`` for a bad key, other ``ValueError`` for a bad
    token or address of a database or Redis, and ``ImportError`` when the extra for those or metrics is missing.
    ``registry`` is that of the installed plugins and the folder's files unless given. ``prepare`` is called at each
    start, before anything is answered; without it, the machine is added at the first.
    """
    folder = DataFolder(settings.data)
    folder.prepare()
    database = Database(folder, settings.database)
    database.engine().dispose()  # what is wrong with its address shows here, and not when the application starts
    gate = Gate(
        settings.token or folder.token(),
        cookie_name=f"dashboard_session_{settings.port}",
        failure_delay=settings.failure_delay,
    )
    site = Site(gate, reload=settings.reload_pages)
    metrics = chosen_metrics(settings)
    run = _Run(
        folder=folder,
        database=database,
        cipher=folder.cipher(environ),
        cache=shared_cache(settings),
        gate=gate,
        metrics=metrics,
        registry=registry,
        prepare=prepare,
    )
    return Starlette(
        routes=[*site.routes(), *([] if metrics is None else [metrics.route])],
        middleware=[
            Middleware(Guard, names=HostNames(settings.host, allowed=settings.allow_hosts)),
            Middleware(ApiEntrance),
        ],
        exception_handlers={HTTPException: site.unanswered},
        lifespan=run.lifespan,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """What a dashboard is made of when it starts."""

    folder: DataFolder
    database: Database
    cipher: ConfigCipher
    cache: CacheBackend | None
    gate: Gate
    metrics: "Metrics | None"
    registry: Registry | None
    prepare: Prepare | None

    @asynccontextmanager
    async def lifespan(self, app: Starlette) -> AsyncGenerator[Mapping[str, object], None]:
        engine = self.database.engine()
        try:
            await to_thread.run_sync(upgrade, engine)
            dashboard = _dashboard(engine, await self._service(engine))
            async with dashboard.service:
                if self.prepare is not None:
                    await self.prepare(dashboard)
                elif self.folder.is_new:
                    await add_this_machine(dashboard)
                    self.folder.mark_started()
                app.state.end_streams = dashboard.service.end_watches
                async with nullcontext() if self.metrics is None else self.metrics.published():
                    yield {"dashboard": dashboard, "api": Api(dashboard, gate=self.gate)}
        finally:
            engine.dispose()

    async def _service(self, engine: Engine) -> IntegrationService:
        registry = self.registry
        if registry is None:
            registry = await to_thread.run_sync(usable_integrations, self.folder)
        apps = AppService(SqlAlchemyAppRepository(engine), cipher=self.cipher)
        observer = None if self.metrics is None else self.metrics.observer
        return IntegrationService(apps=apps, registry=registry, cache=self.cache, observer=observer)


def _dashboard(engine: Engine, service: IntegrationService) -> Dashboard:
    repository = SqlAlchemyWidgetRepository(engine)
    boards = BoardShelf(SqlAlchemyBoardRepository(engine), repository)
    widgets = WidgetShelf(repository, boards=boards, apps=service.apps, registry=service.registry)
    return Dashboard(service=service, boards=boards, widgets=widgets)

"""Calls of the facade from a command: one service, for as long as the call takes."""

import sys
import threading
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import TypeVar

import anyio
import click

from dashboard_integrations.apps import AppRepository, AppService, InMemoryAppRepository
from dashboard_integrations.cipher import ConfigCipher
from dashboard_integrations.cli.schema_fields import SchemaField, schema_fields
from dashboard_integrations.envelope import Envelope
from dashboard_integrations.host.data_folder import DataFolder
from dashboard_integrations.integration import Integration
from dashboard_integrations.registry import Registry
from dashboard_integrations.service import IntegrationService, describe_integration

__all__ = ["call", "fields_of", "stored_service", "temporary_service"]

ResultT = TypeVar("ResultT")

_PATIENCE = 0.5
_TICK = 1.0
_LONGER_THAN_A_CALL = 90.0


def call(asked: Callable[[], Awaitable[Envelope[ResultT]]], *, waiting_for: str) -> Envelope[ResultT]:
    """Run ``asked`` and return its envelope; a long wait shows on a terminal."""
    if not sys.stderr.isatty():
        return anyio.run(asked)
    with _shown(waiting_for):
        return anyio.run(asked)


def fields_of(integration: Integration) -> list[SchemaField]:
    """Return the fields of an integration's configuration."""
    return list(schema_fields(describe_integration(integration)))


@asynccontextmanager
async def temporary_service(registry: Registry) -> AsyncGenerator[IntegrationService, None]:
    """Yield a service whose apps are forgotten with it."""
    cipher = ConfigCipher.from_text(ConfigCipher.generate_key())
    async with _service(InMemoryAppRepository(), cipher, registry) as service:
        yield service


@asynccontextmanager
async def stored_service(
    data: Path, database: str | None, registry: Registry
) -> AsyncGenerator[IntegrationService, None]:
    """Yield a service over the apps of a dashboard, which may be running; change nothing in its folder."""
    # SQLAlchemy takes a third of a second to import
    from dashboard_integrations.cli.database import opened  # noqa: PLC0415
    from dashboard_integrations.host.database import Database  # noqa: PLC0415
    from dashboard_integrations.storage import SqlAlchemyAppRepository  # noqa: PLC0415

    folder = DataFolder(data)
    with opened(Database(folder, database)) as engine:
        async with _service(SqlAlchemyAppRepository(engine), folder.existing_cipher(), registry) as service:
            yield service


def _service(repository: AppRepository, cipher: ConfigCipher, registry: Registry) -> IntegrationService:
    apps = AppService(repository, cipher=cipher, saves_migrated=False)
    return IntegrationService(apps=apps, registry=registry, batch_patience=_LONGER_THAN_A_CALL)


@contextmanager
def _shown(waiting_for: str) -> Iterator[None]:
    """Show on the terminal how long we have been waiting, once it is long."""
    done = threading.Event()

    def show() -> None:
        began = time.monotonic()
        if done.wait(_PATIENCE):
            return
        while not done.wait(_TICK):
            click.echo(f"\r\x1b[Kwaiting for {waiting_for} … {time.monotonic() - began:.0f} s", nl=False, err=True)
        click.echo("\r\x1b[K", nl=False, err=True)

    thread = threading.Thread(target=show, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()

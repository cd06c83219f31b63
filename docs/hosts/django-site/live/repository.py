"""Apps kept by Django's ORM: an ``AppRepository``."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import TypeVar

from anyio import to_thread
from django.db import IntegrityError, connections, transaction

from dashboard_integrations import AppRecord
from dashboard_integrations.apps import AppExistsError
from live.models import App

ResultT = TypeVar("ResultT")

FIELDS = ("id", "name", "integration_type", "integration_config", "integration_enabled", "config_version")


class DjangoApps:
    """Five methods; each is one statement, so that it is atomic for any number of tasks and processes."""

    async def get(self, app_id: str) -> AppRecord | None:
        """Return the app, or ``None``."""
        row = await in_thread(lambda: App.objects.filter(id=app_id).values(*FIELDS).first())
        return AppRecord(**row) if row else None

    async def list(self) -> Sequence[AppRecord]:
        """Return all apps, sorted by name, then id."""
        rows = await in_thread(lambda: list(App.objects.values(*FIELDS)))
        return sorted((AppRecord(**row) for row in rows), key=lambda record: (record.name, record.id))

    async def add(self, record: AppRecord) -> None:
        """Keep a new app; raise ``AppExistsError`` when its id is taken."""

        def insert() -> None:
            with transaction.atomic():
                App.objects.create(**asdict(record))

        try:
            await in_thread(insert)
        except IntegrityError:
            raise AppExistsError(f"an app with the id {record.id!r} is there already") from None

    async def update(self, record: AppRecord, *, replacing: AppRecord) -> bool:
        """Put ``record`` in the place of ``replacing``; return ``False`` when that is not what is kept."""
        kept = App.objects.filter(**asdict(replacing))
        return bool(await in_thread(lambda: kept.update(**asdict(record))))

    async def delete(self, app_id: str) -> bool:
        """Forget the app; return ``False`` when there was none."""
        return bool(await in_thread(lambda: App.objects.filter(id=app_id).delete()[0]))


async def in_thread(work: Callable[[], ResultT]) -> ResultT:
    """Do it in a worker thread, and close that thread's connections: Django closes those of requests only."""

    def and_close() -> ResultT:
        try:
            return work()
        finally:
            connections.close_all()

    return await to_thread.run_sync(and_close)

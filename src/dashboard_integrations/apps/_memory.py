"""Apps in memory: for tests, and for hosts that configure them in code."""

from collections.abc import Iterable, Sequence

from dashboard_integrations.apps._record import AppRecord
from dashboard_integrations.apps._repository import AppExistsError

__all__ = ["InMemoryAppRepository"]


class InMemoryAppRepository:
    """An ``AppRepository`` that forgets everything when the process ends."""

    def __init__(self, records: Iterable[AppRecord] = ()) -> None:
        self._records = {record.id: record for record in records}

    async def get(self, app_id: str) -> AppRecord | None:
        """Return the app, or ``None``."""
        return self._records.get(app_id)

    async def list(self) -> Sequence[AppRecord]:
        """Return all apps, sorted by name, then id."""
        return sorted(self._records.values(), key=lambda record: (record.name, record.id))

    async def add(self, record: AppRecord) -> None:
        """Keep a new app; raise ``AppExistsError`` when its id is taken."""
        if record.id in self._records:
            raise AppExistsError(f"an app with the id {record.id!r} is there already")
        self._records[record.id] = record

    async def update(self, record: AppRecord, *, replacing: AppRecord) -> bool:
        """Put ``record`` in the place of ``replacing``; return ``False`` when that is not what is kept."""
        if self._records.get(record.id) != replacing:
            return False
        self._records[record.id] = record
        return True

    async def delete(self, app_id: str) -> bool:
        """Forget the app; return ``False`` when there was none."""
        return self._records.pop(app_id, None) is not None

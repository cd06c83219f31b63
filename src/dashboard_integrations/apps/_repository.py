"""Where a host keeps its apps: the protocol."""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from dashboard_integrations.apps._record import AppRecord

__all__ = ["AppExistsError", "AppRepository"]


class AppExistsError(ValueError):
    """An app with this id is there already."""


@runtime_checkable
class AppRepository(Protocol):
    """Keeps the records of apps exactly as they are given; looks into none of them.

    *Missing* is an answer, not an error: ``get`` returns ``None``, ``update`` and ``delete`` return ``False``.
    *Failing* (locked, full, gone away) is any other ``Exception``; callers treat it as a failure of the host, and as
    nothing done. Every method may be called by many tasks and processes at once, and each is atomic.
    ``dashboard_integrations.testing.app_repository`` has the suite that tests an implementation against this.
    """

    async def get(self, app_id: str) -> AppRecord | None:
        """Return the app, or ``None``."""
        ...

    async def list(self) -> Sequence[AppRecord]:
        """Return all apps, sorted by name, then id, as Python sorts strings."""
        ...

    async def add(self, record: AppRecord) -> None:
        """Keep a new app; raise ``AppExistsError`` when its id is taken, and leave that one as it is."""
        ...

    async def update(self, record: AppRecord, *, replacing: AppRecord) -> bool:
        """Put ``record`` in the place of ``replacing``, an earlier record of the same app.

        Return ``False`` and change nothing when what is kept is not equal to ``replacing`` any more, or gone: the
        caller reads again and decides anew, so that of two changes at once neither is lost.
        """
        ...

    async def delete(self, app_id: str) -> bool:
        """Forget the app; return ``False`` when there was none."""
        ...

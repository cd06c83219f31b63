"""A host's repository, its failures turned into ours."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from difflib import get_close_matches
from itertools import islice

import anyio

from dashboard_integrations.apps._names import may_exist
from dashboard_integrations.apps._record import AppRecord
from dashboard_integrations.apps._repository import AppExistsError, AppRepository
from dashboard_integrations.errors import (
    ErrorSource,
    IntegrationError,
    InternalError,
    InvalidRequestError,
    UnknownAppError,
)

__all__ = ["Store"]

logger = logging.getLogger(__name__)

_LONGEST_SHOWN = 60
_FIRST_VERSION = 1
_SAME_LETTERS = 2
_MOST_COMPARED = 50


class Store:
    """Asks an ``AppRepository``; raises only ``IntegrationError``.

    Reading may take ``patience`` seconds. Writing may take its time: whether it was done has to be known.
    """

    def __init__(self, repository: AppRepository, *, patience: float = 10.0) -> None:
        self._repository = repository
        self._patience = patience
        self._fails = False

    async def get(self, app_id: str) -> AppRecord:
        """Return the app; raise ``UnknownAppError``."""
        if may_exist(app_id):
            with self._failures_told(), anyio.fail_after(self._patience):
                record = await self._repository.get(app_id)
            if record is not None:
                return record
        raise await self._unknown(app_id)

    async def list(self) -> Sequence[AppRecord]:
        """Return all apps."""
        with self._failures_told(), anyio.fail_after(self._patience):
            return await self._repository.list()

    async def add(self, record: AppRecord) -> None:
        """Keep a new app; raise ``InvalidRequestError`` when its id is taken."""
        with self._failures_told():
            await self._repository.add(record)
            if await self._lost_version(record):
                await self._repository.delete(record.id)
                raise _no_versions()

    async def update(self, record: AppRecord, *, replacing: AppRecord) -> bool:
        """Replace a record; return ``False`` when it changed meanwhile."""
        with self._failures_told():
            done = await self._repository.update(record, replacing=replacing)
            if (
                done
                and record.config_version != replacing.config_version
                and (lost := await self._lost_version(record))
            ):
                await self._repository.update(replacing, replacing=lost)
                raise _no_versions()
        return done

    async def delete(self, app_id: str) -> None:
        """Forget the app; raise ``UnknownAppError``."""
        if may_exist(app_id):
            with self._failures_told():
                deleted = await self._repository.delete(app_id)
            if deleted:
                return
        raise await self._unknown(app_id)

    @contextmanager
    def _failures_told(self) -> Iterator[None]:
        """Turn a failure into ours. The log tells the first of an outage in full, and when it is over."""
        try:
            yield
        except AppExistsError as error:
            taken = "another app has this id"
            raise InvalidRequestError(f"id: {taken}", fields={"id": taken}) from error
        except IntegrationError:
            raise
        except Exception as error:
            level, self._fails = logging.DEBUG if self._fails else logging.ERROR, True
            logger.log(level, "app-store-failed", exc_info=True)
            raise InternalError(
                f"the store of apps failed ({type(error).__name__}): see the host's log",
                source=ErrorSource.HOST,
                reason="store",
            ) from error
        if self._fails:
            self._fails = False
            logger.warning("app-store-works-again")

    async def _lost_version(self, record: AppRecord) -> AppRecord | None:
        """Return what is kept of ``record`` when only its version is not.

        A repository made before there were versions does that; later, what it keeps would be migrated once more.
        """
        if record.config_version == _FIRST_VERSION:
            return None
        kept = await self._repository.get(record.id)
        is_lost = kept is not None and kept == replace(record, config_version=kept.config_version) != record
        return kept if is_lost else None

    async def _unknown(self, app_id: str) -> UnknownAppError:
        known = [record.id for record in await self.list()]
        asked = app_id[:_LONGEST_SHOWN]
        close = get_close_matches(asked, _candidates(asked, known), n=1)
        hint = f"; did you mean {close[0]!r}?" if close else ";"
        count = "1 app exists" if len(known) == 1 else f"{len(known)} apps exist"
        shown = app_id if len(app_id) <= _LONGEST_SHOWN else f"{app_id[:_LONGEST_SHOWN]}…"
        return UnknownAppError(f"no app has the id {shown!r}{hint} {count}")


def _candidates(asked: str, known: Sequence[str]) -> Sequence[str]:
    """Return the few ids worth comparing: with thousands of apps, comparing all would hold the event loop."""
    alike = (
        each
        for each in known
        if each[:_SAME_LETTERS] == asked[:_SAME_LETTERS] or each[-_SAME_LETTERS:] == asked[-_SAME_LETTERS:]
    )
    return [*islice(alike, _MOST_COMPARED)]


def _no_versions() -> InternalError:
    return InternalError(
        "the store of apps does not keep config_version, so that nothing was saved: its repository has to keep every"
        " field of an AppRecord",
        source=ErrorSource.HOST,
        reason="store",
    )

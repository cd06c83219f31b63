"""The conformance suite for a host's own ``AppRepository``."""

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

import anyio

from dashboard_integrations.apps import AppExistsError, AppRecord, AppRepository

try:
    import pytest
except ImportError as error:
    raise ImportError("the conformance suites need pytest: pip install 'dashboard-integrations[testing]'") from error

__all__ = ["AppRepositoryContract"]

_MANY = 8


@pytest.mark.anyio
class AppRepositoryContract:
    """What every ``AppRepository`` has to do.

    Subclass it, name the class ``Test…`` and give a fixture ``repository`` that returns an empty repository; set
    ``ids`` when the store's ids cannot be these. anyio's pytest plugin runs it on asyncio and trio.
    """

    ids: ClassVar[Sequence[str]] = ("alpha", "beta", "gamma")

    def record(self, index: int = 0, *, name: str = "Service", config: str | None = "v1.k.sealed") -> AppRecord:
        """Return a record with one of the ids."""
        return AppRecord(id=self.ids[index], name=name, integration_type="demo", integration_config=config)

    async def test_a_missing_app_is_none(self, repository: AppRepository) -> None:
        """An id that nobody has gives None."""
        assert await repository.get(self.ids[0]) is None

    async def test_any_text_may_be_asked_for(self, repository: AppRepository) -> None:
        """An id that the store could not hold is missing, and no failure."""
        for odd in ("", "no such id", "0", "-1", "9" * 30, "'; --", "é" * 200):
            assert await repository.get(odd) is None
            assert await repository.delete(odd) is False

    async def test_an_added_app_comes_back_equal(self, repository: AppRepository) -> None:
        """What is added is what is read."""
        record = self.record(name="Überwachung 監視 🛰", config="v1.k." + "A-_" * 20_000)
        await repository.add(record)
        assert await repository.get(record.id) == record

    async def test_the_version_of_a_configuration_comes_back(self, repository: AppRepository) -> None:
        """Without it, a configuration of a later version would be taken for one of the first, and migrated again."""
        record = replace(self.record(), config_version=7)
        await repository.add(record)
        assert await repository.get(record.id) == record
        assert list(await repository.list()) == [record]

    async def test_a_bookmark_comes_back_equal(self, repository: AppRepository) -> None:
        """An app without integration, and one that is switched off, keep their properties."""
        record = AppRecord(id=self.ids[0], name="Bookmark", integration_enabled=False)
        await repository.add(record)
        assert await repository.get(record.id) == record

    async def test_an_id_is_taken_once(self, repository: AppRepository) -> None:
        """A second app of the same id is refused, and the first one stays as it is."""
        await repository.add(self.record(name="First"))
        with pytest.raises(AppExistsError):
            await repository.add(self.record(name="Second"))
        assert await repository.get(self.ids[0]) == self.record(name="First")

    async def test_the_list_starts_empty(self, repository: AppRepository) -> None:
        """Without apps there is nothing to list."""
        assert list(await repository.list()) == []

    async def test_the_list_is_sorted_by_name_then_id(self, repository: AppRepository) -> None:
        """Apps come in the order of their names, as Python sorts them; equal names by id."""
        records = [self.record(0, name="b"), self.record(1, name="Z"), self.record(2, name="b")]
        for record in reversed(records):
            await repository.add(record)
        assert list(await repository.list()) == sorted(records, key=lambda record: (record.name, record.id))

    async def test_an_update_replaces_every_property(self, repository: AppRepository) -> None:
        """After an update the new record is read."""
        before = self.record()
        after = AppRecord(id=before.id, name="Renamed", integration_enabled=False, config_version=2)
        await repository.add(before)
        assert await repository.update(after, replacing=before)
        assert await repository.get(before.id) == after

    async def test_an_update_from_nothing_sets_every_property(self, repository: AppRepository) -> None:
        """A bookmark can be given an integration."""
        before, after = AppRecord(id=self.ids[0], name="Bookmark"), self.record()
        await repository.add(before)
        assert await repository.update(after, replacing=before)
        assert await repository.get(before.id) == after

    async def test_an_update_leaves_other_apps_alone(self, repository: AppRepository) -> None:
        """Only the app of that id changes, also when others are equal in everything else."""
        await repository.add(self.record(0))
        await repository.add(self.record(1))
        await repository.update(self.record(0, name="Renamed"), replacing=self.record(0))
        assert await repository.get(self.ids[1]) == self.record(1)

    async def test_an_update_of_a_missing_app_is_refused(self, repository: AppRepository) -> None:
        """An app that is gone is not made again."""
        assert await repository.update(self.record(name="New"), replacing=self.record()) is False
        assert await repository.get(self.ids[0]) is None

    @pytest.mark.parametrize(
        "seen",
        [
            {"name": "Other"},
            {"integration_type": "other"},
            {"integration_type": None},
            {"integration_config": "v1.k.other"},
            {"integration_config": None},
            {"integration_enabled": False},
            {"config_version": 2},
        ],
        ids=str,
    )
    async def test_an_update_of_an_outdated_record_is_refused(
        self, repository: AppRepository, seen: dict[str, str | int | None]
    ) -> None:
        """Who saw another record than the one that is kept changes nothing."""
        kept = self.record()
        await repository.add(kept)
        outdated = replace(kept, **seen)  # type: ignore[arg-type]  # the values fit the fields they are named for
        assert await repository.update(replace(kept, name="Renamed"), replacing=outdated) is False
        assert await repository.get(kept.id) == kept

    async def test_of_many_updates_at_once_one_wins(self, repository: AppRepository) -> None:
        """Tasks that read the same record do not overwrite each other."""
        before, won = self.record(), list[str]()
        await repository.add(before)

        async def rename(name: str) -> None:
            if await repository.update(replace(before, name=name), replacing=before):
                won.append(name)

        async with anyio.create_task_group() as tasks:
            for number in range(_MANY):
                tasks.start_soon(rename, f"name {number}")
        kept = await repository.get(before.id)
        assert kept is not None
        assert [kept.name] == won

    async def test_of_many_adds_at_once_one_wins(self, repository: AppRepository) -> None:
        """An id is taken once, also by tasks that try at the same time."""
        won = list[str]()

        async def add(name: str) -> None:
            try:
                await repository.add(self.record(name=name))
            except AppExistsError:
                return
            won.append(name)

        async with anyio.create_task_group() as tasks:
            for number in range(_MANY):
                tasks.start_soon(add, f"name {number}")
        assert [record.name for record in await repository.list()] == won

    async def test_a_deleted_app_is_gone(self, repository: AppRepository) -> None:
        """Deleting says whether there was something to delete, and leaves other apps alone."""
        await repository.add(self.record(0))
        await repository.add(self.record(1))
        assert await repository.delete(self.ids[0]) is True
        assert await repository.delete(self.ids[0]) is False
        assert list(await repository.list()) == [self.record(1)]

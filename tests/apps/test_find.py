"""Finding and deleting apps, and a store that fails."""

import logging

import anyio
import pytest

from dashboard_integrations.apps import AppService, InMemoryAppRepository
from dashboard_integrations.apps._store import _candidates
from dashboard_integrations.errors import ErrorSource, InternalError, UnknownAppError


class FailingRepository:
    """A store that has gone away."""

    async def get(self, *_args):
        raise OSError("disk on fire")

    list = add = update = delete = get


class HangingRepository(InMemoryAppRepository):
    """A store that has frozen."""

    async def get(self, app_id):
        await anyio.sleep_forever()

    async def list(self):
        await anyio.sleep_forever()


@pytest.mark.parametrize("read", [lambda apps: apps.get("nas"), lambda apps: apps.list()], ids=["get", "list"])
async def test_a_store_that_does_not_answer_is_waited_for_in_bounds(cipher, read, caplog):
    """Who asks is told after a while, and the log says which store it was."""
    apps = AppService(HangingRepository(), cipher=cipher, reading_patience=0.05)
    with pytest.raises(InternalError) as caught:
        await read(apps)
    assert (ErrorSource.HOST, "store") == (caught.value.source, caught.value.reason)
    assert "app-store-failed" in caplog.text


async def test_an_unknown_id_suggests_the_nearest(service, app):
    """A slip of the keyboard is found at once."""
    with pytest.raises(UnknownAppError) as caught:
        await service.get("nass")
    assert "no app has the id 'nass'; did you mean 'nas'? 1 app exists" == caught.value.message


async def test_an_unknown_id_among_none_says_so(service):
    """The first steps of a user look like this."""
    with pytest.raises(UnknownAppError) as caught:
        await service.get("nas")
    assert "no app has the id 'nas'; 0 apps exist" == caught.value.message


@pytest.mark.parametrize("app_id", ["", "nul\0", "half \ud800", "x" * 100_000], ids=["empty", "nul", "half", "long"])
async def test_an_impossible_id_is_unknown_whatever_the_store(repository, cipher, app_id):
    """No store is asked for what it could not hold, and the message can be encoded."""
    service = AppService(repository, cipher=cipher)
    for ask in (service.get, service.delete):
        with pytest.raises(UnknownAppError) as caught:
            await ask(app_id)
        assert len(caught.value.message.encode()) < 200


async def test_a_deleted_app_is_unknown(service, app):
    """Deleting is final."""
    await service.delete(app.id)
    with pytest.raises(UnknownAppError):
        await service.get(app.id)


async def test_an_unknown_app_cannot_be_deleted(service):
    """The caller learns that there was nothing."""
    with pytest.raises(UnknownAppError):
        await service.delete("nas")


async def test_a_failing_store_is_a_failure_of_the_host(cipher):
    """Whatever a host's repository raises is typed, and its text stays in the log."""
    with pytest.raises(InternalError) as caught:
        await AppService(FailingRepository(), cipher=cipher).get("nas")
    assert (ErrorSource.HOST, "store", "fire" in caught.value.message) == (
        caught.value.source,
        caught.value.reason,
        False,
    )


async def test_a_failing_store_is_logged(cipher, caplog):
    """The host finds the cause where the message sends it."""
    with pytest.raises(InternalError):
        await AppService(FailingRepository(), cipher=cipher).list()
    assert ("app-store-failed", "disk on fire") == (caplog.records[0].message, str(caplog.records[0].exc_info[1]))


async def test_an_outage_of_the_store_is_logged_once(cipher, caplog):
    """However many ask meanwhile, the log tells of its beginning and of its end."""

    class Store(InMemoryAppRepository):
        fails = True

        async def list(self):
            if self.fails:
                raise OSError("disk on fire")
            return await super().list()

    caplog.set_level(logging.INFO)
    store = Store()
    service = AppService(store, cipher=cipher)
    for _ in range(20):
        with pytest.raises(InternalError):
            await service.list()
    store.fails = False
    await service.list()
    await service.list()
    assert [record.message for record in caplog.records] == ["app-store-failed", "app-store-works-again"]


def test_an_unknown_id_is_compared_with_few():
    """Comparing is slow: a batch of wrong ids must not hold the event loop, however many apps there are."""
    known = [f"{number:032x}" for number in range(3_000)]
    assert 50 == len(_candidates("0" * 31 + "x", known))

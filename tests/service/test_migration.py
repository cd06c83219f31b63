"""Apps that an earlier version of their integration saved, as cards and forms see them."""

import threading

import anyio
import pytest
from pydantic import SecretStr

from dashboard_integrations.apps import AppService
from dashboard_integrations.auth import ApiKeyHeader
from dashboard_integrations.authoring import HttpIntegration, endpoint
from dashboard_integrations.config import ServiceConfig
from dashboard_integrations.connection import Connection
from dashboard_integrations.errors import ErrorCode
from dashboard_integrations.service import DataRequest
from dashboard_integrations.views import Gauge

CANARY = "canary-5ecret-value"


class NewConfig(ServiceConfig):
    token: SecretStr | None = None


class NewMeter(HttpIntegration[NewConfig]):
    """The meter of the other tests, with another name for its key."""

    id = "meter"
    name = "Meter"
    auth = ApiKeyHeader("X-Api-Key", "token")
    config_version = 2

    def migrate(self, config: dict[str, object], *, version: int) -> dict[str, object]:
        config["token"] = config.pop("api_key")
        return config

    @endpoint(ttl=10)
    async def count(self, connection: Connection[NewConfig]) -> Gauge:
        """How much it counted."""
        return Gauge(label="Count", value=(await connection.get_json("/count"))["count"])


class BrokenMeter(NewMeter):
    """One whose author made a mistake."""

    def migrate(self, config: dict[str, object], *, version: int) -> dict[str, object]:
        raise ValueError(config["api_key"])


class HangingMeter(NewMeter):
    """One that never comes back, for one app."""

    let_go = threading.Event()

    def migrate(self, config: dict[str, object], *, version: int) -> dict[str, object]:
        if config["timeout"] != 59:
            self.let_go.wait()
        return super().migrate(config, version=version)


@pytest.fixture
def hanging():
    HangingMeter.let_go.clear()
    yield HangingMeter()
    HangingMeter.let_go.set()


async def test_the_first_look_migrates_and_asks_the_service_once(setup):
    """The card shows live data with the old key under its new name, and what was fetched is kept."""
    await setup.add_meter()
    setup.registry.register(NewMeter(), replace=True)
    async with setup.open() as service:
        envelopes = [await service.fetch_data("meter-1", "count") for _ in range(3)]
        health = await service.health()
    kept = await setup.repository.get("meter-1")
    assert [42.0] * 3 == [envelope.data.payload.value for envelope in envelopes]
    assert (2, 1, [CANARY]) == (
        kept.config_version,
        len(setup.upstream.requests),
        [request.headers["x-api-key"] for request in setup.upstream.requests],
    )
    assert (1, 2) == (health.data.apps[0].calls, health.data.apps[0].cache_hits)


async def test_many_first_looks_share_one_call(setup):
    """However many viewers come at once after an update."""
    await setup.add_meter()
    setup.registry.register(NewMeter(), replace=True)
    async with setup.open() as service, anyio.create_task_group() as tasks:
        for _ in range(10):
            tasks.start_soon(service.fetch_data, "meter-1", "count")
        tasks.start_soon(service.alerts)
    assert (2, 1) == ((await setup.repository.get("meter-1")).config_version, len(setup.upstream.requests))


async def test_a_broken_migrate_is_an_error_of_its_card(setup):
    """The service is not called, the error is typed and holds no secret; another app works."""
    app = await setup.add_meter()
    await setup.add_odd(lambda connection: anyio.sleep(0, Gauge(label="odd", value=1)))
    setup.registry.register(BrokenMeter(), replace=True)
    async with setup.open() as service:
        broken = await service.fetch_data("meter-1", "count")
        again = await service.fetch_data("meter-1", "count")
        health = await service.health()
    assert (ErrorCode.INTERNAL, "migration") == (broken.error.code, broken.error.reason)
    assert (ErrorCode.INTERNAL, "failing") == (again.error.code, health.data.apps[0].state)
    assert ([], app) == (setup.upstream.requests, await setup.repository.get("meter-1"))
    assert CANARY not in f"{broken}{again}{health}"


async def test_an_update_of_the_plugin_heals_the_app(setup):
    """Nothing of the failed attempt is left in the way after the next start."""
    await setup.add_meter()
    setup.registry.register(BrokenMeter(), replace=True)
    async with setup.open() as service:
        await service.fetch_data("meter-1", "count")
    setup.registry.register(NewMeter(), replace=True)
    setup.apps = AppService(setup.repository, cipher=setup.cipher)
    async with setup.open() as service:
        assert 42.0 == (await service.fetch_data("meter-1", "count")).data.payload.value


async def test_a_hanging_migrate_delays_only_its_own_card(setup, hanging):
    """In a batch the others are there; the one that hangs is a typed error."""
    await setup.add_meter()
    await setup.add_meter("meter-2", timeout=59)
    setup.registry.register(hanging, replace=True)
    setup.apps = AppService(setup.repository, cipher=setup.cipher, migration_patience=2.0)
    async with setup.open() as service:
        wishes = [DataRequest(app_id=app_id, endpoint_id="count") for app_id in ("meter-1", "meter-2")]
        stuck, fine = (await service.fetch_many(wishes)).data
    assert ("migration", 42.0) == (stuck.error.reason, fine.data.payload.value)
    assert "did not finish within" in stuck.error.message


async def test_a_later_version_is_a_typed_error_of_its_card(setup):
    """After a downgrade the card says who has to be updated, and what is stored waits for that."""
    await setup.add_meter()
    setup.registry.register(NewMeter(), replace=True)
    async with setup.open() as service:
        await service.fetch_data("meter-1", "count")
        later = await setup.repository.get("meter-1")
        setup.registry.register(setup.meter, replace=True)
        envelope = await service.fetch_data("meter-1", "window")
    assert (ErrorCode.UNSUPPORTED_VERSION, "config-version") == (envelope.error.code, envelope.error.reason)
    assert ("version 2" in envelope.error.message, later) == (True, await setup.repository.get("meter-1"))


async def test_a_test_of_the_form_uses_the_migrated_secrets(setup):
    """Before anything was fetched, and without storing anything."""
    app = await setup.add_meter()

    class Testing(NewMeter):
        async def test_connection(self, connection):
            await connection.get_json("/version")
            return await super().test_connection(connection)

    setup.registry.register(Testing(), replace=True)
    async with setup.open() as service:
        envelope = await service.test_connection(app_id="meter-1", config={"timeout": 5})
    assert (True, CANARY) == (envelope.success, setup.upstream.requests[0].headers["x-api-key"])
    assert app == await setup.repository.get("meter-1")

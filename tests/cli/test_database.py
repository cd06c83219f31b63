"""Commands beside a dashboard: they leave its database as it is."""

from collections.abc import Callable
from pathlib import Path

import anyio
import pytest
from alembic import command
from click.testing import Result
from pydantic import BaseModel

from dashboard_integrations.apps import AppRecord
from dashboard_integrations.authoring import BaseIntegration, endpoint
from dashboard_integrations.cli.calls import stored_service
from dashboard_integrations.connection import Connection
from dashboard_integrations.host.data_folder import DataFolder
from dashboard_integrations.registry import Registry
from dashboard_integrations.storage import SqlAlchemyAppRepository, sqlite_engine
from dashboard_integrations.storage.migrations import alembic_config, upgrade
from dashboard_integrations.views import Gauge

Run = Callable[..., Result]


class Config(BaseModel):
    level: int


class Level(BaseIntegration[Config]):
    """A second version."""

    id = "level"
    name = "Level"
    config_version = 2

    def migrate(self, config: dict[str, object], *, version: int) -> dict[str, object]:
        return {"level": config["height"]}

    @endpoint()
    async def level(self, connection: Connection[Config]) -> Gauge:
        """How high it is."""
        return Gauge(label="Level", value=connection.config.level)


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    folder = DataFolder(tmp_path / "data")
    folder.prepare()
    folder.cipher({})
    return folder


@pytest.mark.parametrize("arguments", [("health",), ("rotate-keys",)], ids=lambda arguments: arguments[0])
def test_a_dashboard_of_an_earlier_version_is_told(run: Run, folder: DataFolder, arguments: tuple[str, ...]) -> None:
    """What to do is one line, and nothing is changed."""
    engine = sqlite_engine(folder.database)
    with engine.begin() as connection:
        command.upgrade(alembic_config(connection), "0002")
    engine.dispose()
    before = folder.database.read_bytes()
    result = run(*arguments, "--data", folder.path)

    assert (1, True, before) == (result.exit_code, "start it once" in result.stderr, folder.database.read_bytes())


def test_a_folder_in_which_nothing_started_yet_is_told(run: Run, folder: DataFolder) -> None:
    """The database is there and empty."""
    result = run("health", "--data", folder.path)

    assert (1, True) == (result.exit_code, "start it once" in result.stderr)


def test_a_configuration_of_an_earlier_version_is_shown_and_not_stored(folder: DataFolder) -> None:
    """A command may stand in another environment than the dashboard, with another version of the package."""
    engine = sqlite_engine(folder.database)
    upgrade(engine)
    sealed = folder.existing_cipher({}).seal(b'{"height": 7}', app_id="well", integration_type="level")
    record = AppRecord(id="well", name="Well", integration_type="level", integration_config=sealed)
    repository, registry = SqlAlchemyAppRepository(engine), Registry()
    registry.register(Level)

    async def look() -> tuple[float | None, AppRecord | None]:
        await repository.add(record)
        async with stored_service(folder.path, None, registry) as service:
            envelope = await service.fetch_data("well", "level")
        assert envelope.data is not None
        payload = envelope.data.payload
        assert isinstance(payload, Gauge)
        return payload.value, await repository.get("well")

    shown, kept = anyio.run(look)
    engine.dispose()
    assert (7, record) == (shown, kept)

"""Apps in a table: the library's own, and tables of hosts."""

import secrets
from datetime import datetime
from types import SimpleNamespace

import anyio
import pytest
from pydantic import SecretStr
from sqlalchemy import CheckConstraint, DateTime, String, create_engine, func, select, text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from dashboard_integrations.apps import AppRecord, AppRepository, AppService
from dashboard_integrations.authoring import HttpIntegration
from dashboard_integrations.cipher import ConfigCipher
from dashboard_integrations.config import ServiceConfig
from dashboard_integrations.storage import IntegrationColumns, SqlAlchemyAppRepository, sqlite_engine
from dashboard_integrations.storage.migrations import upgrade
from dashboard_integrations.testing.app_repository import AppRepositoryContract


class HostBase(DeclarativeBase):
    """Base of a host's models."""


class Service(IntegrationColumns, HostBase):
    """A host's table with integer ids, columns of its own, and other names for its columns."""

    __tablename__ = "services"

    id: Mapped[int] = mapped_column("service_id", primary_key=True)
    name: Mapped[str | None] = mapped_column("title", String(200))
    icon: Mapped[str] = mapped_column(String(20), default="box")
    created: Mapped[datetime] = mapped_column(DateTime, server_default=func.now())

    __table_args__ = (CheckConstraint("title != 'forbidden'"),)


class Nameless(IntegrationColumns, HostBase):
    """A host's table that cannot keep apps."""

    __tablename__ = "nameless"

    key: Mapped[int] = mapped_column(primary_key=True)


class TestOwnTable(AppRepositoryContract):
    """The shared suite over the library's own table in a file."""

    @pytest.fixture
    def repository(self, engine):
        """Give a repository over a database that is up to date."""
        return SqlAlchemyAppRepository(engine)


class TestInMemory(AppRepositoryContract):
    """The shared suite over a database in memory."""

    @pytest.fixture
    def repository(self):
        """Give a repository over a database that lives as long as its engine."""
        engine = sqlite_engine(":memory:")
        upgrade(engine)
        yield SqlAlchemyAppRepository(engine)
        engine.dispose()


class TestHostTable(AppRepositoryContract):
    """The shared suite over a host's own table, through an engine that the host made."""

    ids = ("1", "22", "-3")

    @pytest.fixture
    def repository(self, tmp_path):
        """Give a repository over a host's model."""
        engine = create_engine(f"sqlite:///{tmp_path / 'host.db'}")
        HostBase.metadata.create_all(engine)
        yield SqlAlchemyAppRepository(engine, model=Service)
        engine.dispose()


@pytest.fixture
def host(empty_engine):
    """Give a host's database, and a repository over its model."""
    HostBase.metadata.create_all(empty_engine)
    return SimpleNamespace(engine=empty_engine, repository=SqlAlchemyAppRepository(empty_engine, model=Service))


async def test_a_host_s_own_columns_are_left_alone(host):
    """An update of an app changes nothing that the library does not know."""
    with Session(host.engine) as session, session.begin():
        session.add(Service(id=7, name="NAS", icon="disk"))
    before = await host.repository.get("7")
    await host.repository.update(AppRecord(id="7", name="Renamed"), replacing=before)
    with Session(host.engine) as session:
        assert ("Renamed", "disk") == session.execute(select(Service.name, Service.icon)).one()


async def test_a_new_app_gets_the_defaults_of_a_host_s_columns(host):
    """Python's defaults and the server's."""
    await host.repository.add(AppRecord(id="7", name="NAS"))
    with Session(host.engine) as session:
        row = session.scalars(select(Service)).one()
        assert ("box", True) == (row.icon, row.created is not None)


async def test_a_host_s_row_without_a_name_can_be_named(host):
    """A nullable name reads as empty."""
    with Session(host.engine) as session, session.begin():
        session.add(Service(id=7))
    before = await host.repository.get("7")
    assert AppRecord(id="7", name="") == before
    assert await host.repository.update(AppRecord(id="7", name="NAS"), replacing=before)


async def test_a_host_s_row_is_switched_on_by_default(host):
    """Also one that was inserted past the model."""
    with host.engine.begin() as connection:
        connection.execute(text("INSERT INTO services (service_id, icon) VALUES (7, 'box')"))
    assert (await host.repository.get("7")).integration_enabled is True


@pytest.mark.parametrize("app_id", ["07", "+7", " 7", "7.0", "7_0", "\u0667", "9" * 30], ids=ascii)
async def test_only_the_id_s_own_text_finds_a_row_with_an_integer(host, app_id):
    """Two texts never mean one app: what is sealed is bound to the text."""
    await host.repository.add(AppRecord(id="7", name="NAS"))
    assert await host.repository.get(app_id) is None


async def test_an_id_that_the_column_cannot_hold_is_refused(host):
    """The message says what the ids are."""
    with pytest.raises(ValueError, match="'nas' cannot be an id in this table: its ids are of type int"):
        await host.repository.add(AppRecord(id="nas", name="NAS"))


async def test_an_update_under_an_id_that_the_column_cannot_hold_is_refused(host):
    """Such an app is missing."""
    record = AppRecord(id="nas", name="NAS")
    assert await host.repository.update(record, replacing=record) is False


async def test_another_broken_constraint_is_told_as_such(host):
    """Not every refusal means that the id is taken."""
    with pytest.raises(IntegrityError):
        await host.repository.add(AppRecord(id="7", name="forbidden"))


def test_a_model_without_id_or_name_is_refused(empty_engine):
    """A mistake of the host shows at start-up."""
    with pytest.raises(TypeError, match="Nameless cannot keep apps: it has no column id and no name"):
        SqlAlchemyAppRepository(empty_engine, model=Nameless)


async def test_a_database_without_tables_fails(empty_engine):
    """A store that cannot answer raises; the service above tells it as a failure of the host."""
    with pytest.raises(OperationalError):
        await SqlAlchemyAppRepository(empty_engine).list()


def test_it_is_a_repository(engine):
    """The protocol can be checked at run time."""
    assert isinstance(SqlAlchemyAppRepository(engine), AppRepository)


async def test_apps_outlive_the_engine(engine, path):
    """What was added is in the file."""
    await SqlAlchemyAppRepository(engine).add(AppRecord(id="nas", name="NAS"))
    engine.dispose()
    later = sqlite_engine(path)
    assert AppRecord(id="nas", name="NAS") == await SqlAlchemyAppRepository(later).get("nas")
    later.dispose()


async def test_two_engines_on_one_file_lose_nothing(engine, path):
    """Two processes write at the same time: each waits for the other, and every app is there."""
    other = sqlite_engine(path)
    repositories = [SqlAlchemyAppRepository(engine), SqlAlchemyAppRepository(other)]
    async with anyio.create_task_group() as tasks:
        for number in range(40):
            record = AppRecord(id=f"app-{number}", name="App")
            tasks.start_soon(repositories[number % 2].add, record)
    assert 40 == len(await repositories[0].list())
    other.dispose()


class GuardedConfig(ServiceConfig):
    """A configuration with a secret."""

    password: SecretStr


class Guarded(HttpIntegration[GuardedConfig]):
    """A service with a password."""

    id = "guarded"
    name = "Guarded"


async def test_no_file_of_the_database_holds_a_secret(engine, path):
    """Neither the database nor its log, before and after a change, an update and a deletion."""
    apps = AppService(SqlAlchemyAppRepository(engine), cipher=ConfigCipher([secrets.token_bytes(32)]))
    config = {"url": "http://nas.local", "password": "canary-first"}
    app = await apps.create(name="NAS", integration=Guarded(), config=config)
    await apps.update(app.id, integration=Guarded(), config={"password": "canary-second"})
    files = [file for file in path.parent.iterdir() if file.name.startswith(path.name)]
    assert {path.name, f"{path.name}-wal"} <= {file.name for file in files}
    held = b"".join(file.read_bytes() for file in files)
    assert (True, False) == (b"NAS" in held, b"canary" in held or b"nas.local" in held)


async def test_an_app_in_the_database_opens(engine):
    """What went in sealed comes out as it was."""
    apps = AppService(SqlAlchemyAppRepository(engine), cipher=ConfigCipher([secrets.token_bytes(32)]))
    config = {"url": "http://nas.local", "password": "canary"}
    app = await apps.create(name="NAS", integration=Guarded(), config=config)
    opened = await apps.open(await apps.get(app.id), Guarded())
    assert "canary" == opened.auth.password.get_secret_value()


async def test_changes_of_one_app_at_the_same_time_are_all_kept(engine):
    """Renaming, switching off and configuring at once: nobody's change is lost."""
    apps = AppService(SqlAlchemyAppRepository(engine), cipher=ConfigCipher([secrets.token_bytes(32)]))
    config = {"url": "http://nas.local", "password": "canary"}
    app = await apps.create(name="NAS", integration=Guarded(), config=config)

    async def change(**changes):
        await apps.update(app.id, integration=Guarded(), **changes)

    async with anyio.create_task_group() as tasks:
        for changes in ({"name": "New"}, {"enabled": False}, {"config": {"timeout": 5}}, {"config": {"password": "b"}}):
            tasks.start_soon(lambda changes=changes: change(**changes))
    kept = await apps.get(app.id)
    auth = (await apps.open(kept, Guarded())).auth
    assert ("New", False, 5, "b") == (
        kept.name,
        kept.integration_enabled,
        auth.timeout,
        auth.password.get_secret_value(),
    )

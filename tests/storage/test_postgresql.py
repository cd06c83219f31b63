"""PostgreSQL keeps apps, boards and widgets as SQLite does, and survives what happens to servers."""

import secrets
import threading
from dataclasses import replace
from functools import partial

import anyio
import pytest
from anyio import to_thread
from real_servers.postgresql import PostgresServer
from sqlalchemy import Integer, String, inspect, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from waiting import until

from dashboard_integrations.apps import AppRecord, AppService
from dashboard_integrations.cipher import ConfigCipher
from dashboard_integrations.errors import InternalError
from dashboard_integrations.storage import (
    BoardRecord,
    IntegrationColumns,
    SqlAlchemyAppRepository,
    SqlAlchemyBoardRepository,
    SqlAlchemyWidgetRepository,
    UnknownBoardError,
    WidgetExistsError,
    WidgetRecord,
    _reading,
    postgresql_engine,
)
from dashboard_integrations.storage.migrations import upgrade
from dashboard_integrations.testing.app_repository import AppRepositoryContract

pytestmark = pytest.mark.real

ROUTER = AppRecord(
    id="router", name="Router", integration_type="meter", integration_config="sealed ✓", integration_enabled=True
)


@pytest.fixture(scope="module")
def server(new_server):
    with new_server(PostgresServer) as server:
        yield server


@pytest.fixture
def url(server):
    return server.new_database()


@pytest.fixture
def empty_engine(url):
    engine = postgresql_engine(url)
    yield engine
    engine.dispose()


@pytest.fixture
def engine(empty_engine):
    upgrade(empty_engine)
    return empty_engine


async def test_a_frozen_server_is_waited_for_in_bounds(server, engine):
    """Who reads is told, and reads again once the server goes on."""
    apps = SqlAlchemyAppRepository(engine)
    await apps.add(ROUTER)
    service = AppService(apps, cipher=ConfigCipher([secrets.token_bytes(32)]), reading_patience=1.0)
    server.suspend()
    try:
        with pytest.raises(InternalError) as caught:
            await service.get("router")
    finally:
        server.resume()
    assert caught.value.reason == "store"
    patient = AppService(apps, cipher=ConfigCipher([secrets.token_bytes(32)]), reading_patience=60.0)
    assert "Router" == (await patient.get("router")).name
    await until(lambda: engine.pool.checkedout() == 0)  # the thread that was let go has come to its end


async def test_a_page_is_not_kept_waiting_by_a_frozen_server(server, engine, monkeypatch):
    """Boards and widgets are waited for in bounds as well."""
    monkeypatch.setattr(_reading, "_PATIENCE", 0.5)
    boards, widgets = SqlAlchemyBoardRepository(engine), SqlAlchemyWidgetRepository(engine)
    await boards.list()
    server.suspend()
    try:
        for read in (boards.list, widgets.list, partial(boards.get, "home"), partial(widgets.list_of, "home")):
            with pytest.raises(TimeoutError):
                await read()
    finally:
        server.resume()
    await until(lambda: engine.pool.checkedout() == 0)


def columns(engine, table="apps"):
    return {column["name"] for column in inspect(engine).get_columns(table)}


class TestApps(AppRepositoryContract):
    @pytest.fixture
    def repository(self, engine):
        return SqlAlchemyAppRepository(engine)


async def test_boards_and_widgets(engine):
    """The last board stays, widgets go with board and app, and are arranged whole or not at all."""
    boards, widgets = SqlAlchemyBoardRepository(engine), SqlAlchemyWidgetRepository(engine)
    await SqlAlchemyAppRepository(engine).add(ROUTER)
    (home,) = await boards.list()
    assert not await boards.delete(home.id)
    await boards.add(BoardRecord(id="second", name="Second", position=1))
    config = {"appId": "router", "endpointId": "count"}
    made = [WidgetRecord(id=key, board_id="second", type="integration", title=key, config=config) for key in "abc"]
    for widget in made:
        await widgets.add(widget)
    with pytest.raises(WidgetExistsError):
        await widgets.add(made[0])
    with pytest.raises(UnknownBoardError):
        await widgets.add(replace(made[0], id="d", board_id="none"))
    assert await widgets.arrange("second", ["c", "a", "b"])
    assert not await widgets.arrange("second", ["c", "a"])
    assert [widget.id for widget in await widgets.list_of("second")] == ["c", "a", "b"]
    assert (await widgets.get("a")).config == config
    await SqlAlchemyAppRepository(engine).delete("router")
    assert await widgets.list() == []
    assert await boards.delete("second")


async def test_who_arrange_a_board_at_once_take_turns(engine):
    """Opposite orders do not wait for each other for ever; the board has one of them in the end."""
    widgets = SqlAlchemyWidgetRepository(engine)
    ids = [f"w{number}" for number in range(12)]
    for key in ids:
        await widgets.add(WidgetRecord(id=key, board_id="home", type="note", title=key, config={}))
    orders = [ids, ids[::-1]]
    async with anyio.create_task_group() as tasks:
        for number in range(10):
            tasks.start_soon(widgets.arrange, "home", orders[number % 2])
    assert [widget.id for widget in await widgets.list_of("home")] in orders


async def test_two_who_delete_the_last_boards(engine):
    """However many boards are deleted at once, one stays."""
    boards = SqlAlchemyBoardRepository(engine)
    for key in "abcd":
        await boards.add(BoardRecord(id=key, name=key))
    async with anyio.create_task_group() as tasks:
        for board in await boards.list():
            tasks.start_soon(boards.delete, board.id)
    assert len(await boards.list()) == 1


def test_workers_that_start_at_once(url):
    """Tables are made once, whoever begins; the others wait, and find everything done."""
    engines = [postgresql_engine(url) for _ in range(4)]
    failed = []

    def start(engine):
        try:
            upgrade(engine)
        except Exception as error:  # noqa: BLE001  (told below)
            failed.append(error)

    threads = [threading.Thread(target=start, args=(engine,)) for engine in engines]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert {"integration_type", "integration_config_version"} <= columns(engines[0])
    for engine in engines:
        engine.dispose()


def test_table_of_apps_that_is_there(empty_engine):
    """A table of apps without our columns keeps its rows and gains them; a second run changes nothing."""
    with empty_engine.begin() as connection:
        connection.execute(text("CREATE TABLE apps (id varchar(100) PRIMARY KEY, name varchar(200) NOT NULL)"))
        connection.execute(text("INSERT INTO apps VALUES ('nas', 'NAS')"))
    upgrade(empty_engine)
    upgrade(empty_engine)
    with empty_engine.connect() as connection:
        row = connection.execute(text("SELECT id, name, integration_type, integration_enabled FROM apps")).one()
    assert tuple(row) == ("nas", "NAS", None, True)


async def test_host_model_with_numbers_as_ids(empty_engine):
    """A host's own table, with ids that are numbers, is a table of apps."""

    class Base(DeclarativeBase):
        pass

    class Tile(IntegrationColumns, Base):
        __tablename__ = "tiles"
        id: Mapped[int] = mapped_column(Integer, primary_key=True)
        name: Mapped[str] = mapped_column(String(50))

    Base.metadata.create_all(empty_engine)
    apps = SqlAlchemyAppRepository(empty_engine, model=Tile)
    await apps.add(replace(ROUTER, id="7"))
    assert (await apps.get("7")).name == "Router"
    assert await apps.get("seven") is None


async def test_connections_that_were_cut(server, engine):
    """A server that was restarted, or cut all connections, costs no request once it is back."""
    apps = SqlAlchemyAppRepository(engine)
    await apps.add(ROUTER)
    server.say("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'dashboard%'")
    assert await apps.get("router") == ROUTER


async def test_wrong_password_is_not_shown(server, url):
    """What is told of a refused connection has no password in it."""
    engine = postgresql_engine(url.replace("s3cret", "wr0ng"))
    with pytest.raises(OperationalError) as told:
        await to_thread.run_sync(engine.connect)
    assert "wr0ng" not in f"{told.value!r}{told.value}{engine!r}"
    engine.dispose()


async def test_lock_that_somebody_holds(server, url):
    """Who waits for a lock that is not given up is told, after its patience."""
    engine = postgresql_engine(url, patience=0.3)
    upgrade(engine)
    apps = SqlAlchemyAppRepository(engine)
    await apps.add(ROUTER)
    with engine.begin() as connection:
        connection.execute(text("SELECT * FROM apps FOR UPDATE"))
        with pytest.raises(OperationalError, match="timeout"):
            await apps.delete("router")
    engine.dispose()

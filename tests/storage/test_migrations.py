"""The database, from whatever it is to what this version needs."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from importlib import import_module
from io import StringIO

import pytest
from alembic import command
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.dialects import postgresql

from dashboard_integrations.apps import AppRecord
from dashboard_integrations.storage import (
    Base,
    BoardRecord,
    SqlAlchemyAppRepository,
    SqlAlchemyBoardRepository,
    SqlAlchemyWidgetRepository,
    WidgetRecord,
    WidgetRow,
    sqlite_engine,
)
from dashboard_integrations.storage.migrations import NewerDatabaseError, alembic_config, upgrade

UPGRADE = """
import sys
from concurrent.futures import ThreadPoolExecutor
from dashboard_integrations.storage import sqlite_engine
from dashboard_integrations.storage.migrations import upgrade
upgrade(sqlite_engine(sys.argv[1]))
"""


def dump(engine):
    """Return the whole schema as SQLite keeps it."""
    with engine.connect() as connection:
        return connection.execute(text("SELECT name, sql FROM sqlite_master ORDER BY name")).all()


@pytest.fixture
def host_engine(empty_engine):
    """Give a database with a host's table of apps, columns of its own and two rows."""
    with empty_engine.begin() as connection:
        connection.execute(text("CREATE TABLE apps (id VARCHAR(100) PRIMARY KEY, name TEXT NOT NULL, colour TEXT)"))
        connection.execute(text("INSERT INTO apps VALUES ('wiki', 'Wiki', 'red'), ('nas', 'NAS', NULL)"))
    return empty_engine


def test_an_empty_database_gets_every_table(engine):
    """The tables of the models, and Alembic's own under a name that is no host's."""
    expected = {*Base.metadata.tables, "dashboard_integrations_version"}
    assert expected == set(inspect(engine).get_table_names())


def test_models_and_migrations_agree(engine):
    """Autogenerate finds nothing to do: `alembic check`."""
    with engine.connect() as connection:
        command.check(alembic_config(connection))


def test_models_and_migrations_agree_after_apps_were_there(empty_engine):
    """Also where the three columns were added to a table."""
    with empty_engine.begin() as connection:
        connection.execute(text("CREATE TABLE apps (id VARCHAR(100) NOT NULL PRIMARY KEY, name VARCHAR(200) NOT NULL)"))
    upgrade(empty_engine)
    with empty_engine.connect() as connection:
        command.check(alembic_config(connection))


def test_a_second_upgrade_changes_nothing(engine):
    """Every start may upgrade."""
    before = dump(engine)
    upgrade(engine)
    assert before == dump(engine)


async def test_a_host_s_apps_keep_their_rows(host_engine):
    """They become apps without integration, switched on."""
    upgrade(host_engine)
    expected = [AppRecord(id="nas", name="NAS"), AppRecord(id="wiki", name="Wiki")]
    assert expected == await SqlAlchemyAppRepository(host_engine).list()


def test_a_host_s_columns_keep_their_values(host_engine):
    """What the library does not know stays."""
    upgrade(host_engine)
    with host_engine.connect() as connection:
        assert [("nas", None), ("wiki", "red")] == connection.execute(
            text("SELECT id, colour FROM apps ORDER BY id")
        ).all()


def test_columns_that_are_there_are_kept(empty_engine):
    """A host that added some of the columns itself gets the others."""
    with empty_engine.begin() as connection:
        connection.execute(text("CREATE TABLE apps (id TEXT PRIMARY KEY, name TEXT, integration_type VARCHAR(100))"))
        connection.execute(text("CREATE INDEX my_own ON apps (integration_type)"))
        connection.execute(text("INSERT INTO apps VALUES ('a', 'A', 'demo')"))
    upgrade(empty_engine)
    with empty_engine.connect() as connection:
        assert ("demo", None, 1) == connection.execute(
            text("SELECT integration_type, integration_config, integration_enabled FROM apps")
        ).one()
    assert ["my_own"] == [index["name"] for index in inspect(empty_engine).get_indexes("apps")]


def test_a_host_s_own_alembic_history_is_left_alone(empty_engine):
    """Two histories live in one database."""
    with empty_engine.begin() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
        connection.execute(text("INSERT INTO alembic_version VALUES ('hosts-own')"))
    upgrade(empty_engine)
    with empty_engine.connect() as connection:
        assert "hosts-own" == connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()


@pytest.fixture
def first_engine(empty_engine):
    """Give a database of the first revision, with an app and two widgets."""
    with empty_engine.begin() as connection:
        command.upgrade(alembic_config(connection), "0001")
        connection.execute(text("INSERT INTO apps (id, name) VALUES ('nas', 'NAS')"))
        connection.execute(
            text(
                "INSERT INTO dashboard_widgets (id, type, title, config, position, app_id) VALUES"
                """ ('note', 'note', 'Note', '{"a": [1]}', 4, NULL),"""
                """ ('speed', 'integration', 'Speed', '{}', 2, 'nas')"""
            )
        )
    return empty_engine


async def test_widgets_of_the_first_revision_come_to_stand_on_home(first_engine):
    """Everything they had stays, and each has a size."""
    upgrade(first_engine)
    common = {"board_id": "home", "width": 1, "height": 2}
    expected = [
        WidgetRecord(id="speed", type="integration", title="Speed", config={}, position=2, **common),
        WidgetRecord(id="note", type="note", title="Note", config={"a": [1]}, position=4, **common),
    ]
    assert [BoardRecord(id="home", name="Home")] == await SqlAlchemyBoardRepository(first_engine).list()
    assert expected == await SqlAlchemyWidgetRepository(first_engine).list()


async def test_widgets_of_the_first_revision_still_go_with_their_app(first_engine):
    """The copy of the table that the upgrade makes keeps its keys, and gains the one to boards."""
    upgrade(first_engine)
    await SqlAlchemyAppRepository(first_engine).delete("nas")
    assert ["note"] == [widget.id for widget in await SqlAlchemyWidgetRepository(first_engine).list()]
    assert {"apps", "dashboard_boards"} == {
        key["referred_table"]
        for key in inspect(first_engine).get_foreign_keys(WidgetRow.__tablename__)
        if key["options"] == {"ondelete": "CASCADE"}
    }


def test_models_and_migrations_agree_after_the_first_revision(first_engine):
    """Whichever way a database came here, it is the same."""
    upgrade(first_engine)
    with first_engine.connect() as connection:
        command.check(alembic_config(connection))


async def test_configurations_of_the_second_revision_are_of_the_first_version(first_engine):
    """Nobody could write another one then."""
    upgrade(first_engine)
    assert 1 == (await SqlAlchemyAppRepository(first_engine).get("nas")).config_version


async def test_a_column_of_versions_that_is_there_is_kept(empty_engine):
    """A host that added it by itself keeps what is in it; a row without one is of the first version."""
    with empty_engine.begin() as connection:
        connection.execute(
            text("CREATE TABLE apps (id TEXT PRIMARY KEY, name TEXT, integration_config_version INTEGER)")
        )
        connection.execute(text("INSERT INTO apps VALUES ('a', 'A', 4), ('b', 'B', NULL)"))
    upgrade(empty_engine)
    repository = SqlAlchemyAppRepository(empty_engine)
    before = await repository.get("b")
    assert [4, 1] == [record.config_version for record in await repository.list()]
    assert await repository.update(replace(before, name="Renamed"), replacing=before)


def test_postgresql_gets_the_same_steps():
    """Alembic writes them for PostgreSQL, with its types, keys and rules for what is deleted."""
    written = StringIO()
    context = MigrationContext.configure(dialect=postgresql.dialect(), opts={"as_sql": True, "output_buffer": written})
    with Operations.context(context):
        revision = import_module("dashboard_integrations.storage.migrations.versions.r0002_boards")
        revision.upgrade()
    told = " ".join(written.getvalue().split())
    assert [True] * 5 == [
        part in told
        for part in (
            "INSERT INTO dashboard_boards (id, name, position) VALUES ('home', 'Home', 0)",
            "UPDATE dashboard_widgets SET board_id = 'home', width = 1, height = 2",
            "ALTER COLUMN board_id SET NOT NULL",
            "ALTER COLUMN height SET NOT NULL",
            "FOREIGN KEY(board_id) REFERENCES dashboard_boards (id) ON DELETE CASCADE",
        )
    ]


def test_a_newer_database_is_refused_and_left_alone(engine):
    """Going back to an older version of the library says what to do."""
    with engine.begin() as connection:
        connection.execute(text("UPDATE dashboard_integrations_version SET version_num = '9999'"))
    before = dump(engine)
    with pytest.raises(
        NewerDatabaseError, match=r"is at revision 9999, .* knows 0001, 0002, 0003: install the newer version"
    ):
        upgrade(engine)
    assert before == dump(engine)


def test_a_migration_that_fails_leaves_nothing_behind(host_engine):
    """All or nothing: the next start begins where this one did."""
    with host_engine.begin() as connection:
        connection.execute(text(f"CREATE TABLE {WidgetRow.__tablename__} (something_else TEXT)"))
    before = dump(host_engine)
    with pytest.raises(Exception, match="already exists"):
        upgrade(host_engine)
    assert before == dump(host_engine)


def test_a_host_s_own_engine_will_do(tmp_path):
    """Nothing depends on how the engine was made."""
    engine = create_engine(f"sqlite:///{tmp_path / 'host.db'}")
    upgrade(engine)
    upgrade(engine)
    assert inspect(engine).has_table("apps")
    engine.dispose()


def test_processes_that_start_at_once_wait_for_each_other(path, empty_engine):
    """Two workers of one host upgrade the same empty database."""
    command_line = [sys.executable, "-W", "error", "-c", UPGRADE, str(path)]
    started = [subprocess.Popen(command_line, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    assert [("", 0)] * 2 == [(process.communicate()[1], process.returncode) for process in started]
    with empty_engine.connect() as connection:
        command.check(alembic_config(connection))


def test_threads_that_start_at_once_wait_for_each_other(path, empty_engine):
    """Several databases of one process, too."""
    engines = [empty_engine, sqlite_engine(path), sqlite_engine(f"{path}-2")]
    with ThreadPoolExecutor() as threads:
        assert [None] * 3 == list(threads.map(upgrade, engines))
    for engine in engines:
        engine.dispose()

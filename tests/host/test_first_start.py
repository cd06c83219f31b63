"""The first start."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from host_address import TOKEN
from pydantic import BaseModel
from starlette.testclient import TestClient

from dashboard_integrations.authoring import BaseIntegration, endpoint
from dashboard_integrations.connection import Connection
from dashboard_integrations.registry import Registry
from dashboard_integrations.views import Stat, StatCard


class NoConfig(BaseModel):
    pass


class Machine(BaseIntegration[NoConfig]):
    id = "system"
    name = "This machine"

    @endpoint()
    async def load(self, connection: Connection[NoConfig]) -> StatCard:
        return StatCard(stats=[Stat(label="Load", value=1)])

    @endpoint()
    async def uptime(self, connection: Connection[NoConfig]) -> StatCard:
        return StatCard(stats=[Stat(label="Uptime", value=1, unit="s")])


@pytest.fixture
def registry() -> Registry:
    registry = Registry()
    registry.register(Machine)
    return registry


def names(client: TestClient, path: str) -> list[str]:
    headers = {"authorization": f"Bearer {TOKEN}"}
    return [item["id"] for item in client.get(path, headers=headers).json()["data"]]


def test_this_machine_is_there(start: Callable[..., TestClient]) -> None:
    """The first start shows something: an app, and a widget for each of its endpoints."""
    with start() as client:
        assert (["this-machine"], ["this-machine-load", "this-machine-uptime"]) == (
            names(client, "/api/apps"),
            names(client, "/api/widgets"),
        )


def test_this_machine_stands_on_home(start: Callable[..., TestClient]) -> None:
    """The first board shows it at once."""
    with start() as client:
        board = client.get("/api/boards/home", headers={"authorization": f"Bearer {TOKEN}"}).json()["data"]

    assert ("Home", ["Load", "Uptime"]) == (board["name"], [widget["title"] for widget in board["widgets"]])


def test_a_second_start_finds_what_the_first_made(start: Callable[..., TestClient]) -> None:
    """Nothing is made twice."""
    with start() as first:
        before = (names(first, "/api/apps"), names(first, "/api/widgets"))
    with start() as second:
        assert before == (names(second, "/api/apps"), names(second, "/api/widgets"))


def test_what_was_deleted_stays_deleted(start: Callable[..., TestClient]) -> None:
    """This machine is added at the first start only."""
    with start() as first:
        first.delete("/api/apps/this-machine", headers={"authorization": f"Bearer {TOKEN}"})
    with start() as second:
        assert [] == names(second, "/api/apps")


def test_a_restored_database_is_left_as_it_is(start: Callable[..., TestClient], data: Path) -> None:
    """Apps in a folder that is new to us came from a backup."""
    with start() as first:
        headers = {"authorization": f"Bearer {TOKEN}"}
        first.post("/api/apps", json={"name": "Other", "integrationType": "system"}, headers=headers)
        first.delete("/api/apps/this-machine", headers=headers)
    (data / "started").unlink()
    with start() as second:
        assert 1 == len(names(second, "/api/apps"))


def test_two_starts_at_once_agree(start: Callable[..., TestClient]) -> None:
    """The second finds what the first has made."""
    with start() as first, start() as second:
        assert (["this-machine"], ["this-machine"]) == (names(first, "/api/apps"), names(second, "/api/apps"))


def test_half_a_first_start_is_finished(start: Callable[..., TestClient], data: Path) -> None:
    """A first start that was killed before its end is begun again."""
    with start():
        pass
    (data / "started").unlink()
    with sqlite3.connect(data / "dashboard.db") as connection:
        connection.execute("DELETE FROM apps")
        connection.execute("DELETE FROM dashboard_widgets")
    connection.close()
    with start() as again:
        assert ["this-machine"] == names(again, "/api/apps")

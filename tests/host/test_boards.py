"""The routes for boards."""

from typing import Any

import pytest
from starlette.testclient import TestClient

HOME = {"id": "home", "name": "Home", "position": 0}


@pytest.fixture
def app_id(api: TestClient) -> str:
    body = {"name": "Gallery", "integrationType": "gallery", "config": {"url": "http://x"}}
    found: str = api.post("/api/apps", json=body).json()["data"]["id"]
    return found


@pytest.fixture
def widgets(api: TestClient, app_id: str) -> list[str]:
    return [add_widget(api, app_id) for _ in range(3)]


def add_widget(api: TestClient, app_id: str, **changes: object) -> str:
    body = {"config": {"appId": app_id, "endpointId": "gauge"}, **changes}
    found: str = api.post("/api/widgets", json=body).json()["data"]["id"]
    return found


def add_board(api: TestClient, name: str) -> dict[str, Any]:
    made: dict[str, Any] = api.post("/api/boards", json={"name": name}).json()["data"]
    return made


def order(api: TestClient, board_id: str = "home") -> list[str]:
    return [widget["id"] for widget in api.get(f"/api/boards/{board_id}").json()["data"]["widgets"]]


def test_there_is_a_board_from_the_start(api: TestClient) -> None:
    """It is called Home, and holds nothing yet."""
    assert [HOME] == api.get("/api/boards").json()["data"]
    assert {**HOME, "widgets": []} == api.get("/api/boards/home").json()["data"]


def test_a_board_is_made(api: TestClient) -> None:
    """Behind those that are there; the answer says where it is found."""
    response = api.post("/api/boards", json={"name": " Media "})
    board = response.json()["data"]

    assert (201, f"/api/boards/{board['id']}") == (response.status_code, response.headers["location"])
    assert {"id": board["id"], "name": "Media", "position": 1, "widgets": []} == board


def test_boards_stand_in_their_order(api: TestClient) -> None:
    """The first one is what the dashboard opens with."""
    media = add_board(api, "Media")
    api.patch("/api/boards/home", json={"position": 5})

    assert [media["id"], "home"] == [board["id"] for board in api.get("/api/boards").json()["data"]]


def test_a_board_is_renamed(api: TestClient, widgets: list[str]) -> None:
    """In a PATCH what is omitted is unchanged."""
    changed = api.patch("/api/boards/home", json={"name": "Start"}).json()["data"]

    assert ("Start", 0, widgets) == (changed["name"], changed["position"], [item["id"] for item in changed["widgets"]])


def test_widgets_are_put_in_order(api: TestClient, widgets: list[str]) -> None:
    """The new order names every widget of the board."""
    wanted = [widgets[2], widgets[0], widgets[1]]
    answer = api.patch("/api/boards/home", json={"widgetIds": wanted}).json()["data"]

    assert (wanted, [0, 1, 2]) == (order(api), [widget["position"] for widget in answer["widgets"]])


@pytest.mark.parametrize("change", [lambda ids: ids[:2], lambda ids: [*ids, "other"], lambda _: []])
def test_an_order_that_does_not_fit_is_refused(api: TestClient, widgets: list[str], change: Any) -> None:
    """Somebody may have added or removed one: the answer says to look again, and nothing changes."""
    response = api.patch("/api/boards/home", json={"name": "New", "widgetIds": change(widgets)})
    error = response.json()["error"]

    assert (409, "other-widgets", True) == (
        response.status_code,
        error["reason"],
        "ask for the board again" in error["message"],
    )
    assert (widgets, [HOME]) == (order(api), api.get("/api/boards").json()["data"])


def test_an_order_that_names_one_twice_is_malformed(api: TestClient, widgets: list[str]) -> None:
    """That cannot be right, whatever stands there."""
    response = api.patch("/api/boards/home", json={"widgetIds": [widgets[0], *widgets]})

    assert (400, ["widgetIds"]) == (response.status_code, list(response.json()["error"]["fields"]))


def test_a_name_that_is_refused_leaves_the_order_alone(api: TestClient, widgets: list[str]) -> None:
    """All or nothing."""
    response = api.patch("/api/boards/home", json={"name": " ", "widgetIds": widgets[::-1]})

    assert (400, widgets) == (response.status_code, order(api))


def test_widgets_stand_on_the_board_they_name(api: TestClient, app_id: str) -> None:
    """Each board counts its positions from its own start."""
    media = add_board(api, "Media")
    here, there = add_widget(api, app_id), add_widget(api, app_id, boardId=media["id"])

    assert ([here], [there]) == (order(api), order(api, media["id"]))
    assert [0, 0] == [widget["position"] for widget in api.get("/api/widgets").json()["data"]]


def test_a_widget_moves_to_another_board(api: TestClient, app_id: str, widgets: list[str]) -> None:
    """It comes last there."""
    media = add_board(api, "Media")
    there = [add_widget(api, app_id, boardId=media["id"]) for _ in range(2)]
    api.patch(f"/api/widgets/{widgets[0]}", json={"boardId": media["id"]})

    assert (widgets[1:], [*there, widgets[0]]) == (order(api), order(api, media["id"]))


def test_a_widget_does_not_move_nowhere(api: TestClient, widgets: list[str]) -> None:
    """It stays where it is."""
    response = api.patch(f"/api/widgets/{widgets[0]}", json={"boardId": "nowhere"})

    assert (404, "not-found", widgets) == (response.status_code, response.json()["error"]["code"], order(api))


def test_a_deleted_board_takes_its_widgets_along(api: TestClient, app_id: str, widgets: list[str]) -> None:
    """Those of other boards stay."""
    media = add_board(api, "Media")
    add_widget(api, app_id, boardId=media["id"])
    api.delete(f"/api/boards/{media['id']}")

    assert widgets == [widget["id"] for widget in api.get("/api/widgets").json()["data"]]


def test_the_last_board_is_not_deleted(api: TestClient, widgets: list[str]) -> None:
    """The answer says what to do first."""
    response = api.delete("/api/boards/home")
    error = response.json()["error"]

    assert (409, "last-board", True) == (
        response.status_code,
        error["reason"],
        "add another one first" in error["message"],
    )
    assert widgets == order(api)


def test_names_stay_text(api: TestClient) -> None:
    """Markup in a name is shown, not obeyed."""
    add_board(api, "<script>alert(1)</script>")
    page = api.get("/", headers={"authorization": api.headers["authorization"]}).text

    assert (True, False) == ("&lt;script&gt;alert(1)" in page, "<script>alert(1)" in page)

"""The routes for apps and widgets, and how they go with those of the integrations."""

from typing import Any

import pytest
from starlette.testclient import TestClient

CANARY = "canary-4f1c9"
GALLERY = {"name": "Gallery", "integrationType": "gallery", "config": {"url": "http://x", "password": CANARY}}


def make_app(api: TestClient, **changes: object) -> dict[str, Any]:
    made: dict[str, Any] = api.post("/api/apps", json={**GALLERY, **changes}).json()["data"]
    return made


def make_widget(api: TestClient, app: dict[str, Any], **changes: object) -> dict[str, Any]:
    body = {"type": "integration", "config": {"appId": app["id"], "endpointId": "stats"}, **changes}
    made: dict[str, Any] = api.post("/api/widgets", json=body).json()["data"]
    return made


def test_an_app_is_made(api: TestClient) -> None:
    """The answer is the app, without its secrets, and where it is found."""
    response = api.post("/api/apps", json=GALLERY)
    app = response.json()["data"]

    assert (201, f"/api/apps/{app['id']}") == (response.status_code, response.headers["location"])
    assert {
        "id": app["id"],
        "name": "Gallery",
        "integrationType": "gallery",
        "integrationEnabled": True,
        "config": {"url": "http://x", "level": 3, "quality": "low", "verbose": False, "note": None},
        "secretsSet": ["password"],
        "configError": None,
    } == app


def test_an_app_is_read_and_listed(api: TestClient) -> None:
    """What was made is found."""
    app = make_app(api)

    assert [app, [app]] == [api.get(path).json()["data"] for path in (f"/api/apps/{app['id']}", "/api/apps")]


def test_an_omitted_secret_stays(api: TestClient) -> None:
    """In a PATCH what is omitted is unchanged."""
    app = make_app(api)
    changed = api.patch(f"/api/apps/{app['id']}", json={"name": "New", "config": {"level": 5}}).json()["data"]

    assert ("New", 5, "http://x", ["password"]) == (
        changed["name"],
        changed["config"]["level"],
        changed["config"]["url"],
        changed["secretsSet"],
    )


def test_null_clears_a_secret(api: TestClient) -> None:
    """In a PATCH null clears."""
    app = make_app(api)

    assert [] == api.patch(f"/api/apps/{app['id']}", json={"config": {"password": None}}).json()["data"]["secretsSet"]


def test_a_secret_does_not_go_to_another_address(api: TestClient) -> None:
    """After a change of the address a stored secret has to be typed again."""
    app = make_app(api)
    response = api.patch(f"/api/apps/{app['id']}", json={"config": {"url": "http://elsewhere"}})

    assert (422, ["password"]) == (response.status_code, list(response.json()["error"]["fields"]))


def test_an_app_changes_its_type(api: TestClient) -> None:
    """Of the configuration of another type nothing is kept."""
    app = make_app(api)
    changed = api.patch(f"/api/apps/{app['id']}", json={"integrationType": "slow", "config": {}}).json()["data"]

    assert ("slow", {"seconds": 60}, []) == (changed["integrationType"], changed["config"], changed["secretsSet"])


def test_an_app_that_is_switched_off_answers_so(api: TestClient) -> None:
    """The route of its data says 409."""
    app = make_app(api, integrationEnabled=False)

    assert api.get(f"/api/integrations/{app['id']}/data/stats").status_code == 409


def test_deleting_an_app_deletes_its_widgets(api: TestClient) -> None:
    """Nothing is left that shows the app."""
    app = make_app(api)
    make_widget(api, app)
    response = api.delete(f"/api/apps/{app['id']}")

    assert {"success": True, "data": None, "error": None, "meta": {}} == response.json()
    assert (200, 404, []) == (
        response.status_code,
        api.get(f"/api/apps/{app['id']}").status_code,
        api.get("/api/widgets").json()["data"],
    )


def test_live_data_of_a_new_app(api: TestClient) -> None:
    """The routes of the integrations see the apps of ours."""
    app = make_app(api)
    response = api.get(f"/api/integrations/{app['id']}/data/gauge")

    assert (200, 71.5) == (response.status_code, response.json()["data"]["payload"]["value"])


def test_a_stored_secret_serves_a_test(api: TestClient) -> None:
    """A test of a stored app needs no secret again."""
    app = make_app(api)
    response = api.post("/api/integrations/test", json={"appId": app["id"], "config": {}})

    assert (200, "curator") == (response.status_code, response.json()["data"]["account"])


def test_a_widget_is_made(api: TestClient) -> None:
    """A widget shows an endpoint of an app, behind those that are there."""
    app = make_app(api)
    make_widget(api, app)
    widget = make_widget(
        api, app, title="Needle", config={"appId": app["id"], "endpointId": "gauge", "refreshInterval": 30}
    )

    assert {
        "id": widget["id"],
        "type": "integration",
        "boardId": "home",
        "title": "Needle",
        "config": {"appId": app["id"], "endpointId": "gauge", "refreshInterval": 30},
        "position": 1,
        "width": 1,
        "height": 2,
    } == widget


@pytest.mark.parametrize(
    ("endpoint", "size"), [("stats", (1, 2)), ("rows", (1, 2)), ("downloads", (1, 2)), ("history", (2, 2))]
)
def test_a_widget_is_as_large_as_its_view_needs(api: TestClient, endpoint: str, size: tuple[int, int]) -> None:
    """Unless it says how large."""
    app = make_app(api)
    config = {"appId": app["id"], "endpointId": endpoint}
    usual, chosen = make_widget(api, app, config=config), make_widget(api, app, config=config, width=3, height=4)

    assert [size, (3, 4)] == [(widget["width"], widget["height"]) for widget in (usual, chosen)]


def test_a_widget_is_resized(api: TestClient) -> None:
    """From one to four columns and rows."""
    path = f"/api/widgets/{make_widget(api, make_app(api))['id']}"
    changed = api.patch(path, json={"width": 4}).json()["data"]
    refused = [api.patch(path, json=body).status_code for body in ({"width": 0}, {"height": 5}, {"width": "wide"})]

    assert (4, 2, [400] * 3) == (changed["width"], changed["height"], refused)


def test_a_widget_is_changed(api: TestClient) -> None:
    """In a PATCH what is omitted is unchanged, inside the configuration too."""
    app = make_app(api)
    widget = make_widget(api, app, title="T")
    path = f"/api/widgets/{widget['id']}"
    api.patch(path, json={"position": 7, "config": {"endpointId": "rows"}})

    assert {
        **widget,
        "position": 7,
        "config": {"appId": app["id"], "endpointId": "rows"},
    } == api.get(path).json()["data"]


def test_a_widget_is_deleted(api: TestClient) -> None:
    """Once deleted, it is not there."""
    widget = make_widget(api, make_app(api))
    path = f"/api/widgets/{widget['id']}"

    assert [200, 404, 404] == [
        api.delete(path).status_code,
        api.delete(path).status_code,
        api.get(path).status_code,
    ]


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("GET", "/api/apps/nobody", None, 404, "unknown-app"),
        ("PATCH", "/api/apps/nobody", {}, 404, "unknown-app"),
        ("DELETE", "/api/apps/nobody", None, 404, "unknown-app"),
        ("POST", "/api/apps", {"name": "x", "integrationType": "galery"}, 404, "unknown-integration"),
        ("POST", "/api/apps", {"name": "x", "integrationType": "gallery", "config": {}}, 422, "invalid-config"),
        ("POST", "/api/apps", {"name": " ", "integrationType": "slow"}, 400, "invalid-request"),
        ("POST", "/api/apps", {"name": "x"}, 400, "invalid-request"),
        ("POST", "/api/apps", [], 400, "invalid-request"),
        ("POST", "/api/apps", {"name": "x", "integrationType": "slow", "more": 1}, 400, "invalid-request"),
        ("PUT", "/api/apps", {}, 405, "invalid-request"),
        ("GET", "/api/widgets/nobody", None, 404, "not-found"),
        ("POST", "/api/widgets", {"config": {"appId": "nobody", "endpointId": "x"}}, 404, "unknown-app"),
        ("POST", "/api/widgets", {"config": {"appId": "nobody"}}, 400, "invalid-request"),
        ("POST", "/api/widgets", {"type": "clock", "config": {}}, 400, "invalid-request"),
        ("POST", "/api/widgets", {"config": {}, "boardId": "nowhere"}, 404, "not-found"),
        ("GET", "/api/boards/nowhere", None, 404, "not-found"),
        ("PATCH", "/api/boards/nowhere", {"name": "x"}, 404, "not-found"),
        ("PATCH", "/api/boards/nowhere", {"widgetIds": []}, 404, "not-found"),
        ("DELETE", "/api/boards/nowhere", None, 404, "not-found"),
        ("POST", "/api/boards", {}, 400, "invalid-request"),
        ("POST", "/api/boards", {"name": " "}, 400, "invalid-request"),
        ("POST", "/api/boards", {"name": "a\nb"}, 400, "invalid-request"),
        ("PATCH", "/api/boards/home", {"name": ""}, 400, "invalid-request"),
        ("DELETE", "/api/boards/home", None, 409, "invalid-request"),
        ("GET", "/api/nowhere", None, 404, "not-found"),
        ("GET", "/api/apps/", None, 404, "not-found"),
        ("GET", "/api", None, 404, "not-found"),
    ],
)
def test_mistakes_are_told(  # noqa: PLR0917  (pytest passes them by name)
    api: TestClient, method: str, path: str, body: object, status: int, code: str
) -> None:
    """Every mistake is an envelope with its status and code."""
    response = api.request(method, path, json=body) if body is not None else api.request(method, path)

    assert (status, False, code) == (
        response.status_code,
        response.json()["success"],
        response.json()["error"]["code"],
    )


def test_a_widget_needs_an_endpoint_of_its_app(api: TestClient) -> None:
    """A widget that could not show anything is refused."""
    body = {"config": {"appId": make_app(api)["id"], "endpointId": "nope"}}

    assert "unknown-endpoint" == api.post("/api/widgets", json=body).json()["error"]["code"]


def test_a_body_that_is_no_json_is_refused(api: TestClient) -> None:
    """A form of another site cannot pass for JSON."""
    assert api.post("/api/apps", data={"name": "x"}).status_code == 415


def test_a_body_that_is_too_long_is_refused(api: TestClient) -> None:
    """A megabyte is enough for anybody."""
    response = api.post("/api/apps", content=b" " * (1024 * 1024 + 1), headers={"content-type": "application/json"})

    assert response.status_code == 413


def test_no_answer_holds_a_secret(api: TestClient) -> None:
    """What was typed as a secret comes back nowhere."""
    app = make_app(api)
    answers = [
        api.get("/api/apps"),
        api.get(f"/api/apps/{app['id']}"),
        api.patch(f"/api/apps/{app['id']}", json={"config": {"password": f"{CANARY}2"}}),
        api.post("/api/apps", json={**GALLERY, "config": {"password": CANARY, "levl": CANARY}}),
        api.get("/api/integrations/health"),
    ]

    assert not [item.text for item in answers if CANARY in item.text]

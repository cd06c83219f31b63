"""The browser's code is public, kept for ever, checked again when asked for by name, and nothing else is."""

import gzip
import json

import pytest
from scripted_service import ScriptedService
from starlette.testclient import TestClient

from dashboard_integrations.host.app import create_app
from dashboard_integrations.host.settings import HostSettings
from dashboard_integrations.ui import ENTRIES, UI_PATH, Assets, packaged_assets
from dashboard_integrations.web import IntegrationRoutes, Request
from dashboard_integrations.web.asset_routes import AssetRoutes
from dashboard_integrations.web.dispatch import Dispatcher

CODE = "document.title;" * 100
ENTRY = f"{UI_PATH}/elements.js"


@pytest.fixture
def assets(tmp_path):
    (tmp_path / "one.js").write_text(CODE)
    (tmp_path / "dark.css").write_text(":root { color-scheme: dark; }")
    (tmp_path / "types.d.ts").write_text("export type One = 1;")
    return Assets([tmp_path], entries=["one.js"], encoders={"gzip": gzip.compress})


@pytest.fixture
def routes(assets):
    def authorize(request, action):
        raise AssertionError("asked")

    return Dispatcher(AssetRoutes(assets).table(), authorize=authorize)


def get(path, method="GET", **headers):
    return Request(method=method, path=path, headers={name.replace("_", "-"): text for name, text in headers.items()})


async def test_a_file_is_kept_for_ever(routes, assets):
    """Its path has the hash of all of them in it; it is typed, and may load nothing if opened as a page."""
    response = await routes.dispatch(get(assets.path("one.js")))
    assert (200, CODE.encode()) == (response.status, response.body)
    assert {
        "content-type": "text/javascript; charset=utf-8",
        "content-length": str(len(CODE)),
        "cache-control": "public, max-age=31536000, immutable",
        "etag": f'W/"{assets.files["one.js"].tag}"',
        "vary": "accept-encoding",
        "x-content-type-options": "nosniff",
        "content-security-policy": "default-src 'none'",
    } == dict(response.headers)


async def test_a_theme_is_a_style_sheet(routes, assets):
    """Under the same hash."""
    headers = dict((await routes.dispatch(get(assets.path("dark.css")))).headers)
    assert "text/css; charset=utf-8" == headers["content-type"]


@pytest.mark.parametrize("name", ENTRIES)
async def test_the_entry_leads_to_the_present_version(routes, assets, name):
    """A name for pages that stays; what it says is asked for again each time."""
    response = await routes.dispatch(get(f"{UI_PATH}/{name}"))
    headers = dict(response.headers)
    assert (200, f'export * from "./{assets.version}/{name}";\n'.encode()) == (response.status, response.body)
    assert ("no-cache", "text/javascript; charset=utf-8") == (headers["cache-control"], headers["content-type"])


@pytest.mark.parametrize("name", ["elements.js", "one.js"])
async def test_not_modified(routes, assets, name):
    """Who has it already is told so, with nothing but the headers."""
    path = ENTRY if name == "elements.js" else assets.path(name)
    tag = dict((await routes.dispatch(get(path))).headers)["etag"]
    response = await routes.dispatch(get(path, if_none_match=tag, accept_encoding="gzip"))
    assert (304, b"", tag) == (response.status, response.body, dict(response.headers)["etag"])
    assert {"content-type", "content-length", "content-encoding"} & dict(response.headers).keys() == set()


@pytest.mark.parametrize("accepted", ["gzip", "GZIP", "br, gzip;q=0.1", "deflate ,gzip ; q=1.0"])
async def test_compressed_for_who_takes_it(routes, assets, accepted):
    """The same file, shorter."""
    response = await routes.dispatch(get(assets.path("one.js"), accept_encoding=accepted))
    headers = dict(response.headers)
    assert (CODE.encode(), "gzip", str(len(response.body))) == (
        gzip.decompress(response.body),
        headers["content-encoding"],
        headers["content-length"],
    )
    assert len(response.body) < len(CODE)


@pytest.mark.parametrize("accepted", ["", "br", "gzip;q=0", "gzip; q=0.000", "xgzip", "identity", ";", "gzip;q="])
async def test_plain_for_who_does_not(routes, assets, accepted):
    """What was not asked for, or refused, is not sent."""
    response = await routes.dispatch(get(assets.path("one.js"), accept_encoding=accepted))
    assert (CODE.encode(), None) == (response.body, dict(response.headers).get("content-encoding"))


@pytest.mark.parametrize(
    ("accepted", "coding", "body"),
    [
        ("gzip, deflate, br", "br", b"<br"),
        ("br;q=0.1, gzip", "br", b"<br"),
        ("gzip, br;q=0", "gzip", b"<gz"),
        ("gzip, deflate", "gzip", b"<gz"),
    ],
)
async def test_the_best_coding_that_is_taken(tmp_path, accepted, coding, body):
    """In the order of the encoders: they are told from the best."""
    (tmp_path / "one.js").write_text(CODE)
    encoders = {"br": lambda body: b"<br" + body, "gzip": lambda body: b"<gz" + body}
    assets = Assets([tmp_path], entries=["one.js"], encoders=encoders)
    routes = Dispatcher(AssetRoutes(assets).table(), authorize=lambda request, action: False)
    response = await routes.dispatch(get(assets.path("one.js"), accept_encoding=accepted))
    assert (coding, body + CODE.encode()) == (dict(response.headers)["content-encoding"], response.body)


async def test_head(routes, assets):
    """The same headers, without the file."""
    got = await routes.dispatch(get(assets.path("one.js")))
    headed = await routes.dispatch(get(assets.path("one.js"), method="HEAD"))
    assert (got.status, got.headers, b"") == (headed.status, headed.headers, headed.body)


@pytest.mark.parametrize(
    "place", ["{version}/two.js", "{version}/types.d.ts", "{version}/..%2Fassets.py", "000000000000/one.js"]
)
async def test_what_is_not_there(routes, assets, place):
    """Another version, another file and a way out of the folder are 404 that nobody keeps, whoever asks."""
    response = await routes.dispatch(get(f"{UI_PATH}/{place.format(version=assets.version)}"))
    assert (404, "not-found", "no-store") == (
        response.status,
        json.loads(response.body)["error"]["code"],
        dict(response.headers)["cache-control"],
    )


async def test_authorize_is_asked_for_all_else():
    """Nothing is public but a GET of these files: no data, no other method, no other path, no path like theirs."""
    asked = []

    def authorize(request, action):
        asked.append(request)
        return False

    routes = IntegrationRoutes(ScriptedService().service, authorize=authorize)
    public = [route for route in routes.routes if route.action is None]
    assert {"show_elements", "show_forms", "show_asset"} == {route.name for route in public}
    places = {"appId": "ui", "endpointId": "elements.js", "version": packaged_assets().version, "file": "elements.js"}
    for route in routes.routes:
        for method in ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "get"):
            request = get(route.template.format_map(places), method=method)
            response = await routes.dispatch(request)
            free = route in public and method in {"GET", "HEAD"}
            assert (200 if free else 403, free) == (response.status, request not in asked)
    for path in ("/api/integrations/ui", f"{UI_PATH}/", f"{UI_PATH}/other.js", f"{ENTRY}/", f"{UI_PATH}/data/base.js"):
        assert 403 == (await routes.dispatch(get(path))).status


async def test_an_app_may_be_called_ui():
    """Its data is found before a file of a version called `data`."""
    scripted = ScriptedService()
    routes = IntegrationRoutes(scripted.service, authorize=lambda request, action: True)
    await routes.dispatch(get("/api/integrations/ui/data/speed"))
    assert ["fetch_data"] == [call for call, _ in scripted.calls]


def test_the_reference_dashboard_sends_them_as_they_are(tmp_path):
    """Before signing in; its own policy for pages does not replace theirs."""
    client = TestClient(create_app(HostSettings(data=tmp_path)), base_url="http://127.0.0.1:8420")
    with client:
        answer = client.get(packaged_assets().path("elements.js"))
        entry = client.get(ENTRY)
        data = client.get("/api/integrations")
    assert (200, 200, 401) == (answer.status_code, entry.status_code, data.status_code)
    assert ("public, max-age=31536000, immutable", "default-src 'none'", "no-cache") == (
        answer.headers["cache-control"],
        answer.headers["content-security-policy"],
        entry.headers["cache-control"],
    )
    assert packaged_assets().files["elements.js"].body == answer.content

"""The dashboard in a browser, with servers that nobody here wrote: what it shows is what they say."""

import re

import pytest
from playwright.sync_api import Page, expect
from real_servers.prometheus import PrometheusServer
from real_servers.transmission import TransmissionServer

pytestmark = pytest.mark.real


@pytest.fixture
def transmission(new_server):
    with new_server(TransmissionServer) as server:
        yield server


@pytest.fixture
def prometheus(new_server):
    with new_server(PrometheusServer) as server:
        yield server


def test_transmission_from_its_form_to_its_failure_and_back(look, transmission):
    """A wrong password, the right one, a number that changes, the daemon stopped and started again."""
    page = look("/apps/new")
    page.get_by_text("Transmission", exact=True).click()
    page.get_by_label("URL").fill(transmission.url)
    page.get_by_label("Username").fill(transmission.username)
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Test connection").click()
    expect(page.get_by_text("does not accept the credentials")).to_be_visible()
    page.get_by_label("Password").fill(transmission.password)
    page.get_by_role("button", name="Test connection").click()
    expect(page.get_by_text("The connection works")).to_be_visible()
    expect(page.get_by_text(transmission.rpc("session-get")["version"])).to_be_visible()
    page.get_by_role("button", name="Save").click()
    widget = add_widget(page, "speed", title="Daemon")

    def paused():
        return transmission.rpc("session-stats")["pausedTorrentCount"]

    stat = widget.locator("[part~=stat]").filter(has_text="Paused")
    before = paused()
    expect(stat).to_contain_text(str(before))
    transmission.rpc("torrent-stop")
    transmission.wait_until(lambda: paused() != before, what="the torrents to stop")
    after = paused()
    expect(stat).to_contain_text(str(after))

    transmission.stop()
    expect(widget).to_contain_text("Stale")
    expect(widget).to_contain_text("nothing listens")
    expect(widget).to_contain_text(re.compile(r"\d+ (sec|min)"))
    expect(stat).to_contain_text(str(after))
    transmission.start()
    expect(widget).not_to_contain_text("Stale")
    expect(stat).to_contain_text(str(paused()))


def test_prometheus_frozen_and_let_go(look, api, prometheus):
    """A service that accepts and never answers keeps its last numbers, and comes back without anybody's doing."""
    credentials = {"username": prometheus.username, "password": prometheus.password}
    config = {"url": prometheus.url, "timeout": 1, **credentials}
    app = api.post("/api/apps", json={"name": "Metrics", "integrationType": "prometheus", "config": config}).json()
    shows = {"appId": app["data"]["id"], "endpointId": "overview", "refreshInterval": 5}
    assert 201 == api.post("/api/widgets", json={"title": "Fleet", "config": shows}).status_code
    widget = look("/").get_by_role("article", name="Fleet")
    targets = widget.locator("[part~=stat]").first
    expect(targets).to_contain_text(re.compile(r"\d"))
    shown = targets.inner_text()
    prometheus.suspend()
    try:
        expect(widget).to_contain_text("Stale")
        assert shown == targets.inner_text()
        expect(widget).to_contain_text("did not answer")
    finally:
        prometheus.resume()
    expect(widget).not_to_contain_text("Stale")


def add_widget(page: Page, endpoint: str, *, title: str):
    """Fill in the form that follows a new app; return its widget."""
    dialog = page.get_by_role("dialog", name="Add widget")
    dialog.get_by_label("What to show").select_option(endpoint)
    dialog.get_by_label("Title").fill(title)
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0)
    return page.get_by_role("article", name=title)

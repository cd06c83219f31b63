"""The page of the documentation, in a browser, served by the FastAPI application of the documentation."""

import runpy
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from browser_site import running
from playwright.sync_api import expect

from dashboard_integrations import ConfigCipher

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "page_fastapi.py"


@pytest.fixture
def address(monkeypatch):
    monkeypatch.setenv("INTEGRATION_ENCRYPTION_KEY", ConfigCipher.generate_key())
    monkeypatch.setenv("PASSWORD", "open sesame")
    with running(runpy.run_path(str(EXAMPLE))["app"]) as address:
        yield address


def test_a_page_that_only_includes_the_elements(address, watched):
    """Three live views of this machine, with nothing but tags in the page."""
    credentials = {"username": "me", "password": "open sesame"}
    page = watched.open(address, http_credentials=credentials)
    widgets = page.locator("integration-widget")
    expect(widgets.nth(0).locator("integration-stat-card")).to_contain_text("CPU")
    expect(widgets.nth(1).locator("integration-gauge").get_by_role("meter")).to_be_visible()
    expect(widgets.nth(2).locator("integration-chart").locator("svg").first).to_be_visible()
    expect(widgets.nth(0)).to_contain_text("This machine")


@pytest.mark.parametrize("path", ["/", "/api/integrations/this-machine/data/memory"])
def test_nobody_else_sees_it(address, path):
    """The routes are as closed as the page."""
    with pytest.raises(HTTPError) as caught:
        urlopen(f"{address}{path}")
    with caught.value as answer:
        assert 401 == answer.status

"""Nothing on any page is inaccessible, in any appearance."""

import pytest
from playwright.sync_api import expect

PAGES = ["/", "/apps", "/apps/new", "/apps/this-machine", "/health"]
LOOKS = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "phone": {"viewport": {"width": 360, "height": 740}},
}


@pytest.fixture(params=LOOKS.values(), ids=LOOKS)
def appearance(request):
    return request.param


def test_every_page(look, faults_of, appearance):
    """Axe finds nothing on any of them."""
    page = look(**appearance)
    found = []
    for path in PAGES:
        page.goto(page.evaluate("location.origin") + path)
        page.wait_for_load_state("networkidle")
        found += [(path, *fault) for fault in faults_of(page)]

    assert [] == found


def test_sign_in(watched, dashboard, faults_of, appearance):
    """The form too, also after a wrong token."""
    page = watched.open(f"{dashboard.address}/sign-in", **appearance)

    assert [] == faults_of(page)


def test_editing(look, api, faults_of, appearance):
    """A board while it is edited, with a removed widget and with each of its dialogs."""
    page = look(**appearance)
    page.get_by_role("button", name="Edit board").click()
    page.get_by_role("button", name="Remove Disks").click()
    page.wait_for_load_state("networkidle")
    found = faults_of(page)
    for name in ("Add widget", "Rename", "New board", "Delete board"):
        page.get_by_role("button", name=name).click()
        expect(page.get_by_role("dialog")).to_be_visible()
        found += [(name, *fault) for fault in faults_of(page)]
        page.keyboard.press("Escape")

    assert [] == found


def test_empty_states(look, api, faults_of, appearance):
    """What there is when there is nothing."""
    api.delete("/api/apps/this-machine")
    page = look(**appearance)
    found = faults_of(page)
    for path in ("/apps", "/health"):
        page.goto(page.evaluate("location.origin") + path)
        page.wait_for_load_state("networkidle")
        found += faults_of(page)

    assert [] == found


def test_the_menu(look, faults_of, appearance):
    """How it looks is chosen in it."""
    page = look(**appearance)
    page.get_by_role("button", name="Menu").click()

    assert [] == faults_of(page)


@pytest.mark.parametrize("width", [320, 1300])
def test_nothing_scrolls_sideways(look, width):
    """No page is wider than its window."""
    page = look(viewport={"width": width, "height": 800})
    wide = []
    for path in PAGES:
        page.goto(page.evaluate("location.origin") + path)
        page.wait_for_load_state("networkidle")
        wide += [path] * page.evaluate("document.documentElement.scrollWidth > innerWidth")

    assert [] == wide


def test_from_right_to_left(look):
    """The page turns round."""
    page = look(viewport={"width": 1300, "height": 800})
    page.evaluate("document.documentElement.dir = 'rtl'")
    brand = page.locator(".brand").bounding_box()

    assert brand["x"] > 1000
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")

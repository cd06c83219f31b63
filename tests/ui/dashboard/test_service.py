"""A service from its form to its failure and back, by pointer and by keyboard alone."""

import re

from fake_transmission import PASSWORD, USER
from playwright.sync_api import Page, expect


def test_from_sign_in_to_recovery(watched, dashboard, service):
    """Sign in, mistype, test, save, show, watch it change, stop, fail, start and recover."""
    page = watched.open(f"{dashboard.address}/sign-in")
    page.get_by_label("Token").fill(dashboard.token)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="Apps").click()
    page.get_by_role("link", name="Add app").click()
    page.get_by_text("Transmission", exact=True).click()
    page.get_by_label("URL").fill(service.url)
    page.get_by_label("Username").fill(USER)
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Test connection").click()
    expect(page.get_by_text("does not accept the credentials")).to_be_visible()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Test connection").click()
    expect(page.get_by_text("The connection works")).to_be_visible()
    expect(page.get_by_text(re.compile("4.0.6"))).to_be_visible()
    page.get_by_role("button", name="Save").click()

    dialog = page.get_by_role("dialog", name="Add widget")
    expect(dialog.get_by_label("App")).to_have_value(re.compile(".+"))
    dialog.get_by_label("What to show").select_option("speed")
    dialog.get_by_label("Title").fill("How fast")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0)
    _watch_it_fail_and_recover(page, service)


def test_with_the_keyboard_alone(watched, dashboard, service, keyboard_of):
    """The same path without a pointer: everything can be reached, and says its name."""
    page = watched.open(f"{dashboard.address}/sign-in")
    keys = keyboard_of(page)
    keys.write("Token", dashboard.token)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{dashboard.address}/")
    keys.press("Apps")
    page.wait_for_url("**/apps")
    keys.press("Add app")
    page.wait_for_url("**/apps/new")
    expect(page.get_by_text("Transmission", exact=True)).to_be_visible()
    keys.write("Search", "transm")
    keys.press("Transmission", "Enter")
    keys.write("URL", service.url)
    keys.write("Username", USER)
    keys.write("Password", "wrong")
    keys.press("Test connection")
    expect(page.get_by_text("does not accept the credentials")).to_be_visible()
    keys.write("Password", PASSWORD)
    keys.press("Test connection")
    expect(page.get_by_text("The connection works")).to_be_visible()
    keys.press("Save")
    expect(page.get_by_role("dialog", name="Add widget")).to_be_visible()
    keys.reach("What to show")
    page.keyboard.type("Spe")
    keys.write("Title", "How fast")
    keys.press("Save")
    expect(page.get_by_role("dialog")).to_have_count(0)
    _watch_it_fail_and_recover(page, service, keys=keys)


def _watch_it_fail_and_recover(page: Page, service, keys=None) -> None:
    widget = page.get_by_role("article", name="How fast")
    expect(widget).to_contain_text("1.3")
    expect(widget.get_by_role("link", name="How fast")).to_have_attribute("href", service.url)
    service.down = 2_500_000
    expect(widget).to_contain_text("2.5")
    service.stop()
    expect(widget).to_contain_text("Stale")
    expect(widget).to_contain_text("nothing listens")
    expect(widget).to_contain_text("2.5")
    expect(widget).to_contain_text(re.compile(r"\d+ sec"))
    service.down = 3_500_000
    service.start()
    if keys is None:
        widget.get_by_role("button", name="Retry").click()
    else:
        keys.press("Retry")
    expect(widget).to_contain_text("3.5")
    expect(widget).not_to_contain_text("Stale")

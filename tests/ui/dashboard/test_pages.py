"""The pages around the boards."""

import re

from playwright.sync_api import expect


def test_without_scripts_the_page_says_so(watched, dashboard):
    """Signing in works; the rest tells what it needs."""
    page = watched.open(f"{dashboard.address}/sign-in", java_script_enabled=False)
    page.get_by_label("Token").fill(dashboard.token)
    page.get_by_role("button", name="Sign in").click()

    page.wait_for_url(f"{dashboard.address}/")

    # a browser whose scripts are switched off by remote control does not draw it
    assert "The dashboard needs JavaScript" in page.locator("noscript").text_content()


def test_who_has_signed_out_elsewhere_comes_back_to_the_same_page(look, dashboard):
    """The page that notices leads to the form, and the form back."""
    page = look("/health")
    expect(page.get_by_role("heading", name="Plugins")).to_be_visible()
    page.context.clear_cookies()
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_url("**/sign-in?next=*")
    page.get_by_label("Token").fill(dashboard.token)
    page.get_by_role("button", name="Sign in").click()

    expect(page.get_by_role("heading", name="Health")).to_be_visible()


def test_signing_out(look):
    """The menu opens and closes by keyboard, and the token is asked for again."""
    page = look("/apps")
    menu = page.get_by_role("button", name="Menu")
    menu.press("Enter")
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Sign out")).not_to_be_visible()
    expect(menu).to_be_focused()


def test_appearance_is_kept(look):
    """What was chosen holds on every page, before it is drawn."""
    page = look("/apps", color_scheme="light")
    page.get_by_role("button", name="Menu").click()
    page.get_by_label("Dark").check()
    page.get_by_label("Compact").check()
    page.get_by_role("link", name="Health").click()
    expect(page.get_by_role("heading", name="Plugins")).to_be_visible()

    assert ["dark", "compact", "dark"] == page.evaluate(
        "() => { const { dataset } = document.documentElement;"
        " return [dataset.theme, dataset.density, getComputedStyle(document.documentElement).colorScheme]; }"
    )


def test_the_first_tab_skips_to_the_content(look):
    """Who uses a keyboard is not led through the header each time."""
    page = look()
    expect(page.get_by_role("button", name="Edit board")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    expect(page.get_by_role("button", name="Edit board")).to_be_focused()


def test_an_app_is_changed(look, api):
    """Saving leads back to the list."""
    page = look("/apps")
    page.get_by_role("link", name="This machine").click()
    page.get_by_label("Name").fill("Box")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("link", name="Box")).to_be_visible()

    assert "Box" == api.get("/api/apps/this-machine").json()["data"]["name"]


def test_an_app_is_deleted_after_a_question(look, api):
    """It names the widgets that go along; cancelling gives the focus back."""
    page = look("/apps/this-machine")
    page.get_by_role("button", name="Delete").click()
    dialog = page.get_by_role("dialog", name="Delete This machine?")
    expect(dialog.get_by_role("listitem")).to_have_text(
        [f"{title} on Home" for title in ("Overview", "CPU", "Memory", "Disks", "Problems")]
    )
    dialog.get_by_role("button", name="Cancel").click()
    assert 1 == len(api.get("/api/apps").json()["data"])
    page.get_by_role("button", name="Delete").click()
    dialog.get_by_role("button", name="Delete app").click()
    expect(page.get_by_role("heading", name="No apps yet")).to_be_visible()

    assert ([], []) == (api.get("/api/apps").json()["data"], api.get("/api/widgets").json()["data"])


def test_health_tells_why_and_tries_again(look, api, service):
    """A failing app has its reason; Retry asks it at once."""
    config = {"url": service.url, "username": "keeper", "password": "correct-horse"}
    body = {"name": "Downloads", "integrationType": "transmission", "config": config}
    app_id = api.post("/api/apps", json=body).json()["data"]["id"]
    service.stop()
    api.get(f"/api/integrations/{app_id}/data/speed")
    page = look("/health")
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="Downloads"))
    expect(row).to_contain_text("nothing listens")
    service.start()
    row.get_by_role("button", name="Retry Downloads").click()

    expect(row).to_contain_text("Works")
    expect(page.get_by_role("status").filter(has_text="Downloads: works")).to_have_count(1)


def test_health_names_every_plugin(look):
    """With its package and version."""
    page = look("/health")

    expect(page.get_by_role("row").filter(has_text="transmission")).to_contain_text("dashboard-downloads")


def test_times_are_written_as_the_reader_does(look):
    """The page is in English, in that of the browser where it has one."""
    found = [look("/health", locale=locale).evaluate("document.documentElement.lang") for locale in ("en-GB", "de-DE")]

    assert ["en-GB", "en"] == found


def test_a_definition_of_a_custom_api_that_is_wrong_is_told_beside_it(look, service):
    """With the place in the text, and what is wrong there."""
    page = look("/apps/new")
    page.get_by_text("Any JSON API").click()
    page.get_by_label("URL").fill(service.url)
    page.get_by_label("Definition").fill("[[endpoints]]\nnonsense = 1\n")
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_label("Definition")).to_have_accessible_description(
        re.compile("endpoints.0.nonsense: unknown field")
    )

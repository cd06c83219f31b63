"""The forms of apps and widgets: found, filled in, tested and saved, by keyboard too."""

import pytest
from canned_api import envelope, failure
from form_api import FormApi, stored_app
from playwright.sync_api import expect

CERTIFICATE = {"sha256": "4f1b" * 16, "subject": "CN=nas", "issuer": "CN=nas", "notAfter": "2035-03-01T00:00:00Z"}
MAKE = """([tag, properties]) => {
  const form = Object.assign(document.createElement(tag), properties);
  form.setAttribute("apps-url", "/api/apps");
  form.setAttribute("widgets-url", "/api/widgets");
  window.told = [];
  for (const name of ["app-save", "app-saved", "app-cancel", "app-delete", "widget-save", "widget-saved"]) {
    form.addEventListener(`integration-${name}`, () => window.told.push(name));
  }
  document.querySelector("main").append(form);
}"""


@pytest.fixture
def form(page_of):
    """Return a function that opens a page with a form, and the API behind it."""

    def open_form(tag="integration-app-form", **properties):
        page = page_of("<h1>Form</h1>")
        page.wait_for_function("() => customElements.get('integration-widget-form') !== undefined")
        api = FormApi(page)
        page.evaluate(MAKE, [tag, properties])
        return page, api

    return open_form


def tries(api):
    return [body for called, body in api.sent if called == "POST /api/integrations/test"]


def test_from_search_to_saved_by_keyboard(form):
    """Search, choose, type, and Enter saves: once."""
    page, api = form()
    page.get_by_label("Search").wait_for()
    page.keyboard.press("Tab")
    expect(page.get_by_label("Search")).to_be_focused()
    page.keyboard.type("torrents")
    expect(page.get_by_role("button", name="Sonarr")).to_have_count(0)
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("button", name="Deluge")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox", name="Name (required)")).to_be_focused()
    expect(page.get_by_role("textbox", name="Name (required)")).to_have_value("Transmission")
    page.keyboard.press("Tab")
    page.keyboard.type("http://nas:9091")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.wait_for_function("() => told.includes('app-saved')")
    body = {"name": "Transmission", "integrationEnabled": True, "integrationType": "transmission"}
    assert [("POST /api/apps", {**body, "config": {"url": "http://nas:9091", "timeout": 10}})] == api.sent[:1]


def test_an_app_whose_integration_is_gone_can_be_kept_or_deleted(form):
    """The form says what is missing and what to do; saving leaves the settings alone, and it can be deleted."""
    message = "the integration 'gone' of 'Downloads' is not installed"
    error = {"code": "unknown-integration", "message": message, "source": "host", "reason": "not-installed"}
    app = stored_app(
        integrationType="gone", config={}, secretsSet=[], configError={**error, "fields": {}, "details": {}}
    )
    page, api = form(app=app)
    for told in ("settings are kept as they are", "is not installed.", "Install the package that offers this"):
        expect(page.get_by_text(told)).to_be_visible()
    page.get_by_role("textbox", name="Name (required)").fill("Renamed")
    page.get_by_role("button", name="Save").click()
    page.wait_for_function("() => told.includes('app-saved')")
    page.get_by_role("button", name="Delete …").click()
    page.wait_for_function("() => told.includes('app-delete')")
    assert [("PATCH /api/apps/nas", {"name": "Renamed", "integrationEnabled": True})] == api.sent


def test_a_search_without_result_says_so(form):
    """And what there depends on."""
    page, _ = form()
    page.get_by_label("Search").fill("zzz")
    expect(page.get_by_role("status")).to_contain_text("Nothing is called that")


def test_nothing_is_sent_that_cannot_fit(form):
    """The first wrong field is where the focus goes."""
    page, api = form()
    page.get_by_role("button", name="Sonarr").click()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_label("URL")).to_be_focused()
    assert [] == api.sent


def test_a_test_that_fails_keeps_what_was_typed(form):
    """Each message is at its field, also at one that was folded away."""
    page, api = form(app=stored_app())
    fields = {"timeout": "too long", "bogus": "unknown field"}
    api.answers["POST /api/integrations/test"] = failure("invalid-config", "it does not fit", fields=fields)
    page.get_by_label("URL").fill("https://nas:9091/x")
    page.get_by_role("button", name="Test connection").click()
    expect(page.get_by_label("Time limit")).to_be_focused()
    expect(page.get_by_label("Time limit")).to_have_accessible_description("too long")
    expect(page.get_by_text("bogus: unknown field")).to_be_visible()
    expect(page.get_by_text("It does not fit.")).to_be_visible()
    expect(page.get_by_label("URL")).to_have_value("https://nas:9091/x")


def test_what_the_service_said_is_shown(form):
    """Until something is changed."""
    page, api = form(app=stored_app())
    report = {"version": "4.0.5", "account": "me", "details": {"Free space": "1 TB"}}
    api.answers["POST /api/integrations/test"] = envelope(report)
    page.get_by_role("button", name="Test connection").click()
    expect(page.get_by_text("The connection works.")).to_be_visible()
    expect(page.get_by_text("4.0.5")).to_be_visible()
    expect(page.get_by_text("1 TB")).to_be_visible()
    page.get_by_label("Username").fill("you")
    expect(page.get_by_text("The connection works.")).to_have_count(0)


def test_a_test_can_be_stopped(form):
    """And then nothing went wrong."""
    page, api = form(app=stored_app())
    api.is_slow = True
    page.get_by_role("button", name="Test connection").click()
    expect(page.get_by_text("Testing the connection …")).to_be_visible()
    page.get_by_role("button", name="Stop the test").click()
    expect(page.get_by_role("button", name="Test connection")).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)


def test_a_form_that_goes_away_stops_its_test(form):
    """Nothing is left over."""
    page, api = form(app=stored_app())
    api.is_slow = True
    with page.expect_event("requestfailed"):
        page.get_by_role("button", name="Test connection").click()
        page.get_by_text("Testing the connection …").wait_for()
        page.evaluate("() => document.querySelector('integration-app-form').remove()")


def test_a_certificate_is_shown_before_it_is_trusted(form):
    """The safe answer has the focus; trust fills in the fingerprint and tests again."""
    page, api = form(app=stored_app())
    refused = failure("tls-untrusted", "it is not trusted", reason="self-signed", details=CERTIFICATE)
    report = envelope({"version": "4", "account": None, "details": {}})
    api.answers["POST /api/integrations/test"] = lambda body: (
        report if "certificate_sha256" in body["config"] else refused
    )
    page.get_by_role("button", name="Test connection").click()
    dialog = page.get_by_role("dialog", name="This certificate is not trusted")
    expect(dialog.get_by_role("button", name="Do not trust")).to_be_focused()
    expect(dialog).to_contain_text("4f:1b:4f:1b")
    expect(dialog).to_contain_text("CN=nas")
    expect(dialog).to_contain_text("It vouches for itself")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    page.get_by_role("button", name="Look at the certificate").click()
    dialog.get_by_role("button", name="Trust this certificate").click()
    expect(page.get_by_text("The connection works.")).to_be_visible()
    assert CERTIFICATE["sha256"] == tries(api)[-1]["config"]["certificate_sha256"]


def test_stored_secrets_do_not_go_to_another_server(form):
    """They have to be typed again or cleared; another path or spelling of the same server is none."""
    page, api = form(app=stored_app())
    page.get_by_label("URL").fill("https://NAS:9091/path")
    expect(page.get_by_text("Stored", exact=True)).to_be_visible()
    page.get_by_label("URL").fill("https://other:9091")
    expect(page.get_by_text("The address leads to another server: type the secrets again.")).to_be_visible()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_label("Password")).to_be_focused()
    assert [] == api.sent
    page.get_by_role("button", name="Clear").click()
    page.get_by_role("button", name="Save").click()
    page.wait_for_function("() => told.includes('app-saved')")
    [(called, body)] = api.sent
    assert ("PATCH /api/apps/nas", None) == (called, body["config"]["password"])


def test_an_emptied_field_is_cleared(form):
    """In a change, what is left out would stay."""
    page, api = form(app=stored_app())
    page.get_by_label("Username").fill("")
    page.get_by_label("Username").press("Enter")
    page.wait_for_function("() => told.includes('app-saved')")
    assert {"url": "https://nas:9091", "username": None, "timeout": 10} == api.sent[0][1]["config"]


def test_why_it_could_not_be_saved(form):
    """The name is a field like any other."""
    page, api = form(app=stored_app())
    api.answers["PATCH /api/apps/nas"] = failure(
        "invalid-request", "malformed", source="host", fields={"name": "taken"}
    )
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("textbox", name="Name (required)")).to_be_focused()
    expect(page.get_by_role("textbox", name="Name (required)")).to_have_accessible_description("taken")


def test_a_host_saves_itself(form):
    """When it prevents what the form would do."""
    page, api = form(app=stored_app())
    page.evaluate(
        "() => document.querySelector('integration-app-form').addEventListener('integration-app-save',"
        " (event) => { event.preventDefault(); window.value = event.value; })"
    )
    page.get_by_role("button", name="Save").click()
    assert "Downloads" == page.evaluate("() => window.value.name")
    assert [] == api.sent


def test_an_app_whose_integration_is_gone(form):
    """Name and switch can be changed, the settings are left alone."""
    page, api = form(app=stored_app(integrationType="gone", config={}, secretsSet=[]))
    page.get_by_label("Switched on").uncheck()
    page.get_by_role("button", name="Save").click()
    page.wait_for_function("() => told.includes('app-saved')")
    assert [("PATCH /api/apps/nas", {"name": "Downloads", "integrationEnabled": False})] == api.sent
    page.get_by_role("button", name="Delete …").click()
    assert "app-delete" == page.evaluate("() => told.at(-1)")


def test_a_widget_with_its_preview(form):
    """App, what to show, title, interval; Enter saves."""
    page, api = form("integration-widget-form")
    page.get_by_label("App").select_option("nas")
    page.get_by_label("What to show").select_option(label="Right now (gauge)")
    page.get_by_label("Title").fill("Mine")
    page.get_by_label("Seconds between refreshes").fill("30")
    preview = page.locator("integration-widget")
    expect(preview).to_have_attribute("refresh-interval", "30")
    assert ["nas", "now", "Mine"] == [preview.get_attribute(name) for name in ("app", "endpoint", "heading")]
    page.get_by_label("Title").press("Enter")
    page.wait_for_function("() => told.includes('widget-saved')")
    config = {"appId": "nas", "endpointId": "now", "refreshInterval": 30}
    assert ("POST /api/widgets", {"title": "Mine", "config": config}) in api.sent


def test_a_stored_widget(form):
    """Its choices are made before the lists are there."""
    widget = {"id": "w", "title": "", "config": {"appId": "nas", "endpointId": "now"}}
    page, _ = form("integration-widget-form", widget=widget)
    expect(page.get_by_label("App")).to_have_value("nas")
    expect(page.get_by_label("What to show")).to_have_value("now")
    expect(page.get_by_label("Title")).to_have_attribute("placeholder", "Right now")

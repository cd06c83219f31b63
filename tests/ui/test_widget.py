"""The container: what it shows in each state, when it asks, and what is left when it goes."""

import re

import pytest
from canned_api import CannedApi, data, failure, problem
from playwright.sync_api import expect

REFUSED = problem("unreachable", "http://nas.test refused the connection", reason="refused")


def gauge(value=81):
    return {"kind": "gauge", "label": "Disk", "value": value, "unit": "%", "minimum": 0, "maximum": 100}


@pytest.fixture
def board(page_of):
    """Return a function that opens a page with a widget for each of these answers by app, and the API behind it."""

    def open_board(answers, *, attributes="", clock=None, **context):
        page = page_of('<h1>Board</h1><div id="board"></div>', **context)
        if clock is not None:
            page.clock.install(time=clock)
        page.wait_for_function("() => customElements.get('integration-widget') !== undefined")
        api = CannedApi(page)
        api.answers.update(answers)
        markup = "".join(
            f'<integration-widget app="{app}" endpoint="now" {attributes}></integration-widget>' for app in answers
        )
        page.evaluate("(markup) => { document.getElementById('board').innerHTML = markup; }", markup)
        return page, api

    return open_board


def widget(page, app):
    return page.locator(f'integration-widget[app="{app}"]')


def test_live_data_under_its_names(board):
    """Endpoint and app by name, the view by its renderer, no badge and no trouble."""
    page, _ = board({"nas": data(gauge())})
    found = widget(page, "nas")
    expect(found.get_by_role("article", name="Right now")).to_be_visible()
    expect(found).to_contain_text("The nas")
    expect(found).to_contain_text("81")
    expect(found.get_by_role("button")).to_have_count(0)
    expect(found).not_to_contain_text("Stale")


def test_heading_link_and_icon_of_the_page(board):
    """A host's own heading wins, and the link leads to the service without telling it where from."""
    page, _ = board({"nas": data(gauge())}, attributes='heading="Attic" href="http://nas.test/"')
    link = widget(page, "nas").get_by_role("link", name="Attic")
    assert ("http://nas.test/", "noopener noreferrer") == (link.get_attribute("href"), link.get_attribute("rel"))


def test_a_link_that_is_no_web_address_is_none(board):
    """What could run code is text."""
    page, _ = board({"nas": data(gauge())}, attributes='heading="Attic" href="javascript:alert(1)"')
    expect(widget(page, "nas")).to_contain_text("Attic")
    expect(widget(page, "nas").get_by_role("link")).to_have_count(0)


def test_loading_is_told(board):
    """Before the first answer there is a skeleton, and assistive technology is told to wait."""
    page, api = board({})
    api.is_down = True
    page.route("**/api/integrations/data", lambda route: None)
    page.evaluate("() => { board.innerHTML = '<integration-widget app=nas endpoint=now></integration-widget>'; }")
    expect(widget(page, "nas").locator("article")).to_have_attribute("aria-busy", "true")
    expect(widget(page, "nas")).to_contain_text("Loading")


def test_stale_data_stays_with_its_age_and_reason(board):
    """The age counts up by itself."""
    answer = data(gauge(), age=100, ttl=10, refresh_error=REFUSED, next_in=600)
    page, _ = board({"nas": answer}, clock="2026-01-01T10:00:00")
    found = widget(page, "nas")
    expect(found).to_contain_text("81")
    expect(found).to_contain_text(re.compile(r"Stale · 1 min\.? ago"))
    expect(found).to_contain_text("http://nas.test refused the connection.")
    page.clock.run_for(90_000)
    expect(found).to_contain_text(re.compile(r"Stale · 3 min\.? ago"))


def test_an_error_without_data_says_what_to_do(board):
    """The message, the next step, and a button."""
    page, _ = board({"nas": failure("auth-failed", "nas.test does not accept the password")})
    found = widget(page, "nas")
    expect(found).to_contain_text("Nas.test does not accept the password.")
    expect(found).to_contain_text("Type the credentials again")
    expect(found.get_by_role("button", name="Retry")).to_be_visible()


def test_retry_is_a_persons_retry(board):
    """It lifts what holds the calls back, asks again, and shows what came."""
    page, api = board({"nas": failure("auth-failed")})
    retry = widget(page, "nas").get_by_role("button", name="Retry")
    expect(retry).to_be_visible()
    api.answers["nas"] = data(gauge(42))
    retry.click()
    expect(widget(page, "nas")).to_contain_text("42")
    assert (["nas"], [["nas"], ["nas"]]) == (api.retries, api.batches)


def test_a_failed_refresh_keeps_the_last_content(board):
    """Also when the dashboard itself is gone."""
    page, api = board({"nas": data(gauge(), ttl=60)}, clock="2026-01-01T10:00:00")
    found = widget(page, "nas")
    expect(found).to_contain_text("81")
    api.answers["nas"] = failure("timeout", "no answer")
    page.clock.run_for(70_000)
    expect(found).to_contain_text("No answer.")
    api.is_down = True
    page.clock.run_for(40_000)
    expect(found).to_contain_text("The dashboard cannot be reached.")
    expect(found).to_contain_text("81")
    expect(found).to_contain_text("Stale")
    api.is_down = False
    api.answers["nas"] = data(gauge(17))
    page.clock.run_for(70_000)
    expect(found).to_contain_text("17")
    expect(found).not_to_contain_text("Stale")


def test_what_is_pending_waits(board):
    """The first answer of a slow service is no error."""
    page, api = board({"nas": failure("timeout", reason="pending", retryAfter=1)})
    expect(widget(page, "nas")).to_contain_text("Waiting for the first answer")
    api.answers["nas"] = data(gauge())
    expect(widget(page, "nas")).to_contain_text("81")


def test_one_failing_widget_disturbs_no_other(board):
    """All ask in one call, and each has its own outcome, one that cannot be drawn included."""
    page, api = board({"bad": failure("internal"), "odd": data({"kind": "list"}), "good": data(gauge())})
    expect(widget(page, "good")).to_contain_text("81")
    expect(widget(page, "bad")).to_contain_text("It failed.")
    expect(widget(page, "odd")).to_contain_text("This could not be drawn.")
    assert [["bad", "odd", "good"]] == api.batches


def test_an_unknown_view_is_calm(board):
    """A page that is older than the integration says so."""
    page, _ = board({"nas": data({"kind": "hologram"})})
    expect(widget(page, "nas")).to_contain_text("This page cannot show “hologram” yet.")


def test_a_renderer_of_the_host(board):
    """It draws a view of its own, keeps what it drew, and can replace one of ours."""
    page, _ = board({"nas": data({"kind": "hologram", "text": "<i>blue</i>"})}, clock="2026-01-01T10:00:00")
    page.evaluate(
        """async (module) => {
          const { registerRenderer } = await import(module);
          customElements.define("my-hologram", class extends HTMLElement {
            set payload(payload) { this.textContent = `holo ${payload.text}`; }
          });
          registerRenderer("hologram", "my-hologram");
          document.querySelector("integration-widget").refresh();
        }""",
        page.evaluate("() => document.querySelector('script[type=module]').src"),
    )
    page.clock.run_for(2_000)
    expect(widget(page, "nas").locator("my-hologram")).to_have_text("holo <i>blue</i>")


def test_another_endpoint_forgets_the_old_content(board):
    """What was asked for before is not shown under a new name."""
    page, api = board({"nas": data(gauge()), "box": failure("timeout", "no answer")})
    expect(widget(page, "nas")).to_contain_text("81")
    page.evaluate("() => document.querySelector('[app=nas]').setAttribute('app', 'box')")
    expect(page.locator("integration-widget").first).to_contain_text("No answer.")
    expect(page.locator("integration-widget").first).not_to_contain_text("81")
    assert ["nas", "box"] == api.batches[0]


def test_data_is_told_to_the_page(board):
    """An event brings each answer, through shadow roots too."""
    page, _ = board({})
    page.evaluate("() => { window.seen = []; addEventListener('integration-update', (e) => seen.push(e.envelope)); }")
    CannedApi(page).answers["nas"] = data(gauge(5))
    page.evaluate("() => { board.innerHTML = '<integration-widget app=nas endpoint=now></integration-widget>'; }")
    page.wait_for_function("() => window.seen.length > 0")
    assert 5 == page.evaluate("() => seen[0].data.payload.value")


def test_a_hidden_page_asks_for_nothing(board):
    """It asks at once when it is seen again."""
    page, api = board({"nas": data(gauge(), ttl=10)}, clock="2026-01-01T10:00:00")
    expect(widget(page, "nas")).to_contain_text("81")
    page.evaluate("() => Object.defineProperty(document, 'hidden', { value: true, configurable: true })")
    page.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")
    page.clock.run_for(120_000)
    assert 1 == len(api.batches)
    page.evaluate("() => Object.defineProperty(document, 'hidden', { value: false })")
    with page.expect_response("**/api/integrations/data"):
        page.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")
    assert 2 == len(api.batches)


def test_nothing_is_left_after_removal(board):
    """No call, no timer that makes one."""
    page, api = board(
        {"nas": data(gauge(), age=100, ttl=10, refresh_error=REFUSED, next_in=30)}, clock="2026-01-01T10:00:00"
    )
    expect(widget(page, "nas")).to_contain_text("Stale")
    page.evaluate("() => document.querySelector('integration-widget').remove()")
    page.clock.run_for(600_000)
    assert 1 == len(api.batches)


def test_focus_stays_while_data_changes(board):
    """A refresh does not take the keyboard away."""
    page, api = board({"nas": data(gauge(), ttl=5)}, attributes='href="http://nas.test/"', clock="2026-01-01T10:00:00")
    link = widget(page, "nas").get_by_role("link")
    expect(widget(page, "nas")).to_contain_text("81")
    link.focus()
    api.answers["nas"] = data(gauge(12))
    page.clock.run_for(10_000)
    expect(widget(page, "nas")).to_contain_text("12")
    expect(link).to_be_focused()

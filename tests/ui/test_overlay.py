"""The overlay: what it tells, what it forgets, and where it stands."""

import pytest
from canned_api import CannedApi
from playwright.sync_api import expect


def alert(number=1, **more):
    base = {
        "id": f"nas/down-{number}",
        "appId": "nas",
        "appName": "NAS",
        "endpointId": None,
        "severity": "critical",
        "title": f"Disk {number} is failing",
        "message": "http://nas.test refused the connection",
        "since": "2026-01-01T09:00:00Z",
        "link": None,
    }
    return {**base, **more}


@pytest.fixture
def overlaid(page_of):
    """Return a function that opens a page with an overlay over these alerts, and the API behind it."""

    def open_page(*alerts, body="", attributes="", **context):
        page = page_of(f"<h1>Board</h1>{body}", **context)
        page.clock.install(time="2026-01-01T10:00:00")
        page.wait_for_function("() => customElements.get('integration-alert-overlay') !== undefined")
        api = CannedApi(page)
        api.alerts[:] = alerts
        page.evaluate(
            "(attributes) => document.body.insertAdjacentHTML('beforeend',"
            " `<integration-alert-overlay ${attributes}></integration-alert-overlay>`)",
            attributes,
        )
        return page, api

    return open_page


def cards(page):
    return page.locator("integration-alert-overlay li")


def test_critical_alerts_are_told_politely(overlaid):
    """What is less severe does not come in the way."""
    page, _ = overlaid(alert(), alert(2, severity="warning"))
    expect(cards(page)).to_have_count(1)
    expect(cards(page)).to_contain_text("Disk 1 is failing")
    expect(cards(page)).to_contain_text("NAS · since 9:00")
    live = page.locator("integration-alert-overlay ul")
    expect(live).to_have_attribute("aria-live", "polite")


def test_the_page_may_want_more(overlaid):
    """The least severity is an attribute."""
    page, _ = overlaid(alert(), alert(2, severity="warning"), attributes="severity=warning")
    expect(cards(page)).to_have_count(2)


def test_nothing_to_tell(overlaid):
    """Without alerts there is no region."""
    page, api = overlaid()
    page.clock.run_for(100)
    expect(page.get_by_role("region", name="Alerts")).to_have_count(0)
    api.alerts.append(alert())
    page.clock.run_for(31_000)
    expect(cards(page)).to_have_count(1)


def test_a_dismissed_alert_stays_away_until_it_changes(overlaid):
    """Also on the next page; a new moment is a new alert."""
    page, api = overlaid(alert(), alert(2))
    cards(page).nth(0).get_by_role("button", name="Dismiss: Disk 1 is failing").click()
    expect(cards(page)).to_have_count(1)
    expect(cards(page).get_by_role("button")).to_be_focused()
    page.clock.run_for(31_000)
    expect(cards(page)).to_have_count(1)
    api.alerts[0] = alert(since="2026-01-01T09:59:00Z")
    page.clock.run_for(31_000)
    expect(cards(page)).to_have_count(2)


def test_many_alerts_are_folded(overlaid):
    """Three are shown, the others on demand."""
    page, _ = overlaid(*[alert(number) for number in range(12)])
    expect(cards(page)).to_have_count(3)
    page.get_by_role("button", name="Show all 12 alerts").click()
    expect(cards(page)).to_have_count(12)


def test_a_small_screen_has_room_for_one(overlaid):
    """The others are a button away."""
    page, _ = overlaid(alert(), alert(2), viewport={"width": 390, "height": 800})
    expect(cards(page)).to_have_count(1)
    page.get_by_role("button", name="Show all 2 alerts").click()
    expect(cards(page)).to_have_count(2)


def test_it_never_covers_the_focused_control(overlaid):
    """Below, above, else folded up."""
    corner = '<input id="low" aria-label="low"><input id="high" aria-label="high">'
    page, _ = overlaid(alert(), body=corner, viewport={"width": 500, "height": 400})
    expect(cards(page)).to_have_count(1)
    place = "(place) => { const [id, edge] = place; document.getElementById(id).style[edge] = '4px'; }"
    for control, edge in (("low", "bottom"), ("high", "top")):
        page.evaluate(f"() => {{ const s = document.getElementById('{control}').style; s.position = 'fixed'; }}")
        page.evaluate(place, [control, edge])
        page.evaluate(place, [control, "right"])
    for control in ("low", "high", "low"):
        page.locator(f"#{control}").focus()
        assert not covered(page, control)


def test_it_folds_up_where_there_is_no_room(overlaid):
    """A control as high as the page stays free of it; the chip opens it again."""
    tall = '<textarea id="tall" aria-label="tall"></textarea>'
    page, _ = overlaid(alert(), body=tall, viewport={"width": 500, "height": 400})
    expect(cards(page)).to_have_count(1)
    page.evaluate(
        "() => Object.assign(tall.style, { position: 'fixed', top: '0', bottom: '60px', right: '0', width: '90vw' })"
    )
    page.locator("#tall").focus()
    expect(page.get_by_role("button", name="1 alert")).to_be_visible()
    assert not covered(page, "tall")
    page.get_by_role("button", name="1 alert").click()
    expect(cards(page)).to_be_visible()


def covered(page, control):
    return page.evaluate(
        """(id) => {
          const a = document.getElementById(id).getBoundingClientRect();
          const root = document.querySelector("integration-alert-overlay").shadowRoot;
          return [...root.querySelectorAll("li, button.chip")].some((node) => {
            const b = node.getBoundingClientRect();
            return b.width && a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
          });
        }""",
        control,
    )


def test_nothing_is_left_after_removal(overlaid):
    """No call, and no listener that moves what is gone."""
    page, _ = overlaid(alert())
    expect(cards(page)).to_have_count(1)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.evaluate("() => document.querySelector('integration-alert-overlay').remove()")
    page.clock.run_for(120_000)
    assert [] == asked

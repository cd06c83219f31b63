"""The gallery shows every element in every state; nothing in it is inaccessible, broken or taken for markup."""

import importlib.util
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser_site import running
from playwright.sync_api import Page

from dashboard_integrations.errors import ErrorCode
from dashboard_integrations.views import ViewKind, any_view

GALLERY = Path(__file__).parents[2] / "docs" / "gallery"
SECTIONS = [*(kind.value for kind in ViewKind), "widget", "errors", "icon", "forms"]
MODES = {
    "light": ("", {}),
    "dark": ("", {"color_scheme": "dark"}),
    "narrow": ("&width=160", {"viewport": {"width": 200, "height": 800}}),
    "right-to-left": ("&dir=rtl&lang=ar", {}),
    "zoom": ("", {"viewport": {"width": 640, "height": 450}, "device_scale_factor": 2}),
    "wide": ("&width=900", {}),
    "contrast": ("", {"contrast": "more"}),
    "forced-colours": ("", {"forced_colors": "active"}),
    "harbour": ("&theme=harbour", {}),
    "paper-dark": ("&theme=paper", {"color_scheme": "dark"}),
}
# elements of every shadow tree, as the browser made them
EVERY_ELEMENT = """() => {
  const found = [];
  const walk = (root) => {
    for (const element of root.querySelectorAll("*")) {
      found.push(element);
      if (element.shadowRoot) walk(element.shadowRoot);
    }
  };
  walk(document.getElementById("gallery"));
  return found"""
HARMED = (
    f"{EVERY_ELEMENT}.filter((element) => /^(img|script|h1|style|iframe|object)$/.test(element.localName)"
    " || /^javascript:/i.test(element.href ?? '') || [...element.attributes].some(({ name }) => /^on/.test(name)))"
    ".map((element) => element.outerHTML.slice(0, 200)); }"
)
# marks of a status that words leave no room for
SQUEEZED = (
    f"{EVERY_ELEMENT}.filter((element) => element.localName === 'svg' && element.parentElement?.part.contains('status')"
    " && element.parentElement.getBoundingClientRect().width < element.getBoundingClientRect().width)"
    ".map((element) => element.parentElement.parentElement.textContent.slice(0, 60)); }"
)
HOSTILE_TEXT = f"{EVERY_ELEMENT}.some((element) => element.shadowRoot?.textContent.includes('<img src=x')); }}"
SETTLED = f"{EVERY_ELEMENT}.every((element) => !element.localName.startsWith('integration-') || element.shadowRoot); }}"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """The gallery, as its own script serves it."""
    spec = importlib.util.spec_from_file_location("gallery_server", GALLERY / "serve.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    with running(module.create_app()) as address:
        yield address


@pytest.fixture
def open_section(watched, address):
    def open_section(section: str, query: str = "", **context: object) -> Page:
        options = {"viewport": {"width": 1400, "height": 900}, "reduced_motion": "reduce", **context}
        page = watched.open(f"{address}/?section={section}{query}", **options)
        page.wait_for_function(SETTLED)
        page.wait_for_timeout(600)  # what the elements ask for has come
        return page

    return open_section


def violations(page: Page) -> list[tuple[str, str, list[object]]]:
    """Return what axe has to say of a page: rule, meaning, and where."""
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [(item["id"], item["help"], [node["target"] for node in item["nodes"]][:3]) for item in found]


def sticking_out(page: Page) -> int:
    """Return by how many pixels the page can be scrolled sideways."""
    return page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")


@pytest.mark.parametrize("section", SECTIONS)
def test_every_state(open_section, section):
    """Axe finds nothing, nothing sticks out, and hostile text makes no element, no link that runs, no dialog."""
    page = open_section(section)
    if section != "icon":
        page.wait_for_function(HOSTILE_TEXT)
    assert ([], [], 0) == (violations(page), page.evaluate(HARMED), sticking_out(page))


@pytest.mark.parametrize("section", ["stat-card", "gauge", "list", "progress", "alert-banner", "widget"])
def test_no_mark_is_squeezed(open_section, section):
    """However long the words beside it."""
    assert [] == open_section(section).evaluate(SQUEEZED)


@pytest.mark.parametrize("section", SECTIONS)
def test_every_state_in_the_dark(open_section, section):
    """Axe finds nothing there either."""
    assert [] == violations(open_section(section, color_scheme="dark"))


@pytest.mark.parametrize("section", SECTIONS)
def test_every_state_narrow_and_from_right_to_left(open_section, section):
    """Whatever the words, at 160 pixels, in another script."""
    query, context = "&width=160&dir=rtl&lang=ar", {"viewport": {"width": 200, "height": 800}}
    page = open_section(section, query, **context)
    assert ([], 0) == (violations(page), sticking_out(page))


@pytest.mark.parametrize("query", ["&theme=harbour", "&theme=paper", "&contrast=more"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_themes(open_section, query, scheme):
    """Axe finds nothing in the example themes, nor with more contrast."""
    assert [] == violations(open_section("widget", query, color_scheme=scheme))


@pytest.mark.parametrize("section", ["many", "endless"])
def test_too_much(open_section, section):
    """Hundreds of parts, and words of 100 kB: cut, or scrolled in their place. Axe would take minutes for them."""
    page = open_section(section)
    assert (0, []) == (sticking_out(page), page.evaluate(HARMED))


def test_states_are_what_routes_send(open_section):
    """But for what is hostile: a state that no service can cause proves nothing."""
    page = open_section("icon")
    states = page.evaluate("async () => (await import('/states.js')).STATES")
    assert set(ViewKind) == set(states)
    for kind, of_kind in states.items():
        for name, payload in of_kind:
            if name != "Hostile":
                assert kind == any_view.validate_python(payload).kind
    for payload in page.evaluate("async () => (await import('/states.js')).MANY_VIEWS"):
        any_view.validate_python(payload)


def test_every_error_is_shown(open_section):
    """No code is left out."""
    shown = open_section("icon").evaluate("async () => Object.keys((await import('/server.js')).ERRORS)")
    assert {code.value for code in ErrorCode} <= set(shown)


def test_the_controls_change_what_is_shown(open_section):
    """And a choice is in the address."""
    page = open_section("gauge")
    page.get_by_label("Colours").select_option("dark")
    page.wait_for_url("**scheme=dark**")
    page.get_by_label("Direction").select_option("rtl")
    page.wait_for_url("**dir=rtl**")
    told = page.evaluate("() => [document.documentElement.style.colorScheme, document.documentElement.dir]")
    assert ["dark", "rtl"] == told


if "UI_SHOTS" in os.environ:  # a folder for pictures, for people to look at

    @pytest.mark.parametrize("mode", MODES)
    @pytest.mark.parametrize("section", [*SECTIONS, "many", "endless"])
    def test_pictures(open_section, shots, section, mode):
        """Of every section in every mode."""
        query, context = MODES[mode]
        open_section(section, query, **context).screenshot(path=shots / f"{section}-{mode}.png", full_page=True)

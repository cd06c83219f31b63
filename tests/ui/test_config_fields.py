"""A form section from a schema: what is sent, what is wrong and where, and that the keyboard is enough."""

import pytest
from playwright.sync_api import expect

ODD = {
    "type": "object",
    "required": ["name", "mode"],
    "$defs": {"Server": {"type": "object", "properties": {"host": {"type": "string", "title": "Host"}}}},
    "properties": {
        "name": {"type": "string", "title": "Name", "pattern": "^[a-z]+$", "description": "Small letters."},
        "mode": {"enum": ["low", "high"], "title": "Mode"},
        "ratio": {"type": "number", "title": "Ratio", "default": 0.5, "maximum": 1},
        "tags": {"type": "array", "items": {"type": "string"}, "title": "Tag", "default": ["a", "b"]},
        "proxy": {"anyOf": [{"$ref": "#/$defs/Server"}, {"type": "null"}], "title": "Proxy", "default": None},
        "headers": {"type": "object", "additionalProperties": {"type": "string"}, "title": "Headers"},
        "token": {"type": "string", "writeOnly": True, "title": "Token"},
    },
}
MAKE = """([schema, more]) => {
  const form = document.createElement("form");
  const fields = Object.assign(document.createElement("integration-config-fields"), { schema, name: "config" }, more);
  fields.id = "fields";
  const button = Object.assign(document.createElement("button"), { textContent: "Send" });
  form.append(fields, button);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    window.sent = JSON.parse(new FormData(form).get("config"));
  });
  document.querySelector("main").append(form);
}"""


@pytest.fixture
def form(page_of):
    """Return a function that opens a plain form with the element in it."""

    def open_form(schema=ODD, **more):
        page = page_of("<h1>Form</h1>")
        page.wait_for_function("() => customElements.get('integration-config-fields') !== undefined")
        page.evaluate(MAKE, [schema, more])
        return page

    return open_form


def press_until_seen(control, key):
    """Press a key once more if the page was not told: a busy browser with a bubble of its own on show may keep it."""
    control.evaluate("(it) => { it.told = 0; it.addEventListener('keydown', () => { it.told += 1; }); }")
    for _ in range(3):
        control.press(key)
        if control.evaluate("(it) => it.told") > 0:
            return
    pytest.fail(f"the page was never told of {key}")


def value(page):
    return page.evaluate("() => fields.value")


def test_what_is_typed_is_what_a_plain_form_sends(form):
    """Numbers are numbers, JSON is a value, and what is empty is left out."""
    page = form()
    page.get_by_label("Name").fill("abc")
    page.get_by_label("Mode").select_option("high")
    page.get_by_label("Ratio").fill("0.25")
    page.get_by_label("Headers").fill('{"x": "y"}')
    page.get_by_role("button", name="Send").click()
    wanted = {"name": "abc", "mode": "high", "ratio": 0.25, "tags": ["a", "b"], "headers": {"x": "y"}}
    assert wanted == page.evaluate("() => window.sent")


def test_a_form_that_does_not_fit_is_not_sent(form):
    """The browser's own words stand next to the field, which has the focus, and Enter says so too."""
    page = form()
    page.get_by_role("button", name="Send").click()
    name = page.get_by_label("Name")
    expect(name).to_be_focused()
    expect(name).to_have_attribute("aria-invalid", "true")
    page.keyboard.type("ABC")
    expect(name).not_to_have_attribute("aria-invalid", "true")
    press_until_seen(name, "Enter")
    expect(name).to_have_attribute("aria-invalid", "true")
    assert page.evaluate("() => window.sent") is None


@pytest.mark.parametrize(("label", "typed"), [("Headers", "{"), ("Ratio", "1e"), ("Ratio", "2")])
def test_what_is_no_value_yet_is_wrong(form, label, typed):
    """And stays as it was typed."""
    page = form(value={"name": "abc", "mode": "low"})
    page.get_by_label(label).fill("")
    page.get_by_label(label).press_sequentially(typed)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_label(label)).to_be_focused()
    assert page.evaluate("() => window.sent") is None


def test_errors_stand_at_their_fields(form):
    """Those of unknown places above all, those below a field that has no parts with where they are."""
    page = form()
    page.evaluate(
        "() => { fields.errors = { mode: 'pick one', 'tags.1': 'too short', 'headers.x': 'no', a: 'what?' }; }"
    )
    expect(page.get_by_label("Mode")).to_have_accessible_description("pick one")
    expect(page.get_by_label("Tag 2", exact=True)).to_have_accessible_description("too short")
    expect(page.get_by_label("Headers")).to_have_accessible_description("x: no")
    expect(page.get_by_role("alert")).to_have_text("a: what?")
    page.evaluate("() => fields.focusError()")
    expect(page.get_by_label("Mode")).to_be_focused()


def test_a_list_by_keyboard(form):
    """Focus stays with what was moved, and goes on when it is removed."""
    page = form()
    page.get_by_role("button", name="Add").press("Enter")
    expect(page.get_by_label("Tag 3", exact=True)).to_be_focused()
    page.keyboard.type("c")
    page.get_by_role("button", name="Move Tag 3 up").press("Enter")
    expect(page.get_by_role("button", name="Move Tag 2 up")).to_be_focused()
    assert ["a", "c", "b"] == value(page)["tags"]
    page.get_by_role("button", name="Remove Tag 2").press("Enter")
    expect(page.get_by_role("button", name="Add")).to_be_focused()
    assert ["a", "b"] == value(page)["tags"]


def test_an_object_that_may_be_left_out(form):
    """Nothing is asked for it until it is switched on."""
    page = form()
    page.get_by_label("Proxy").check()
    page.get_by_label("Host").fill("h")
    assert {"host": "h"} == value(page)["proxy"]
    page.get_by_label("Proxy").uncheck()
    assert "proxy" not in value(page)


def test_a_stored_secret_is_only_told_of(form):
    """It can be changed or cleared, and both can be undone."""
    page = form(secretsSet=["token"])
    assert "token" not in value(page)
    page.get_by_role("button", name="Change").press("Enter")
    expect(page.get_by_label("Token")).to_be_focused()
    expect(page.get_by_label("Token")).to_have_attribute("autocomplete", "new-password")
    assert "token" not in value(page)
    page.keyboard.type("new")
    assert "new" == value(page)["token"]
    page.get_by_role("button", name="Keep the stored one").press("Enter")
    assert "token" not in value(page)
    page.get_by_role("button", name="Clear").press("Enter")
    assert value(page)["token"] is None
    page.get_by_role("button", name="Keep the stored one").press("Enter")
    assert "token" not in value(page)


def test_reset_and_disabled(form):
    """As any control of a form."""
    page = form(value={"name": "abc"})
    page.get_by_label("Name").fill("x")
    page.evaluate("() => fields.form.reset()")
    expect(page.get_by_label("Name")).to_have_value("abc")
    page.evaluate("""() => {
      const set = Object.assign(document.createElement("fieldset"), { disabled: true });
      fields.form.append(set);
      set.append(fields);
    }""")
    expect(page.get_by_label("Name")).to_be_disabled()


def test_a_pattern_that_the_browser_does_not_take_is_left_to_the_server(form):
    """Its expressions are stricter than those of JSON Schema: nothing is refused, nor told to the console."""
    header = {"type": "string", "pattern": "^[A-Z!#$%&'*+.^_`|~-]+$"}
    page = form(
        {"type": "object", "properties": {"strict": {"type": "string", "pattern": "^[a-z]+$"}, "header": header}}
    )
    for name, expected in (("strict", ".*(?:^[a-z]+$).*"), ("header", None)):
        assert expected == page.get_by_label(name.title()).get_attribute("pattern")

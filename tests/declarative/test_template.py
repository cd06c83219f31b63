"""Placeholders."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard_integrations.declarative._template import Template

NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,10}", fullmatch=True)


def test_a_placeholder_is_a_name_in_braces() -> None:
    """What stands around it stays."""
    template = Template.parse("/api/{site}/of/{user_2}")

    assert (("site", "user_2"), "/api/<site>/of/<user_2>") == (template.names, template.filled(lambda n: f"<{n}>"))


def test_two_braces_are_one() -> None:
    """JSON in a text needs them."""
    assert "{a} {name}" == Template.parse("{{a}} {{name}}").filled(lambda name: "never")


def test_a_value_is_no_template() -> None:
    """What looks like a placeholder within a value is not looked at."""
    assert "{b}{{c}}" == Template.parse("{a}").filled(lambda name: "{b}{{c}}")


@pytest.mark.parametrize(
    "text",
    ["{", "}", "{}", "{a", "a}", "{A}", "{a b}", "{a.b}", "{a[0]}", "{a!r}", "{a:>10}", "{0}", "{{{a", "{a}}", "{_a}"],
)
def test_there_is_nothing_but_names(text: str) -> None:
    """No attribute, index, conversion or format: a definition is not a program."""
    with pytest.raises(ValueError, match=r"name|single"):
        Template.parse(text)


def test_a_long_text_is_refused() -> None:
    """A template is bounded."""
    with pytest.raises(ValueError, match="longer than"):
        Template.parse("a" * 2_001)


@given(st.text(max_size=50))
def test_any_text_can_be_written(text: str) -> None:
    """With its braces doubled, it stands for itself."""
    escaped = text.replace("{", "{{").replace("}", "}}")

    assert text == Template.parse(escaped).filled(lambda name: "never")


@given(NAMES, st.text(max_size=50), st.text(max_size=50))
def test_any_value_arrives_whole(name: str, around: str, value: str) -> None:
    """Whatever is in it."""
    fixed = around.replace("{", "{{").replace("}", "}}")

    assert around + value + around == Template.parse(f"{fixed}{{{name}}}{fixed}").filled(lambda _: value)

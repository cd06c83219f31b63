"""Selectors, checked before use."""

import pytest

from dashboard_integrations.declarative._expression import Expression


def test_equal_texts_are_equal_expressions() -> None:
    """Schemes and definitions are compared by what they say."""
    assert Expression.compile("a.b") == Expression.compile("a.b")
    assert Expression.compile("a.b") != Expression.compile("a.c")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "should be a JMESPath expression"),
        ("   ", "should be a JMESPath expression"),
        (3, "should be a JMESPath expression"),
        ("a..b", "cannot be read near"),
        ("a[", "cannot be read"),
        ("`{`", "is none: text is written 'so'"),
        ("eval('x')", "there is no function eval(): there are abs, "),
        ("length()", "length() takes 1 argument, not 0"),
        ("join(',')", "join() takes 2 arguments, not 1"),
        ("merge()", "merge() takes at least 1 argument, not 0"),
        ("[?sort(a)[0].nope(@)]", "there is no function nope()"),
        ("[::0]", "step 0"),
        ("!a.b", "write '!(a.b)'"),
        ("[?!a[0].b]", "write '!(a.b)'"),
        ("a" * 1_001, "longer than 1,000 characters"),
        ("a[`b`]", "between backticks stands JSON, and 'b' is none"),
        ("(" * 499 + "a" + ")" * 499, "nested too deeply"),
        ("!" * 60 + "a", "more than 40 levels"),
        ("a" + "|b" * 60, "more than 40 levels"),
    ],
)
def test_what_cannot_be_used_is_told(text: object, told: str) -> None:
    """Unknown functions and wrong numbers of arguments too, which would fail in the middle of the night."""
    with pytest.raises(ValueError, match=r".") as caught:
        Expression.compile(text)

    assert told in str(caught.value)


@pytest.mark.parametrize(
    "text",
    ["a", "[0].a", "!(a.b)", "a && !b", "sort_by(@, &a)[-1]", "merge(a, b, c)", '`"!a.b"`', "'`x`'", "a[?b == `1`]"],
)
def test_what_can_be_used_is(text: str) -> None:
    """All of the language."""
    assert text == Expression.compile(text).text

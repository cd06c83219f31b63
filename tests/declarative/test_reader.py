"""What is read of an answer: of the declared type, or an error that names the selector; never a zero."""

from datetime import UTC, datetime

import pytest

from dashboard_integrations.declarative._reader import Reader
from dashboard_integrations.declarative._selectors import (
    LinkSelector,
    NumberSelector,
    RowsSelector,
    SeveritySelector,
    StatusSelector,
    TextSelector,
    TimeSelector,
    ValueSelector,
)
from dashboard_integrations.errors import BadResponseError

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)


@pytest.fixture
def reader() -> Reader:
    return Reader(service="Sample", url="http://nas.local/base")


def number(**keys: object) -> NumberSelector:
    return NumberSelector.model_validate({"select": "v", **keys})


@pytest.mark.parametrize(
    ("keys", "value", "expected"),
    [
        ({}, 3, 3),
        ({}, 2.5, 2.5),
        ({}, 0, 0),
        ({"multiply": 1_024}, 3, 3_072.0),
        ({"divide": 1e9, "round": 2}, 1_234_567_890, 1.23),
        ({"round": 0}, 2.7, 3),
        ({"optional": True}, None, None),
        ({"optional": True}, float("nan"), None),
    ],
)
def test_numbers(reader: Reader, keys: dict[str, object], value: object, expected: object) -> None:
    """Scaled, rounded, or not there where that is allowed."""
    found = reader.number(number(**keys), {"v": value}, "value")

    assert (expected, type(expected)) == (found, type(found))


@pytest.mark.parametrize(
    ("keys", "value", "told"),
    [
        ({}, None, "selects nothing (null)"),
        ({}, "3", "selects text where there should be a number; to_number()"),
        ({}, True, "selects true where there should be a number"),
        ({}, [1], "selects a list where there should be a number"),
        ({}, {}, "selects an object"),
        ({}, float("nan"), "not finite"),
        ({}, float("inf"), "not finite"),
        ({}, 10**400, "not finite, or too large"),
        ({"multiply": 1e200}, 1e200, "too large when it is scaled"),
        ({"optional": True}, "-", "selects text where there should be a number"),
        ({"optional": True}, 10**400, "too large"),
    ],
)
def test_what_is_no_number_is_an_error(reader: Reader, keys: dict[str, object], value: object, told: str) -> None:
    """It names the place and the selector, for people and programs."""
    with pytest.raises(BadResponseError, match=r"Sample answered in an unexpected shape: value \(v\)") as caught:
        reader.number(number(**keys), {"v": value}, "value")

    assert told in caught.value.message
    assert ("shape", {"selector": "v", "place": "value"}) == (caught.value.reason, dict(caught.value.details))


@pytest.mark.parametrize(
    ("keys", "value", "expected"),
    [
        ({}, "up", "up"),
        ({"map": {"up": "Running"}}, "up", "Running"),
        ({"map": {"up": "Running"}}, "odd", "odd"),
        ({"optional": True}, None, None),
        ({}, "", ""),
    ],
)
def test_texts(reader: Reader, keys: dict[str, object], value: object, expected: object) -> None:
    """As they are, or by the words of the map."""
    selector = TextSelector.model_validate({"select": "v", **keys})

    assert expected == reader.text(selector, {"v": value}, "title")


@pytest.mark.parametrize("value", [None, 3, True, ["a"], {}])
def test_what_is_no_text_is_an_error(reader: Reader, value: object) -> None:
    """A number is not made text unasked."""
    with pytest.raises(BadResponseError, match=r"title \(v\) selects"):
        reader.text(TextSelector.model_validate("v"), {"v": value}, "title")


def test_a_value_is_of_the_declared_type(reader: Reader) -> None:
    """A number unless it is said to be text."""
    text = ValueSelector.model_validate({"select": "v", "type": "text", "map": {"v1": "one"}})

    assert "one" == reader.value(text, {"v": "v1"}, "value")
    with pytest.raises(BadResponseError, match="should be a number"):
        reader.value(ValueSelector.model_validate("v"), {"v": "v1"}, "value")


@pytest.mark.parametrize(
    ("how", "value"),
    [
        ("iso", "2026-01-02T12:00:00Z"),
        ("iso", "2026-01-02T14:00:00+02:00"),
        ("iso", "2026-01-02 12:00:00"),
        ("iso", "2026-01-02T12:00:00.000000789Z"),
        ("seconds", 1_767_355_200),
        ("seconds", 1_767_355_200.0),
        ("milliseconds", 1_767_355_200_000),
    ],
)
def test_times(reader: Reader, how: str, value: object) -> None:
    """In UTC, whatever they are written in."""
    assert NOON == reader.time(TimeSelector.model_validate({"select": "v", "format": how}), {"v": value}, "time")


@pytest.mark.parametrize(
    ("how", "value"),
    [
        ("iso", 1_767_355_200),
        ("iso", "yesterday"),
        ("iso", "0001-01-01T00:00:00+14:00"),
        ("iso", None),
        ("seconds", "1767355200"),
        ("seconds", True),
        ("seconds", -1),
        ("seconds", 1_767_355_200_000),
        ("seconds", float("nan")),
        ("milliseconds", float("inf")),
    ],
)
def test_what_is_no_time_is_an_error(reader: Reader, how: str, value: object) -> None:
    """Milliseconds taken for seconds too."""
    with pytest.raises(BadResponseError, match=r"time \(v\)"):
        reader.time(TimeSelector.model_validate({"select": "v", "format": how}), {"v": value}, "time")


@pytest.mark.parametrize(
    ("keys", "value", "expected"),
    [
        ({"select": "v"}, "warning", "warning"),
        ({"select": "v", "map": {"up": "ok"}}, "up", "ok"),
        ({"select": "v", "map": {"true": "ok", "false": "critical"}}, False, "critical"),
        ({"select": "v", "map": {"0": "ok", "null": "info"}}, 0, "ok"),
        ({"select": "v", "map": {"0": "ok", "null": "info"}}, None, "info"),
        ({"select": "v", "map": {"up": "ok"}, "otherwise": "warning"}, "odd", "warning"),
        ({"select": "v", "map": {"up": "ok"}, "optional": True}, None, "unknown"),
        ({"thresholds": [{"value": 80, "status": "warning"}, {"value": 95, "status": "critical"}]}, 0, "warning"),
        ({"select": "v", "thresholds": [{"value": 80, "status": "warning"}]}, 79.9, "ok"),
        ({"select": "v", "thresholds": [{"value": 20, "status": "ok"}], "below": "critical"}, 19, "critical"),
    ],
)
def test_statuses(reader: Reader, keys: dict[str, object], value: object, expected: str) -> None:
    """By word, by map, by thresholds of the value beside it (which is 90) or of another."""
    selector = StatusSelector.model_validate(keys)

    assert expected == reader.status(selector, {"v": value}, "status", beside=90)


def test_without_a_value_its_status_is_unknown(reader: Reader) -> None:
    """What is not known is not well."""
    selector = StatusSelector.model_validate({"thresholds": [{"value": 80, "status": "warning"}]})

    assert "unknown" == reader.status(selector, {}, "status", beside=None)


@pytest.mark.parametrize(
    ("keys", "value"),
    [
        ({"select": "v"}, "good"),
        ({"select": "v"}, None),
        ({"select": "v", "map": {"up": "ok"}}, "down"),
        ({"select": "v", "thresholds": [{"value": 1, "status": "warning"}]}, "2"),
        ({"select": "v", "thresholds": [{"value": 1, "status": "warning"}]}, None),
    ],
)
def test_what_is_no_status_is_an_error(reader: Reader, keys: dict[str, object], value: object) -> None:
    """A word that the map does not have is not taken for a good one."""
    with pytest.raises(BadResponseError, match="status"):
        reader.status(StatusSelector.model_validate(keys), {"v": value}, "status")


def test_severities(reader: Reader) -> None:
    """By word or map."""
    mapped = SeveritySelector.model_validate({"select": "v", "map": {"page": "critical"}, "otherwise": "info"})

    assert "warning" == reader.severity(SeveritySelector.model_validate("v"), {"v": "warning"}, "severity")
    assert ("critical", "info") == tuple(reader.severity(mapped, {"v": word}, "severity") for word in ("page", "x"))
    with pytest.raises(BadResponseError, match="has no word for 'page'"):
        reader.severity(SeveritySelector.model_validate("v"), {"v": "page"}, "severity")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("https://example.org/a?b=c", "https://example.org/a?b=c"),
        ("/items/3", "http://nas.local/base/items/3"),
    ],
)
def test_links(reader: Reader, value: str, expected: str) -> None:
    """Absolute, or below the app's URL."""
    assert expected == reader.link(LinkSelector.model_validate("v"), {"v": value}, "link")


@pytest.mark.parametrize(
    "value",
    ["javascript:alert(1)", "data:text/html,x", "//evil.example/x", "items/3", "http://", "/a b", "/a\nb", 3, None],
)
def test_what_is_no_link_is_an_error(reader: Reader, value: object) -> None:
    """No script, no other scheme, nothing that names a host by omission."""
    with pytest.raises(BadResponseError, match=r"link \(v\)"):
        reader.link(LinkSelector.model_validate("v"), {"v": value}, "link")


def test_rows_are_a_list(reader: Reader) -> None:
    """Nothing is an empty list only where that is said."""
    assert [1, 2] == reader.rows(RowsSelector.model_validate("v"), {"v": [1, 2]}, "rows")
    assert [] == list(reader.rows(RowsSelector.model_validate({"select": "v", "optional": True}), {}, "rows"))
    for value in (None, {}, "text", 3):
        with pytest.raises(BadResponseError, match=r"rows \(v\) selects"):
            reader.rows(RowsSelector.model_validate("v"), {"v": value}, "rows")


def test_an_expression_that_fails_is_an_error(reader: Reader) -> None:
    """With what is wrong."""
    with pytest.raises(BadResponseError, match=r"value \(sum\(v\)\) gives sum\(\) a value of type"):
        reader.number(number(select="sum(v)"), {"v": "x"}, "value")

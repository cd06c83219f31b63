"""Values in requests: whatever they are, they stay values."""

import re
from collections.abc import Callable
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import BaseModel, SecretStr

from dashboard_integrations.declarative._requests import Moment, MomentFormat
from dashboard_integrations.declarative._template import Template
from dashboard_integrations.declarative._values import Values
from dashboard_integrations.errors import InvalidConfigError
from dashboard_integrations.http._target import target_url

NOW = 1_700_000_123.5
CHARACTERS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
WICKED = st.text(st.sampled_from(list("./\\%2eEfF?#&=:@;\r\n\t \x00ab")), max_size=12)


def values(**by_name: object) -> Values:
    return Values(by_name)  # type: ignore[arg-type]


def sent(write: Callable[[Values, Template], str | None], template: str, value: str) -> str | None:
    """Return what is sent, ``None`` for what is refused, which has to name its field."""
    try:
        return write(values(value=value), Template.parse(template))
    except InvalidConfigError as error:
        refused = error
    assert {"value"} == set(refused.fields)
    return None


class Config(BaseModel):
    key: SecretStr = SecretStr("s3cret/key")
    count: int = 3
    ratio: float = 0.5
    whole: float = 5.0
    verbose: bool = True
    nothing: str | None = None


@given(st.one_of(CHARACTERS, WICKED))
@example("..")
@example("%2e%2e")
@example("%252e%252e/x")
@example("a/../../b")
@example("a\\..\\b")
@example("x\r\nHost: evil")
@example("?admin=1#")
@example("//evil.example")
def test_a_value_is_one_part_of_a_path(value: str) -> None:
    """It is refused, or arrives as it is, and host, query and every other part of the path are what they were."""
    path = sent(Values.path, "/api/{value}/status", value)
    if path is None:
        return
    url = urlsplit(target_url("http://nas.local:80/base", path, {}))
    before, found, after = url.path.rsplit("/", 2)

    assert ("nas.local:80", "", "", "/base/api", "status") == (url.netloc, url.query, url.fragment, before, after)
    assert value == unquote(found, errors="strict")
    assert not re.search(r"[\x00-\x20\x7f]", path)


@pytest.mark.parametrize(
    "value", ["..", ".", "%2e%2e", "%2E.", "a/../b", "..\\", "%252e%252e", "a\nb", "a\x00", "", None]
)
def test_what_leads_elsewhere_is_refused(value: object) -> None:
    """The error names the field, and not its value."""
    with pytest.raises(InvalidConfigError) as caught:
        values(folder=value).path(Template.parse("/folders/{folder}"))

    assert ["folder"] == list(caught.value.fields)
    assert not value or str(value) not in caught.value.message.removeprefix("folder").replace("'.' or '..'", "")


def test_two_values_make_no_step_together() -> None:
    """Each is harmless by itself."""
    with pytest.raises(InvalidConfigError):
        values(a=".", b=".").path(Template.parse("/{a}{b}/x"))


@given(st.one_of(CHARACTERS, WICKED))
def test_a_value_stays_in_its_query_parameter(value: str) -> None:
    """It is encoded whole by what sends it; nothing is added to the query."""
    text = values(value=value).text(Template.parse("is {value}"))
    if value == "":
        assert text is None
        return
    query = urlsplit(target_url("http://nas.local", "/api", {"a": str(text), "b": "2"})).query

    assert [("a", f"is {value}"), ("b", "2")] == parse_qsl(query, keep_blank_values=True, strict_parsing=True)


@given(st.one_of(CHARACTERS, WICKED))
@example("a\r\nx-evil: 1")
@example("a\u2028b")
def test_a_header_has_one_line(value: str) -> None:
    """What would begin another is refused."""
    text = sent(Values.header, "Key {value}", value)

    assert text is None or not re.search(r"[\x00-\x1f\x7f]", text)


def test_half_a_character_is_refused() -> None:
    """JSON may hold one, and nothing can send it."""
    for write in (Values.path, Values.text, Values.header):
        with pytest.raises(InvalidConfigError, match="no character"):
            write(values(value="\ud800"), Template.parse("{value}"))


def test_values_come_from_models() -> None:
    """Secrets in the clear, numbers as they are written elsewhere, and what is not set is left out."""
    found = Values.of(Config(), None, moments={}, now=NOW)
    told = [found.text(Template.parse(f"{{{name}}}")) for name in Config.model_fields]

    assert ["s3cret/key", "3", "0.5", "5", "true", None] == told


def test_a_lone_placeholder_keeps_its_type_in_json() -> None:
    """A number stays a number; within a text it is text; what is not set is left out, of lists too."""
    found = Values.of(Config(), moments={}, now=NOW)
    tree = {
        "n": Template.parse("{count}"),
        "t": Template.parse("n={count}"),
        "off": Template.parse("{nothing}"),
        "list": [Template.parse("{verbose}"), Template.parse("{nothing}"), 7, {"deep": Template.parse("{key}")}],
    }

    assert {"n": 3, "t": "n=3", "list": [True, 7, {"deep": "s3cret/key"}]} == found.tree(tree)


def test_values_tell_nothing_of_themselves() -> None:
    """A traceback or a log that shows them shows no secret."""
    assert "s3cret" not in repr(Values.of(Config(), moments={}, now=NOW))


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (Moment(), 1_700_000_123),
        (Moment(ago=3_600, step=60.0), 1_699_996_500),
        (Moment(ago=-86_400, format="date"), "2023-11-15"),
        (Moment(format="milliseconds"), 1_700_000_123_500),
        (Moment(format=MomentFormat.ISO), "2023-11-14T22:15:23Z"),
    ],
)
def test_moments_are_computed(moment: Moment, expected: object) -> None:
    """From the time of the call."""
    assert {"then": expected} == Values.of(moments={"then": moment}, now=NOW).by_name

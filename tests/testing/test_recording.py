"""Recordings: a file that says what a real service answered."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from dashboard_integrations.testing import (
    RecordedExchange,
    RecordedRequest,
    RecordedResponse,
    Recording,
    RecordingError,
)

EXAMPLE = {
    "format": 1,
    "integration": "syncthing",
    "software": "v1.29.5",
    "config": {"api_key": "recorded-api_key-1"},
    "extra": {},
    "exchanges": [
        {
            "during": "test",
            "request": {
                "method": "GET",
                "path": "/rest/system/version",
                "query": {"a": ["1"]},
                "headers": {"x-api-key": "recorded-api_key-1"},
                "json": None,
                "text": None,
            },
            "response": {
                "status": 200,
                "headers": {"content-type": "application/json"},
                "json": {"version": "v1.29.5", "codename": None},
            },
        }
    ],
}


def written(path, **changes):
    path.write_text(json.dumps(EXAMPLE | changes))
    return path


def test_a_file_is_loaded(tmp_path):
    """Everything that the file says is there."""
    recording = Recording.load(written(tmp_path / "syncthing.json", parameters={"completion": {"folder": "photos"}}))
    (exchange,) = recording.exchanges
    assert (recording.integration, recording.software, dict(recording.config), dict(recording.parameters)) == (
        "syncthing",
        "v1.29.5",
        {"api_key": "recorded-api_key-1"},
        {"completion": {"folder": "photos"}},
    )
    assert ("test", "GET", "/rest/system/version", {"a": ["1"]}) == (
        exchange.during,
        exchange.request.method,
        exchange.request.path,
        exchange.request.query,
    )
    assert exchange.response.json_value == {"version": "v1.29.5", "codename": None}


def test_what_is_saved_is_loaded(tmp_path):
    """Saving makes the folders that are missing."""
    recording = Recording.model_validate(EXAMPLE)
    recording.save(tmp_path / "tests" / "recordings" / "syncthing.json")
    assert recording == Recording.load(tmp_path / "tests" / "recordings" / "syncthing.json")


def test_a_saved_file_has_one_line_for_each_value_and_says_nothing_twice(tmp_path):
    """A difference can be read: indented, headers by name, no body where there is none, nulls of JSON kept."""
    recording = Recording(
        integration="a",
        exchanges=[
            RecordedExchange(
                during="test",
                request=RecordedRequest.of("GET", "/"),
                response=RecordedResponse.of(
                    200, headers={"b": "1", "a": ["2", "3"]}, content=b'{"z": null, "a": "\xc3\xa4"}'
                ),
            )
        ],
    )
    text = recording.to_json()
    recording.save(tmp_path / "a.json")
    assert text == (tmp_path / "a.json").read_text()
    (exchange,) = json.loads(text)["exchanges"]
    assert exchange == {
        "during": "test",
        "request": {"method": "GET", "path": "/", "query": {}, "headers": {}},
        "response": {"status": 200, "headers": {"a": ["2", "3"], "b": "1"}, "json": {"z": None, "a": "ä"}},
    }
    assert '          "z": null,\n          "a": "ä"\n' in text


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", None),
        (b'{"a": [1]}', "json_value"),
        (b"[]", "json_value"),
        (b"null", "text"),
        (b"1e400", "text"),
        (b'{"a": NaN}', "text"),
        (b"Fails.", "text"),
        (b"[" * 100_000, "text"),
        (b"\xff\x00", "base64"),
    ],
    ids=["none", "object", "list", "null", "number", "nan", "text", "deep", "binary"],
)
def test_a_body_is_written_as_readably_as_it_can_be(content, kind):
    """It is JSON, else text, else base64, and comes back as what it was."""
    response = RecordedResponse.of(200, content=content)
    assert (
        [kind]
        if kind
        else [] == [name for name in ("json_value", "text", "base64") if getattr(response, name) is not None]
    )
    assert response.content() == content


@given(st.binary())
def test_every_body_comes_back(content):
    """What is not JSON comes back byte for byte, and JSON as what it says."""
    response = RecordedResponse.of(200, content=content)
    again = RecordedResponse.model_validate_json(response.model_dump_json())
    if response.json_value is None:
        assert again.content() == content
    else:
        assert json.loads(again.content()) == json.loads(content)


def test_two_bodies_are_a_mistake():
    """A body is one of three."""
    with pytest.raises(ValidationError, match="one of json, text or base64"):
        RecordedResponse.model_validate({"status": 200, "json": {}, "text": ""})


def test_a_recording_is_not_changed():
    """It is a value."""
    with pytest.raises(ValidationError, match="frozen"):
        Recording(integration="a").integration = "b"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, r"no recording at .*: make one with: dashboard-integrations record TYPE --url URL"),
        ("{", "is not JSON"),
        ("[]", "is not one: the file: should be an object"),
        (json.dumps(EXAMPLE | {"format": 2}), "has format 2, and this version reads format 1: install a newer"),
        (json.dumps(EXAMPLE | {"format": 0}), "is not one: format"),
        (json.dumps(EXAMPLE | {"secret": "x"}), "is not one: secret: unknown field"),
        (json.dumps({"format": 1}), "is not one: integration: required"),
    ],
    ids=["missing", "not-json", "list", "newer", "no-format", "unknown", "incomplete"],
)
def test_what_cannot_be_loaded_says_what_and_what_next(tmp_path, content, message):
    """The message names the file."""
    if content is not None:
        (tmp_path / "a.json").write_text(content)
    with pytest.raises(RecordingError, match=message) as caught:
        Recording.load(tmp_path / "a.json")
    assert str(tmp_path / "a.json") in str(caught.value)


def test_a_folder_is_no_recording(tmp_path):
    """What the system says is passed on."""
    with pytest.raises(RecordingError, match="cannot be read"):
        Recording.load(tmp_path)

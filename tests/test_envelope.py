"""Every answer has one shape."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard_integrations.envelope import EndpointData, Envelope, ErrorBody, Meta
from dashboard_integrations.errors import ErrorCode, InvalidConfigError, RateLimitedError
from dashboard_integrations.integration import ConnectionReport
from dashboard_integrations.views import Stat, StatCard

CARD = StatCard(stats=[Stat(label="Grüße \N{LINE SEPARATOR}", value=1)])
DATA = EndpointData(endpoint_id="speed", view="stat-card", encoded=CARD.model_dump_json(by_alias=True).encode())


def test_keys():
    """The four keys are always there, in their order."""
    assert list(Envelope.of(None).to_dict()) == ["success", "data", "error", "meta"]


def test_live_data():
    """Live data carries its endpoint, view and payload, and its age in meta."""
    meta = Meta.at(1_012.5, fetched_at=1_000, expires_at=1_010)
    assert Envelope.of(DATA, meta=meta).to_dict() == {
        "success": True,
        "data": {"endpointId": "speed", "view": "stat-card", "payload": CARD.model_dump(mode="json")},
        "error": None,
        "meta": {
            "fetchedAt": "1970-01-01T00:16:40Z",
            "expiresAt": "1970-01-01T00:16:50Z",
            "age": 12.5,
            "stale": True,
            "refreshError": None,
            "nextRefresh": "1970-01-01T00:16:50Z",
        },
    }


def test_payload_is_a_view():
    """A Python host reads the payload as the view model."""
    assert DATA.payload == CARD


def test_failure():
    """A failure tells code, message, source, reason, fields and how long to wait."""
    assert Envelope.failure(RateLimitedError("slow down", reason="http-429", retry_after=7)).to_dict() == {
        "success": False,
        "data": None,
        "error": {
            "code": "rate-limited",
            "message": "slow down",
            "source": "upstream",
            "reason": "http-429",
            "fields": {},
            "details": {},
            "retryAfter": 7,
        },
        "meta": {},
    }


def test_names_of_fields_stay_as_they_are():
    """Names of config fields are the schema's own, never made camelCase."""
    error = InvalidConfigError("no", fields={"user_name": "is required"})
    assert Envelope.failure(error).to_dict()["error"]["fields"] == {"user_name": "is required"}


def test_refresh_error():
    """Stale data says why it is stale."""
    meta = Meta.at(20, fetched_at=0, expires_at=10, refresh_error=ErrorBody.of(InvalidConfigError("no")))
    assert Envelope.of(DATA, meta=meta).to_dict()["meta"]["refreshError"]["code"] == ErrorCode.INVALID_CONFIG


def test_list_of_envelopes():
    """Envelopes nest."""
    inner = [Envelope.of(ConnectionReport(version="1")), Envelope.failure(InvalidConfigError("no"))]
    shown = Envelope.of(inner).to_dict()["data"]
    assert [item["success"] for item in shown] == [True, False]


@pytest.mark.parametrize(
    ("next_try", "shown"), [(0.0, "1970-01-01T00:00:10Z"), (25.0, "1970-01-01T00:00:25Z"), (float("inf"), None)]
)
def test_next_refresh(next_try, shown):
    """The next refresh is when data expires or the service may be called, and nothing when a person has to act."""
    meta = Meta.at(20, fetched_at=0, expires_at=10, next_try=next_try)
    assert shown == Envelope.of(DATA, meta=meta).to_dict()["meta"]["nextRefresh"]


def test_age_is_never_negative():
    """A clock that was set back makes data new, not negative."""
    assert Meta.at(5, fetched_at=10, expires_at=20).age == 0


@pytest.mark.parametrize("data", [None, [], {}, {"x": [1, {"y": "ü"}]}, ConnectionReport(details={"a_b": "c"})])
def test_to_json_is_json(data):
    """What is encoded is JSON in UTF-8."""
    json.loads(Envelope.of(data).to_json().decode())


ANY_TEXT = st.text(st.characters(codec=None, categories=["L", "N", "P", "S", "Z", "C"]), max_size=20)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ANY_TEXT, inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
def test_any_data_is_an_envelope(data):
    """Whatever the data, the answer is JSON in UTF-8 with the four keys."""
    shown = json.loads(Envelope.of(data).to_json().decode())
    assert (list(shown), shown["success"], shown["error"]) == (["success", "data", "error", "meta"], True, None)


@given(ANY_TEXT, ANY_TEXT, st.dictionaries(ANY_TEXT, ANY_TEXT, max_size=4), st.none() | st.floats(0, 1e6))
def test_any_error_is_an_envelope(message, reason, fields, retry_after):
    """Whatever an error says, half a surrogate pair included, the answer is JSON in UTF-8 with the four keys."""
    error = InvalidConfigError(message, reason=reason, fields=fields, retry_after=retry_after)
    shown = json.loads(Envelope.failure(error).to_json().decode())
    assert (list(shown), shown["success"], shown["data"]) == (["success", "data", "error", "meta"], False, None)

"""What is wrong with a configuration, told by field and without secrets."""

import pytest

from dashboard_integrations.errors import InvalidConfigError

URL = "http://nas.local"


def problems_of(service, integration, config):
    """Return the fields of the error that ``config`` causes."""
    with pytest.raises(InvalidConfigError) as caught:
        service.validate(integration, config)
    return dict(caught.value.fields)


def test_everything_wrong_is_told_at_once(service, demo):
    """Both models, unknown fields and missing ones are checked together."""
    fields = problems_of(service, demo, {"limit": 0, "pasword": "x", "timeout": 0})
    assert {"url", "limit", "pasword", "timeout"} == set(fields)


def test_a_missing_field_is_required(service, demo):
    """The words are short, for a place beside the field."""
    assert {"url": "required"} == problems_of(service, demo, {})


def test_a_bad_url_says_how_it_should_be(service, demo):
    """Messages of validators come without pydantic's prefix."""
    fields = problems_of(service, demo, {"url": "nas.local"})
    assert {"url": "start with http:// or https://, as in http://nas.local:8080"} == fields


def test_an_unknown_field_suggests_the_right_one(service, demo):
    """A slip of the keyboard is found at once."""
    assert (
        "unknown field; did you mean 'password'?" in problems_of(service, demo, {"url": URL, "pasword": ""})["pasword"]
    )


def test_an_unknown_field_of_a_nested_model_is_told_by_its_path(service, demo):
    """Paths are dotted."""
    config = {"url": URL, "proxy": {"url": URL, "nope": 1}}
    assert {"proxy.nope": "unknown field"} == problems_of(service, demo, config)


def test_a_problem_in_a_list_is_told_by_its_index(service, demo):
    """Items are counted from 0."""
    assert {"tokens.1": "Input should be a valid string"} == problems_of(
        service, demo, {"url": URL, "tokens": ["one", 1]}
    )


def test_a_problem_of_the_whole_is_told_under_config(service, demo):
    """A rule over several fields belongs to none of them."""
    config = {"url": URL, "mode": "full", "limit": None}
    assert {"config": "a full look needs a limit"} == problems_of(service, demo, config)


def test_no_message_holds_a_secret(service, demo):
    """Not even when the author's own validator puts it there."""
    with pytest.raises(InvalidConfigError) as caught:
        service.validate(demo, {"url": URL, "password": '"canary-password'})
    assert "canary-password" not in f"{caught.value} {caught.value.fields}"


def test_the_message_names_the_integration_and_the_first_problems(service, demo):
    """A log line or a terminal shows enough without the fields."""
    with pytest.raises(InvalidConfigError, match=r"does not fit Demo: .*\(and 1 more\)"):
        service.validate(demo, {"limit": 0, "pasword": "x", "timeout": 0})


@pytest.mark.parametrize(
    "config",
    [{"labels": {"a": "\ud800"}}, {"labels": {"\ud800": "a"}}, {"notes": {"a": ["\ud800"]}}, {"notes": {"\ud800": 1}}],
    ids=repr,
)
def test_half_a_surrogate_pair_is_refused_wherever_it_stands(service, demo, config):
    """JSON can hold text that UTF-8 cannot; no answer and no store could take it."""
    fields = problems_of(service, demo, {"url": URL, **config})
    assert next(iter(config)) in {path.partition(".")[0] for path in fields}


def test_what_is_told_can_always_be_encoded(service, demo):
    """A field that nobody knows may have a name that no answer could hold."""
    str(problems_of(service, demo, {"url": URL, "\ud800": 1})).encode()


def test_a_name_beside_an_alias_is_not_accepted(service, demo):
    """The schema's key is the only one, unless the author says otherwise."""
    assert "did you mean 'siteId'" in problems_of(service, demo, {"url": URL, "site_id": 3})["site_id"]

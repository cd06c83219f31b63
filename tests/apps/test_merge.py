"""Merging configurations, for any stored one and any change: what stays, what goes, and where secrets never go."""

import json
from urllib.parse import urlsplit

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field, SecretStr, create_model

from dashboard_integrations.apps import AppRecord, AppService, InMemoryAppRepository
from dashboard_integrations.apps._fields import config_fields, fields_of
from dashboard_integrations.apps._merge import addresses, merge, secrets_in, without_secrets
from dashboard_integrations.authoring import HttpIntegration
from dashboard_integrations.cipher import ConfigCipher
from dashboard_integrations.config import ServiceConfig
from dashboard_integrations.envelope import Envelope
from dashboard_integrations.errors import InvalidConfigError

STORED, TYPED = "stored-canary", "typed-canary"


class Proxy(BaseModel):
    """A nested model with an address and a secret of its own."""

    model_config = ConfigDict(extra="forbid")

    url: str = "http://proxy.local"
    user: str | None = None
    password: SecretStr | None = None


class Config(ServiceConfig):
    """Fields that may be null and that may not, under names and aliases, secret and not."""

    username: str | None = None
    password: SecretStr | None = None
    pin: SecretStr = SecretStr("")
    tokens: list[SecretStr] = Field(default_factory=list)
    proxy: Proxy | None = None
    mirror: Proxy = Proxy()
    site_id: int = Field(default=1, alias="siteId")


class Extra(BaseModel):
    """What is no matter of access, save a port."""

    port: int | None = None
    labels: dict[str, str] = Field(default_factory=dict)


class Demo(HttpIntegration[Config]):
    """A service."""

    id = "demo"
    name = "Demo"
    extra_config = Extra


DEMO = Demo()
FIELDS = config_fields(DEMO)
SECRETS = {"client_key", "password", "pin", "tokens", "proxy.password", "mirror.password"}
CIPHER = ConfigCipher([bytes(range(32))])
SERVICE = AppService(InMemoryAppRepository(), cipher=CIPHER)

urls = st.sampled_from(
    ["http://a.local", "http://a.local/below", "HTTP://A.local:80", "http://a.local:81", "https://a.local", "http://b"]
)
texts = st.sampled_from(["", "ada", "bob"])


def proxies(canary):
    return st.fixed_dictionaries(
        {},
        optional={
            "url": urls,
            "user": texts | st.none(),
            "password": st.sampled_from([f"{canary}-proxy", ""]) | st.none(),
        },
    )


def configs(canary, **required):
    return st.fixed_dictionaries(
        required,
        optional={
            "username": texts | st.none(),
            "password": st.sampled_from([f"{canary}-password", ""]) | st.none(),
            "pin": st.sampled_from([f"{canary}-pin", ""]),
            "tokens": st.lists(st.just(f"{canary}-token"), max_size=2),
            "proxy": proxies(canary) | st.none(),
            "mirror": proxies(canary),
            "siteId": st.integers(1, 3),
            "port": st.integers(1, 3) | st.none(),
            "labels": st.dictionaries(texts, texts, max_size=2),
        },
    )


stored_configs = configs(STORED, url=urls)
changes_to = st.dictionaries(st.sampled_from(sorted(FIELDS)), st.none(), max_size=3).flatmap(
    lambda cleared: configs(TYPED).map(lambda given: {**given, **cleared})
) | configs(TYPED, url=urls)


def record_of(stored):
    sealed = CIPHER.seal(json.dumps(stored).encode(), app_id="app", integration_type="demo")
    return AppRecord(id="app", name="App", integration_type="demo", integration_config=sealed)


def leaves_of(value, path=""):
    """Yield every leaf of JSON under its dotted path."""
    if isinstance(value, dict) and value:
        for key, item in value.items():
            yield from leaves_of(item, f"{path}.{key}")
    else:
        yield path[1:], value


@given(stored=stored_configs, changes=changes_to)
def test_what_is_omitted_is_unchanged(stored, changes):
    """Fields that no change names are as stored, or missing as stored."""
    merged = merge(FIELDS, stored, changes)
    omitted = FIELDS.keys() - changes.keys()
    assert {key: stored[key] for key in omitted & stored.keys()} == {
        key: merged[key] for key in omitted & merged.keys()
    }


@given(stored=stored_configs, changes=changes_to)
def test_null_clears(stored, changes):
    """It is null where it may be, else gone, so that the default applies; what was stored is in neither."""
    merged = merge(FIELDS, stored, changes)
    cleared = [key for key, value in changes.items() if value is None]
    assert [None if FIELDS[key].nullable else "gone" for key in cleared] == [merged.get(key, "gone") for key in cleared]


@given(stored=stored_configs, changes=changes_to)
def test_what_is_given_is_taken(stored, changes):
    """Also when it is empty, and also when something else was stored."""
    merged = merge(FIELDS, stored, changes)
    given_keys = [key for key, value in changes.items() if value is not None and FIELDS[key].nested is None]
    assert [changes[key] for key in given_keys] == [merged[key] for key in given_keys]


@given(stored=stored_configs, before=proxies(STORED), change=proxies(TYPED))
def test_a_nested_model_is_merged_likewise(stored, before, change):
    """Its omitted fields stay, its given ones are taken, its null ones cleared."""
    merged = merge(FIELDS, {**stored, "proxy": before}, {"proxy": change})["proxy"]
    kept = {key: value for key, value in before.items() if key not in change}
    taken = {key: value for key, value in change.items() if value is not None}
    nulls = {key: None for key, value in change.items() if value is None and key != "url"}
    assert kept | taken | nulls == merged


@given(stored=stored_configs, changes=changes_to)
def test_a_change_made_twice_is_made_once(stored, changes):
    """A form that is sent again changes nothing more."""
    once = merge(FIELDS, stored, changes)
    assert once == merge(FIELDS, once, changes)


@given(stored=stored_configs)
def test_no_change_changes_nothing(stored):
    """An empty form is no change."""
    assert stored == merge(FIELDS, stored, {})


@given(stored=stored_configs, changes=changes_to)
def test_secrets_and_the_rest_make_the_whole(stored, changes):
    """What is shown and what is named as set are two parts of one configuration, with nothing in both."""
    merged = merge(FIELDS, stored, changes)
    shown = dict(leaves_of(without_secrets(FIELDS, merged)))
    hidden = secrets_in(FIELDS, merged)
    rest = {path: value for path, value in leaves_of(merged) if path not in shown}
    assert (set(), True) == (shown.keys() & hidden.keys(), hidden.keys() <= rest.keys() <= SECRETS)


@given(stored=stored_configs)
def test_no_description_holds_a_secret(stored):
    """Neither as an object nor as JSON; those that are set are named."""
    described = anyio.run(SERVICE.describe, record_of(stored), DEMO)
    told = repr(described) + Envelope.of(described).to_json().decode()
    expected = [path for path, value in leaves_of(stored) if path in SECRETS and value not in (None, "", [])]
    assert (False, sorted(expected)) == (STORED in told, list(described.secrets_set))


def origins_of(config):
    """Return the three addresses in a configuration, as a browser compares them."""

    def origin(url):
        parts = urlsplit(url)
        return parts.scheme.lower(), parts.hostname, parts.port or {"http": 80, "https": 443}[parts.scheme.lower()]

    proxy = config.get("proxy")
    mirror = config.get("mirror") or {}
    return (
        origin(config["url"]),
        None if proxy is None else origin(proxy.get("url", "http://proxy.local")),
        origin(mirror.get("url", "http://proxy.local")),
        config.get("port"),
    )


def settle(stored, changes):
    """Return what a form would save, or the error."""
    try:
        return anyio.run(SERVICE.merged, record_of(stored), DEMO, changes)
    except InvalidConfigError as error:
        return error


@given(stored=stored_configs, changes=changes_to)
def test_no_stored_secret_goes_to_a_new_address(stored, changes):
    """Whenever any address differs, no stored secret survives that was not given again."""
    settled = settle(stored, changes)
    if not isinstance(settled, InvalidConfigError):
        moved = origins_of(stored) != origins_of(settled)
        assert not (moved and STORED in json.dumps(settled))


@given(stored=stored_configs, changes=changes_to)
def test_the_refusal_names_exactly_what_to_type_again(stored, changes):
    """The secrets that would have gone along, and it holds none of them."""
    settled = settle(stored, changes)
    if isinstance(settled, InvalidConfigError) and settled.reason == "address-changed":
        merged = merge(FIELDS, stored, changes)
        carried = {path for path, value in secrets_in(FIELDS, merged).items() if STORED in json.dumps(value)}
        assert (carried, False) == (set(settled.fields), STORED in f"{settled!r} {settled.fields}")


@given(stored=stored_configs, changes=changes_to)
def test_secrets_typed_again_are_enough(stored, changes):
    """Whoever gives every secret anew may change every address."""
    complete = {**changes, "password": TYPED, "pin": TYPED, "tokens": [TYPED]}
    for key in ("proxy", "mirror"):
        if isinstance(complete.get(key), dict) or (key not in complete and stored.get(key) is not None):
            complete[key] = {**(complete.get(key) or {}), "password": TYPED}
    settled = settle(stored, complete)
    assert getattr(settled, "reason", None) != "address-changed"


@pytest.mark.parametrize(
    ("field", "before", "after", "moved"),
    [
        ("mqtt_host", "good.example", "evil.example", True),
        ("mqttPort", 1883, 1884, True),
        ("smtpServer", "good.example", "evil.example", True),
        ("ip_address", "10.0.0.1", "10.0.0.2", True),
        ("DBHost", "good", "evil", True),
        ("brokers", ["mqtt://good"], ["mqtt://evil"], True),
        ("hosts", ["good", "better"], ["good", "evil"], True),
        ("base_url", "good.example/api", "evil.example/api", True),
        ("base_url", "https://good.example/api", "https://good.example/other", False),
        ("report", 1, 2, False),
        ("ship_to", "a", "b", False),
        ("description", "a", "b", False),
    ],
)
def test_an_address_is_known_by_its_name_or_its_scheme(field, before, after, moved):
    """Integrations without a ``ServiceConfig`` call their host what they like: names are looked at word by word."""
    kind = create_model("Config", **{field: (type(before), ...)})
    fields = fields_of(kind)
    assert (addresses(fields, {field: before}) != addresses(fields, {field: after})) is moved

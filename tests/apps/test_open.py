"""Opening apps."""

import secrets
from dataclasses import replace

import pytest
from pydantic import SecretStr

from dashboard_integrations.apps import AppRecord, AppService
from dashboard_integrations.cipher import ConfigCipher
from dashboard_integrations.errors import DisabledError, InternalError, InvalidConfigError, SecretUnreadableError

EVERYTHING = {
    "url": "https://nas.local",
    "username": "ada",
    "password": "canary-1",
    "key": "canary-2",
    "tokens": ["canary-3", "canary-4"],
    "doors": [{"label": "front", "code": "canary-5"}],
    "proxy": {"url": "http://proxy.local", "password": "canary-6"},
    "mode": "full",
    "limit": 3,
    "labels": {"a": "b"},
}


async def test_what_was_saved_comes_back_as_models(service, demo):
    """Integrations receive instances of their own models, secrets included."""
    record = await service.create(name="NAS", integration=demo, config=EVERYTHING)
    opened = await service.open(record, demo)
    assert "https://nas.local" == opened.auth.url
    assert "canary-6" == opened.auth.proxy.password.get_secret_value()
    assert demo.extra_config(mode="full", limit=3, labels={"a": "b"}) == opened.extra


async def test_every_secret_is_known(service, demo):
    """Whatever shape holds a secret, its value can be masked."""
    opened = await service.open(await service.create(name="NAS", integration=demo, config=EVERYTHING), demo)
    assert {f"canary-{number}" for number in range(1, 7)} <= opened.secrets


async def test_every_plain_text_is_a_possible_user(service, demo):
    """What may stand before a secret in Basic credentials is known; URLs cannot, for their colon."""
    opened = await service.open(await service.create(name="NAS", integration=demo, config=EVERYTHING), demo)
    assert {"ada", "nobody", "full", "b"} == opened.users


async def test_a_repr_holds_nothing_of_the_configuration(service, demo):
    """Opened configurations may end up in a log by accident."""
    opened = await service.open(await service.create(name="NAS", integration=demo, config=EVERYTHING), demo)
    assert f"OpenedConfig(fingerprint={opened.fingerprint!r})" == repr(opened)


async def test_an_integration_without_extra_config_opens_without(service, other):
    """Extra configuration is optional."""
    record = await service.create(name="Other", integration=other, config={"url": "http://nas.local"})
    assert (await service.open(record, other)).extra is None


async def test_an_app_that_is_switched_off_opens(service, demo, app):
    """Its form can be tested; whether data is fetched is the facade's decision."""
    off = await service.update(app.id, enabled=False)
    assert "ada" == (await service.open(off, demo)).auth.username


async def test_a_bookmark_does_not_open(service, demo):
    """An app without integration says what to do."""
    with pytest.raises(DisabledError, match="'Wiki' has no integration: choose its type"):
        await service.open(AppRecord(id="wiki", name="Wiki"), demo)


async def test_another_integration_is_a_mistake_of_the_caller(service, other, app):
    """Opening with the wrong integration is no foreseeable failure."""
    with pytest.raises(ValueError, match="of type 'demo', not 'other'"):
        await service.open(app, other)


async def test_a_row_copied_to_another_app_does_not_open(service, demo, app):
    """Sealed text is bound to its app."""
    with pytest.raises(SecretUnreadableError):
        await service.open(replace(app, id="copy"), demo)


async def test_another_key_does_not_open_it(repository, demo, app):
    """A wrong key is told as such."""
    stranger = AppService(repository, cipher=ConfigCipher([secrets.token_bytes(32)]))
    with pytest.raises(SecretUnreadableError):
        await stranger.open(app, demo)


async def test_an_app_that_was_never_configured_says_what_is_missing(service, demo):
    """A host's row with a type and no configuration is an empty form."""
    with pytest.raises(InvalidConfigError) as caught:
        await service.open(AppRecord(id="new", name="New", integration_type="demo"), demo)
    assert {"url": "required"} == caught.value.fields


async def test_fields_of_an_earlier_version_are_passed_over(service, app, slimmer_demo):
    """An upgrade of a plugin that drops a field breaks no app."""
    assert "http://nas.local:8080" == (await service.open(app, slimmer_demo)).auth.url


async def test_a_stored_configuration_that_is_no_object_is_unreadable(service, cipher, demo, app):
    """Whoever sealed something else gets an error that says what to do."""
    sealed = cipher.seal(b"[]", app_id=app.id, integration_type="demo")
    with pytest.raises(SecretUnreadableError, match="enter it again"):
        await service.open(replace(app, integration_config=sealed), demo)


async def test_every_save_has_a_fingerprint_of_its_own(service, demo, app):
    """An edit never shows data of the configuration before."""
    saved = await service.update(app.id, integration=demo, config={"timeout": 5})
    assert (await service.open(app, demo)).fingerprint != (await service.open(saved, demo)).fingerprint


async def test_a_rename_keeps_the_fingerprint(service, app):
    """What was fetched stays fresh under another name."""
    assert service.fingerprint(app) == service.fingerprint(await service.update(app.id, name="Renamed"))


def test_unsaved_configurations_have_fingerprints_of_their_own(service, demo):
    """Two tests of one form share nothing."""
    config = {"url": "http://nas.local"}
    assert service.validate(demo, config).fingerprint != service.validate(demo, config).fingerprint


def test_an_author_s_bug_is_told_without_what_was_typed(service, touchy, caplog):
    """A validator that raises anything is a defect of the integration, and its message may hold a secret."""
    with pytest.raises(InternalError) as caught:
        service.validate(touchy, {"url": "http://nas.local", "token": "canary-token"})
    assert "canary" not in f"{caught.value} {caught.value.__cause__} {caplog.text}"


def test_python_callers_may_pass_secrets_as_such(service, demo):
    """A host that builds a configuration in code need not reveal it first."""
    opened = service.validate(demo, {"url": "http://nas.local", "password": SecretStr("canary")})
    assert SecretStr("canary") == opened.auth.password

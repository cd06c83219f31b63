"""What an edit form may know of an app."""

import secrets

from dashboard_integrations.apps import AppRecord, AppService
from dashboard_integrations.cipher import ConfigCipher
from dashboard_integrations.envelope import Envelope
from dashboard_integrations.errors import ErrorCode


async def test_the_configuration_comes_without_secrets(service, demo, app):
    """Secrets never leave; everything else fills the form."""
    config = (await service.describe(app, demo)).config
    assert {"url": "http://nas.local:8080", "username": "ada", "siteId": 7}.items() <= config.items()
    assert {"password", "key", "tokens", "doors"}.isdisjoint(config)


async def test_secrets_that_are_set_are_named(service, demo, app):
    """A form shows that there is something, and not what; an empty secret is not set."""
    assert ["password"] == list((await service.describe(app, demo)).secrets_set)


async def test_nested_secrets_are_named_by_their_path(service, demo, app):
    """The rest of a nested model is shown."""
    proxy = {"url": "http://proxy.local", "password": "canary-proxy"}
    changed = await service.update(
        app.id,
        integration=demo,
        config={"password": "typed", "proxy": proxy, "tokens": ["a"], "doors": [{"label": "front", "code": "1"}]},
    )
    described = await service.describe(changed, demo)
    assert ["doors", "password", "proxy.password", "tokens"] == list(described.secrets_set)
    assert {"url": "http://proxy.local", "user": "nobody"} == described.config["proxy"]


async def test_it_is_told_in_camel_case_with_the_schema_s_own_keys(service, demo, app):
    """The JSON of a form's app."""
    data = Envelope.of(await service.describe(app, demo)).to_dict()["data"]
    assert ["id", "name", "integrationType", "integrationEnabled", "config", "secretsSet", "error"] == list(data)
    assert "ca_certificate" in data["config"]


async def test_an_unreadable_configuration_still_opens_the_form(repository, demo, app):
    """The form is empty and says why."""
    stranger = AppService(repository, cipher=ConfigCipher([secrets.token_bytes(32)]))
    described = await stranger.describe(app, demo)
    assert ({}, ErrorCode.SECRET_UNREADABLE) == (described.config, described.error.code)


async def test_a_configuration_that_does_not_fit_any_more_fills_the_form(service, cipher, demo):
    """After an upgrade of a plugin a user sees what is stored, and what is wrong with it."""
    sealed = cipher.seal(b'{"url": "nas", "password": "canary", "old": "x"}', app_id="a", integration_type="demo")
    described = await service.describe(
        AppRecord(id="a", name="A", integration_type="demo", integration_config=sealed), demo
    )
    assert ({"url": "nas"}, ["password"], ["url"]) == (
        described.config,
        list(described.secrets_set),
        list(described.error.fields),
    )


async def test_a_secret_of_another_shape_than_before_is_not_shown(service, cipher, demo):
    """What was a secret text and is a nested model now shows no text."""
    sealed = cipher.seal(b'{"url": "http://a", "proxy": "canary"}', app_id="a", integration_type="demo")
    described = await service.describe(
        AppRecord(id="a", name="A", integration_type="demo", integration_config=sealed), demo
    )
    assert "canary" not in repr(described)


async def test_an_app_of_a_missing_integration_is_described(service, app):
    """It can be renamed, switched off and deleted."""
    described = await service.describe(app, None)
    assert ("NAS", "demo", {}) == (described.name, described.integration_type, described.config)


async def test_a_bookmark_is_described(service, demo):
    """An app without integration has no configuration and no error."""
    described = await service.describe(AppRecord(id="wiki", name="Wiki"), demo)
    assert ({}, None) == (described.config, described.error)

"""Changing apps: what is omitted stays, ``None`` clears, and stored secrets go to no new address."""

import secrets

import anyio
import pytest
from pydantic import SecretStr

from dashboard_integrations.apps import AppRecord, AppService
from dashboard_integrations.cipher import ConfigCipher
from dashboard_integrations.errors import InternalError, InvalidConfigError, InvalidRequestError, UnknownAppError

PROXY = {"url": "http://proxy.local", "user": "eve", "password": "canary-proxy"}


@pytest.fixture
async def proxied(service, demo, app):
    """Give an app with a proxy, its password, and tokens."""
    config = {"proxy": PROXY, "tokens": ["canary-token"], "password": "canary-password"}
    return await service.update(app.id, integration=demo, config=config)


async def test_an_omitted_secret_is_unchanged(service, demo, app):
    """A form does not show the password and does not send it back."""
    changed = await service.update(app.id, integration=demo, config={"username": "bob"})
    auth = (await service.open(changed, demo)).auth
    assert ("bob", "canary-password") == (auth.username, auth.password.get_secret_value())


async def test_an_omitted_field_is_unchanged(service, demo, app):
    """A PATCH says what changes."""
    changed = await service.update(app.id, integration=demo, config={"limit": 3})
    assert (7, "ada") == (
        (await service.open(changed, demo)).auth.site_id,
        (await service.open(changed, demo)).auth.username,
    )


async def test_null_clears_a_secret(service, demo, app):
    """Leaving a secret out and clearing it are two things."""
    changed = await service.update(app.id, integration=demo, config={"password": None})
    assert (await service.open(changed, demo)).auth.password is None


async def test_null_stays_where_the_field_may_be_null(service, demo, app):
    """No limit is another choice than the default limit."""
    changed = await service.update(app.id, integration=demo, config={"limit": None})
    assert (await service.open(changed, demo)).extra.limit is None


async def test_null_gives_the_default_back_elsewhere(service, demo, app):
    """A field that cannot be null has its default after it was cleared."""
    changed = await service.update(app.id, integration=demo, config={"siteId": None})
    assert 1 == (await service.open(changed, demo)).auth.site_id


async def test_null_for_a_required_field_is_refused(service, demo, app):
    """An app cannot lose its address."""
    with pytest.raises(InvalidConfigError) as caught:
        await service.update(app.id, integration=demo, config={"url": None})
    assert {"url": "required"} == caught.value.fields


async def test_nested_models_are_merged(service, demo, proxied):
    """A change inside of a nested model keeps its other fields, its secret included."""
    changed = await service.update(proxied.id, integration=demo, config={"proxy": {"user": "bob"}})
    proxy = (await service.open(changed, demo)).auth.proxy
    assert ("bob", "canary-proxy", PROXY["url"]) == (proxy.user, proxy.password.get_secret_value(), proxy.url)


async def test_a_mapping_is_replaced(service, demo, app):
    """A key can be removed from a mapping by sending the mapping without it."""
    await service.update(app.id, integration=demo, config={"labels": {"a": "1", "b": "2"}})
    changed = await service.update(app.id, integration=demo, config={"labels": {"b": "2"}})
    assert {"b": "2"} == (await service.open(changed, demo)).extra.labels


@pytest.mark.parametrize(
    "url", ["http://evil.local:8080", "https://nas.local:8080", "http://nas.local:8081", "http://nas.local"]
)
async def test_a_new_origin_asks_for_the_secrets_again(service, demo, app, url):
    """Who may edit an app cannot have its password sent to a server of their own."""
    with pytest.raises(InvalidConfigError) as caught:
        await service.update(app.id, integration=demo, config={"url": url})
    assert ["password"] == list(caught.value.fields)


@pytest.mark.parametrize("url", [" HTTP://NAS.local:8080/ ", "http://nas.local:8080/below"])
async def test_the_same_origin_keeps_them(service, demo, app, url):
    """Another way to write it, or another path, is the same server."""
    changed = await service.update(app.id, integration=demo, config={"url": url})
    assert "canary-password" == (await service.open(changed, demo)).auth.password.get_secret_value()


@pytest.mark.parametrize("password", ["typed", None])
async def test_a_new_origin_is_fine_with_every_secret_given(service, demo, app, password):
    """Typed again, or cleared: nothing stored goes anywhere."""
    changed = await service.update(app.id, integration=demo, config={"url": "http://new.local", "password": password})
    assert "http://new.local" == (await service.open(changed, demo)).auth.url


async def test_each_stored_secret_has_to_be_given(service, demo, proxied):
    """One of several typed again does not let the others go."""
    with pytest.raises(InvalidConfigError) as caught:
        await service.update(proxied.id, integration=demo, config={"url": "http://evil.local", "password": "typed"})
    assert {"tokens", "proxy.password"} == set(caught.value.fields)


async def test_a_new_proxy_is_a_new_address(service, demo, app):
    """A URL in a nested model leads somewhere too."""
    with pytest.raises(InvalidConfigError) as caught:
        await service.update(app.id, integration=demo, config={"proxy": {"url": "http://evil.local"}})
    assert ["password"] == list(caught.value.fields)


async def test_a_new_origin_without_stored_secrets_is_fine(service, demo):
    """There is nothing to protect."""
    app = await service.create(name="Open", integration=demo, config={"url": "http://old.local"})
    changed = await service.update(app.id, integration=demo, config={"url": "http://new.local"})
    assert "http://new.local" == (await service.open(changed, demo)).auth.url


async def test_merged_gives_the_secrets_to_a_test_of_the_form(service, demo, app):
    """A test before saving uses what is stored."""
    merged = await service.merged(app, demo, {"username": "bob"})
    assert ("bob", "canary-password") == (merged["username"], merged["password"])


async def test_another_integration_keeps_nothing(service, other, app):
    """Secrets of one type do not become another's."""
    changed = await service.update(app.id, integration=other, config={"url": "http://nas.local:8080"})
    assert "other" == changed.integration_type
    assert (await service.open(changed, other)).secrets == frozenset()


async def test_another_integration_has_to_be_configured(service, other, app):
    """Its required fields are not taken from the one before."""
    with pytest.raises(InvalidConfigError) as caught:
        await service.update(app.id, integration=other)
    assert {"url": "required"} == caught.value.fields


async def test_a_bookmark_can_get_an_integration(service, repository, demo):
    """A host's own app becomes a live one."""
    await repository.add(AppRecord(id="wiki", name="Wiki"))
    changed = await service.update("wiki", integration=demo, config={"url": "http://wiki.local"})
    assert "http://wiki.local" == (await service.open(changed, demo)).auth.url


async def test_an_app_of_a_missing_integration_can_be_renamed_and_switched_off(service, app):
    """An uninstalled plugin does not lock its apps."""
    changed = await service.update(app.id, name=" Old NAS ", enabled=False)
    assert ("Old NAS", False, app.integration_config) == (
        changed.name,
        changed.integration_enabled,
        changed.integration_config,
    )


async def test_a_configuration_without_its_integration_is_a_mistake_of_the_caller(service, app):
    """Nobody could say whether it fits."""
    with pytest.raises(TypeError, match="which integration"):
        await service.update(app.id, config={"url": "http://nas.local"})


async def test_an_impossible_name_is_refused(service, app):
    """A rename follows the rules of a new name."""
    with pytest.raises(InvalidRequestError):
        await service.update(app.id, name=" ")


async def test_an_unreadable_configuration_can_be_entered_again(repository, demo, app):
    """After the key is lost, a complete form heals the app."""
    service = AppService(repository, cipher=ConfigCipher([secrets.token_bytes(32)]))
    changed = await service.update(app.id, integration=demo, config={"url": "http://nas.local", "password": "typed"})
    assert SecretStr("typed") == (await service.open(changed, demo)).auth.password


async def test_an_unreadable_configuration_is_not_replaced_by_half_a_form(repository, demo, app):
    """A change of one field under the wrong key leaves everything as it is."""
    service = AppService(repository, cipher=ConfigCipher([secrets.token_bytes(32)]))
    with pytest.raises(InvalidConfigError):
        await service.update(app.id, integration=demo, config={"username": "bob"})
    assert app == await repository.get(app.id)


async def test_changes_at_the_same_time_are_all_kept(service, demo, app):
    """Whoever comes second changes what the first one left."""

    async def send(change):
        await service.update(app.id, integration=demo, config=change)

    async with anyio.create_task_group() as tasks:
        for change in ({"username": "bob"}, {"siteId": 8}, {"timeout": 5}, {"limit": 4}, {"labels": {"a": "b"}}):
            tasks.start_soon(send, change)
    opened = await service.open(await service.get(app.id), demo)
    auth, extra = opened.auth, opened.extra
    assert ("bob", 8, 5, 4, {"a": "b"}) == (auth.username, auth.site_id, auth.timeout, extra.limit, extra.labels)


async def test_a_change_in_between_is_merged(repository, cipher, demo, app):
    """An update that finds another record than it read reads again."""
    plain = AppService(repository, cipher=cipher)

    class Interrupted:
        """Lets somebody else write just before the first update."""

        get, list, add, delete = repository.get, repository.list, repository.add, repository.delete
        waiting = True

        async def update(self, record, *, replacing):
            if self.waiting:
                self.waiting = False
                await plain.update(app.id, integration=demo, config={"password": "second"})
            return await repository.update(record, replacing=replacing)

    await AppService(Interrupted(), cipher=cipher).update(app.id, integration=demo, config={"username": "bob"})
    auth = (await plain.open(await plain.get(app.id), demo)).auth
    assert ("bob", "second") == (auth.username, auth.password.get_secret_value())


async def test_an_app_that_never_rests_is_given_up(repository, cipher, app):
    """A repository that refuses every update makes no endless loop."""

    class Restless:
        """Refuses."""

        get, list, add, delete = repository.get, repository.list, repository.add, repository.delete

        async def update(self, record, *, replacing):
            return False

    with pytest.raises(InternalError, match="try again"):
        await AppService(Restless(), cipher=cipher).update(app.id, name="Renamed")


async def test_an_unknown_app_cannot_be_changed(service):
    """Nothing is made by an update."""
    with pytest.raises(UnknownAppError):
        await service.update("missing", name="New")

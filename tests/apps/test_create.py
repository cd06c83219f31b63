"""Making apps."""

import json

import pytest

from dashboard_integrations.apps import AppService
from dashboard_integrations.errors import InvalidConfigError, InvalidRequestError

URL = "http://nas.local:8080"


async def test_a_new_app_can_be_read(service, demo):
    """What is created is kept."""
    record = await service.create(name="NAS", integration=demo, config={"url": URL})
    assert record == await service.get(record.id)


async def test_ids_come_from_the_given_source(repository, cipher, demo):
    """A host decides how ids look."""
    service = AppService(repository, cipher=cipher, new_id=lambda: "app-1")
    assert "app-1" == (await service.create(name="NAS", integration=demo, config={"url": URL})).id


async def test_names_are_trimmed(service, demo):
    """White space around a name is an accident."""
    assert "NAS" == (await service.create(name="  NAS\n", integration=demo, config={"url": URL})).name


@pytest.mark.parametrize("name", ["", " \t", "x" * 201, "two\nlines", "nul\0", "half a pair \ud800"], ids=repr)
async def test_impossible_names_are_refused(service, demo, name):
    """A name has 1 to 200 characters that can be shown and stored."""
    with pytest.raises(InvalidRequestError) as caught:
        await service.create(name=name, integration=demo, config={"url": URL})
    assert ["name"] == list(caught.value.fields)


async def test_names_may_hold_any_script_and_emoji(service, demo):
    """Joined emoji and right-to-left text are names."""
    name = "👩\u200d👧 \u202b\u05de\u05d3\u05d9\u05d4"
    assert name == (await service.create(name=name, integration=demo, config={"url": URL})).name


@pytest.mark.parametrize("app_id", ["", "a/b", "a b", "a:b", ".", "..", "é", "a\n", "x" * 101], ids=repr)
async def test_impossible_ids_are_refused(service, demo, app_id):
    """An id stands in paths and in columns of the database."""
    with pytest.raises(InvalidRequestError) as caught:
        await service.create(name="NAS", integration=demo, config={"url": URL}, app_id=app_id)
    assert ["id"] == list(caught.value.fields)


async def test_a_taken_id_is_refused(service, demo, app):
    """Two apps cannot have one id."""
    with pytest.raises(InvalidRequestError) as caught:
        await service.create(name="Second", integration=demo, config={"url": URL}, app_id=app.id)
    assert {"id": "another app has this id"} == caught.value.fields


async def test_nothing_is_kept_of_an_invalid_app(service, demo):
    """A configuration that does not fit leaves no trace."""
    with pytest.raises(InvalidConfigError):
        await service.create(name="NAS", integration=demo, config={})
    assert [] == await service.list()


async def test_what_is_sealed_is_one_flat_object_under_the_schema_s_keys(service, cipher, demo, app):
    """Other tools that hold the key can read it: plain JSON, secrets included, aliases as in the schema."""
    sealed = json.loads(cipher.open(app.integration_config, app_id=app.id, integration_type=demo.id))
    expected = {
        "url": URL,
        "ca_certificate": None,
        "certificate_sha256": None,
        "client_certificate": None,
        "client_key": None,
        "timeout": 10.0,
        "username": "ada",
        "password": "canary-password",
        "key": "",
        "tokens": [],
        "doors": [],
        "proxy": None,
        "siteId": 7,
        "mode": "fast",
        "limit": 10,
        "labels": {},
        "notes": {},
    }
    assert expected == sealed


async def test_a_record_shows_no_secret(app):
    """The sealed text does not hold the password in the clear, and the repr holds none of it."""
    assert "canary-password" not in f"{app!r}{app.integration_config}"

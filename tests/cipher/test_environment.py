"""Keys from the environment, and the fallback that is for development only."""

import logging

import pytest

from dashboard_integrations.cipher import ConfigCipher, InvalidKeyError

KEY = ConfigCipher.generate_key()
JWT = {"JWT_SECRET": "some-secret-of-the-host"}


def test_the_ring_is_read_from_its_variable():
    """The first key seals."""
    other = ConfigCipher.generate_key()
    expected = ConfigCipher.from_text(f"{KEY},{other}").key_ids
    assert expected == ConfigCipher.from_env({"INTEGRATION_ENCRYPTION_KEY": f"{KEY},{other}"}).key_ids


def test_a_key_of_its_own_needs_no_warning(caplog):
    """Also in production, and whatever else is set."""
    ConfigCipher.from_env({"INTEGRATION_ENCRYPTION_KEY": KEY, "APP_ENV": "production", **JWT})
    assert [] == caplog.records


def test_without_any_key_the_message_says_what_to_set():
    """It names both variables and the command."""
    with pytest.raises(InvalidKeyError) as caught:
        ConfigCipher.from_env({})
    assert [] == [
        word
        for word in ("INTEGRATION_ENCRYPTION_KEY", "JWT_SECRET", "`dashboard-integrations keygen`")
        if word not in str(caught.value)
    ]


def test_development_falls_back_to_the_secret_of_the_host_loudly(caplog):
    """The warning names the variable and never its value."""
    ConfigCipher.from_env(JWT)
    (record,) = caplog.records
    assert (logging.WARNING, True, False) == (
        record.levelno,
        "for development only" in record.getMessage(),
        JWT["JWT_SECRET"] in record.getMessage(),
    )


def test_the_fallback_gives_the_same_key_each_time():
    """What was sealed yesterday opens today."""
    sealed = ConfigCipher.from_env(JWT).seal(b"config", app_id="a", integration_type="t")
    assert b"config" == ConfigCipher.from_env(JWT).open(sealed, app_id="a", integration_type="t")


def test_the_fallback_is_not_the_secret_itself():
    """Another secret is another key."""
    other = {"JWT_SECRET": "some-secret-of-the-host!"}
    assert ConfigCipher.from_env(JWT).key_ids != ConfigCipher.from_env(other).key_ids


@pytest.mark.parametrize("name", ["DASHBOARD_ENV", "ENVIRONMENT", "APP_ENV"])
@pytest.mark.parametrize("value", ["prod", "production", "PRODUCTION", " Prod "])
def test_production_refuses_the_fallback(name, value):
    """The message says which variable declared it, and what to do."""
    with pytest.raises(InvalidKeyError, match=rf"^{name} says .*production.*dashboard-integrations keygen"):
        ConfigCipher.from_env({name: value, **JWT})


@pytest.mark.parametrize("value", ["", "development", "staging", "test"])
def test_other_stages_may_fall_back(value):
    """Only a declared production is one."""
    assert 1 == len(ConfigCipher.from_env({"APP_ENV": value, **JWT}).key_ids)


@pytest.mark.parametrize("value", ["", "  "])
def test_a_blank_variable_counts_as_not_set(value):
    """Compose files pass unset variables on as blank ones."""
    assert (
        ConfigCipher.from_env(JWT).key_ids
        == ConfigCipher.from_env({"INTEGRATION_ENCRYPTION_KEY": value, **JWT}).key_ids
    )


def test_a_bad_key_is_never_replaced_by_the_fallback():
    """A mistake in the key must not go unseen."""
    with pytest.raises(InvalidKeyError, match=r"^INTEGRATION_ENCRYPTION_KEY is"):
        ConfigCipher.from_env({"INTEGRATION_ENCRYPTION_KEY": "oops", **JWT})

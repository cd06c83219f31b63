"""The configuration of a service: what may be typed about trust, in one normal form."""

import pytest
from pydantic import ValidationError

from dashboard_integrations.config import LoginConfig, ServiceConfig

URL = "https://nas.test"
HEX = "4f1b" * 16
BODY = "QUJD" * 40
CERTIFICATE = f"-----BEGIN CERTIFICATE-----\n{BODY[:64]}\n{BODY[64:128]}\n{BODY[128:]}\n-----END CERTIFICATE-----\n"
KEY = CERTIFICATE.replace("CERTIFICATE", "PRIVATE KEY")


def _problems(**config):
    with pytest.raises(ValidationError) as caught:
        ServiceConfig(**({"url": URL} | config))
    return {item["loc"]: item["msg"].removeprefix("Value error, ") for item in caught.value.errors()}


@pytest.mark.parametrize(
    "typed",
    [
        HEX,
        HEX.upper(),
        ":".join(HEX[i : i + 2] for i in range(0, 64, 2)),
        " ".join(HEX[i : i + 2] for i in range(0, 64, 2)),
        f"sha256 Fingerprint={HEX}",
        f"SHA256:{HEX}",
        f"  {HEX[:32]}\n{HEX[32:]} ",
    ],
)
def test_a_fingerprint_has_one_form(typed):
    """However openssl or a browser prints it, it is kept as lower-case hex."""
    assert HEX == ServiceConfig(url=URL, certificate_sha256=typed).certificate_sha256


@pytest.mark.parametrize("typed", ["4f1b", f"{HEX}00", "g" * 64, "sha1:00", CERTIFICATE])
def test_what_is_no_fingerprint_is_said_at_its_field(typed):
    """A SHA-1 or half a fingerprint is not taken for one."""
    assert [("certificate_sha256",)] == list(_problems(certificate_sha256=typed))


@pytest.mark.parametrize("field", ["certificate_sha256", "client_certificate", "client_key"])
@pytest.mark.parametrize("typed", [None, "", "  \n"])
def test_an_empty_field_is_none(field, typed):
    """A form that sends empty text means that there is nothing."""
    assert getattr(ServiceConfig(**{"url": URL, field: typed}), field) is None


def test_lines_that_a_form_took_away_come_back():
    """A field of one line makes one line of a PEM text; it is broken again, and what surrounds it is left out."""
    flat = f"Bag Attributes: x {CERTIFICATE.replace(chr(10), '')} {CERTIFICATE.replace(chr(10), '')}"
    config = ServiceConfig(url=URL, client_certificate=flat, client_key=KEY.replace("\n", ""))
    assert (CERTIFICATE * 2, KEY) == (config.client_certificate, config.client_key.get_secret_value())


def test_what_was_normalised_stays():
    """A stored configuration is read back as it was written."""
    config = ServiceConfig(url=URL, certificate_sha256=HEX, client_certificate=CERTIFICATE, client_key=KEY)
    assert config == ServiceConfig.model_validate(config.model_dump())


@pytest.mark.parametrize(
    ("config", "field"),
    [
        ({"client_certificate": CERTIFICATE}, "client_key"),
        ({"client_key": KEY}, "client_key"),
        ({"client_certificate": CERTIFICATE, "client_key": "canary"}, "client_key"),
        ({"client_certificate": CERTIFICATE, "client_key": CERTIFICATE}, "client_key"),
        ({"client_certificate": CERTIFICATE, "client_key": KEY + KEY}, "client_key"),
        ({"client_certificate": "nonsense", "client_key": KEY}, "client_certificate"),
        ({"client_certificate": CERTIFICATE + KEY, "client_key": KEY}, "client_certificate"),
        ({"client_certificate": CERTIFICATE + KEY}, "client_certificate"),
        ({"url": "http://nas.test", "certificate_sha256": HEX}, "certificate_sha256"),
        ({"url": "http://nas.test", "client_certificate": CERTIFICATE, "client_key": KEY}, "client_certificate"),
    ],
)
def test_what_does_not_go_together_is_said_at_one_field(config, field):
    """Half a pair, a key in the wrong place, or trust without TLS: one message, where the mistake is."""
    assert [(field,)] == list(_problems(**config))


def test_the_key_is_a_secret():
    """It is not shown, and forms do not send it back."""
    config = ServiceConfig(url=URL, client_certificate=CERTIFICATE, client_key=KEY)
    schema = ServiceConfig.model_json_schema()["properties"]["client_key"]
    assert (False, True) == (
        BODY[:64] in repr(config.client_key),
        {"type": "string", "format": "password", "writeOnly": True} in schema["anyOf"],
    )


def test_a_login_stands_right_after_the_address():
    """Both of its fields may be empty, and the password is a secret."""
    properties = LoginConfig.model_json_schema()["properties"]
    assert ["url", "username", "password"] == [*properties][:3]
    assert (None, None) == (LoginConfig(url=URL).username, LoginConfig(url=URL).password)
    assert "s3cret" not in repr(LoginConfig(url=URL, username="reader", password="s3cret"))

"""Keys: every spelling of a good one is read, every bad one refused without being shown."""

import base64

import pytest

from dashboard_integrations.cipher import ConfigCipher, InvalidKeyError

KEY = bytes.fromhex("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")
BASE64URL = base64.urlsafe_b64encode(KEY).decode()
BASE64 = base64.b64encode(KEY).decode()
# Its base64 begins with "++++////", so that the two alphabets differ.
SIGNS = b"\xfb\xef\xbe\xff\xff\xff" + KEY[:26]


@pytest.mark.parametrize(
    "text",
    [KEY.hex(), KEY.hex().upper(), BASE64URL, BASE64URL.rstrip("="), BASE64, BASE64.rstrip("="), f"  {KEY.hex()}\n"],
)
def test_every_spelling_of_a_key_is_the_same_key(text):
    """Hex, base64url and base64, padded or not, with spaces around."""
    assert ConfigCipher([KEY]).key_ids == ConfigCipher.from_text(text).key_ids


def test_both_alphabets_of_base64_are_read():
    """Tools differ in the two last digits."""
    urlsafe, standard = base64.urlsafe_b64encode(SIGNS).decode(), base64.b64encode(SIGNS).decode()
    assert ConfigCipher.from_text(urlsafe).key_ids == ConfigCipher.from_text(standard).key_ids


def test_a_ring_is_separated_by_commas():
    """Spaces and a comma at the end do no harm."""
    other = ConfigCipher.generate_key()
    assert 2 == len(ConfigCipher.from_text(f" {BASE64URL} , {other},\n").key_ids)


def test_a_key_that_is_there_twice_counts_once():
    """Whatever its spelling."""
    assert 1 == len(ConfigCipher.from_text(f"{BASE64URL},{KEY.hex()}").key_ids)


def test_a_generated_key_is_accepted():
    """It is 32 bytes in base64url, and another one each time."""
    first, second = ConfigCipher.generate_key(), ConfigCipher.generate_key()
    assert (43, 2) == (len(first), len(ConfigCipher.from_text(f"{first},{second}").key_ids))


def test_a_key_is_made_of_the_given_randomness():
    """The source of randomness is an argument."""
    assert BASE64URL.rstrip("=") == ConfigCipher.generate_key(random=lambda size: KEY[:size])


@pytest.mark.parametrize(
    "text",
    [
        "",
        " , ",
        "changeme",
        "correct horse battery staple",
        "x" * 43,
        "00" * 32,
        "ab" * 32,
        "0123456789abcdef" * 4,
        base64.urlsafe_b64encode(b"this is a passphrase of 32 bytes").decode(),
        base64.urlsafe_b64encode(KEY[:16]).decode(),
        base64.urlsafe_b64encode(KEY + KEY).decode(),
        BASE64URL[:-3],
        BASE64URL.rstrip("=")[:-1] + "_",
        KEY.hex()[:-1],
        KEY.hex() + "0",
        f'"{BASE64URL}"',
        "schlüssel" * 5,
        f"{BASE64URL},short",
        "-+" * 20 + "abc",
    ],
)
def test_a_malformed_or_weak_key_is_refused_with_the_command_that_makes_a_good_one(text):
    """The message never shows the key."""
    with pytest.raises(InvalidKeyError, match=r"make one with `dashboard-integrations keygen`") as caught:
        ConfigCipher.from_text(text)
    shown = "".join(map(repr, (caught.value, caught.value.__cause__, caught.value.__context__)))
    assert [] == [part for part in text.split(",") if len(part) > 3 and part.strip() in shown]


@pytest.mark.parametrize("keys", [[], [b"short"], [b"k" * 32], [KEY, bytes(32)], [KEY + b"x"]])
def test_bytes_are_judged_as_texts_are(keys):
    """There is no way around the check."""
    with pytest.raises(InvalidKeyError, match="dashboard-integrations keygen"):
        ConfigCipher(keys)


def test_a_bad_key_is_named_by_its_place_in_the_ring():
    """A ring may be long."""
    with pytest.raises(InvalidKeyError, match=r"^key 2 of 2 in the key ring is 3 bytes long, not 32"):
        ConfigCipher.from_text(f"{BASE64URL},abcd")

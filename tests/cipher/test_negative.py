"""Sealed texts that must not open: a table of vectors, each with the reason that is given."""

import base64
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard_integrations.cipher import ConfigCipher
from dashboard_integrations.errors import SecretUnreadableError

KEY, OLD_KEY, OTHER_KEY = (bytes(range(start, start + 32)) for start in (1, 101, 201))
PLAIN = b'{"url": "http://nas.local:9091", "password": "canary"}'
HOME = {"app_id": "app-1", "integration_type": "transmission"}
RING = ConfigCipher([KEY, OLD_KEY])
SEALED = RING.seal(PLAIN, **HOME)
BY_OLD_KEY = ConfigCipher([OLD_KEY]).seal(PLAIN, **HOME)
BY_OTHER_KEY = ConfigCipher([OTHER_KEY]).seal(PLAIN, **HOME)
VERSION, KEY_ID, DATA = SEALED.split(".")
CONTENT = base64.urlsafe_b64decode(DATA + "=" * (-len(DATA) % 4))
DIGITS = string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_"
OLD_KEY_ID, OTHER_KEY_ID = RING.key_ids[1], BY_OTHER_KEY.split(".")[1]


def with_data(text, *, version=VERSION, key_id=KEY_ID):
    return f"{version}.{key_id}.{text}"


def with_content(content, **parts):
    return with_data(base64.urlsafe_b64encode(content).rstrip(b"=").decode(), **parts)


def second_spelling():
    """Return a text whose last digit holds bits that no byte has: lenient decoders read the same content."""
    sealed = next(
        text for extra in range(3) if len(text := RING.seal(PLAIN + b" " * extra, **HOME).split(".")[2]) % 4 in {2, 3}
    )
    return with_data(sealed[:-1] + DIGITS[DIGITS.index(sealed[-1]) + 1])


VECTORS = {
    "another version": (with_data(DATA, version="v2"), "malformed"),
    "the version before": (with_data(DATA, version="v0"), "malformed"),
    "a version in capitals": (with_data(DATA, version="V1"), "malformed"),
    "a version with a zero": (with_data(DATA, version="v01"), "malformed"),
    "no version": (f"{KEY_ID}.{DATA}", "malformed"),
    "no key id": (with_data(DATA, key_id=""), "malformed"),
    "a key id in capitals": (with_data(DATA, key_id="ABCDEF01"), "malformed"),
    "a key id with a digit more": (with_data(DATA, key_id=f"{KEY_ID}0"), "malformed"),
    "a key id with a digit less": (with_data(DATA, key_id=KEY_ID[:-1]), "malformed"),
    "a key id in other digits": (with_data(DATA, key_id="٠١٢٣٤٥٦٧"), "malformed"),
    "the id of another key of the ring": (with_data(DATA, key_id=OLD_KEY_ID), "damaged"),
    "the id of a key that is not in the ring": (with_data(DATA, key_id=OTHER_KEY_ID), "unknown-key"),
    "another key under our id": (with_data(BY_OTHER_KEY.split(".")[2]), "damaged"),
    "the old key under the new id": (with_data(BY_OLD_KEY.split(".")[2]), "damaged"),
    "a key that is not in the ring": (BY_OTHER_KEY, "unknown-key"),
    "no data": (with_data(""), "malformed"),
    "a part more": (f"{SEALED}.{DATA}", "malformed"),
    "two texts in one": (SEALED + SEALED, "malformed"),
    "two contents in one": (with_content(CONTENT + CONTENT), "damaged"),
    "padding": (with_content(CONTENT) + "=" * (-len(DATA) % 4 or 4), "malformed"),
    "a byte more behind": (with_content(CONTENT + b"\x00"), "damaged"),
    "a byte more before": (with_content(b"\x00" + CONTENT), "damaged"),
    "a nonce of zeros": (with_content(bytes(12) + CONTENT[12:]), "damaged"),
    "a tag of zeros": (with_content(CONTENT[:-16] + bytes(16)), "damaged"),
    "the tag alone": (with_content(CONTENT[-16:]), "malformed"),
    "nonce and tag alone": (with_content(CONTENT[:12] + CONTENT[-16:]), "damaged"),
    "nonce and ciphertext swapped": (with_content(CONTENT[12:24] + CONTENT[:12] + CONTENT[24:]), "damaged"),
    "the alphabet of standard base64": (with_data("+/" + DATA[2:]), "malformed"),
    "hex": (with_data(CONTENT.hex()), "damaged"),
    "spare bits in the last digit": (second_spelling(), "malformed"),
    "a line break inside": (with_data(f"{DATA[:8]}\n{DATA[8:]}"), "malformed"),
    "a blank inside": (with_data(f"{DATA[:8]} {DATA[8:]}"), "malformed"),
    "a blank before": (f" {SEALED}", "malformed"),
    "a line break behind": (f"{SEALED}\n", "malformed"),
    "a carriage return behind": (f"{SEALED}\r", "malformed"),
    "NUL behind": (f"{SEALED}\0", "malformed"),
    "a byte order mark": (f"\N{ZERO WIDTH NO-BREAK SPACE}{SEALED}", "malformed"),
    "full-width digits": (with_data("\N{FULLWIDTH LATIN CAPITAL LETTER A}" + DATA[1:]), "malformed"),
    "half a surrogate pair": (with_data(DATA + "\ud800"), "malformed"),
    "plain JSON": (PLAIN.decode(), "malformed"),
    "a token of another make": ("gAAAAABh" + DATA, "malformed"),
}


def reason_of(text, *, cipher=RING, **place):
    """Return why a text does not open; ``None`` when it does."""
    try:
        cipher.open(text, **{**HOME, **place})
    except SecretUnreadableError as error:
        return error.reason
    return None


@pytest.mark.parametrize(("text", "reason"), VECTORS.values(), ids=VECTORS)
def test_a_vector_does_not_open(text, reason):
    """And the reason is the right one: a missing key, damage, or no sealed text at all."""
    assert reason == reason_of(text)


def test_the_table_is_made_of_texts_that_open():
    """What was changed in the vectors is all that is wrong with them."""
    assert [None, None] == [reason_of(SEALED), reason_of(BY_OLD_KEY)]


def test_no_content_that_is_cut_opens():
    """At every length, from both ends."""
    cut = [CONTENT[:length] for length in range(len(CONTENT))] + [CONTENT[start:] for start in range(1, len(CONTENT))]
    assert {"malformed", "damaged"} == {reason_of(with_content(content)) for content in cut}


def test_no_text_with_a_digit_more_opens():
    """Whichever digit it is, one or two of them."""
    longer = [SEALED + one + two for one in DIGITS for two in ("", *DIGITS)]
    assert None not in {reason_of(text) for text in longer}


def test_no_character_can_be_another():
    """Every place of the text, by every character of the alphabets in use."""
    alphabet = f"{DIGITS}.+/= "
    changed = [
        SEALED[:place] + character + SEALED[place + 1 :]
        for place in range(len(SEALED))
        for character in alphabet
        if character != SEALED[place]
    ]
    assert [] == [text for text in changed if reason_of(text) is None]


def test_no_byte_of_the_content_can_be_another():
    """Every byte of nonce, ciphertext and tag, by every single bit and turned over whole."""
    changed = [
        CONTENT[:place] + bytes([CONTENT[place] ^ bits]) + CONTENT[place + 1 :]
        for place in range(len(CONTENT))
        for bits in (*(1 << bit for bit in range(8)), 0xFF)
    ]
    assert {"damaged"} == {reason_of(with_content(content)) for content in changed}


@pytest.mark.parametrize(
    "place",
    [
        {"app_id": "app-2"},
        {"app_id": ""},
        {"app_id": "APP-1"},
        {"app_id": "app-1\0"},
        {"app_id": "app-1 "},
        {"integration_type": "deluge"},
        {"integration_type": ""},
        {"app_id": "transmission", "integration_type": "app-1"},
        {"app_id": "app-1transmission", "integration_type": ""},
    ],
    ids=repr,
)
def test_a_text_opens_in_no_other_place(place):
    """Of another app, of another type, of both swapped or shifted."""
    assert "damaged" == reason_of(SEALED, **place)


def test_an_old_key_that_was_dropped_opens_nothing():
    """Until it is put back."""
    assert ["unknown-key", None] == [reason_of(BY_OLD_KEY, cipher=ConfigCipher([KEY])), reason_of(BY_OLD_KEY)]


@given(st.text())
def test_no_text_at_all_breaks_it(text):
    """It is refused with the typed error, whatever it is."""
    assert reason_of(text) == "malformed"


@given(st.text(alphabet=DIGITS))
def test_no_data_at_all_opens(text):
    """Whatever follows a good version and key id."""
    assert reason_of(with_data(text)) in {"malformed", "damaged"}

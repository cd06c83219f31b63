"""Sealing and opening: what comes back, and all that does not."""

import ast
import base64
import pickle
import traceback
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import dashboard_integrations
from dashboard_integrations.cipher import ConfigCipher
from dashboard_integrations.errors import SecretUnreadableError

KEY = ConfigCipher.generate_key()
HOME = {"app_id": "app-1", "integration_type": "transmission"}
PLAIN = b'{"password": "hunter2"}'


@pytest.fixture
def cipher():
    """Return a cipher with one key."""
    return ConfigCipher.from_text(KEY)


@given(plaintext=st.binary(), app_id=st.text(), integration_type=st.text())
def test_what_is_sealed_opens(plaintext, app_id, integration_type):
    """For any content, app and type."""
    cipher = ConfigCipher.from_text(KEY)
    sealed = cipher.seal(plaintext, app_id=app_id, integration_type=integration_type)
    assert plaintext == cipher.open(sealed, app_id=app_id, integration_type=integration_type)


@given(app_id=st.text(), integration_type=st.text(), other_app=st.text(), other_type=st.text())
def test_what_is_sealed_for_one_app_and_type_opens_for_no_other(app_id, integration_type, other_app, other_type):
    """However the two texts are cut."""
    if (app_id, integration_type) == (other_app, other_type):
        other_app += "x"
    cipher = ConfigCipher.from_text(KEY)
    sealed = cipher.seal(PLAIN, app_id=app_id, integration_type=integration_type)
    with pytest.raises(SecretUnreadableError):
        cipher.open(sealed, app_id=other_app, integration_type=other_type)


@pytest.mark.parametrize(
    "place",
    [
        {"app_id": "app-2", "integration_type": "transmission"},
        {"app_id": "app-1", "integration_type": "deluge"},
        {"app_id": "transmission", "integration_type": "app-1"},
        {"app_id": "app-1t", "integration_type": "ransmission"},
        {"app_id": "app-", "integration_type": "1transmission"},
    ],
)
def test_a_row_that_was_moved_does_not_open(cipher, place):
    """Not for another app, not for another type, not with the border between them shifted."""
    with pytest.raises(SecretUnreadableError, match="belongs to another app or integration type"):
        cipher.open(cipher.seal(PLAIN, **HOME), **place)


def test_a_sealed_text_has_its_three_parts(cipher):
    """Format, key id, and nonce with ciphertext and tag."""
    version, key_id, data = cipher.seal(PLAIN, **HOME).split(".")
    decoded = base64.urlsafe_b64decode(data + "=" * (-len(data) % 4))
    assert ("v1", cipher.key_ids[0], 12 + len(PLAIN) + 16) == (version, key_id, len(decoded))


def test_no_two_seals_are_alike(cipher):
    """The nonce is random."""
    assert 50 == len({cipher.seal(PLAIN, **HOME) for _ in range(50)})


def test_the_nonce_comes_from_the_given_randomness():
    """The source of randomness is an argument."""
    cipher = ConfigCipher.from_text(KEY, random=lambda size: bytes(range(size)))
    sealed = cipher.seal(PLAIN, **HOME).split(".")[2]
    assert bytes(range(12)) == base64.urlsafe_b64decode(sealed[:16])


def test_no_changed_byte_opens(cipher):
    """Every byte of the text, by every single bit."""
    sealed = cipher.seal(PLAIN, **HOME)
    opened = []
    for position in range(len(sealed)):
        for bit in range(8):
            changed = sealed[:position] + chr(ord(sealed[position]) ^ (1 << bit)) + sealed[position + 1 :]
            try:
                opened.append(cipher.open(changed, **HOME))
            except SecretUnreadableError:
                continue
    assert [] == opened


def test_no_changed_byte_of_the_content_opens(cipher):
    """The same below the encoding: nonce, ciphertext and tag."""
    version, key_id, data = cipher.seal(PLAIN, **HOME).split(".")
    content = base64.urlsafe_b64decode(data + "=" * (-len(data) % 4))
    opened = []
    for position in range(len(content)):
        changed = bytearray(content)
        changed[position] ^= 0x80
        text = base64.urlsafe_b64encode(changed).rstrip(b"=").decode()
        try:
            opened.append(cipher.open(f"{version}.{key_id}.{text}", **HOME))
        except SecretUnreadableError:
            continue
    assert [] == opened


def test_no_truncated_text_opens(cipher):
    """Wherever it is cut."""
    sealed = cipher.seal(PLAIN, **HOME)
    opened = []
    for length in range(len(sealed)):
        try:
            opened.append(cipher.open(sealed[:length], **HOME))
        except SecretUnreadableError:
            continue
    assert [] == opened


@pytest.mark.parametrize("text", ["", "v1", "v1..", "v2.00000000.AAAA", '{"password": "x"}', "v1.0000000é.AAAA", "…"])
def test_what_is_not_a_sealed_text_is_malformed(cipher, text):
    """It has no key id."""
    with pytest.raises(SecretUnreadableError) as caught:
        cipher.open(text, **HOME)
    assert ("malformed", None) == (caught.value.reason, cipher.key_id_of(text))


@pytest.mark.parametrize("tail", ["=", "\n", " ", "A"])
def test_nothing_may_follow(cipher, tail):
    """A sealed text has one spelling."""
    with pytest.raises(SecretUnreadableError):
        cipher.open(cipher.seal(PLAIN, **HOME) + tail, **HOME)


def test_a_wrong_key_names_the_key_that_is_missing(cipher):
    """And says what to do."""
    other = ConfigCipher.from_text(ConfigCipher.generate_key())
    with pytest.raises(SecretUnreadableError, match="add that key to INTEGRATION_ENCRYPTION_KEY") as caught:
        other.open(cipher.seal(PLAIN, **HOME), **HOME)
    assert (True, "unknown-key") == (f"key {cipher.key_ids[0]}" in caught.value.message, caught.value.reason)


def test_a_ring_opens_what_an_old_key_sealed(cipher):
    """Rotation: the new key comes first, the old one stays a while."""
    ring = ConfigCipher.from_text(f"{ConfigCipher.generate_key()},{KEY}")
    assert PLAIN == ring.open(cipher.seal(PLAIN, **HOME), **HOME)


def test_a_ring_seals_with_its_first_key(cipher):
    """What the old key sealed needs to be sealed again; what the new one sealed does not."""
    ring = ConfigCipher.from_text(f"{ConfigCipher.generate_key()},{KEY}")
    new, old = ring.seal(PLAIN, **HOME), cipher.seal(PLAIN, **HOME)
    assert (ring.key_ids[0], False, True) == (ring.key_id_of(new), ring.needs_reseal(new), ring.needs_reseal(old))


def test_what_is_not_sealed_needs_sealing(cipher):
    """Rotation then meets it and can say so."""
    assert cipher.needs_reseal("plain text")


def test_a_cipher_shows_its_key_ids_only(cipher):
    """Neither its text nor its attributes hold a key."""
    shown = f"{cipher!r} {cipher} {cipher._ring} {[getattr(cipher, name) for name in cipher.__slots__]}"
    raw = base64.urlsafe_b64decode(KEY + "=")
    assert (f"ConfigCipher(key_ids=['{cipher.key_ids[0]}'])", []) == (
        repr(cipher),
        [form for form in (KEY, raw.hex(), repr(raw)) if form in shown],
    )


def test_a_cipher_cannot_be_pickled(cipher):
    """A key does not leave the process by accident."""
    with pytest.raises(TypeError):
        pickle.dumps(cipher)


def test_no_exception_shows_a_key_or_what_was_sealed(cipher):
    """Neither the message nor the traceback."""
    with pytest.raises(SecretUnreadableError) as caught:
        cipher.open(cipher.seal(PLAIN, **HOME), app_id="other", integration_type="transmission")
    shown = "".join(traceback.format_exception(caught.value))
    assert [] == [form for form in (KEY, "hunter2") if form in shown]


def test_only_the_cipher_imports_cryptography():
    """So that it can be replaced in one step."""
    root = Path(dashboard_integrations.__file__).parent
    importers = set()
    for path in root.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            if any(name.partition(".")[0] == "cryptography" for name in names):
                importers.add(path.relative_to(root).parts[0])
    assert {"cipher"} == importers

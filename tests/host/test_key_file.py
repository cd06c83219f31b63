"""The key file, and the cipher that follows it."""

import logging
import os
import stat
from pathlib import Path

import pytest

from dashboard_integrations.cipher import ConfigCipher, InvalidKeyError
from dashboard_integrations.errors import SecretUnreadableError
from dashboard_integrations.host.key_file import KeyFile, KeyFileBusyError, KeyFileCipher

HOME = {"app_id": "nas", "integration_type": "demo"}
PLAIN = b'{"password": "canary"}'


@pytest.fixture
def key() -> str:
    return ConfigCipher.generate_key()


@pytest.fixture
def file(tmp_path: Path, key: str) -> KeyFile:
    path = tmp_path / "key"
    path.write_text(f"{key}\n")
    path.chmod(0o600)
    return KeyFile(path)


def id_of(key: str) -> str:
    return ConfigCipher.from_text(key).key_ids[0]


def test_a_new_key_comes_first(file: KeyFile, key: str) -> None:
    """The old one stays behind it."""
    new = ConfigCipher.generate_key()
    file.add_first(new)

    assert f"{new},{key}" == file.read()


def test_a_key_is_dropped_by_its_id(file: KeyFile, key: str) -> None:
    """What is left is as it was written."""
    new = ConfigCipher.generate_key()
    file.add_first(new)

    assert ([id_of(key)], new) == (file.drop([id_of(key), "00000000"]), file.read())


def test_the_first_key_is_never_dropped(file: KeyFile, key: str) -> None:
    """There is always one to seal with."""
    assert ([], key) == (file.drop([id_of(key)]), file.read())


def test_a_file_written_by_hand_is_understood(file: KeyFile, key: str) -> None:
    """Lines, blanks and hex are as good as what we write."""
    other = os.urandom(32).hex()
    file.path.write_text(f" {key} ,\n{other},\n")
    file.drop([id_of(other)])

    assert key == file.read()


def test_the_file_stays_for_its_user_alone(file: KeyFile) -> None:
    """However open it was before."""
    file.path.chmod(0o644)
    file.add_first(ConfigCipher.generate_key())

    assert 0o600 == stat.S_IMODE(file.path.stat().st_mode)


def test_the_file_keeps_its_owner(file: KeyFile) -> None:
    """An administrator may rotate the keys of a dashboard that runs as another user."""
    if os.geteuid() == 0:
        os.chown(file.path, 12_345, 12_345)
    before = file.path.stat()
    file.add_first(ConfigCipher.generate_key())
    after = file.path.stat()

    assert (before.st_uid, before.st_gid) == (after.st_uid, after.st_gid)


def test_a_link_stays_a_link(file: KeyFile, key: str) -> None:
    """The file that it leads to is changed."""
    target = file.path.rename(file.path.with_name("elsewhere"))
    file.path.symlink_to(target)
    new = ConfigCipher.generate_key()
    file.add_first(new)

    assert (True, f"{new},{key}\n") == (file.path.is_symlink(), target.read_text())


def test_a_damaged_file_is_not_replaced(file: KeyFile) -> None:
    """A new key before something that is no key would hide the damage."""
    file.path.write_text("damaged")
    with pytest.raises(InvalidKeyError, match=str(file.path)):
        file.add_first(ConfigCipher.generate_key())

    assert "damaged" == file.read()


def test_what_a_killed_process_left_is_cleared_away(file: KeyFile) -> None:
    """A draft holds keys: no more than one ever lies there, and the next change takes it."""
    (file.path.parent / ".key.next").write_text("half of a key")
    file.add_first(ConfigCipher.generate_key())

    assert ["key"] == [path.name for path in file.path.parent.iterdir()]


def test_a_failed_change_leaves_everything(file: KeyFile, key: str) -> None:
    """A folder in the way of the draft stands for a full disk."""
    (file.path.parent / ".key.next").mkdir()
    with pytest.raises(OSError, match=r"\.key\.next"):
        file.add_first(ConfigCipher.generate_key())

    assert key == file.read()


def test_one_process_at_a_time_changes_it(file: KeyFile) -> None:
    """The second one is told, and does not wait."""
    with file.locked(), pytest.raises(KeyFileBusyError, match="another process"), KeyFile(file.path).locked():
        pass


def test_the_lock_can_be_had_again(file: KeyFile) -> None:
    """It ends with the block, and its file is for its user alone."""
    with file.locked():
        pass
    with file.locked():
        mode = file.path.with_name("key.lock").stat().st_mode

    assert 0o600 == stat.S_IMODE(mode)


def test_the_cipher_follows_the_file(file: KeyFile, key: str) -> None:
    """It seals with a new first key at once, and opens what the old one sealed."""
    cipher = KeyFileCipher(file.path)
    before = cipher.seal(PLAIN, **HOME)
    new = ConfigCipher.generate_key()
    file.add_first(new)
    after = cipher.seal(PLAIN, **HOME)

    assert (id_of(new), PLAIN, [id_of(new), id_of(key)], True) == (
        ConfigCipher.key_id_of(after),
        cipher.open(before, **HOME),
        list(cipher.key_ids),
        cipher.needs_reseal(before),
    )


def test_the_cipher_forgets_a_dropped_key(file: KeyFile, key: str) -> None:
    """What it sealed does not open any more."""
    cipher = KeyFileCipher(file.path)
    sealed = cipher.seal(PLAIN, **HOME)
    file.add_first(ConfigCipher.generate_key())
    file.drop([id_of(key)])

    with pytest.raises(SecretUnreadableError, match=id_of(key)):
        cipher.open(sealed, **HOME)


@pytest.mark.parametrize("text", [None, "", "canary, of a key"])
def test_a_file_that_is_damaged_later_changes_nothing(
    file: KeyFile, caplog: pytest.LogCaptureFixture, text: str | None
) -> None:
    """A running dashboard goes on with the keys it has, and says so once, without a key."""
    cipher = KeyFileCipher(file.path)
    sealed = cipher.seal(PLAIN, **HOME)
    if text is None:
        file.path.unlink()
    else:
        file.path.write_text(text)
    with caplog.at_level(logging.INFO):
        opened = [cipher.open(sealed, **HOME) for _ in range(3)]

    assert ([PLAIN] * 3, ["key-file-unusable"], False) == (opened, caplog.messages, "canary" in repr(caplog.records))


def test_a_file_that_comes_back_is_followed_again(file: KeyFile, key: str) -> None:
    """The damage does not have to be repaired before a restart."""
    cipher = KeyFileCipher(file.path)
    file.path.unlink()
    assert [id_of(key)] == list(cipher.key_ids)
    other = ConfigCipher.generate_key()
    file.path.write_text(other)

    assert [id_of(other)] == list(cipher.key_ids)


def test_a_cipher_needs_a_file(tmp_path: Path) -> None:
    """At the start, what is missing or damaged is an error."""
    with pytest.raises(FileNotFoundError):
        KeyFileCipher(tmp_path / "key")


def test_a_cipher_shows_its_key_ids_only(file: KeyFile, key: str) -> None:
    """As every cipher does."""
    assert f"KeyFileCipher(key_ids=['{id_of(key)}'])" == repr(KeyFileCipher(file.path))

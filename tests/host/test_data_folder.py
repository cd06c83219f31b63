"""The data folder."""

import logging
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from dashboard_integrations.cipher import ConfigCipher, InvalidKeyError
from dashboard_integrations.host.data_folder import DataFolder, write_once


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    folder = DataFolder(tmp_path / "deep" / "data")
    folder.prepare()
    return folder


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_folder_is_for_its_user_alone(folder: DataFolder) -> None:
    """Nobody else looks into the folder."""
    assert mode_of(folder.path) == 0o700


def test_its_files_are_for_their_user_alone(folder: DataFolder) -> None:
    """Nobody else reads key, token or database."""
    folder.cipher({})
    folder.token()

    assert [mode_of(path) for path in (folder.key_file, folder.token_file, folder.database)] == [0o600] * 3


def test_a_folder_that_was_open_to_others_is_closed(tmp_path: Path) -> None:
    """A folder made by hand ends up as private as one made by us."""
    (tmp_path / "data").mkdir(mode=0o755)
    folder = DataFolder(tmp_path / "data")
    folder.prepare()

    assert mode_of(folder.path) == 0o700


def test_key_and_token_stay(folder: DataFolder) -> None:
    """A second start finds the key and the token of the first."""
    first = (folder.cipher({}).key_ids, folder.token())

    assert first == (folder.cipher({}).key_ids, folder.token())


def test_a_key_of_the_environment_wins(folder: DataFolder) -> None:
    """With INTEGRATION_ENCRYPTION_KEY no key file is made."""
    key = ConfigCipher.generate_key()
    cipher = folder.cipher({"INTEGRATION_ENCRYPTION_KEY": key})

    assert (ConfigCipher.from_text(key).key_ids, False) == (cipher.key_ids, folder.key_file.exists())


def test_a_damaged_key_file_is_told(folder: DataFolder) -> None:
    """A key file that holds no key is an error, never replaced by a new key."""
    folder.key_file.write_text("")

    with pytest.raises(InvalidKeyError):
        folder.cipher({})


def test_a_key_file_that_others_can_read_is_warned_about(folder: DataFolder, caplog: pytest.LogCaptureFixture) -> None:
    """The warning names the file and the remedy."""
    folder.cipher({})
    folder.key_file.chmod(0o644)
    with caplog.at_level(logging.WARNING):
        folder.cipher({})

    assert ["key-file-readable-by-others"] == [record.message for record in caplog.records]


def test_an_empty_token_file_is_told(folder: DataFolder) -> None:
    """An empty token is no token."""
    folder.token_file.write_text("\n")

    with pytest.raises(ValueError, match="delete it"):
        folder.token()


def test_many_writers_agree(tmp_path: Path) -> None:
    """Of several that write at once one wins, and all read what it wrote."""
    path = tmp_path / "key"

    def write(number: int) -> tuple[bool, str]:
        return write_once(path, lambda: str(number) * 1000), path.read_text()

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(write, range(8)))

    assert (1, 1) == (sum(won for won, _ in outcomes), len({text for _, text in outcomes}))


def test_no_draft_is_left_behind(folder: DataFolder) -> None:
    """Only finished files are in the folder."""
    folder.token()

    assert {"dashboard.db", "token"} == {path.name for path in folder.path.iterdir()}


def test_the_first_start_is_remembered(folder: DataFolder) -> None:
    """It is the first start once."""
    before = folder.is_new
    folder.mark_started()

    assert (True, False) == (before, folder.is_new)

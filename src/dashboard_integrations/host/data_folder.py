"""The data folder: database, key and token, readable by nobody else."""

import logging
import os
import secrets
import stat
from collections.abc import Callable, Mapping
from pathlib import Path

from dashboard_integrations.cipher import ConfigCipher
from dashboard_integrations.host.key_file import KeyFileCipher

__all__ = ["KEY_VARIABLE", "DataFolder", "readable_by_others", "write_once"]

logger = logging.getLogger(__name__)

KEY_VARIABLE = "INTEGRATION_ENCRYPTION_KEY"

_TOKEN_BYTES = 24
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class DataFolder:
    """The files of one dashboard. Nothing is written before ``prepare``."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.database = path / "dashboard.db"
        self.key_file = path / "key"
        self.token_file = path / "token"
        self.integrations = path / "integrations"
        self.catalogue = path / "cache"
        self.metrics = path / "metrics"
        self._started_file = path / "started"

    def prepare(self) -> None:
        """Make the folder and an empty database, both for this user alone; raise ``OSError`` when that fails."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        if _is_own(self.path):
            self.path.chmod(0o700)
        # SQLite gives its journals the permissions of the database, so that one has to be right from the start
        write_once(self.database, lambda: "")

    def cipher(self, environ: Mapping[str, str] = os.environ) -> ConfigCipher:
        """Return the cipher: of the environment's keys if it names some, else of the key file, made if missing."""
        if not environ.get(KEY_VARIABLE, "").strip():
            write_once(self.key_file, ConfigCipher.generate_key)
            if readable_by_others(self.key_file):
                logger.warning("key-file-readable-by-others", extra={"file": str(self.key_file), "fix": "chmod 600"})
        return self.existing_cipher(environ)

    def existing_cipher(self, environ: Mapping[str, str] = os.environ) -> ConfigCipher:
        """Return the cipher; raise ``OSError`` without a key file, ``InvalidKeyError`` for a bad key."""
        if environ.get(KEY_VARIABLE, "").strip():
            return ConfigCipher.from_env(environ)
        return KeyFileCipher(self.key_file)

    def token(self) -> str:
        """Return the token in the token file, made if missing."""
        write_once(self.token_file, lambda: secrets.token_urlsafe(_TOKEN_BYTES))
        token = self.token_file.read_text("utf-8", errors="replace").strip()
        if not token:
            raise ValueError(f"the token file {self.token_file} is empty: delete it to have a token made")
        return token

    @property
    def is_new(self) -> bool:
        """Whether no dashboard has started on it yet."""
        return not self._started_file.exists()

    def mark_started(self) -> None:
        """Remember that a dashboard has started on it."""
        write_once(self._started_file, lambda: "a dashboard has started here; without this file, it is the first start")


def write_once(path: Path, make: Callable[[], str]) -> bool:
    """Write what ``make`` returns unless ``path`` exists; whoever reads it sees all of it. Return whether we did."""
    if path.exists():
        return False
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            text = make()
            file.write(f"{text}\n" if text else "")
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    except FileExistsError:
        return False
    finally:
        draft.unlink()
    return True


def readable_by_others(path: Path) -> bool:
    """Tell whether the permissions let anybody but the owner in; never so where there are no such permissions."""
    return os.name == "posix" and bool(path.stat().st_mode & _OTHERS)


def _is_own(path: Path) -> bool:
    return not hasattr(os, "getuid") or path.stat().st_uid == os.getuid()

"""The key file: a ring of keys, changed whole and by one process at a time."""

import logging
import os
import sqlite3
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from dashboard_integrations.cipher import ConfigCipher, InvalidKeyError
from dashboard_integrations.cipher._keys import parse_ring

__all__ = ["KeyFile", "KeyFileBusyError", "KeyFileCipher"]

logger = logging.getLogger(__name__)

_Stamp = tuple[int, int, int]


class KeyFileBusyError(OSError):
    """Another process changes the key file."""


class KeyFile:
    """The file at ``path``: keys separated by commas, the first of which seals.

    Change it inside ``locked()`` only. Every method raises ``OSError`` when the file cannot be read or written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> str:
        """Return the ring as it is written."""
        return self.path.read_text("ascii", errors="replace").strip()

    def add_first(self, key: str) -> None:
        """Put ``key`` before the others; raise ``InvalidKeyError`` when they, or it, cannot be keys."""
        ring = self._keys()
        parse_ring(key, where="the new key")
        self._write([key, *ring.values()])

    def drop(self, key_ids: Collection[str]) -> Sequence[str]:
        """Take these keys out, never the first one; return the ids of those that were there."""
        ring = self._keys()
        dropped = [key_id for key_id in list(ring)[1:] if key_id in key_ids]
        if dropped:
            self._write([key for key_id, key in ring.items() if key_id not in dropped])
        return dropped

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other processes from changing the file; raise ``KeyFileBusyError`` when one of them does.

        The lock is SQLite's: it is the same on every platform, and ends with its process, however that ends.
        """
        place = self.path.with_name(f"{self.path.name}.lock")
        os.close(os.open(place, os.O_CREAT | os.O_RDWR, 0o600))
        with closing(sqlite3.connect(place, timeout=0, isolation_level=None)) as lock:
            try:
                lock.execute("BEGIN EXCLUSIVE")
            except sqlite3.OperationalError as error:
                raise KeyFileBusyError(f"another process changes the keys in {self.path}: wait for it") from error
            yield

    def _keys(self) -> dict[str, str]:
        keys = [part.strip() for part in self.read().split(",") if part.strip()]
        parse_ring(",".join(keys), where=str(self.path))
        return {ConfigCipher.from_text(key).key_ids[0]: key for key in keys}

    def _write(self, keys: Sequence[str]) -> None:
        """Replace the file, so that there is either the old one or the new one, readable by the same owner alone."""
        path = self.path.resolve()
        draft = path.with_name(f".{path.name}.next")
        draft.unlink(missing_ok=True)  # of a process that was killed
        descriptor = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        try:
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(f"{','.join(keys)}\n")
                file.flush()
                os.fsync(file.fileno())
            _give_to_owner(draft, path)
            draft.replace(path)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
        _sync_folder(path.parent)


class KeyFileCipher(ConfigCipher):
    """A cipher with the keys of a file, also after the file was changed: ``rotate-keys`` runs beside a dashboard.

    When the file is gone or damaged later, the keys it had are kept, and a warning says so.
    """

    __slots__ = ("_file", "_stamp")

    def __init__(self, path: Path) -> None:
        self._file = KeyFile(path)
        self._stamp = _stamp(path)
        super().__init__(parse_ring(self._file.read(), where=str(path)))

    @property
    def key_ids(self) -> Sequence[str]:
        """The public names of the keys that are in the file now; the first one seals."""
        self._follow()
        return super().key_ids

    def seal(self, plaintext: bytes, *, app_id: str, integration_type: str) -> str:
        """Return ``plaintext`` sealed for this app and integration type."""
        self._follow()
        return super().seal(plaintext, app_id=app_id, integration_type=integration_type)

    def open(self, sealed: str, *, app_id: str, integration_type: str) -> bytes:
        """Return what was sealed for this app and integration type; raise ``SecretUnreadableError``."""
        self._follow()
        return super().open(sealed, app_id=app_id, integration_type=integration_type)

    def needs_reseal(self, sealed: str) -> bool:
        """Tell whether anything but the first key sealed it."""
        self._follow()
        return super().needs_reseal(sealed)

    def _follow(self) -> None:
        stamp = _stamp(self._file.path)
        if stamp == self._stamp:
            return
        self._stamp = stamp
        try:
            super().__init__(parse_ring(self._file.read(), where=str(self._file.path)))
        except (OSError, InvalidKeyError) as error:
            logger.warning("key-file-unusable", extra={"file": str(self._file.path), "error": type(error).__name__})
        else:
            logger.info("keys-changed", extra={"keys": list(super().key_ids)})


def _stamp(path: Path) -> _Stamp | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size


def _give_to_owner(draft: Path, path: Path) -> None:
    """Keep the owner: an administrator may rotate the keys of a dashboard that runs as somebody else."""
    wanted, own = path.stat(), draft.stat()
    if (wanted.st_uid, wanted.st_gid) != (own.st_uid, own.st_gid):
        os.chown(draft, wanted.st_uid, wanted.st_gid)


def _sync_folder(folder: Path) -> None:
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

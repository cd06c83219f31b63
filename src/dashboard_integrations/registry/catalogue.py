"""What is known of installed plugins without importing any: kept in files, and never older than what is installed."""

import json
import logging
import os
import secrets
import stat
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from importlib_metadata import EntryPoint, PackageNotFoundError, distribution

from dashboard_integrations.registry._discovery import GROUP, Candidate, discover, is_editable
from dashboard_integrations.registry._entries import PluginEntry
from dashboard_integrations.registry._environment import environment, is_of_directories

__all__ = ["PluginCatalogue"]

logger = logging.getLogger(__name__)

_FORMAT = 1
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH
_CORE = "dashboard-integrations"


@dataclass(frozen=True, slots=True)
class _Known:
    environment: str
    candidates: Sequence[Candidate]


class PluginCatalogue:
    """Remembers in ``folder`` which plugins are installed and how they described themselves when they were imported.

    Both count until anything is installed, changed or uninstalled, the core and Python included. A plugin that is used
    from its source tree (an editable installation) is never described from here. Files that somebody else owns or may
    write are not read, and one that cannot be written costs only time. ``folder`` is made where what it
    lies in belongs to this user. Threads and processes may share the folder.
    """

    def __init__(self, folder: Path) -> None:
        self._plugins = folder / "plugins.json"
        self._descriptions = folder / "descriptions.json"
        self._lock = threading.Lock()
        self._known: _Known | None = None
        self._began_in: str | None = None
        self._described: dict[str, str] = {}
        self._described_in: str | None = None

    def candidates(self) -> Sequence[Candidate]:
        """Return what installed distributions offer, without reading their metadata where nothing has changed."""
        if not is_of_directories():
            return discover()
        present = environment()
        with self._lock:
            self._began_in = self._began_in or present
            if self._known is None or self._known.environment != present:
                stored = self._stored(present)
                self._known = _Known(present, self._discovered(present) if stored is None else stored)
            return self._known.candidates

    def descriptions(self) -> Mapping[str, str]:
        """Return what ``keep`` was given for plugins as they are installed now, by ``key_of``."""
        present = environment()
        with self._lock:
            if self._described_in != present:
                self._described, self._described_in = self._read_descriptions(present), present
            return dict(self._described)

    def keep(self, descriptions: Mapping[str, str]) -> None:
        """Keep descriptions of plugins that were imported, by ``key_of``.

        Nothing is kept where anything was installed or changed since ``candidates`` was first asked for: what was
        imported may be older than what is installed.
        """
        if not is_of_directories() or _is_core_editable() or self._began_in not in {None, environment()}:
            return
        changing = {self.key_of(candidate) for candidate in self.candidates() if candidate.is_editable}
        lasting = {key: text for key, text in descriptions.items() if key not in changing}
        if not lasting:
            return
        present = environment()
        with self._lock:
            self._described, self._described_in = {**self._read_descriptions(present), **lasting}, present
            self._write(self._descriptions, present, self._described)

    @staticmethod
    def key_of(plugin: PluginEntry | Candidate) -> str:
        """Return what tells a plugin from another one, or another version, with its id."""
        return " ".join((plugin.id, plugin.distribution or "", plugin.version or "", plugin.value or ""))

    def _discovered(self, present: str) -> Sequence[Candidate]:
        found = tuple(discover())
        self._write(self._plugins, present, [_row(candidate) for candidate in found])
        return found

    def _stored(self, present: str) -> Sequence[Candidate] | None:
        rows = self._read(self._plugins, present)
        try:
            return tuple(map(_candidate, rows)) if isinstance(rows, list) else None
        except (TypeError, ValueError):
            return None

    def _read_descriptions(self, present: str) -> dict[str, str]:
        found = self._read(self._descriptions, present)
        return {str(key): str(text) for key, text in found.items()} if isinstance(found, dict) else {}

    def _read(self, path: Path, present: str) -> object:
        """Return what was written for this environment, ``None`` for anything else."""
        try:
            with path.open("rb") as file:
                if not _is_ours(os.fstat(file.fileno())):
                    logger.warning("catalogue-not-trusted", extra={"file": str(path), "fix": "delete it"})
                    return None
                kept = json.loads(file.read())
        except FileNotFoundError:
            return None
        except (OSError, ValueError, RecursionError) as error:
            logger.warning("catalogue-unreadable", extra={"file": str(path), "error": type(error).__name__})
            return None
        is_current = isinstance(kept, dict) and (kept.get("v"), kept.get("environment")) == (_FORMAT, present)
        return kept.get("content") if is_current else None

    def _write(self, path: Path, present: str, content: object) -> None:
        try:
            if not _is_own(path.parent.parent):
                return  # root at a command, say: its file would be in the way of who owns the folder
            path.parent.mkdir(mode=0o700, exist_ok=True)
            _replace(path, json.dumps({"v": _FORMAT, "environment": present, "content": content}))
        except FileNotFoundError:
            logger.debug("catalogue-not-kept", extra={"file": str(path), "error": "there is no such folder"})
        except OSError as error:
            logger.warning("catalogue-not-kept", extra={"file": str(path), "error": type(error).__name__})


def _replace(path: Path, text: str) -> None:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def _row(candidate: Candidate) -> Sequence[object]:
    return (
        candidate.id,
        candidate.distribution,
        candidate.version,
        candidate.value,
        candidate.entry_point is not None,
        candidate.api,
        candidate.defect,
        candidate.is_editable,
    )


def _candidate(row: Sequence[object]) -> Candidate:
    plugin, distribution_name, version, value, has_entry_point, api, defect, changes = row
    if not (isinstance(plugin, str) and isinstance(api, str) and isinstance(value, str | None)):
        raise TypeError("a row is damaged")
    return Candidate(
        id=plugin,
        distribution=None if distribution_name is None else str(distribution_name),
        version=None if version is None else str(version),
        value=value,
        entry_point=EntryPoint(plugin, value, GROUP) if has_entry_point and value is not None else None,
        api=api,
        defect=None if defect is None else str(defect),
        is_editable=bool(changes),
    )


def _is_core_editable() -> bool:
    try:
        return is_editable(distribution(_CORE))
    except PackageNotFoundError:
        return True


def _is_own(folder: Path) -> bool:
    return not hasattr(os, "getuid") or folder.stat().st_uid == os.getuid()


def _is_ours(status: os.stat_result) -> bool:
    """Return whether nobody else can have written the file: what it names is imported."""
    return not hasattr(os, "getuid") or (status.st_uid == os.getuid() and not status.st_mode & _OTHERS_WRITE)

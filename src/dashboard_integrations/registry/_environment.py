"""What is installed, told apart by one look at the directories of ``sys.path``: cheaper than reading any metadata."""

import os
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b

__all__ = ["environment", "is_of_directories"]

_INSTALLED = (".dist-info", ".egg-info", "EGG-INFO")
_USUAL_FINDERS = frozenset({"PathFinder", "MetadataPathFinder"})
_TOO_RECENT = 2_000_000_000


@dataclass(frozen=True, slots=True)
class _Look:
    directories: Sequence[str]
    times: Sequence[int]
    digest: str


_last: _Look | None = None


def environment(path: Sequence[str] | None = None) -> str:
    """Return 32 hex digits that change whenever a distribution is installed, changed or uninstalled.

    They are made of the names and times of the distributions' directories on ``path`` (without: ``sys.path``), which
    are looked at again when a directory on it has changed since, or so shortly before that its time may not tell.
    """
    global _last  # noqa: PLW0603  (a memory of one, of what is the same for the whole process)
    directories = tuple(dict.fromkeys(sys.path if path is None else path))
    times = tuple(map(_changed, directories))
    last = _last
    if last is not None and (last.directories, last.times) == (directories, times):
        return last.digest
    looked = time.time_ns()
    digest = blake2b(digest_size=16)
    for item in _marks(directories):
        digest.update(item.encode(errors="surrogateescape"))
    is_settled = all(changed < looked - _TOO_RECENT for changed in times)
    _last = _Look(directories, times, digest.hexdigest()) if is_settled else None
    return digest.hexdigest()


def is_of_directories() -> bool:
    """Return whether all distributions are found on ``sys.path``: a finder of another kind may hide anything."""
    finders = (finder for finder in sys.meta_path if hasattr(finder, "find_distributions"))
    return all(getattr(finder, "__name__", type(finder).__name__) in _USUAL_FINDERS for finder in finders)


def _changed(directory: str) -> int:
    try:
        return os.stat(directory or ".").st_mtime_ns  # noqa: PTH116  (asked often, and quicker by a half)
    except OSError:
        return 0


def _marks(directories: Sequence[str]) -> Iterator[str]:
    yield sys.version
    for directory in directories:
        yield f"\0{directory}"
        try:
            with os.scandir(directory or ".") as entries:
                found = [entry for entry in entries if entry.name.endswith(_INSTALLED)]
            yield from sorted(f"\n{entry.name}\t{entry.stat().st_mtime_ns}" for entry in found)
        except NotADirectoryError:
            yield f"\t{_changed(directory)}"
        except OSError:
            continue

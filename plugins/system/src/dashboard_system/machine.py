"""Readings of this machine through psutil; what a platform or container does not tell is ``None``."""

import os
import platform
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import psutil

__all__ = ["Machine", "Space"]

ReadingT = TypeVar("ReadingT")

_IMAGES = frozenset({"cramfs", "erofs", "iso9660", "squashfs", "udf"})
"""File systems of images: always full, and nobody can do anything about it."""

_SECONDS = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Space:
    """How much of a disk or of memory is in use. ``percent`` leaves out what only the system may use."""

    name: str
    total: int
    used: int
    percent: float
    device: str | None = None


class Machine:
    """Blocking readings, each made anew: call them in a worker thread."""

    def host(self) -> str:
        """Return the name of the machine."""
        return platform.node()

    def system(self) -> str:
        """Return the operating system with its version."""
        return platform.platform(terse=True)

    def cpu_percents(self, *, seconds: float = _SECONDS) -> Sequence[float] | None:
        """Measure for ``seconds`` and return how busy each processor was."""
        return _reading(lambda: psutil.cpu_percent(interval=seconds, percpu=True)) or None

    def memory(self) -> Space | None:
        """Return how much memory cannot be given to a program that asks for some."""
        found = _reading(psutil.virtual_memory)
        if found is None or not found.total:
            return None
        return Space(name="Memory", total=found.total, used=found.total - found.available, percent=found.percent)

    def load(self) -> float | None:
        """Return the load average of the last minute; Windows has none."""
        averages = _reading(os.getloadavg) if hasattr(os, "getloadavg") else None
        return None if averages is None else averages[0]

    def booted_at(self) -> float | None:
        """Return when the machine started, in seconds since 1970."""
        return _reading(psutil.boot_time)

    def disks(self) -> Sequence[Space]:
        """Return the disks that can be read, one row for each however often it is mounted."""
        mounts = _mounts()
        root = str(Path(os.sep).absolute())
        if root not in mounts.values():
            # A container's root is none of the physical devices, and yet the disk that fills up.
            mounts[""] = root
        found = [_space(mount, device) for device, mount in mounts.items()]
        return sorted((space for space in found if space is not None), key=lambda space: space.name)


def _mounts() -> dict[str, str]:
    """Return the shortest mount point of each device."""
    listed = _reading(lambda: psutil.disk_partitions(all=False)) or ()
    usable = [part for part in listed if part.fstype and part.fstype.lower() not in _IMAGES]
    # Containers bind single files, such as /etc/hosts, from the host's disk.
    folders = [part for part in usable if _reading(Path(part.mountpoint).is_dir)]
    folders.sort(key=lambda part: len(part.mountpoint), reverse=True)
    return {part.device: part.mountpoint for part in folders}


def _space(mount: str, device: str) -> Space | None:
    usage = _reading(lambda: psutil.disk_usage(mount))
    if usage is None or not usage.total:
        return None
    return Space(name=mount, total=usage.total, used=usage.used, percent=usage.percent, device=device or None)


def _reading(read: Callable[[], ReadingT]) -> ReadingT | None:
    try:
        return read()
    except (psutil.Error, OSError, NotImplementedError, AttributeError, RuntimeError, ValueError, KeyError):
        return None

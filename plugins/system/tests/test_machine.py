"""Readings of the machine the tests run on, and of machines that tell little."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from dashboard_system.machine import Machine

on_linux = pytest.mark.skipif(not psutil.LINUX, reason="only on Linux does psutil read a /proc, which can be moved")


@pytest.fixture
def silent_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Machine:
    """Return a machine whose ``/proc`` is empty, as in some containers."""
    monkeypatch.setattr(psutil, "PROCFS_PATH", str(tmp_path))
    return Machine()


def test_every_processor_is_measured() -> None:
    """One percentage for each, of the time of the call."""
    percents = Machine().cpu_percents(seconds=0.05)
    assert percents is not None
    assert (psutil.cpu_count(), True) == (len(percents), all(0 <= percent <= 100 for percent in percents))


def test_a_busy_processor_is_busy_on_the_first_reading() -> None:
    """The first reading is measured, not 0."""
    process = os.posix_spawn("/bin/sh", ["sh", "-c", "while :; do :; done"], {})
    try:
        percents = Machine().cpu_percents(seconds=0.3)
    finally:
        os.kill(process, 9)
        os.waitpid(process, 0)
    assert max(percents or [0]) > 20


def test_memory_counts_what_cannot_be_given_away() -> None:
    """Caches are not in use; bytes and percent agree."""
    memory = Machine().memory()
    assert memory is not None
    assert memory.total == psutil.virtual_memory().total
    assert memory.percent == pytest.approx(100 * memory.used / memory.total, abs=0.1)


def test_the_root_is_a_disk() -> None:
    """Whatever it is mounted from, a machine has one."""
    root = next(disk for disk in Machine().disks() if disk.name == "/")
    assert psutil.disk_usage("/").total == root.total


def test_each_device_is_one_disk() -> None:
    """However often it is mounted."""
    devices = [disk.device for disk in Machine().disks()]
    assert len(devices) == len(set(devices))


def test_the_machine_has_been_running() -> None:
    """It started before now, and its load is not negative."""
    machine = Machine()
    assert 0 < (machine.booted_at() or 0) <= time.time()
    assert (machine.load() or 0) >= 0


def test_system_and_host_have_names() -> None:
    """Both are told by every platform."""
    machine = Machine()
    assert all((machine.system(), machine.host()))


@on_linux
@pytest.mark.parametrize("read", [Machine.cpu_percents, Machine.memory, Machine.booted_at])
def test_what_is_not_told_is_none(silent_machine: Machine, read: Callable[[Machine], object]) -> None:
    """A missing file is no failure, and no 0 either."""
    assert read(silent_machine) is None


@on_linux
def test_a_container_has_its_root(silent_machine: Machine) -> None:
    """Where no physical device is listed, the root is the disk that fills up."""
    assert [("/", None)] == [(disk.name, disk.device) for disk in silent_machine.disks()]


@on_linux
def test_only_real_disks_are_shown(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Neither pseudo file systems, nor images, nor bound files, nor one device twice, nor what cannot be read."""
    folder, file = tmp_path / "data", tmp_path / "hosts"
    folder.mkdir()
    file.touch()
    mounts = [
        "overlay / overlay rw 0 0",
        "proc /proc proc rw 0 0",
        f"/dev/sda1 {file} ext4 rw 0 0",
        f"/dev/sda1 {folder} ext4 rw 0 0",
        f"/dev/sda1 {folder}/. ext4 rw 0 0",
        f"/dev/loop0 {tmp_path} squashfs ro 0 0",
        "/dev/sdb1 /nowhere/at/all ext4 rw 0 0",
    ]
    (tmp_path / "self").mkdir()
    (tmp_path / "self" / "mounts").write_text("\n".join(mounts) + "\n")
    (tmp_path / "filesystems").write_text("nodev\tproc\nnodev\toverlay\n\text4\n\tsquashfs\n")
    monkeypatch.setattr(psutil, "PROCFS_PATH", str(tmp_path))
    assert [("/", None), (str(folder), "/dev/sda1")] == [(disk.name, disk.device) for disk in Machine().disks()]

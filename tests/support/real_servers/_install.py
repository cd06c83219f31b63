"""Installing servers: Debian packages that start nothing, or a virtual environment of their own."""

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from real_servers._errors import RealServerError

SEARCH_PATH = os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/local/sbin", "/usr/sbin", "/sbin"))
"""Debian's daemons live where an ordinary user's PATH does not look."""

_POLICY = Path("/usr/sbin/policy-rc.d")
_APT = ("apt-get", "-o", "DPkg::Lock::Timeout=120", "--quiet", "--yes")


def find_executable(name: str) -> Path | None:
    """Return where the machine has this program."""
    found = shutil.which(name, path=SEARCH_PATH)
    return Path(found) if found else None


@contextmanager
def one_at_a_time(folder: Path) -> Iterator[None]:
    """Wait until no other process installs into this folder, or Debian packages on behalf of its tests."""
    with (folder / "installing.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def install_packages(packages: Sequence[str]) -> None:
    """Install Debian packages without what they recommend; none of their services is started."""
    wanted = " ".join(packages)
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise RealServerError(
            f"{wanted} is not installed, and only root on Debian or Ubuntu can do that from here: run the tests as"
            f" root in such a container, or install {wanted} first"
        )
    install = [*_APT, "install", "--no-install-recommends", *packages]
    with _nothing_started():
        if _run(install).returncode == 0:
            return
        _run([*_APT, "update"])
        result = _run(install)
    if result.returncode != 0:
        raise RealServerError(f"apt-get could not install {wanted}:\n{_last_lines(result.stdout)}")


def install_environment(folder: Path, requirements: Sequence[str]) -> None:
    """Make a virtual environment with these PyPI requirements, unless it stands there complete."""
    complete = folder / "installed.txt"
    wanted = "\n".join(requirements)
    if complete.is_file() and complete.read_text() == wanted:
        return
    python = folder / "bin" / "python"
    for command in (
        [sys.executable, "-m", "venv", "--clear", str(folder)],
        [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *requirements],
    ):
        result = _run(command)
        if result.returncode != 0:
            raise RealServerError(f"{' '.join(command)} failed:\n{_last_lines(result.stdout)}")
    complete.write_text(wanted)


@contextmanager
def _nothing_started() -> Iterator[None]:
    """Tell maintainer scripts that they may start no service, as ``policy-rc.d`` does by its status 101."""
    if _POLICY.exists():
        yield
        return
    _POLICY.write_text("#!/bin/sh\nexit 101\n")
    _POLICY.chmod(0o755)
    try:
        yield
    finally:
        _POLICY.unlink(missing_ok=True)


def _run(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    environment: Mapping[str, str] = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    return subprocess.run(
        command, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )


def _last_lines(text: str) -> str:
    return "\n".join(text.splitlines()[-15:])

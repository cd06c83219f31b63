"""A virtual environment with nothing in it but the core and one distribution."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

__all__ = ["CleanEnvironment", "InstallError", "build_wheel", "clean_environment"]

_SECONDS = 900.0
_SHOWN_LINES = 12
_NOT_HANDED_ON = frozenset({"PYTHONPATH", "PYTHONHOME", "PYTEST_ADDOPTS", "VIRTUAL_ENV"})


class InstallError(RuntimeError):
    """Building or installing failed; the message has the last lines of what the tool said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanEnvironment:
    """A virtual environment; ``python`` is its interpreter, and what runs in it has ``seconds``."""

    python: Path
    seconds: float = _SECONDS

    def install(self, *requirements: str) -> None:
        """Install requirements together, so that what cannot live together is found; raise ``InstallError``."""
        uv = shutil.which("uv")
        pip = [uv, "pip", "install", "--python", str(self.python)] if uv else [str(self.python), "-m", "pip", "install"]
        _checked([*pip, "--quiet", *requirements], doing=f"installing {' and '.join(requirements)}")

    def run(self, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
        """Run Python in it, away from the environment of the caller; what does not end has failed."""
        return _run([str(self.python), *arguments], cwd=cwd, seconds=self.seconds)


@contextmanager
def clean_environment() -> Iterator[CleanEnvironment]:
    """Make one, and remove it at the end."""
    with TemporaryDirectory(prefix="dashboard-integrations-") as folder:
        place = Path(folder) / "environment"
        uv = shutil.which("uv")
        make = [uv, "venv", "--quiet", "--python", sys.executable] if uv else [sys.executable, "-m", "venv"]
        _checked([*make, str(place)], doing="making a virtual environment")
        python = place / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        yield CleanEnvironment(python=python)


def build_wheel(tree: Path, into: Path) -> Path:
    """Build the wheel of a source tree, in isolation; raise ``InstallError``."""
    uv = shutil.which("uv")
    if uv:
        command = [uv, "build", "--quiet", "--wheel", "--out-dir", str(into), str(tree)]
    else:
        command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(into), str(tree)]
    _checked(command, doing=f"building {tree}")
    return next(into.glob("*.whl"))


def _checked(command: Sequence[str], *, doing: str) -> None:
    done = _run(command)
    if done.returncode != 0:
        lines = (done.stdout + done.stderr).strip().splitlines()[-_SHOWN_LINES:]
        raise InstallError("\n".join([f"{doing} failed:", *lines]))


def _run(
    command: Sequence[str], *, cwd: Path | None = None, seconds: float = _SECONDS
) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name not in _NOT_HANDED_ON}
    try:
        return subprocess.run(  # noqa: S603  (tools of Python, and the tests of who asked for it)
            command, cwd=cwd, env=environment, capture_output=True, text=True, check=False, timeout=seconds
        )
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(command, 1, stdout="", stderr=f"it did not end within {seconds:g} seconds")

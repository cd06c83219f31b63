"""Who writes a new package: as an option says, else as git knows."""

import re
import shutil
import subprocess

import click

from dashboard_integrations.scaffold.distribution import Author
from dashboard_integrations.scaffold.names import Names

__all__ = ["author_of"]

_AUTHOR = re.compile(r"(?P<name>[^<>]+?)(?:\s*<(?P<email>[^<>\s@]+@[^<>\s@]+)>)?")
_GIT_TAKES = 5.0


def author_of(text: str | None, names: Names) -> Author:
    """Return the author that ``text`` names as ``NAME <MAIL>``, else who git commits as, else a name for anybody."""
    if text is None:
        return Author(name=_git("user.name") or f"The {names.distribution} contributors", email=_git("user.email"))
    found = _AUTHOR.fullmatch(text.strip())
    if found is None or not text.isprintable():
        raise click.UsageError(f"--author takes a name, or 'NAME <MAIL>', not {text!r}")
    return Author(name=found["name"], email=found["email"])


def _git(key: str) -> str | None:
    git = shutil.which("git")
    if git is None:
        return None
    try:
        told = subprocess.run(  # noqa: S603  (git, found on the path, with arguments of ours)
            [git, "config", "--get", key], capture_output=True, text=True, check=False, timeout=_GIT_TAKES
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    value = told.stdout.strip()
    return value if value and value.isprintable() else None

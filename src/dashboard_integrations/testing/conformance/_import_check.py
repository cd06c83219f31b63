"""The check that importing an integration does nothing but define it, and is quick."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

__all__ = ["import_problems"]

_PROBE = Path(__file__).with_name("_import_probe.py")
_PATIENCE = 120.0
_BUDGET = 1.5
"""Seconds of the processor, which others who use it take nothing from."""

_SECRET_NAME = re.compile(r"PASS(WORD|WD)?|TOKEN|SECRET|CREDENTIAL|API_?KEY|(ACCESS|PRIVATE|AUTH)_?KEY", re.IGNORECASE)
_SERVERS = frozenset({"aiohttp.web", "django", "fastapi", "flask", "litestar", "starlette", "tornado", "uvicorn"})
_OF_HOSTS = frozenset({"alembic", "sqlalchemy", "jinja2"})
_TESTS = frozenset({"pytest", "_pytest", "dashboard_integrations.testing"})
_OURS = frozenset(f"dashboard_integrations.{name}" for name in ("adapters", "cli", "host", "storage", "web"))
_TELLS = {
    "socket": "opens a socket ({what})",
    "thread": "starts {what}",
    "process": "starts a process ({what})",
    "file": "writes a file ({what})",
}


def import_problems(module: str, file: Path | None) -> Sequence[str]:
    """Return what importing a module does that it should not; ``file`` is where it is when it is in no package."""
    try:
        ended = subprocess.run(  # noqa: S603  (this interpreter, with a program of ours)
            [sys.executable, "-B", str(_PROBE), module, str(file or "")],
            input=json.dumps([item for item in sys.path if item]),
            capture_output=True,
            text=True,
            timeout=_PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return (f"{module} did not finish to import within {_PATIENCE:.0f} seconds",)
    line = (ended.stdout.splitlines() or [""])[-1]
    try:
        found = json.loads(line)
    except ValueError:
        return (f"{module} ended the interpreter that imported it: {ended.stderr.strip()[-500:]}",)
    return tuple(dict.fromkeys(_told(module, found)))


def _told(module: str, found: dict[str, object]) -> Iterator[str]:
    if found["problem"] is not None:
        yield f"{module} cannot be imported: {found['problem']}"
    noted: list[tuple[str, str, str]] = found["noted"]  # type: ignore[assignment]  # as the probe writes it
    for kind, what, place in noted:
        if kind in _TELLS:
            yield f"importing {module} {_TELLS[kind].format(what=what)} at {place}: do it in a method"
        elif kind == "state":
            yield f"importing {module} changes {what}, which belongs to the whole program: leave it to the host"
        elif kind == "environment" and _SECRET_NAME.search(what):
            yield f"importing {module} reads {what} from the environment at {place}: a secret is a field of the config"
    loaded: list[str] = found["loaded"]  # type: ignore[assignment]  # likewise
    for name in loaded:
        if name in _SERVERS | _OF_HOSTS | _TESTS | _OURS:
            yield f"importing {module} imports {name}, which is for hosts or tests: import it where it is needed"
    seconds: float = found["seconds"]  # type: ignore[assignment]  # likewise
    if seconds > _BUDGET:
        yield (
            f"importing {module} takes {seconds:.1f} seconds of the processor, {_BUDGET:g} are allowed: import what is"
            " heavy inside the method that needs it"
        )

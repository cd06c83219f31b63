"""The floors: a file imports only from lower floors or its own, and core stands on five packages."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import dashboard_integrations

ROOT = Path(dashboard_integrations.__file__).parent
NAME = "dashboard_integrations"

FLOORS = {
    0: """errors exchange status views connection integration envelope cache.backend cache.shared problems suggestion
          failure_log ui""",
    1: "service_url config auth authoring registry cipher cache.memory cache freshness redaction http",
    2: "apps lookup widgets service blocking",
    3: "web",
    4: "adapters cache.redis cache._joined_reads declarative observability storage testing",
    5: "host scaffold",
    6: "workbench cli",
}
CORE_FLOORS = 3
CORE_PACKAGES = {"pydantic", "pydantic_core", "anyio", "httpx", "cryptography", "importlib_metadata", NAME}
ONLY_IMPORTER = {"httpx": "http.client", "cryptography": "cipher", "jmespath": "declarative._jmespath"}
EXTRAS = {
    "adapters.fastapi": {"fastapi", "starlette"},
    "adapters.asgi": set(),
    "cache.redis": {"coredis"},
    "storage": {"sqlalchemy", "alembic", "psycopg"},
    "declarative": {"jmespath"},
    "observability.otel": {"opentelemetry"},
    "observability.prometheus": {"prometheus_client"},
}


def modules():
    for path in sorted(ROOT.rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        yield ".".join(part for part in parts if part != "__init__"), path


MODULES = [(name, path) for name, path in modules() if name]


def floor_of(name):
    """Return the floor of the longest listed name that holds ``name``."""
    held = [
        (len(listed), floor)
        for floor, names in FLOORS.items()
        for listed in names.split()
        if name == listed or name.startswith(listed + ".")
    ]
    assert held, f"{name} stands on no floor: add it to FLOORS, and to docs/explanation/architecture.md"
    return max(held)[1]


def imports_of(path):
    """Yield the absolute name of every import in the file, wherever it stands."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} has a relative import"
            yield node.module


def ours(path):
    return [item.removeprefix(NAME + ".") for item in imports_of(path) if item.startswith(NAME + ".")]


def theirs(path):
    tops = {item.partition(".")[0] for item in imports_of(path)}
    return {top for top in tops if top not in sys.stdlib_module_names}


@pytest.mark.parametrize(("name", "path"), MODULES, ids=[name for name, _ in MODULES])
def test_imports_go_down(name, path):
    """No module imports from a higher floor."""
    higher = [imported for imported in ours(path) if floor_of(imported) > floor_of(name)]
    assert higher == []


@pytest.mark.parametrize(("name", "path"), MODULES, ids=[name for name, _ in MODULES])
def test_nobody_imports_the_front_door(name, path):
    """Modules inside the package import from where a name is defined, not from the package itself."""
    assert NAME not in set(imports_of(path))


@pytest.mark.parametrize(
    ("name", "path"),
    [item for item in MODULES if floor_of(item[0]) <= CORE_FLOORS],
    ids=[name for name, _ in MODULES if floor_of(name) <= CORE_FLOORS],
)
def test_core_stands_on_five_packages(name, path):
    """Core imports no web framework and no database."""
    assert theirs(path) <= CORE_PACKAGES


@pytest.mark.parametrize(("package", "importer"), ONLY_IMPORTER.items())
def test_only_importer(package, importer):
    """A package that may be replaced in one step is imported in one place."""
    importers = {name for name, path in MODULES if package in theirs(path)}
    assert {name for name in importers if name != importer and not name.startswith(importer + ".")} == set()


@pytest.mark.parametrize("rim", EXTRAS)
def test_rim_parts_do_not_know_each_other(rim):
    """An adapter or a storage imports its own extra and no other part of the rim."""
    part = rim.partition(".")[0]
    for name, path in MODULES:
        if name == rim or name.startswith(rim + "."):
            assert theirs(path) <= CORE_PACKAGES | EXTRAS[rim]
            assert [item for item in ours(path) if floor_of(item) == 4 and not item.startswith((rim, part))] == []


def run(source):
    return subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=True).stdout


def test_importing_core_loads_no_framework_and_no_plugin():
    """Importing the package loads core's packages only, and reads no entry point."""
    loaded = run(
        "import importlib_metadata, importlib.metadata, sys\n"
        "def refuse(*args, group='', **kwargs):\n"
        "    if not group.startswith('pydantic'): raise SystemExit('an entry point was read at import')\n"
        "    return ()\n"
        "importlib_metadata.entry_points = importlib.metadata.entry_points = refuse\n"
        "importlib_metadata.distributions = refuse\n"
        f"import {NAME}\n"
        "print('\\n'.join({name.partition('.')[0] for name in sys.modules}))"
    ).split()
    forbidden = {"fastapi", "starlette", "django", "flask", "litestar", "sqlalchemy", "alembic", "uvicorn"}
    plugins = {"dashboard_downloads", "dashboard_monitoring", "dashboard_system"}
    assert set(loaded) & (forbidden | plugins | {"pytest", "jinja2", "psutil"}) == set()
    assert "httpx" not in loaded, "httpx takes longer to import than all the rest: it waits for the first call"

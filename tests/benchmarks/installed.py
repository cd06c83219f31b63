"""Finding three hundred installed integrations, and listing them with their schemas.

``uv run --group benchmarks python tests/benchmarks/installed.py [PLUGINS]``. Wall time, each in a new process, from the
call on: what they import first is not counted. The limit is a scan of the directory and a look at each of its folders.
The distributions are made for it, each with one integration of its own, compiled.
"""

import argparse
import compileall
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROUNDS = 15
CODE = '''
from dashboard_integrations.authoring import HttpIntegration, endpoint
from dashboard_integrations.config import LoginConfig
from dashboard_integrations.views import Stat, StatCard

class Config(LoginConfig):
    """Where it is."""

class Sample(HttpIntegration[Config]):
    """A service."""
    id = "sample-{number}"
    name = "Sample {number}"

    @endpoint()
    async def speed(self, connection) -> StatCard:
        """How fast it is."""
        return StatCard(stats=[Stat(label="Speed", value=1)])
'''
BEGIN = """
import asyncio, json, os, sys, time
from pathlib import Path
site, kept = {site!r}, Path({kept!r})
sys.path.insert(0, site)
"""
PARTS = {
    "scan of the directory": """
def call():
    with os.scandir(site) as entries:
        return [entry.stat().st_mtime_ns for entry in entries if entry.name.endswith(".dist-info")]
""",
    "importlib.metadata": """
import importlib.metadata
def call():
    return [point.name for point in importlib.metadata.entry_points(group="dashboard.integrations")]
""",
    "stevedore": """
import stevedore.named, stevedore._cache
def call():
    return stevedore._cache.Cache().get_group_named("dashboard.integrations")
""",
    "ours, nothing known": """
from dashboard_integrations.registry import Registry
def call():
    return Registry.from_entry_points().list()
""",
    "ours, with a catalogue": """
from dashboard_integrations.registry import PluginCatalogue, Registry
from dashboard_integrations.registry import catalogue
catalogue._is_core_editable = lambda: False
def call():
    return Registry.from_entry_points(catalogue=PluginCatalogue(kept)).list()
""",
    "ours, names alone": """
from dashboard_integrations.registry import PluginCatalogue
known = PluginCatalogue(kept)
def call():
    return [candidate.id for candidate in known.candidates()]
""",
}
LISTING = """
import secrets
from dashboard_integrations.apps import AppService, InMemoryAppRepository
from dashboard_integrations.cipher import ConfigCipher
from dashboard_integrations.registry import PluginCatalogue, Registry, catalogue
from dashboard_integrations.service import IntegrationService
catalogue._is_core_editable = lambda: False
async def listing():
    registry = Registry.from_entry_points(catalogue=PluginCatalogue(kept) if {known} else None)
    apps = AppService(InMemoryAppRepository(), cipher=ConfigCipher([secrets.token_bytes(32)]))
    async with IntegrationService(apps=apps, registry=registry) as service:
        return (await service.list_integrations()).data
def call():
    return asyncio.run(listing())
"""
END = """
def timed():
    began = time.perf_counter()
    found = call()
    assert len(found) >= {plugins}, len(found)
    return time.perf_counter() - began
first, second = timed(), timed()
imported = sum(name.startswith("sample_") for name in sys.modules)
print(json.dumps([first * 1e3, second * 1e3, imported]))
"""


def make(site: Path, plugins: int) -> None:
    """Install so many distributions."""
    for number in range(plugins):
        (site / f"sample_{number}.py").write_text(CODE.replace("{number}", str(number)))
        info = site / f"sample_{number}-1.0.dist-info"
        info.mkdir(parents=True)
        about = f"Metadata-Version: 2.1\nName: sample-{number}\nVersion: 1.0\n\n" + "It is described at length.\n" * 200
        (info / "METADATA").write_text(about)
        (info / "RECORD").write_text(f"sample_{number}.py,,\n")
        (info / "entry_points.txt").write_text(f"[dashboard.integrations]\nsample-{number} = sample_{number}:Sample\n")
    compileall.compile_dir(site, quiet=1)


def run(part: str, *, site: Path, kept: Path, plugins: int, rounds: int) -> tuple[float, float, int]:
    """Return the medians of the first and the second call in milliseconds, and how many plugins were imported."""
    program = BEGIN.format(site=str(site), kept=str(kept)) + part + END.format(plugins=plugins)
    found: list[tuple[float, float, int]] = []
    for _ in range(rounds + 1):
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
        found.append(json.loads(done.stdout))
    return (
        statistics.median(item[0] for item in found[1:]),
        statistics.median(item[1] for item in found[1:]),
        found[-1][2],
    )


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("plugins", nargs="?", type=int, default=300)
    plugins = parser.parse_args().plugins
    with tempfile.TemporaryDirectory() as folder:
        site, kept = Path(folder, "site"), Path(folder, "data", "kept")
        site.mkdir()
        kept.parent.mkdir()
        make(site, plugins)
        print(f"\nfinding {plugins} integrations, ms")
        print(f"{'':28}{'first':>9}{'ratio':>8}{'again':>9}{'ratio':>8}")
        limit = None
        for name, part in PARTS.items():
            first, second, _ = run(part, site=site, kept=kept, plugins=plugins, rounds=ROUNDS)
            limit = limit or first
            print(f"{name:28}{first:9.2f}{first / limit:8.1f}{second:9.3f}{second / limit:8.2f}")
        print(f"\nlisting them with their schemas, ms\n{'':28}{'first':>9}{'again':>9}{'imported':>10}")
        for name, known in (("nothing known", False), ("with a catalogue", True)):
            first, second, imported = run(
                LISTING.replace("{known}", str(known)), site=site, kept=kept, plugins=plugins, rounds=3
            )
            print(f"{name:28}{first:9.1f}{second:9.1f}{imported:10}")


if __name__ == "__main__":
    main()

"""A tree on the path is found as if it were installed."""

import subprocess
import sys

from author_tree import author_tree

PROGRAM = """
import sys
from pathlib import Path
from dashboard_integrations.registry import Registry
from dashboard_integrations.workbench.path_entry import on_the_path
from dashboard_integrations.workbench.source_tree import SourceTree

before = list(sys.path)
with on_the_path(SourceTree.read(Path(sys.argv[1]))):
    registry = Registry.from_entry_points()
    print(registry.get("boxes").name)
    entry = next(entry for entry in registry.list() if entry.id == "boxes")
    print(entry.distribution, entry.version)
assert sys.path == before
print("boxes" in {entry.id for entry in Registry.from_entry_points().list()})
"""


def test_discovery_finds_it_until_the_end(tmp_path):
    """With its distribution and version; afterwards nothing of it is left."""
    tree = author_tree(tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tree)], capture_output=True, text=True, check=True, timeout=120
    )
    assert ["Boxes", "dashboard-boxes 0.3.0", "False"] == done.stdout.splitlines()

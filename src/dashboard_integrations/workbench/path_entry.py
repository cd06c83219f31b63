"""A source tree as if it were installed: its code on the path, and metadata that discovery finds."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from dashboard_integrations.workbench.source_tree import SourceTree

__all__ = ["on_the_path"]


@contextmanager
def on_the_path(tree: SourceTree) -> Iterator[None]:
    """Put the tree before everything else on ``sys.path``, an installed version of it included."""
    with TemporaryDirectory(prefix="dashboard-integrations-") as folder:
        _write_metadata(tree, Path(folder))
        added = [str(tree.code), folder]
        sys.path[:0] = added
        try:
            yield
        finally:
            for entry in added:
                sys.path.remove(entry)


def _write_metadata(tree: SourceTree, folder: Path) -> None:
    info = folder / f"{tree.name.replace('-', '_')}-{tree.version}.dist-info"
    info.mkdir()
    lines = ["Metadata-Version: 2.1", f"Name: {tree.name}", f"Version: {tree.version}", ""]
    (info / "METADATA").write_text("\n".join(lines), encoding="utf-8")
    points = "".join(
        f"[{group}]\n" + "".join(f"{name} = {value}\n" for name, value in named.items()) + "\n"
        for group, named in tree.groups.items()
    )
    (info / "entry_points.txt").write_text(points, encoding="utf-8")

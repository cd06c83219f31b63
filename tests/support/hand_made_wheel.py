"""Wheels written by hand, with whatever metadata a test is about."""

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

__all__ = ["hand_made_wheel"]

METADATA = {
    "Metadata-Version": "2.4",
    "Name": "dashboard-boxes",
    "Version": "0.3.0",
    "Summary": "Boxes for dashboards.",
    "License-Expression": "MIT",
    "Requires-Python": ">=3.11",
}
FILES = {"dashboard_boxes/__init__.py": "", "dashboard_boxes/boxes.py": "", "dashboard_boxes/py.typed": ""}


def hand_made_wheel(
    folder: Path,
    *,
    metadata: Mapping[str, str | None] | None = None,
    requires: Sequence[str] = ("dashboard-integrations>=0.1",),
    points: str | None = "[dashboard.integrations]\nboxes = dashboard_boxes.boxes:Boxes\n",
    files: Mapping[str, str] = FILES,
    licence: bool = True,
    readme: str = "# Boxes\n",
) -> Path:
    """Write a wheel that lacks nothing, but for what is said; ``None`` leaves a field out."""
    path = folder / "dashboard_boxes-0.3.0-py3-none-any.whl"
    fields = {**METADATA, **(metadata or {})}
    lines = [f"{name}: {value}" for name, value in fields.items() if value is not None]
    lines += [f"Requires-Dist: {requirement}" for requirement in requires]
    info = "dashboard_boxes-0.3.0.dist-info"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
        archive.writestr(f"{info}/METADATA", "\n".join(lines) + f"\n\n{readme}")
        archive.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: hand\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr(f"{info}/RECORD", "")
        if points is not None:
            archive.writestr(f"{info}/entry_points.txt", points)
        if licence:
            archive.writestr(f"{info}/licenses/LICENSE", "MIT")
    return path

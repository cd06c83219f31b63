"""The source tree of a distribution, read without building or importing anything of it."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["GROUP", "SourceTree", "SourceTreeError"]

GROUP = "dashboard.integrations"


class SourceTreeError(ValueError):
    """There is no distribution of integrations in a folder; the message says what is missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceTree:
    """A folder with a ``pyproject.toml`` that names integrations.

    ``entry_points`` maps ids to ``module:Class``, ``groups`` has every entry-point group of the distribution, ``code``
    is the folder that imports begin in.
    """

    root: Path
    code: Path
    name: str
    version: str
    entry_points: Mapping[str, str]
    groups: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @classmethod
    def read(cls, root: Path) -> "SourceTree":
        """Read the tree; raise ``SourceTreeError``."""
        project = _project(root)
        stated = project.get("entry-points")
        groups = stated if isinstance(stated, dict) else {}
        points = groups.get(GROUP)
        if not isinstance(points, dict) or not points:
            raise SourceTreeError(
                f"{root / 'pyproject.toml'} names no integration: add"
                f' [project.entry-points."{GROUP}"] with a line such as  my-service = "my_package.module:MyService"'
            )
        return cls(
            root=root.resolve(),
            code=(root / "src" if (root / "src").is_dir() else root).resolve(),
            name=str(project.get("name") or root.resolve().name),
            version=str(project.get("version") or "0"),
            entry_points={str(name): str(value) for name, value in points.items()},
            groups={str(group): dict(named) for group, named in groups.items()},
        )


def _project(root: Path) -> Mapping[str, object]:
    file = root / "pyproject.toml"
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SourceTreeError(
            f"there is no pyproject.toml in {root}: give the folder of a distribution, or make one with:"
            " dashboard-integrations new NAME"
        ) from None
    except (OSError, ValueError) as error:
        raise SourceTreeError(f"{file} cannot be read: {error}") from None
    project = content.get("project")
    if not isinstance(project, dict):
        raise SourceTreeError(f"{file} has no [project] table: it is what names the distribution and its integrations")
    return project

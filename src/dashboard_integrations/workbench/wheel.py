"""A built wheel, read without installing it."""

import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from importlib_metadata import PathDistribution
from packaging.metadata import Metadata
from packaging.requirements import Requirement

from dashboard_integrations.workbench.source_tree import GROUP

__all__ = ["Wheel", "WheelError"]


class WheelError(ValueError):
    """A file is no wheel that could be installed; the message says what is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wheel:
    """Names, dependencies and files of a wheel.

    ``points`` maps ids to ``module:Class``; ``requirements`` are those without an extra; ``size`` is in bytes.
    """

    path: Path
    metadata: Metadata
    points: Mapping[str, str]
    files: frozenset[str]
    size: int

    @classmethod
    def read(cls, path: Path) -> "Wheel":
        """Read the wheel; raise ``WheelError``."""
        try:
            with zipfile.ZipFile(path) as archive:
                names = frozenset(archive.namelist())
                info = _info_folder(names)
                metadata = Metadata.from_email(archive.read(f"{info}/METADATA"))
                folder: Any = zipfile.Path(archive, f"{info}/")  # a path in all but the types of the two libraries
                points = {
                    point.name: point.value for point in PathDistribution(folder).entry_points.select(group=GROUP)
                }
        except (OSError, zipfile.BadZipFile, KeyError) as error:
            raise WheelError(f"{path} is no wheel ({error}): build one with: python -m build --wheel") from None
        except (ExceptionGroup, ValueError) as error:
            raise WheelError(f"the metadata of {path} cannot be read: {_told(error)}") from None
        return cls(path=path, metadata=metadata, points=points, files=names, size=path.stat().st_size)

    @property
    def requirements(self) -> Sequence[Requirement]:
        """What is installed along with it."""
        return [
            requirement
            for requirement in self.metadata.requires_dist or ()
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""})
        ]

    @property
    def licences(self) -> Sequence[str]:
        """The licence files in its metadata."""
        return sorted(name for name in self.files if ".dist-info/" in name and "licen" in name.lower())


def _info_folder(names: frozenset[str]) -> str:
    folders = {name.partition("/")[0] for name in names if name.partition("/")[0].endswith(".dist-info")}
    if len(folders) != 1:
        raise KeyError("a wheel has one folder .dist-info")
    return folders.pop()


def _told(error: Exception) -> str:
    inner = error.exceptions if isinstance(error, ExceptionGroup) else [error]
    return "; ".join(str(item) for item in inner)

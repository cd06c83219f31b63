"""Integrations that a person put into the data folder as files."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from dashboard_integrations.host.data_folder import DataFolder
from dashboard_integrations.registry import PluginCatalogue, PluginEntry, PluginOrigin, PluginState, Registry

if TYPE_CHECKING:
    from dashboard_integrations.declarative import DeclaredIntegration

__all__ = ["add_declared_files", "load_file", "usable_integrations"]

_MOST_FILES = 500
_LONGEST_REASON = 2_000


def usable_integrations(folder: DataFolder) -> Registry:
    """Return the registry of what is installed, and of what the files of the data folder declare."""
    registry = Registry.from_entry_points(catalogue=PluginCatalogue(folder.catalogue))
    add_declared_files(registry, folder.integrations)
    return registry


def add_declared_files(registry: Registry, folder: Path) -> None:
    """Add what each ``*.toml`` in ``folder`` declares; a file that cannot be used is a row with the reason.

    What is installed keeps its id: a file that claims it has to take another.
    """
    for path in _files_in(folder):
        try:
            integration = load_file(path)
        except ValueError as error:
            _report(registry, path, str(error))
            continue
        try:
            registry.register(integration, file=str(path))
        except (TypeError, ValueError) as error:
            _report(registry, path, f"{path}: {str(error).partition(': pass replace')[0]}: choose another")


def load_file(path: Path) -> "DeclaredIntegration":
    """Return what the file declares; raise ``ValueError`` that says why it cannot be used."""
    try:
        # jmespath is an extra, and who has no file does not need it
        from dashboard_integrations.declarative import load_integration  # noqa: PLC0415

        return load_integration(path)
    except OSError as error:
        raise ValueError(f"{path}: cannot be read ({error.strerror or type(error).__name__})") from error
    except ImportError as error:
        raise ValueError(f"{path}: {error}") from error
    except ValueError:
        raise
    except Exception as error:
        raise ValueError(f"{path}: cannot be used ({type(error).__name__})") from error


def _files_in(folder: Path) -> Sequence[Path]:
    return sorted(folder.glob("*.toml"))[:_MOST_FILES] if folder.is_dir() else ()


def _report(registry: Registry, path: Path, reason: str) -> None:
    """Add the row under the name that the file's apps may have, else under that of the file."""
    taken = {entry.id for entry in registry.list()}
    registry.report(
        PluginEntry(
            id=path.name if path.stem in taken else path.stem,
            state=PluginState.BROKEN,
            origin=PluginOrigin.FILE,
            reason=reason[:_LONGEST_REASON],
            value=str(path),
        )
    )

"""The TYPE of a command for authors: an installed integration, or a class in a module that is installed nowhere."""

import importlib
import sys
from pathlib import Path

import click

from dashboard_integrations.integration import Integration
from dashboard_integrations.registry import Registry

__all__ = ["find_integration"]


def find_integration(name: str) -> Integration:
    """Return the integration ``name``: an installed one's id, or ``module:Class`` as in ``my_package.gatus:Gatus``.

    A module is looked for in this folder and in its ``src`` first. Raise ``UnknownIntegrationError`` for an id, and
    ``click.UsageError`` for what is not there or no integration.
    """
    if ":" not in name:
        return Registry.from_entry_points().get(name)
    registry = Registry()
    try:
        found = _imported(name)
        registry.register(found)
    except (TypeError, ValueError) as error:
        raise click.UsageError(f"{name} is no integration: {error}") from error
    return registry.get(registry.list()[0].id)


def _imported(name: str) -> type[Integration]:
    module_name, _, class_name = name.partition(":")
    for folder in (Path.cwd() / "src", Path.cwd()):
        if folder.is_dir() and str(folder) not in sys.path:
            sys.path.insert(0, str(folder))
    try:
        module = importlib.import_module(module_name)
    except ImportError as error:
        raise click.UsageError(f"{module_name!r} cannot be imported from {Path.cwd()}: {error}") from error
    found: type[Integration] | None = getattr(module, class_name, None)
    if found is None:
        raise click.UsageError(f"the module {module_name!r} has no {class_name!r}")
    return found

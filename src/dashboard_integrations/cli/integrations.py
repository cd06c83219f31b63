"""The integrations that a command knows: installed, declared in the data folder, or in a file that it was given."""

from pathlib import Path

from dashboard_integrations.errors import UnknownIntegrationError
from dashboard_integrations.host.data_folder import DataFolder
from dashboard_integrations.host.declared_files import load_file, usable_integrations
from dashboard_integrations.registry import Registry

__all__ = ["named_integration", "registry_of"]


def registry_of(data: Path) -> Registry:
    """Return what is installed, and what the files of the dashboard in ``data`` declare."""
    return usable_integrations(DataFolder(data))


def named_integration(name: str, *, data: Path) -> tuple[Registry, str]:
    """Return a registry that has the integration ``name``, and its id; ``name`` may be the path of a ``.toml`` file.

    Raise ``UnknownIntegrationError`` for a file that cannot be used.
    """
    registry = registry_of(data)
    if not name.endswith(".toml"):
        return registry, name
    try:
        integration = load_file(Path(name))
        registry.register(integration, replace=True, file=name)
    except (TypeError, ValueError) as error:
        raise UnknownIntegrationError(str(error), reason="broken") from error
    return registry, integration.id

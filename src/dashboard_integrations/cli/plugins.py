"""``list``: the integrations that are installed, and why some of them cannot be used."""

from dataclasses import dataclass
from pathlib import Path

import click

from dashboard_integrations.cli.integrations import registry_of
from dashboard_integrations.cli.output import print_json, print_lines, table
from dashboard_integrations.errors import IntegrationError
from dashboard_integrations.host.settings import default_data_folder
from dashboard_integrations.registry import PluginEntry, PluginOrigin, PluginState, Registry

__all__ = ["Plugin", "command", "installed_plugins"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plugin:
    """A row: the registry's entry after the plugin was imported, and the name the integration gives itself."""

    entry: PluginEntry
    name: str | None

    def as_json(self) -> dict[str, object]:
        """Return what ``--json`` prints."""
        entry = self.entry
        return {
            "id": entry.id,
            "name": self.name,
            "state": entry.state.value,
            "distribution": entry.distribution,
            "version": entry.version,
            "reason": entry.reason,
            "loadSeconds": entry.load_seconds,
        }


def installed_plugins(registry: Registry) -> list[Plugin]:
    """Import every plugin that can be, and return how that went."""
    names: dict[str, str] = {}
    for entry in registry.list():
        if entry.state in {PluginState.AVAILABLE, PluginState.ACTIVE}:
            try:
                names[entry.id] = registry.get(entry.id).name
            except IntegrationError:
                continue
    return [Plugin(entry=entry, name=names.get(entry.id)) for entry in registry.list()]


@click.command("list")
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    default=default_data_folder,
    help="Data folder of the dashboard, whose files may declare more.",
    show_default="the folder of this user",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(*, data: Path, as_json: bool) -> None:
    """List the integrations that are installed or declared in the data folder, with their state."""
    plugins = installed_plugins(registry_of(data))
    if as_json:
        print_json([plugin.as_json() for plugin in plugins])
        return
    if not plugins:
        print_lines(["No integration is installed. Install a package that offers some, such as dashboard-system."])
        return
    rows = [
        (
            plugin.entry.id,
            plugin.name or "-",
            plugin.entry.state.value,
            _origin(plugin.entry),
            plugin.entry.version or "-",
            plugin.entry.reason or "",
        )
        for plugin in plugins
    ]
    print_lines(table(("ID", "NAME", "STATE", "DISTRIBUTION", "VERSION", "REASON"), rows))


def _origin(entry: PluginEntry) -> str:
    """Return what offers it: a distribution, or the name of a file."""
    if entry.origin is PluginOrigin.FILE:
        return Path(entry.value or "-").name
    return entry.distribution or "-"

"""How the integrations of one distribution load, run as a program in its environment: prints a line of JSON."""

import json
import sys

from dashboard_integrations.errors import IntegrationError
from dashboard_integrations.registry import PluginEntry, Registry

__all__ = ["main"]


def main(distribution: str) -> None:
    """Load what the distribution offers, and print the state of each."""
    registry = Registry.from_entry_points(allow=[distribution])
    for entry in registry.list():
        try:
            registry.get(entry.id)
        except IntegrationError:
            continue  # the state says it
    sys.stdout.write(json.dumps([_told(entry) for entry in registry.list()]) + "\n")


def _told(entry: PluginEntry) -> dict[str, object]:
    return {"id": entry.id, "state": entry.state.value, "reason": entry.reason, "seconds": entry.load_seconds}


if __name__ == "__main__":
    main(sys.argv[1])

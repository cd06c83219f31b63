"""What is known of a plugin, whether it works or not."""

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["PluginEntry", "PluginOrigin", "PluginState"]


class PluginState(StrEnum):
    """How far a plugin has come.

    ``AVAILABLE`` is imported on first use and then ``ACTIVE``, ``INCOMPATIBLE`` or ``BROKEN``; all but ``AVAILABLE``
    are final while the process runs.
    """

    AVAILABLE = "available"
    ACTIVE = "active"
    INCOMPATIBLE = "incompatible"
    CONFLICT = "conflict"
    BLOCKED = "blocked"
    BROKEN = "broken"


class PluginOrigin(StrEnum):
    """How a plugin came into the registry."""

    ENTRY_POINT = "entry-point"
    REGISTERED = "registered"
    FILE = "file"


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginEntry:
    """One row of the registry, as it was when it was asked for.

    ``distribution`` and ``version`` say what installed it, ``value`` where it is (``"package.module:Class"``, or the
    path of the file that declares it); all three are ``None`` where several distributions are in conflict. ``reason``
    says, for a person, why it cannot be used and what to do. ``load_seconds`` is how long its import took.
    """

    id: str
    state: PluginState
    origin: PluginOrigin
    distribution: str | None = None
    version: str | None = None
    reason: str | None = None
    load_seconds: float | None = None
    value: str | None = None

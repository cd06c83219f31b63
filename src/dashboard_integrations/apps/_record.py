"""An app as a host keeps it."""

from dataclasses import dataclass, field

__all__ = ["AppRecord"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AppRecord:
    """One running service. ``integration_config`` is sealed; ``integration_type`` is ``None`` for a mere bookmark.

    ``config_version`` is the ``config_version`` of the integration that the configuration was written for.
    """

    id: str
    name: str
    integration_type: str | None = None
    integration_config: str | None = field(default=None, repr=False)
    integration_enabled: bool = True
    config_version: int = 1

"""Opened configurations: decrypted and validated once for as long as they are stored as they are."""

from collections import OrderedDict
from dataclasses import dataclass, field

from dashboard_integrations.apps import AppRecord, AppService, OpenedConfig
from dashboard_integrations.integration import Integration, config_version_of
from dashboard_integrations.redaction import Redactor

__all__ = ["Opening", "Openings"]


@dataclass(frozen=True, slots=True)
class Opening:
    """A configuration in the clear, what hides its secrets, and what it was opened from."""

    config: OpenedConfig = field(repr=False)
    redactor: Redactor = field(repr=False)
    fingerprint: str
    integration: Integration


class Openings:
    """Opens the configurations of apps, and keeps those of the ``most`` that were called last.

    Every save makes another fingerprint, whoever it is that saves, so what is kept is never older than the record it is
    asked for with. The clients of the same apps hold the same configurations. Who uses one must not change it.
    """

    def __init__(self, apps: AppService, *, most: int = 1_000) -> None:
        self._apps = apps
        self._most = most
        self._kept: OrderedDict[str, Opening] = OrderedDict()

    async def open(self, record: AppRecord, integration: Integration) -> Opening:
        """Return the configuration; raise what ``AppService.open`` does."""
        fingerprint = self._apps.fingerprint(record)
        kept = self._kept.get(record.id)
        if kept is not None and kept.fingerprint == fingerprint and kept.integration is integration:
            self._kept.move_to_end(record.id)
            return kept
        opened = await self._apps.open(record, integration)
        opening = Opening(opened, Redactor(opened.secrets, users=opened.users), fingerprint, integration)
        if record.config_version == config_version_of(integration):  # an older one is to be stored anew
            self._kept[record.id] = opening
            self._kept.move_to_end(record.id)
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return opening

    def forget(self, app_id: str) -> None:
        """Drop what is kept of an app that was changed or deleted."""
        self._kept.pop(app_id, None)

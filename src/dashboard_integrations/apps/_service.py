"""Apps: made, changed, opened and described, with their secrets sealed at rest."""

import logging
import time
import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace

from dashboard_integrations.apps._config import Models, check, plain, texts_in
from dashboard_integrations.apps._fields import config_fields
from dashboard_integrations.apps._merge import addresses, carried_secrets, known, merge, secrets_in, without_secrets
from dashboard_integrations.apps._names import checked_id, checked_name
from dashboard_integrations.apps._opened import AppDescription, OpenedConfig
from dashboard_integrations.apps._record import AppRecord
from dashboard_integrations.apps._repository import AppRepository
from dashboard_integrations.apps._store import Store
from dashboard_integrations.apps._vault import Vault, fingerprint_of, fitting
from dashboard_integrations.cipher import ConfigCipher
from dashboard_integrations.envelope import ErrorBody
from dashboard_integrations.errors import (
    DisabledError,
    ErrorSource,
    IntegrationError,
    InternalError,
    InvalidConfigError,
    SecretUnreadableError,
)
from dashboard_integrations.integration import Integration
from dashboard_integrations.redaction import secret_values

__all__ = ["AppService"]

logger = logging.getLogger(__name__)

_MOST_ATTEMPTS = 20
_LONGEST_USER = 256
_TYPE_AGAIN = "type it again: the address changed, and a stored secret is not sent to a new one"


def _random_id() -> str:
    return uuid.uuid4().hex


class AppService:
    """Everything that happens to apps. All configuration goes in validated and is kept sealed.

    A configuration is one flat object: the fields of the integration's ``auth_config`` and ``extra_config`` together.
    Every foreseeable failure is an ``IntegrationError``; one of the repository itself is ``internal``, source ``host``.
    ``migration_patience`` is how many seconds an integration may take to bring a configuration of an earlier version up
    to date; ``saves_migrated`` whether what comes of it is stored. ``reading_patience`` is how many seconds the
    repository may take to read.
    """

    def __init__(
        self,
        repository: AppRepository,
        *,
        cipher: ConfigCipher,
        new_id: Callable[[], str] = _random_id,
        saves_migrated: bool = True,
        migration_patience: float = 2.0,
        reading_patience: float = 10.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = Store(repository, patience=reading_patience)
        self._new_id = new_id
        self._told: list[Callable[[str], Awaitable[None] | None]] = []
        self._vault = Vault(self._store, cipher=cipher, patience=migration_patience, saves=saves_migrated, clock=clock)

    async def get(self, app_id: str) -> AppRecord:
        """Return the app; raise ``UnknownAppError``."""
        return await self._store.get(app_id)

    async def list(self) -> Sequence[AppRecord]:
        """Return all apps, sorted by name."""
        return await self._store.list()

    async def create(
        self,
        *,
        name: str,
        integration: Integration,
        config: Mapping[str, object],
        app_id: str | None = None,
        enabled: bool = True,
    ) -> AppRecord:
        """Keep a new app; raise ``InvalidRequestError`` for its name or id, ``InvalidConfigError`` for the rest."""
        name = checked_name(name)
        app_id = self._new_id() if app_id is None else checked_id(app_id)
        settled = self._settled(integration, stored={}, changes=config)
        empty = AppRecord(id=app_id, name=name, integration_enabled=enabled)
        record = self._vault.filled(empty, integration, settled)
        await self._store.add(record)
        logger.info("app-created", extra={"app": app_id, "integration": integration.id})
        await self._tell(app_id)
        return record

    async def update(
        self,
        app_id: str,
        *,
        integration: Integration | None = None,
        name: str | None = None,
        config: Mapping[str, object] | None = None,
        enabled: bool | None = None,
    ) -> AppRecord:
        """Change what is given and keep the rest, what others change at the same time included.

        In ``config`` an omitted field is unchanged and ``None`` clears one; see ``merged`` for secrets. Of an app that
        had another integration, or none, nothing is kept. Without ``integration`` (when it is not installed any more,
        say) name and ``enabled`` can be changed.
        """
        if integration is None and config is not None:
            raise TypeError("to change an app's config, say which integration it is for")
        name = None if name is None else checked_name(name)
        for _ in range(_MOST_ATTEMPTS):
            record = await self.get(app_id)
            changed = replace(
                await self._reconfigured(record, integration, config),
                name=record.name if name is None else name,
                integration_enabled=record.integration_enabled if enabled is None else enabled,
            )
            if changed == record or await self._store.update(changed, replacing=record):
                logger.info("app-updated", extra={"app": app_id, "integration": changed.integration_type})
                await self._tell(app_id)
                return changed
        raise InternalError(
            f"app {app_id!r} is changed by others all the time: try again", source=ErrorSource.HOST, reason="conflict"
        )

    async def delete(self, app_id: str) -> None:
        """Forget the app; raise ``UnknownAppError``."""
        await self._store.delete(app_id)
        logger.info("app-deleted", extra={"app": app_id})
        await self._tell(app_id)

    def on_change(self, told: Callable[[str], Awaitable[None] | None]) -> Callable[[], None]:
        """Call ``told`` with the id of every app that is made, changed or deleted here.

        Until what is returned is called. ``told`` runs in the event loop of whoever makes the change, does not block
        and raises nothing; where it returns something to wait for, whoever makes the change does. What other
        processes do is not told.
        """
        self._told.append(told)
        return lambda: self._told.remove(told)

    async def open(self, record: AppRecord, integration: Integration) -> OpenedConfig:
        """Decrypt, migrate and validate; an app that is switched off opens too.

        What an earlier version of the integration saved is stored as its present one wants it, once. Raise
        ``DisabledError`` for an app without integration, ``SecretUnreadableError``, ``InvalidConfigError``,
        ``UnsupportedVersionError`` when a later version of the integration saved it, or ``InternalError`` when the
        integration cannot migrate it. Fields that the integration does not know any more are passed over.
        """
        if record.integration_type is None:
            raise DisabledError(
                f"{record.name!r} has no integration: choose its type in the app's form", reason="no-integration"
            )
        if record.integration_type != integration.id:
            raise ValueError(f"app {record.id!r} is of type {record.integration_type!r}, not {integration.id!r}")
        unlocked = await self._vault.unlock(record, integration)
        return _opened(integration, unlocked.models, fingerprint=self.fingerprint(unlocked.record))

    async def migrated(self, record: AppRecord, integration: Integration) -> AppRecord:
        """Return the app as it is kept once its configuration is of the integration's present version.

        Where it cannot be brought there, the record comes back as it is, and ``open`` says why.
        """
        return await self._vault.migrated(record, integration)

    def validate(self, integration: Integration, config: Mapping[str, object]) -> OpenedConfig:
        """Validate a configuration that is not stored; raise ``InvalidConfigError`` with the fields that are wrong."""
        models = check(integration, merge(config_fields(integration), {}, config))
        return _opened(integration, models, fingerprint=self._new_id()[:16])

    async def merged(
        self, record: AppRecord, integration: Integration, changes: Mapping[str, object]
    ) -> dict[str, object]:
        """Return the app's configuration with ``changes``, secrets in the clear; raise ``InvalidConfigError``.

        What ``changes`` omit is as stored, save secrets after a change of address (origin of a URL, host or port):
        those have to be given again. A stored configuration that cannot be read, or is another integration's, counts
        as empty; one that cannot be brought to the integration's version counts as it is.
        """
        stored: Mapping[str, object] = {}
        if record.integration_type == integration.id:
            try:
                found, _ = await self._vault.read(record, integration)
                stored = known(config_fields(integration), found)
            except SecretUnreadableError:
                logger.warning("stored-config-passed-over", extra={"app": record.id, "integration": integration.id})
        return self._settled(integration, stored=stored, changes=changes)

    async def describe(self, record: AppRecord, integration: Integration | None) -> AppDescription:
        """Return the app for its edit form, without secrets; ``None`` stands for an integration that is missing."""
        description = AppDescription(
            id=record.id,
            name=record.name,
            integration_type=record.integration_type,
            integration_enabled=record.integration_enabled,
        )
        if record.integration_type is None or integration is None:
            return description
        try:
            stored, problem = await self._vault.read(record, integration)
        except SecretUnreadableError as error:
            return replace(description, error=ErrorBody.of(error))
        fields = config_fields(integration)
        problem = problem or _misfit(record, integration, stored)
        return replace(
            description,
            config=without_secrets(fields, stored),
            secrets_set=sorted(secrets_in(fields, stored)),
            error=None if problem is None else ErrorBody.of(problem),
        )

    @staticmethod
    def fingerprint(record: AppRecord) -> str:
        """Return 16 hex digits that change with every save of the configuration; made of the sealed text only."""
        return fingerprint_of(record)

    async def _tell(self, app_id: str) -> None:
        for told in tuple(self._told):
            waited_for = told(app_id)
            if waited_for is not None:
                await waited_for

    async def _reconfigured(
        self, record: AppRecord, integration: Integration | None, config: Mapping[str, object] | None
    ) -> AppRecord:
        if integration is None or (config is None and integration.id == record.integration_type):
            return record
        return self._vault.filled(record, integration, await self.merged(record, integration, config or {}))

    def _settled(
        self, integration: Integration, *, stored: Mapping[str, object], changes: Mapping[str, object]
    ) -> dict[str, object]:
        """Return ``stored`` with ``changes``, validated and in normal form."""
        fields = config_fields(integration)
        settled = plain(integration, check(integration, merge(fields, stored, changes)))
        carried = carried_secrets(fields, stored, changes)
        if carried and addresses(fields, stored) != addresses(fields, settled):
            raise InvalidConfigError(
                f"the address changed: type {', '.join(carried)} again, so that no stored secret is sent to a new one",
                reason="address-changed",
                fields=dict.fromkeys(carried, _TYPE_AGAIN),
            )
        return settled


def _misfit(record: AppRecord, integration: Integration, stored: Mapping[str, object]) -> IntegrationError | None:
    try:
        fitting(record, integration, stored)
    except IntegrationError as error:
        return error
    return None


def _opened(integration: Integration, models: Models, *, fingerprint: str) -> OpenedConfig:
    visible = without_secrets(config_fields(integration), plain(integration, models))
    return OpenedConfig(
        auth=models.auth,
        extra=models.extra,
        fingerprint=fingerprint,
        secrets=secret_values(models.auth) | secret_values(models.extra),
        users=frozenset(text for text in texts_in(visible) if 0 < len(text) <= _LONGEST_USER and ":" not in text),
    )

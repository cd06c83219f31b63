"""The vault: configurations of apps, sealed and unsealed, in the version that their integration knows."""

import json
import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256

from dashboard_integrations.apps._config import Models, check, plain
from dashboard_integrations.apps._fields import config_fields
from dashboard_integrations.apps._merge import known
from dashboard_integrations.apps._migration import Migrations, is_older
from dashboard_integrations.apps._record import AppRecord
from dashboard_integrations.apps._store import Store
from dashboard_integrations.cipher import ConfigCipher
from dashboard_integrations.errors import IntegrationError, InvalidConfigError, SecretUnreadableError
from dashboard_integrations.integration import Integration, config_version_of

__all__ = ["Unlocked", "Vault", "fingerprint_of", "fitting"]

logger = logging.getLogger(__name__)

_MOST_ATTEMPTS = 20
_MOST_GIVEN_UP = 10_000
_AGAIN_AFTER = 60.0


def fingerprint_of(record: AppRecord) -> str:
    """Return 16 hex digits that change with every save of the configuration; made of the sealed text only."""
    return sha256(f"{record.integration_type}\0{record.integration_config}".encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Unlocked:
    """A configuration as its integration's models, and the record that holds it now."""

    record: AppRecord
    models: Models


class Vault:
    """Reads what apps have stored; what an earlier version of an integration saved is migrated, and kept so.

    ``saves``: whether what was migrated is stored. Where that fails, it is tried again a minute later, and the app is
    served from what was migrated until then.
    """

    def __init__(
        self,
        store: Store,
        *,
        cipher: ConfigCipher,
        patience: float,
        saves: bool,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._cipher = cipher
        self._migrations = Migrations(patience=patience)
        self._saves = saves
        self._clock = clock
        self._given_up: OrderedDict[str, float] = OrderedDict()

    def filled(self, record: AppRecord, integration: Integration, config: Mapping[str, object]) -> AppRecord:
        """Return ``record`` with ``config``, sealed, of this integration and its present version."""
        text = json.dumps(config).encode()
        return replace(
            record,
            integration_type=integration.id,
            integration_config=self._cipher.seal(text, app_id=record.id, integration_type=integration.id),
            config_version=config_version_of(integration),
        )

    async def read(
        self, record: AppRecord, integration: Integration
    ) -> tuple[Mapping[str, object], IntegrationError | None]:
        """Return the configuration in the integration's version, or as it was saved and why; save nothing.

        Raise ``SecretUnreadableError``.
        """
        stored = self._unsealed(record)
        try:
            return await self._migrations.run(stored, record=record, integration=integration), None
        except IntegrationError as error:
            return stored, error

    async def unlock(self, record: AppRecord, integration: Integration) -> Unlocked:
        """Return the configuration as models, stored anew if it was migrated and that can be; raise why it is not."""
        unlocked = await self._unlocked(record, integration)
        for _ in range(_MOST_ATTEMPTS):
            record = unlocked.record
            if not is_older(record, integration) or not self._may_save(record):
                break
            renewed = self.filled(record, integration, plain(integration, unlocked.models))
            try:
                if await self._store.update(renewed, replacing=record):
                    _log_migrated(record, renewed)
                    return Unlocked(renewed, unlocked.models)
                current = await self._store.get(record.id)
            except IntegrationError as error:
                self._give_up(record)
                logger.warning("migrated-config-not-saved", extra={"app": record.id, "code": error.code.value})
                break
            if current.integration_type != integration.id:
                break
            unlocked = await self._unlocked(current, integration)
        return unlocked

    async def migrated(self, record: AppRecord, integration: Integration) -> AppRecord:
        """Return the record with its configuration migrated and stored; as it is when that cannot be done now."""
        if not is_older(record, integration) or not self._may_save(record):
            return record
        try:
            return (await self.unlock(record, integration)).record
        except IntegrationError:
            self._give_up(record)
            return record

    async def _unlocked(self, record: AppRecord, integration: Integration) -> Unlocked:
        stored, problem = await self.read(record, integration)
        if problem is not None:
            raise problem
        return Unlocked(record, fitting(record, integration, stored))

    def _may_save(self, record: AppRecord) -> bool:
        return self._saves and self._clock() >= self._given_up.get(fingerprint_of(record), 0.0)

    def _give_up(self, record: AppRecord) -> None:
        key = fingerprint_of(record)
        self._given_up[key] = self._clock() + _AGAIN_AFTER
        self._given_up.move_to_end(key)
        while len(self._given_up) > _MOST_GIVEN_UP:
            self._given_up.popitem(last=False)

    def _unsealed(self, record: AppRecord) -> Mapping[str, object]:
        if record.integration_config is None or record.integration_type is None:
            return {}
        sealed, kind = record.integration_config, record.integration_type
        config: object = json.loads(self._cipher.open(sealed, app_id=record.id, integration_type=kind))
        if not isinstance(config, dict):
            raise SecretUnreadableError(f"what is stored for app {record.id!r} is no configuration: enter it again")
        return config


def fitting(record: AppRecord, integration: Integration, config: Mapping[str, object]) -> Models:
    """Validate what ``Vault.read`` returned; raise ``InvalidConfigError``.

    Fields that the integration does not know any more are passed over.
    """
    try:
        return check(integration, known(config_fields(integration), config))
    except InvalidConfigError as error:
        if not is_older(record, integration):
            raise
        steps = f"version {record.config_version} to {config_version_of(integration)}"
        raise InvalidConfigError(
            f"brought from {steps}, {error.message}: complete it in the app's form",
            reason="migration",
            fields=error.fields,
        ) from None


def _log_migrated(before: AppRecord, after: AppRecord) -> None:
    versions = {"from_version": before.config_version, "to_version": after.config_version}
    logger.info("config-migrated", extra={"app": after.id, "integration": after.integration_type, **versions})

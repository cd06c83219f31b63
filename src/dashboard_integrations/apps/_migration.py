"""Migrations: a stored configuration brought to its integration's version, by the integration's own code."""

import inspect
import json
import logging
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from anyio import to_thread

from dashboard_integrations.apps._config import texts_in
from dashboard_integrations.apps._fields import config_fields
from dashboard_integrations.apps._merge import secrets_in, without_secrets
from dashboard_integrations.apps._record import AppRecord
from dashboard_integrations.apps._threads import OverdueError, StuckError, Threads
from dashboard_integrations.errors import (
    ErrorSource,
    IntegrationError,
    InternalError,
    InvalidConfigError,
    UnsupportedVersionError,
)
from dashboard_integrations.failure_log import log_failure
from dashboard_integrations.integration import Integration, config_version_of
from dashboard_integrations.redaction import Redactor
from dashboard_integrations.registry import distributions_of

__all__ = ["Migrations", "is_older"]

logger = logging.getLogger(__name__)

_REASON = "migration"
_LONGEST_USER = 256
_MOST_USERS = 20
_LONGEST_MESSAGE = 2_000
_MOST_NAMED = 5


def is_older(record: AppRecord, integration: Integration) -> bool:
    """Tell whether what is stored has to be migrated; an app that was never configured has nothing to migrate."""
    return record.integration_config is not None and record.config_version < config_version_of(integration)


class Migrations:
    """Runs ``migrate`` of integrations, one step after the other, each in a thread and on data of its own."""

    def __init__(self, *, patience: float) -> None:
        self._threads = Threads(patience=patience)
        self._distributions: dict[str, str] = {}

    async def run(
        self, config: Mapping[str, object], *, record: AppRecord, integration: Integration
    ) -> Mapping[str, object]:
        """Return ``config`` of ``record`` in the integration's version.

        Raise ``UnsupportedVersionError`` when it is of a newer one, ``InternalError`` when ``migrate`` fails in
        whatever way, and ``InvalidConfigError`` when that is what it raises.
        """
        if record.integration_config is None or record.config_version == config_version_of(integration):
            return config
        if record.config_version > config_version_of(integration):
            raise await self._newer(record, integration)
        work = partial(_migrated, json.dumps(config), record=record, integration=integration)
        key = (integration.id, record.id, record.integration_config, record.config_version)
        try:
            outcome = await self._threads.call(work, owner=integration.id, key=key)
        except OverdueError:
            told = f"its migrate did not finish within {self._threads.patience:g} seconds"
            raise _failed(integration, record, told) from None
        except StuckError:
            told = "earlier calls of its migrate hang: restart the dashboard"
            raise _failed(integration, record, told) from None
        if isinstance(outcome, IntegrationError):
            raise outcome
        migrated: Mapping[str, object] = json.loads(outcome)
        return migrated

    async def _newer(self, record: AppRecord, integration: Integration) -> UnsupportedVersionError:
        source = self._distributions.get(integration.id)
        if source is None:
            found = await to_thread.run_sync(distributions_of, integration)
            source = self._distributions[integration.id] = found or f"the package of {type(integration).__module__}"
        return UnsupportedVersionError(
            f"{record.name!r} was saved by version {record.config_version} of the configuration of {integration.name},"
            f" and the integration that is installed knows version {config_version_of(integration)}: update {source},"
            " or enter the configuration again in the app's form",
            reason="config-version",
            source=ErrorSource.HOST,
        )


def _migrated(text: str, *, record: AppRecord, integration: Integration) -> str | IntegrationError:
    """Return the JSON that ``migrate`` makes of ``text``, step by step, or what to tell.

    It raises nothing: what an author's code raises may hold a secret, and would stay the context of what we raise.
    """
    last = config_version_of(integration) - 1
    for version in range(max(record.config_version, 1), last + 1):
        before = text
        try:
            text = _stepped(before, version, integration)
            if version == last:
                _refuse_new_strangers(json.loads(before), json.loads(text), integration)
        except BaseException as error:  # noqa: BLE001  (an author's code may raise anything)
            return _told(error, json.loads(before), record=record, integration=integration)
    return text


class _NonsenseError(Exception):
    """What ``migrate`` returned is no configuration; the message holds no value of one."""


def _stepped(text: str, version: int, integration: Integration) -> str:
    # The protocol does not ask for it: only who has a second version needs it, and the registry sees that it is there.
    migrate: Callable[..., object] = getattr(integration, "migrate")  # noqa: B009
    returned: Any = migrate(json.loads(text), version=version)
    if inspect.iscoroutine(returned):
        returned.close()
    if not isinstance(returned, dict):
        raise _NonsenseError(f"its migrate returned {type(returned).__name__} instead of the new configuration")
    try:
        return json.dumps(returned)
    except (TypeError, ValueError, RecursionError):
        raise _NonsenseError("its migrate returned what is no plain data: text, numbers, lists and dicts") from None


def _refuse_new_strangers(before: Mapping[str, object], after: Mapping[str, object], integration: Integration) -> None:
    """Refuse what the last step adds and no field has a place for: passing over it would lose it."""
    strangers = [repr(key) for key in after if key not in before and key not in config_fields(integration)]
    if strangers:
        raise _NonsenseError(f"its migrate returned fields that it does not have: {', '.join(strangers[:_MOST_NAMED])}")


def _told(
    error: BaseException, config: Mapping[str, object], *, record: AppRecord, integration: Integration
) -> IntegrationError:
    """Return what to tell of ``error``, without what stands in ``config`` and is no visible field."""
    redactor = _redactor(config, integration)
    if isinstance(error, InvalidConfigError):
        try:
            body = redactor.error(error)
            fields = {redactor.text(str(name)): problem for name, problem in body.fields.items()}
            return InvalidConfigError(body.message[:_LONGEST_MESSAGE], reason=_REASON, fields=fields)
        except Exception as problem:  # noqa: BLE001  (an author's own class: looking at it runs code of theirs)
            error = problem
    log_failure(logger, "config-migration-failed", error, app=record.id, integration=integration.id)
    told = str(error) if isinstance(error, _NonsenseError) else type(error).__name__
    return _failed(integration, record, redactor.text(told))


def _failed(integration: Integration, record: AppRecord, told: str) -> InternalError:
    return InternalError(
        f"{integration.name} failed to bring the configuration of {record.name!r} from version {record.config_version}"
        f" to {config_version_of(integration)} ({told}): it is kept as it was; report this to the integration's author",
        reason=_REASON,
    )


def _redactor(config: Mapping[str, object], integration: Integration) -> Redactor:
    """Hide every text but those of visible fields: what an earlier version kept secret, this one may not know."""
    fields = config_fields(integration)
    texts, shown = texts_in(config), texts_in(without_secrets(fields, config))
    users = sorted(text for text in texts if 0 < len(text) <= _LONGEST_USER and ":" not in text)[:_MOST_USERS]
    return Redactor((texts - shown) | texts_in(secrets_in(fields, config)), users=users)

"""Health: how each app and each plugin is, from what is remembered; nothing is called or imported for it."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum

from dashboard_integrations.apps import AppRecord, AppService
from dashboard_integrations.envelope import ErrorBody
from dashboard_integrations.errors import UnknownIntegrationError
from dashboard_integrations.lookup import missing_integration
from dashboard_integrations.registry import PluginEntry, PluginState
from dashboard_integrations.service._ledger import AppLedger, Ledger
from dashboard_integrations.service._watchdog import BlockedLoop

__all__ = ["AppHealth", "AppState", "Health", "PluginHealth", "health_of", "without_folders"]

_FOLDERS = re.compile(r"(?<![\w.:/\\])(?:[A-Za-z]:)?(?:[\\/][^\\/\s'\"():,;<>]+)*[\\/](?=[^\\/\s'\"():,;<>])")


class AppState(StrEnum):
    """How an app is.

    ``IDLE``: not called since the start, the last change of its configuration or a person's retry. ``FAILING``: the
    last call of an endpoint failed. ``BACKING_OFF``: the service as a whole failed, and is left alone for now.
    ``STOPPED``: it is not called until a person changes its configuration or retries. ``DISABLED``: switched off.
    ``UNKNOWN_INTEGRATION``: no usable plugin has its type; the plugins' rows say why.
    """

    OK = "ok"
    IDLE = "idle"
    FAILING = "failing"
    BACKING_OFF = "backing-off"
    STOPPED = "stopped"
    DISABLED = "disabled"
    UNKNOWN_INTEGRATION = "unknown-integration"


@dataclass(frozen=True, slots=True, kw_only=True)
class AppHealth:
    """How one app is, under its present configuration. Times are UTC, ``latency`` is of the last call, in seconds.

    ``last_error`` is of the last call, or says why there is no usable integration. ``next_refresh`` is from when on
    who asks causes a call; ``None`` when nobody does, or nothing is known.
    """

    app_id: str
    name: str
    integration_type: str
    state: AppState
    last_success: datetime | None = None
    last_failure: datetime | None = None
    last_error: ErrorBody | None = None
    latency: float | None = None
    calls: int = 0
    cache_hits: int = 0
    next_refresh: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginHealth:
    """How one plugin is: its row in the registry, and how it held up the event loop (``None``: never)."""

    id: str
    state: PluginState
    distribution: str | None
    version: str | None
    reason: str | None
    load_seconds: float | None
    blocked_loop: BlockedLoop | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How all apps and plugins are; ``blocked_loop`` is what held up the event loop and was no integration's."""

    apps: Sequence[AppHealth]
    plugins: Sequence[PluginHealth]
    blocked_loop: BlockedLoop | None


def health_of(
    apps: Sequence[AppRecord],
    plugins: Sequence[PluginEntry],
    *,
    ledger: Ledger,
    blocked: Mapping[str | None, BlockedLoop],
    now: float,
) -> Health:
    """Return the health of the apps that have an integration, and of all plugins."""
    entries = {entry.id: entry for entry in plugins}
    return Health(
        apps=[
            _app_health(app, app.integration_type, ledger, entry=entries.get(app.integration_type), now=now)
            for app in apps
            if app.integration_type is not None
        ],
        plugins=[_plugin_health(entry, blocked.get(entry.id)) for entry in plugins],
        blocked_loop=blocked.get(None),
    )


def _app_health(
    app: AppRecord, integration_type: str, ledger: Ledger, *, entry: PluginEntry | None, now: float
) -> AppHealth:
    known = ledger.known(app.id)
    if known is None or known.fingerprint != AppService.fingerprint(app):
        known = AppLedger(app_id=app.id, fingerprint="")
    usable = entry is not None and entry.state in {PluginState.AVAILABLE, PluginState.ACTIVE}
    state = _state(app, known, usable=usable, now=now)
    error = _missing(app, entry) if state is AppState.UNKNOWN_INTEGRATION else known.last_error
    next_refresh = _next_refresh(known, state)
    wait = None if next_refresh is None or state is AppState.OK else round(max(next_refresh - now, 0.0), 3)
    return AppHealth(
        app_id=app.id,
        name=app.name,
        integration_type=integration_type,
        state=state,
        last_success=_time(known.last_success),
        last_failure=_time(known.last_failure),
        last_error=None if error is None else replace(error, retry_after=wait),
        latency=None if known.latency is None else round(known.latency, 3),
        calls=known.calls,
        cache_hits=known.hits,
        next_refresh=_time(next_refresh),
    )


def _state(app: AppRecord, known: AppLedger, *, usable: bool, now: float) -> AppState:
    if not app.integration_enabled:
        return AppState.DISABLED
    if not usable:
        return AppState.UNKNOWN_INTEGRATION
    if not math.isfinite(known.track.next_try):
        return AppState.STOPPED
    if known.track.is_open and now < known.track.next_try:
        return AppState.BACKING_OFF
    if known.endpoints:
        return AppState.FAILING
    is_forgiven = (known.last_failure or 0.0) > (known.last_success or 0.0)
    return AppState.IDLE if known.last_success is None or is_forgiven else AppState.OK


def _missing(app: AppRecord, entry: PluginEntry | None) -> ErrorBody:
    """Say why there is no integration, and what to do."""
    if entry is None:
        return ErrorBody.of(missing_integration(app))
    why = f": {without_folders(entry.reason)}" if entry.reason else ""
    message = f"the integration {entry.id!r} of {app.name!r} is {entry.state.value}{why}"
    return ErrorBody.of(UnknownIntegrationError(message, reason=entry.state.value))


def _next_refresh(known: AppLedger, state: AppState) -> float | None:
    if state is AppState.OK:
        return known.expires_at
    if state in {AppState.FAILING, AppState.BACKING_OFF}:
        return max(known.track.next_try, min((track.next_try for track in known.endpoints.values()), default=0.0))
    return None


def _plugin_health(entry: PluginEntry, blocked: BlockedLoop | None) -> PluginHealth:
    return PluginHealth(
        id=entry.id,
        state=entry.state,
        distribution=entry.distribution,
        version=entry.version,
        reason=None if entry.reason is None else without_folders(entry.reason),
        load_seconds=None if entry.load_seconds is None else round(entry.load_seconds, 3),
        blocked_loop=blocked,
    )


def without_folders(text: str) -> str:
    """Return ``text`` with the absolute paths in it cut to their last part: who may read need not know the machine."""
    return _FOLDERS.sub("", text)


def _time(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)

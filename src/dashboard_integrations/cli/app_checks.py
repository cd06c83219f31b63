"""Checks of the apps in a dashboard: whether their integrations are there, and of which version their settings are."""

from collections.abc import Iterator, Sequence

from dashboard_integrations.apps import AppRecord
from dashboard_integrations.cli.checks import Check, Verdict
from dashboard_integrations.integration import Integration, config_version_of
from dashboard_integrations.registry import PluginEntry, PluginState, Registry

__all__ = ["app_checks"]

_MOST_NAMED = 10


def app_checks(apps: Sequence[AppRecord], registry: Registry) -> Iterator[Check]:
    """Yield what there is to say about ``apps``; ``registry`` has imported what can be."""
    entries = {entry.id: entry for entry in registry.list()}
    configured = [app for app in apps if app.integration_type is not None]
    yield _missing([app for app in configured if _state(app, entries) is not PluginState.ACTIVE], entries)
    usable = [(app, registry.get(app.integration_type or "")) for app in configured if _is_active(app, entries)]
    saved = [(app, integration) for app, integration in usable if app.integration_config is not None]
    yield _older([(app, one) for app, one in saved if app.config_version < config_version_of(one)])
    newer = [(app, one) for app, one in saved if app.config_version > config_version_of(one)]
    if newer:
        yield _newer(newer, entries)


def _state(app: AppRecord, entries: dict[str, PluginEntry]) -> PluginState | None:
    entry = entries.get(app.integration_type or "")
    return None if entry is None else entry.state


def _is_active(app: AppRecord, entries: dict[str, PluginEntry]) -> bool:
    return _state(app, entries) is PluginState.ACTIVE


def _missing(apps: Sequence[AppRecord], entries: dict[str, PluginEntry]) -> Check:
    if not apps:
        return Check(name="integrations of apps", told="all there")
    gone = sorted({app.integration_type or "" for app in apps if app.integration_type not in entries})
    unusable = sorted({app.integration_type or "" for app in apps if app.integration_type in entries})
    fixes = [f"install the package that offers {', '.join(gone)} again, or delete these apps"] if gone else []
    fixes += [f"see plugin {', '.join(unusable)}"] if unusable else []
    return Check(
        name="integrations of apps",
        told=f"missing for {_named([f'{app.name} ({app.integration_type})' for app in apps])}",
        verdict=Verdict.WRONG if any(app.integration_enabled for app in apps) else Verdict.NOTE,
        fix=f"{'; '.join(fixes)}: their settings and secrets are kept",
    )


def _older(saved: Sequence[tuple[AppRecord, Integration]]) -> Check:
    if not saved:
        return Check(name="configurations", told="none of an earlier version")
    return Check(
        name="configurations",
        told=f"of an earlier version: {_named([_versions(app, one) for app, one in saved])}",
        verdict=Verdict.NOTE,
        fix="nothing to do: each is brought up to date when its app is next shown",
    )


def _newer(saved: Sequence[tuple[AppRecord, Integration]], entries: dict[str, PluginEntry]) -> Check:
    found = [entries[one.id] for _, one in saved]
    packages = sorted({f"{entry.distribution or entry.value} {entry.version or ''}".rstrip() for entry in found})
    return Check(
        name="newer configurations",
        told=f"of a later version: {_named([_versions(app, one) for app, one in saved])}",
        verdict=Verdict.WRONG,
        fix=f"update {', '.join(packages)}, or enter the configurations again in the apps' forms",
    )


def _versions(app: AppRecord, integration: Integration) -> str:
    return f"{app.name} ({integration.id} {app.config_version}, now {config_version_of(integration)})"


def _named(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return ", ".join(names[:_MOST_NAMED]) + more

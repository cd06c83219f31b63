"""The check that what earlier versions of an integration saved still opens."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from dashboard_integrations.apps import AppRecord, AppService, InMemoryAppRepository
from dashboard_integrations.cipher import ConfigCipher
from dashboard_integrations.errors import IntegrationError
from dashboard_integrations.testing.conformance._subject import Subject, calls_a_service

__all__ = ["OldConfig", "migration_problems"]

_URL = "http://127.0.0.1:9"


@dataclass(frozen=True, slots=True, kw_only=True)
class OldConfig:
    """A configuration that version ``version`` of an integration saved, and what it ``becomes``.

    Both are flat, with secrets as text and the extra fields among the others. The URL may be left out of both.
    """

    version: int
    config: Mapping[str, object] = field(repr=False)
    becomes: Mapping[str, object] = field(repr=False)


async def migration_problems(subject: Subject, old: Sequence[OldConfig]) -> Sequence[str]:
    """Return what old configurations do not become, and which versions nobody tried."""
    current: int = getattr(subject.one, "config_version", 1)
    problems = list(_untried(current, old))
    for number, item in enumerate(old, start=1):
        if item.version < current:
            problem = await _problem_of(subject, item)
            problems += [] if problem is None else [f"migrations[{number - 1}] (version {item.version}): {problem}"]
    return problems


def _untried(current: int, old: Sequence[OldConfig]) -> Iterator[str]:
    tried = {item.version for item in old}
    missing = sorted(set(range(1, current)) - tried)
    if missing:
        versions = ", ".join(map(str, missing))
        yield f"config_version is {current}, and no OldConfig is of version {versions}: add what it saved to migrations"
    for version in sorted(tried - set(range(1, current))):
        yield f"an OldConfig is of version {version}, which is not below the present config_version {current}"


async def _problem_of(subject: Subject, old: OldConfig) -> str | None:
    one, cipher = subject.one, ConfigCipher([bytes(range(32))])
    repository = InMemoryAppRepository()
    saved, wanted = (_whole(subject, config) for config in (old.config, old.becomes))
    sealed = cipher.seal(json.dumps(saved).encode(), app_id="app", integration_type=one.id)
    record = AppRecord(
        id="app", name="App", integration_type=one.id, integration_config=sealed, config_version=old.version
    )
    await repository.add(record)
    apps = AppService(repository, cipher=cipher)
    try:
        opened = await apps.open(record, one)
    except IntegrationError as error:
        return f"it does not open: {error.message}"
    expected = subject.opened(wanted)
    if (opened.auth, opened.extra) != (expected.auth, expected.extra):
        differing = ", ".join(_differing(opened.auth, expected.auth) + _differing(opened.extra, expected.extra))
        return f"it becomes something else than it should: {differing}"
    kept = await apps.get("app")
    return None if kept.config_version != old.version else "it is not saved as the present version"


def _whole(subject: Subject, config: Mapping[str, object]) -> dict[str, object]:
    return {"url": _URL, **config} if calls_a_service(subject.one) else dict(config)


def _differing(found: object, wanted: object) -> list[str]:
    """Return the names of the fields that differ; values may be secrets."""
    if found is None or wanted is None:
        return []
    return [name for name, value in vars(wanted).items() if getattr(found, name, None) != value]

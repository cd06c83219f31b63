"""The report: which level each integration reached, and by which checks."""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import ClassVar, Self

import importlib_metadata
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from dashboard_integrations.problems import problems
from dashboard_integrations.testing.conformance.level import Level, level_reached

__all__ = ["CheckResult", "ConformanceReport", "IntegrationReport", "Observation", "Outcome", "ReportError"]

_FORMAT = 1
_GROUP = "dashboard.integrations"
_LONGEST_REASON = 2_000


class ReportError(ValueError):
    """A report cannot be read; the message names the file, and says what to do next."""


class Outcome(StrEnum):
    """How a check ended, the worst of its runs counting."""

    PASSED = "passed"
    EXPECTED_FAILURE = "expected-failure"
    NOT_RUN = "not-run"
    FAILED = "failed"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CheckResult(_Frozen):
    """One check. ``reason`` is why it failed, or was expected to; ``failed`` names the runs that did not pass."""

    check: str
    level: Level
    outcome: Outcome
    reason: str | None = None
    failed: Sequence[str] = ()


class IntegrationReport(_Frozen):
    """One integration. ``level`` is ``None`` when a check of bronze is not fulfilled.

    ``distribution`` and ``version`` are those that offer it as an entry point, if any does. ``tolerated`` are the
    faults that are no failure to it, with the author's reasons.
    """

    integration: str
    defined_in: str
    distribution: str | None = None
    version: str | None = None
    level: Level | None
    checks: Sequence[CheckResult]
    tolerated: Mapping[str, Mapping[str, str]] = {}


class Observation(_Frozen):
    """What one test tells: a run of one check of one integration."""

    integration: str
    defined_in: str
    check: str
    run: str
    outcome: Outcome
    reason: str | None = None
    levels: Mapping[str, Level]
    tolerated: Mapping[str, Mapping[str, str]] = {}


class ConformanceReport(_Frozen):
    """What ``pytest --conformance-report=FILE.json`` writes."""

    FORMAT: ClassVar[int] = _FORMAT

    format: int = Field(default=_FORMAT, ge=1, le=_FORMAT)
    integrations: Sequence[IntegrationReport]

    @property
    def level(self) -> Level | None:
        """The level that all of them reach."""
        levels = [item.level for item in self.integrations]
        return (
            min((level for level in levels if level), key=lambda level: level.rank) if all(levels) and levels else None
        )

    @classmethod
    def of(cls, observations: Iterable[Observation]) -> Self:
        """Return the report of what tests observed."""
        by_id: dict[str, list[Observation]] = {}
        for item in observations:
            by_id.setdefault(item.integration, []).append(item)
        return cls(integrations=[_integration(found) for _, found in sorted(by_id.items())])

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Return the report in the file ``path``; raise ``ReportError`` when there is none that can be read."""
        try:
            return cls.model_validate_json(Path(path).read_bytes())
        except OSError as error:
            raise ReportError(
                f"no report at {path} ({error.strerror}): make one with pytest --conformance-report={path}"
            ) from None
        except ValidationError as error:
            place, told = problems(error)[0]
            where = ".".join(map(str, place)) or "the file"
            raise ReportError(f"{path} is no conformance report that this version reads: {where}: {told}") from None

    def save(self, path: str | Path) -> None:
        """Write the report to ``path``: as Markdown when that ends in ``.md``, else as JSON."""
        file = Path(path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(self.to_markdown() if file.suffix == ".md" else self.model_dump_json(indent=2) + "\n")

    def to_markdown(self) -> str:
        """Return the report as a page that an author can show."""
        return "\n".join(part for item in self.integrations for part in _markdown(item))


def _integration(observations: Sequence[Observation]) -> IntegrationReport:
    first = observations[0]
    levels = {name: level for item in observations for name, level in item.levels.items()}
    checks = [
        _check(name, levels[name], observations) for name in sorted(levels, key=lambda name: (levels[name].rank, name))
    ]
    distribution, version = _offered_by(first.integration)
    return IntegrationReport(
        integration=first.integration,
        defined_in=first.defined_in,
        distribution=distribution,
        version=version,
        level=level_reached(levels, {item.check: item.outcome is Outcome.PASSED for item in checks}),
        checks=checks,
        tolerated={target: faults for item in observations for target, faults in item.tolerated.items()},
    )


def _check(name: str, level: Level, observations: Sequence[Observation]) -> CheckResult:
    runs = [item for item in observations if item.check == name]
    order = list(Outcome)
    worst = max((item.outcome for item in runs), key=order.index, default=Outcome.NOT_RUN)
    reasons = [item.reason for item in runs if item.outcome is worst and item.reason]
    return CheckResult(
        check=name,
        level=level,
        outcome=worst,
        reason=reasons[0][:_LONGEST_REASON] if reasons else None,
        failed=sorted({item.run for item in runs if item.outcome is not Outcome.PASSED}),
    )


def _offered_by(integration: str) -> tuple[str | None, str | None]:
    for point in importlib_metadata.entry_points(group=_GROUP, name=integration):
        if point.dist is not None:
            return point.dist.name, point.dist.version
    return None, None


def _markdown(item: IntegrationReport) -> Iterable[str]:
    level = "no level" if item.level is None else item.level.value
    source = "" if item.distribution is None else f" ({item.distribution} {item.version})"
    yield f"## {item.integration}{source}: {level}\n"
    yield "| check | level | outcome |"
    yield "|---|---|---|"
    for result in item.checks:
        because = "" if result.outcome is not Outcome.EXPECTED_FAILURE else f": {result.reason}"
        yield f"| `{result.check}` | {result.level} | {result.outcome}{because} |"
    for target, faults in item.tolerated.items():
        yield from (f"\nTolerated at `{target}`: {fault}, as {reason}." for fault, reason in faults.items())
    yield ""

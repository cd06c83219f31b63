"""The report of conformance: a line for each integration at the end, and a file with ``--conformance-report``."""

import json
from pathlib import Path
from typing import Any

import pytest

__all__ = [
    "pytest_addoption",
    "pytest_configure",
]

_PROPERTY = "dashboard-integrations-conformance"
_LISTENER = "dashboard-integrations-conformance-listener"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option."""
    parser.getgroup("dashboard-integrations").addoption(
        "--conformance-report",
        metavar="FILE",
        help="Write the levels that integrations reach, and by which checks: as JSON, or as Markdown to FILE.md.",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Listen to what tests report; of several processes, in the one that hears all of them."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(_Listener(config.getoption("--conformance-report")), _LISTENER)


class _Listener:
    """Gathers what the tests of contracts tell about themselves."""

    def __init__(self, file: str | None) -> None:
        self._file = file
        self._observed: list[dict[str, Any]] = []
        self._wrong: str | None = None

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note a check that ran, or that could not even begin."""
        told = dict(report.user_properties).get(_PROPERTY)
        if isinstance(told, str) and (report.when == "call" or report.failed):
            self._observed.append({**json.loads(told), **_ending_of(report)})

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self) -> None:
        """Write the file."""
        if self._file is not None and self._observed:
            self._report().save(Path(self._file))

    def pytest_terminal_summary(self, terminalreporter: "pytest.TerminalReporter") -> None:
        """Tell the level of each integration."""
        if not self._observed:
            return
        terminalreporter.section("conformance")
        for item in self._report().integrations:
            level = "no level" if item.level is None else item.level.value
            by = "" if item.distribution is None else f" ({item.distribution} {item.version})"
            unfulfilled = [result.check for result in item.checks if result.outcome != "passed"]
            because = f"; not fulfilled: {', '.join(unfulfilled)}" if unfulfilled else ""
            terminalreporter.write_line(f"{item.integration}{by}: {level}{because}")

    def _report(self) -> Any:
        # Only now, and only where contracts ran: what merely has the library installed stays as quick as it was.
        from dashboard_integrations.testing.conformance.report import ConformanceReport, Observation  # noqa: PLC0415

        return ConformanceReport.of(map(Observation.model_validate, self._observed))


def _ending_of(report: pytest.TestReport) -> dict[str, str | None]:
    expected = getattr(report, "wasxfail", None)
    if report.passed:
        return {"outcome": "passed", "reason": None}
    if report.skipped and expected is not None:
        return {"outcome": "expected-failure", "reason": expected}
    return {"outcome": "failed", "reason": _text_of(report)}


def _text_of(report: pytest.TestReport) -> str:
    crash = getattr(report.longrepr, "reprcrash", None)
    return str(getattr(crash, "message", None) or report.longrepr or report.outcome)

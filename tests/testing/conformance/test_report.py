"""The report: levels by machine, for a terminal, a program and a page; expected failures are named and strict."""

import json
import re
import tomllib
from pathlib import Path

import pytest
from suspects.bad import OddIcon

from dashboard_integrations.testing.conformance import IntegrationContract, Level
from dashboard_integrations.testing.conformance.level import check, checks_of, level_reached
from dashboard_integrations.testing.conformance.report import ConformanceReport, Observation, Outcome, ReportError

pytest_plugins = ["pytester"]

SUITE = """
import sys
from pathlib import Path
from typing import ClassVar

sys.path.insert(0, str(Path(__file__).parent))
from disk import Disk

from dashboard_integrations.testing.conformance import IntegrationContract

class TestDisk(IntegrationContract):
    integration = Disk
    expected_failures: ClassVar = {expected}
"""
DISK = '''
from pydantic import BaseModel
from dashboard_integrations import BaseIntegration, endpoint
from dashboard_integrations.views import Gauge

class DiskConfig(BaseModel):
    path: str = "/"

class Disk(BaseIntegration[DiskConfig]):
    """A disk."""

    id = "disk-of-a-test"
    name = "Disk"
    icon = "Disk.png"

    @endpoint(ttl=60)
    async def space(self, connection) -> Gauge:
        """Space in use."""
        return Gauge(label=connection.config.path, value=50)
'''


@pytest.fixture
def run(pytester, monkeypatch):
    """Return what runs the contract of an integration without a service, as an author would, with its report."""
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makepyfile(disk=DISK)

    def run(*arguments, expected=None):
        pytester.makepyfile(test_disk=SUITE.replace("{expected}", repr(expected or {})))
        plugins = ["-p", "anyio", "-p", "dashboard-integrations", "-p", "dashboard-integrations-conformance"]
        return pytester.runpytest_subprocess(*plugins, "-W", "error", *arguments)

    return run


def test_the_terminal_tells_level_and_what_lacks(run):
    """One line for each integration."""
    result = run()
    result.assert_outcomes(failed=2, passed=23)
    result.stdout.fnmatch_lines(["disk-of-a-test: silver; not fulfilled: test_documentation, test_icon"])


def test_an_expected_failure_passes_and_does_not_count(run, tmp_path):
    """The tests pass, the level stays below, and the reason is in the report."""
    expected = {"test_icon": "the project has no logo", "test_documentation": "it speaks for itself"}
    run(f"--conformance-report={tmp_path / 'report.json'}", expected=expected).assert_outcomes(xfailed=2, passed=23)
    report = ConformanceReport.load(tmp_path / "report.json")
    (disk,) = report.integrations
    assert (Level.SILVER, Level.SILVER) == (report.level, disk.level)
    results = {item.check: (item.outcome, item.reason) for item in disk.checks}
    assert (Outcome.EXPECTED_FAILURE, "the project has no logo") == results["test_icon"]
    assert (Outcome.PASSED, None) == results["test_views"]


def test_an_expected_failure_that_passes_fails(run):
    """Strictly: the line has to go."""
    result = run("-k", "test_views", expected={"test_views[asyncio]": "unknown", "test_views": "none at all"})
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(["*XPASS(strict)*"])


def test_what_did_not_run_is_not_fulfilled(run):
    """A part of the checks is no level."""
    result = run("-k", "test_views")
    result.stdout.fnmatch_lines(["disk-of-a-test: no level; not fulfilled: test_config, *"])


def test_a_page_to_show(run, tmp_path):
    """A file that ends in .md is a table."""
    run("-k", "test_icon or test_metadata", f"--conformance-report={tmp_path / 'page.md'}")
    page = (tmp_path / "page.md").read_text()
    assert "## disk-of-a-test: no level\n" in page
    assert "\n| `test_metadata` | bronze | passed |\n" in page
    assert "\n| `test_icon` | gold | failed |\n" in page


def test_without_contracts_nothing_is_said(pytester, run, tmp_path):
    """Who merely has the library sees nothing of it."""
    result = run("--deselect", "test_disk.py", f"--conformance-report={tmp_path / 'report.json'}")
    assert "conformance" not in "".join(result.stdout.lines)
    assert not (tmp_path / "report.json").exists()


@pytest.mark.parametrize(
    ("expected", "told"),
    [
        ({"test_icons": "no logo"}, "did you mean 'test_icon'"),
        ({"test_icon": " "}, "needs a reason"),
        ({"test_faults": "of a service"}, "no check of this integration"),
    ],
)
def test_expected_failures_are_checks_with_reasons(expected, told):
    """A name that is none is a mistake in the test, told when the class is made."""
    from suspects.disk import Disk

    with pytest.raises(TypeError, match=told):
        type("Contract", (IntegrationContract,), {"integration": Disk, "expected_failures": expected})


def test_levels_are_reached_from_below():
    """The highest level with all checks at it and below fulfilled."""
    levels = {"one": Level.BRONZE, "two": Level.SILVER, "three": Level.GOLD}
    assert level_reached(levels, {"one": True, "two": True, "three": True}) is Level.GOLD
    assert level_reached(levels, {"one": True, "two": False, "three": True}) is Level.BRONZE
    assert level_reached(levels, {"two": True, "three": True}) is None


def test_checks_are_found_by_their_mark():
    """Also those that a class adds; one that is taken away is none."""

    class Own(IntegrationContract):
        test_icon = None

        @check(Level.GOLD)
        def test_own(self):
            """Look at something else."""

    assert Level.GOLD == checks_of(Own)["test_own"]
    assert "test_icon" not in checks_of(Own)
    assert set(checks_of(IntegrationContract).values()) == set(Level)


def observed(check_name, outcome, **more):
    levels = {"test_a": Level.BRONZE, "test_b": Level.SILVER}
    return Observation(
        integration="meter", defined_in="m:M", check=check_name, run="run", outcome=outcome, levels=levels, **more
    )


def test_the_worst_run_counts():
    """On one event loop is not on both, and of one recording not of all."""
    report = ConformanceReport.of(
        [observed("test_a", "passed"), observed("test_b", "failed", reason="no"), observed("test_b", "passed")]
    )
    (meter,) = report.integrations
    assert Level.BRONZE is meter.level
    assert [("test_a", "passed", None), ("test_b", "failed", "no")] == [
        (item.check, item.outcome, item.reason) for item in meter.checks
    ]


def test_a_report_of_nothing_has_no_level():
    """Nothing was proved."""
    assert ConformanceReport.of([]).level is None


def test_a_report_comes_back(tmp_path):
    """What is saved is what is loaded."""
    report = ConformanceReport.of([observed("test_a", "passed", tolerated={"GET /a": {"status-404": "none"}})])
    report.save(tmp_path / "new" / "report.json")
    assert report == ConformanceReport.load(tmp_path / "new" / "report.json")
    assert "`GET /a`: status-404, as none" in report.to_markdown()


@pytest.mark.parametrize("text", ["", "{}", json.dumps({"format": 2, "integrations": []})])
def test_a_file_that_is_none_is_told(tmp_path, text):
    """With its name."""
    (tmp_path / "report.json").write_text(text)
    with pytest.raises(ReportError, match=r"report\.json is no conformance report"):
        ConformanceReport.load(tmp_path / "report.json")


def test_a_missing_file_is_told(tmp_path):
    """With how to make one."""
    with pytest.raises(ReportError, match="--conformance-report="):
        ConformanceReport.load(tmp_path / "none.json")


def test_a_failure_points_to_the_page_where_everybody_can_read_it():
    """Who installed the package has no folder of documentation."""

    class Contract(IntegrationContract):
        __test__ = False
        integration = OddIcon

    with pytest.raises(AssertionError) as caught:
        Contract().test_icon()
    root = Path(__file__).parents[3]
    documentation = tomllib.loads((root / "pyproject.toml").read_text())["project"]["urls"]["Documentation"]
    address, check_name = re.search(r"(https://\S+)#(\w+)$", str(caught.value)).groups()
    page = root / "docs" / address.removeprefix(f"{documentation}/")
    assert f"### `{check_name}`" in page.read_text()

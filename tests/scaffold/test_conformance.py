"""What is made passes its own tests, at the highest level, in a process of its own."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from dashboard_integrations.scaffold.auth_plans import AuthKind
from dashboard_integrations.scaffold.samples import sample_answer
from dashboard_integrations.testing.conformance.report import ConformanceReport
from dashboard_integrations.views import ViewKind


def run_tests(targets: Sequence[Path], report: Path) -> subprocess.CompletedProcess[str]:
    """Run the tests of all distributions, as one would in each, and write how they conform."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(str(target / "src") for target in targets)}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", targets[0] / "pyproject.toml"]
    return subprocess.run(
        [*command, f"--conformance-report={report}", *(target / "tests" for target in targets)],
        capture_output=True,
        text=True,
        check=False,
        cwd=targets[0].parent,
        env=environment,
    )


def test_the_tests_that_come_with_it_pass(maker, tmp_path):
    """A login and none, rows and numbers; both reach gold."""
    pairs = [(AuthKind.NONE, ViewKind.STAT_CARD), (AuthKind.TOKEN_LOGIN, ViewKind.PROGRESS)]
    targets = [
        maker.write(maker.distribution(sample_answer(view), name=f"{auth}-{view}", auth=auth, view=view))
        for auth, view in pairs
    ]
    ran = run_tests(targets, tmp_path / "report.json")

    assert 0 == ran.returncode, ran.stdout + ran.stderr
    report = ConformanceReport.load(tmp_path / "report.json")
    assert {f"{auth}-{view}": "gold" for auth, view in pairs} == {
        item.integration: item.level for item in report.integrations
    }

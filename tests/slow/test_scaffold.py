"""What a new distribution can begin with, through all of its own tests."""

import datetime
import os
import subprocess
import sys
from pathlib import Path

import anyio
import pytest

from dashboard_integrations.scaffold.auth_plans import AuthKind, auth_plan
from dashboard_integrations.scaffold.distribution import Author, Distribution, write
from dashboard_integrations.scaffold.guess import first_view
from dashboard_integrations.scaffold.names import Names
from dashboard_integrations.scaffold.planned_request import PlannedRequest
from dashboard_integrations.scaffold.probe import look_at_sample
from dashboard_integrations.scaffold.samples import sample_answer
from dashboard_integrations.testing.conformance.report import ConformanceReport
from dashboard_integrations.views import ViewKind

POSTED = PlannedRequest(path="rpc", method="POST", json={"method": "status"}, params={"full": "1"})
FORM = PlannedRequest(path="rpc", method="POST", form={"ask": "status"}, headers={"x-requested-with": "XMLHttpRequest"})
# every scheme with every view is made and asked in tests/scaffold; here are those that log in, and other requests
CASES = [
    (AuthKind.TOKEN_LOGIN, ViewKind.STAT_CARD, PlannedRequest(path="api/status")),
    (AuthKind.OAUTH2, ViewKind.PROGRESS, PlannedRequest(path="api/status")),
    (AuthKind.BEARER, ViewKind.LIST, POSTED),
    (AuthKind.BASIC, ViewKind.CHART, FORM),
]


def made(folder: Path, auth: AuthKind, view: ViewKind, request: PlannedRequest) -> Path:
    names = Names.of(f"{auth}-{view}-{request.method.lower()}")
    answer = sample_answer(view)
    described = Distribution(
        names=names,
        author=Author(name="Jo Doe"),
        description=f"Live data from {names.title}.",
        request=request,
        auth=auth_plan(auth),
        view=first_view(answer, kind=view),
        answer=answer,
        today=datetime.date(2026, 1, 1),
    )

    async def look():
        return await look_at_sample(request, described.auth, integration_id=names.id, answer=answer)

    target = folder / names.distribution
    write(described.files(anyio.run(look).named(described.endpoint)), target)
    return target


@pytest.mark.slow
@pytest.mark.parametrize(("auth", "view", "request_"), CASES, ids=[f"{a}-{v}-{r.method}" for a, v, r in CASES])
def test_it_passes_its_own_tests_with_gold(tmp_path, auth, view, request_):
    """As its author runs them, in its folder."""
    target = made(tmp_path, auth, view, request_)
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "--conformance-report=report.json"],
        capture_output=True,
        text=True,
        check=False,
        cwd=target,
        env={**os.environ, "PYTHONPATH": "src"},
    )
    assert 0 == ran.returncode, ran.stdout + ran.stderr
    assert ["gold"] == [item.level for item in ConformanceReport.load(target / "report.json").integrations]

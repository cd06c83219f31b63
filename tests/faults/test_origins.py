"""A redirect never takes a credential, or a request, to another server."""

import pytest
from fault_bench import bench_of

from dashboard_integrations.testing import FakeService
from dashboard_integrations.testing.faults import redirecting_to


@pytest.fixture
def stranger():
    """Return another server: the same machine and another port is another origin."""
    with FakeService() as running:
        yield running


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_nothing_reaches_another_origin(stranger, status):
    """Under every scheme, tested or fetched, at login or later, the other server is not even connected to."""
    fault = redirecting_to(f"{stranger.url}/collect", status=status)
    async with bench_of(fault) as bench:
        outcomes = await bench.run()
    assert {("bad-response", "redirect")} == {(outcome.code, outcome.reason) for outcome in outcomes.values()}
    assert stranger.connections == 0


@pytest.mark.parametrize("form", ["//127.0.0.1:{port}/", "http://user@127.0.0.1:{port}/", "\\\\127.0.0.1:{port}\\"])
async def test_nothing_reaches_another_origin_in_disguise(stranger, form):
    """The same for addresses that do not look like ones."""
    fault = redirecting_to(form.format(port=stranger.url.rpartition(":")[2]))
    async with bench_of(fault) as bench:
        outcomes = await bench.run()
    assert {"bad-response"} == {str(outcome.code) for outcome in outcomes.values()}
    assert stranger.connections == 0

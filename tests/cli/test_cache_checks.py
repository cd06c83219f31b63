"""``doctor`` says where snapshots are kept, and whether the server there answers."""

import pytest

from dashboard_integrations.cli.cache_checks import cache_check
from dashboard_integrations.cli.checks import Verdict


def test_without_a_server():
    """One process keeps them in its memory."""
    check = cache_check(None)
    assert (check.verdict, "memory" in check.told) == (Verdict.OK, True)


@pytest.mark.parametrize("url", ["http://:secret@host", "redis://"])
def test_address_that_is_none(url):
    """A wrong address is told without what is secret."""
    check = cache_check(url)
    assert (check.verdict, "redis://host" in (check.fix or "")) == (Verdict.WRONG, True)
    assert "secret" not in f"{check.told}{check.fix}"


def test_server_that_is_not_there(free_tcp_port):
    """A server that does not answer is wrong, and named without its password."""
    check = cache_check(f"redis://:secret@127.0.0.1:{free_tcp_port}/0")
    assert (check.verdict, str(free_tcp_port) in check.told) == (Verdict.WRONG, True)
    assert "secret" not in f"{check.told}{check.fix}"

"""A test without network: from when on, until when, and what becomes of it when it asks for some."""

import contextlib
from collections.abc import Iterator

import pytest

from pytest_dashboard_integrations._network import Refusals, loopback_only

__all__ = ["fail_refused", "without_network"]

_REFUSALS = pytest.StashKey[Refusals]()


@contextlib.contextmanager
def without_network(item: pytest.Item) -> Iterator[None]:
    """Let ``item`` reach this machine only, unless it is marked ``network``; once is enough."""
    if _REFUSALS in item.stash or item.get_closest_marker("network") is not None:
        yield
        return
    with loopback_only() as refusals:
        item.stash[_REFUSALS] = refusals
        try:
            yield
        finally:
            del item.stash[_REFUSALS]


def fail_refused(item: pytest.Item, report: pytest.TestReport) -> None:
    """Fail a phase of a test that asked for network, also if it took the refusal for a failure of its service."""
    refusals = item.stash.get(_REFUSALS, None)
    refused = None if refusals is None else refusals.take()
    if refused is None:
        return
    report.sections.append(("Refused network", refused.where))
    if report.outcome == "passed":
        report.outcome, report.longrepr = "failed", refused.what

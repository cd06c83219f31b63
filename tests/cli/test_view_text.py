"""Views as text."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from dashboard_integrations.cli.output import safe
from dashboard_integrations.cli.view_text import view_lines
from dashboard_integrations.views import (
    Alert,
    AlertBanner,
    AnyView,
    Chart,
    Gauge,
    ListItem,
    ListView,
    Progress,
    ProgressBar,
    Series,
    Severity,
    Stat,
    StatCard,
    Status,
    Trend,
)

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("view", "expected"),
    [
        (
            StatCard(
                stats=[Stat(label="Down", value=2048, unit="B/s", trend=Trend.UP, delta=1), Stat(label="N", value=1)]
            ),
            ["Down  2 KiB/s  up  +1 B/s", "N     1"],
        ),
        (
            Gauge(label="CPU", value=12, unit="%", status=Status.OK, caption="all"),
            ["CPU  12 %  (0 % to 100 %)  ok  all"],
        ),
        (
            ListView(items=[ListItem(title="A", subtitle="b", value=1, time=NOW)], total=3),
            ["-  A  1", "  b  2026-11-24 03:00 UTC", "1 of 3 shown"],
        ),
        (ListView(items=[]), ["Nothing here."]),
        (
            Progress(bars=[ProgressBar(label="iso", value=512, maximum=1024, unit="B", time_left=90)]),
            ["[##########..........]  50 %  iso  512 B of 1 KiB  1 min 30 s left"],
        ),
        (Progress(bars=[ProgressBar(label="x", value=None)]), ["[....................]  not known  x"]),
        (Progress(bars=[], empty_text="Idle"), ["Idle"]),
        (
            AlertBanner(alerts=[Alert(id="a", severity=Severity.CRITICAL, title="Full", message="Now")]),
            ["critical:  Full  Now"],
        ),
        (AlertBanner(alerts=[]), ["No alerts: all is well."]),
        (
            Chart(categories=["x", "y"], series=[Series(label="a", values=[1, None])]),
            ["a: x 1", "a: y not known"],
        ),
        (
            Chart(
                times=[NOW, NOW.replace(minute=1), NOW.replace(minute=2)],
                series=[Series(label="a", values=[0, None, 7])],
            ),
            ["a: ▁ █  0 to 7, now 7", "2026-11-24 03:00 UTC to 2026-11-24 03:02 UTC"],
        ),
        (
            Chart(times=[NOW], series=[Series(label="a", values=[None])]),
            ["a: not known", "2026-11-24 03:00 UTC to 2026-11-24 03:00 UTC"],
        ),
    ],
)
def test_every_view_is_readable(view: AnyView, expected: Sequence[str]) -> None:
    """A view of each kind shows its content in lines."""
    assert list(expected) == [safe(line) for line in view_lines(view)]

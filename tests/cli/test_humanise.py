"""Numbers and times for people."""

from datetime import UTC, datetime

import pytest

from dashboard_integrations.cli.humanise import age, duration, moment, quantity


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (None, "B", "not known"),
        (0, "B", "0 B"),
        (1_572_864, "B/s", "1.5 MiB/s"),
        (1_500_000, "bit/s", "1.5 Mbit/s"),
        (1023.9, "B", "1,024 B"),
        (12.3456, "%", "12.3 %"),
        (100, "%", "100 %"),
        (0.004, None, "0.004"),
        (1_234_567, None, "1,234,567"),
        (-2048, "B", "-2 KiB"),
        (71.5, "°C", "71.5 °C"),
        (2.4e9, "Hz", "2.4 GHz"),
        (90, "s", "1 min 30 s"),
        ("on", None, "on"),
        ("3", "GB", "3 GB"),
        (1e30, "B", "867,361,737,988 EiB"),
    ],
)
def test_quantities_are_readable(value: float | str | None, unit: str | None, expected: str) -> None:
    """A value stands with its unit, in a size that people read."""
    assert expected == quantity(value, unit).replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (0, "0 s"),
        (0.25, "250 ms"),
        (59.6, "1 min"),
        (3600, "1 h"),
        (3605, "1 h"),
        (183_900, "2 d 3 h"),
        (-61, "-1 min 1 s"),
    ],
)
def test_durations_have_two_units_at_most(seconds: float, expected: str) -> None:
    """Nobody reads seconds behind days."""
    assert expected == duration(seconds).replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(("seconds", "expected"), [(0.4, "just now"), (12, "12 s ago"), (301, "5 min ago")])
def test_ages_have_one_unit(seconds: float, expected: str) -> None:
    """An age is a hint, not a measurement."""
    assert expected == age(seconds).replace("\N{NO-BREAK SPACE}", " ")


def test_moments_are_in_utc() -> None:
    """A time says which clock it is of."""
    assert moment(datetime(2026, 11, 24, 3, 5, tzinfo=UTC)) == "2026-11-24 03:05 UTC"

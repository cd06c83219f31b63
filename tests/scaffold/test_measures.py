"""What numbers measure, by their names."""

import pytest

from dashboard_integrations.scaffold.measures import is_quantity, is_time, measure_of, number


@pytest.mark.parametrize(
    ("key", "value", "unit", "factor"),
    [
        ("bytes", 3, "B", 1),
        ("usedBytes", 3, "B", 1),
        ("RemainingSizeMB", 3, "B", 1_000_000),
        ("mem_kib", 3, "B", 1_024),
        ("cpu_percent", 12.5, "%", 1),
        ("cpu_percent", 512, None, 1),
        ("progress", 0.5, "%", 100),
        ("progress", 50, "%", 1),
        ("uptime", 3, "s", 1),
        ("responseTimeMs", 3, "s", 0.001),
        ("latency", 3, "s", 0.001),
        ("dl_speed", 3, "B/s", 1),
        ("bytes_per_second", 3, "B/s", 1),
        ("requests_per_second", 3, None, 1),
        ("bandwidth_mbps", 3, "bit/s", 1_000_000),
        ("temperature", 3, "°C", 1),
        ("energy_kwh", 3, "Wh", 1_000),
        ("power_watts", 3, "W", 1),
        ("size", 3, None, 1),
        ("size", 3_000_000, "B", 1),
        ("connections", 3, None, 1),
        ("bits", 3, None, 1),
    ],
)
def test_the_unit_follows_from_the_name(key, value, unit, factor):
    """Base units, with the factor that makes the value one."""
    measure = measure_of(key, [value])
    assert (unit, factor) == (measure.unit, measure.factor)


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("count", 3, True),
        ("count", "3", True),
        ("id", 3, False),
        ("port", 8080, False),
        ("version", "3", False),
        ("updated_at", 1_700_000_000, False),
        ("updated_at", 1_700_000_000_000, False),
        ("total", 1_700_000_000, True),
        ("name", "x", False),
        ("enabled", True, False),
        ("big", 10**30, False),
    ],
)
def test_what_says_how_much(key, value, expected):
    """Numbers that are names, codes or points in time do not."""
    assert expected is is_quantity(key, [value])


def test_points_in_time_have_a_name_that_says_so():
    """A large number alone is only large."""
    assert (True, False) == (is_time("started", [1_700_000_000]), is_time("bytes", [1_700_000_000]))


@pytest.mark.parametrize("text", ["nan", "inf", "-inf", "1e400", "", " ", "x", "1_000x"])
def test_no_number_is_made_of(text):
    """What no view could show."""
    assert None is number(text)

"""Each kind of view, out of an answer."""

from datetime import UTC, datetime

import pytest
from definitions import integration_of, view_text

from dashboard_integrations.declarative import DeclaredIntegration
from dashboard_integrations.errors import ErrorCode
from dashboard_integrations.testing import FakeService, assert_code, open_app
from dashboard_integrations.views import (
    Alert,
    AlertBanner,
    Chart,
    ChartStyle,
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
    Threshold,
    View,
)

TIMES = [datetime(2026, 1, 2, hour, tzinfo=UTC) for hour in (10, 11, 12)]
EPOCHS = [moment.timestamp() for moment in TIMES]


async def shown(view: str, answer: object, integration: DeclaredIntegration | None = None) -> View:
    with FakeService() as service:
        service.reply("GET", "/data", json=answer)
        async with open_app(integration or integration_of(view=view), config={"url": service.url}) as app:
            return await app.show("data")


async def told(view: str, answer: object) -> str:
    """Return the message of the error that there is in place of a view."""
    with FakeService() as service:
        service.reply("GET", "/data", json=answer)
        async with open_app(integration_of(view=view), config={"url": service.url}) as app:
            return assert_code(await app.failure("data"), ErrorCode.BAD_RESPONSE).message


async def test_a_stat_card() -> None:
    """Labels, values, units, changes, statuses and links."""
    view = view_text(
        "stat-card",
        "[[endpoints.view.stats]]",
        'label = "Used"',
        'value = { select = "used_kib", multiply = 1024 }',
        'unit = "B"',
        'delta = { select = "growth", optional = true }',
        'delta_label = "since yesterday"',
        'status = { thresholds = [{ value = 2000, status = "warning" }] }',
        'link = "link"',
        "[[endpoints.view.stats]]",
        'label = "Version"',
        'value = { select = "version", type = "text" }',
    )
    expected = StatCard(
        stats=[
            Stat(
                label="Used",
                value=3_072,
                unit="B",
                delta=-5,
                delta_label="since yesterday",
                status=Status.WARNING,
                link="https://nas.local/disk",
            ),
            Stat(label="Version", value="1.2"),
        ]
    )
    card = await shown(view, {"used_kib": 3, "growth": -5, "link": "https://nas.local/disk", "version": "1.2"})

    assert expected == card


async def test_a_gauge() -> None:
    """Its ends are fixed or selected."""
    view = view_text(
        "gauge",
        'label = "Memory"',
        'value = "used"',
        'unit = "B"',
        'maximum = "size"',
        'thresholds = [{ value = 80, status = "warning" }]',
        'caption = "name"',
    )
    expected = Gauge(
        label="Memory",
        value=60,
        unit="B",
        maximum=128,
        thresholds=[Threshold(value=80, status=Status.WARNING)],
        caption="DIMM",
    )

    assert expected == await shown(view, {"used": 60, "size": 128, "name": "DIMM"})
    assert "maximum (0) is not more than minimum (0)" in await told(view, {"used": 0, "size": 0, "name": "x"})


ITEMS = view_text(
    "list",
    'rows = "items"',
    "limit = 2",
    'empty_text = "Nothing"',
    "[endpoints.view.item]",
    'id = "id"',
    'title = "name"',
    'subtitle = { select = "group", optional = true }',
    'description = { select = "note", optional = true }',
    'value = { select = "size", optional = true }',
    'unit = "B"',
    'progress = { select = "done", multiply = 100, optional = true }',
    'status = { select = "up", map = { true = "ok", false = "critical" } }',
    'time = { select = "at", format = "seconds", optional = true }',
)


async def test_a_list() -> None:
    """The first rows, and how many there are."""
    rows = [
        {"id": "1", "name": "a", "group": "g", "note": "n", "size": 5, "done": 0.5, "up": True, "at": EPOCHS[0]},
        {"id": "2", "name": "b", "up": False},
        {"id": "3", "name": "c", "up": False},
    ]
    expected = ListView(
        items=[
            ListItem(
                id="1",
                title="a",
                subtitle="g",
                description="n",
                value=5,
                unit="B",
                progress=50,
                status=Status.OK,
                time=TIMES[0],
            ),
            ListItem(id="2", title="b", unit="B", status=Status.CRITICAL),
        ],
        total=3,
        empty_text="Nothing",
    )

    assert expected == await shown(ITEMS, {"items": rows})
    assert ListView(items=[], empty_text="Nothing") == await shown(ITEMS, {"items": []})


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({"items": None}, "rows (items) selects nothing"),
        ({"items": [{"id": "1", "up": True}]}, "rows.0.title (name) selects nothing"),
        ({"items": [{"id": "1", "name": " ", "up": True}]}, "rows.0.title (name) selects text where"),
        ({"items": [{"id": "1", "name": "a", "up": True, "done": 2}]}, "rows.0.progress is 200"),
        ({"items": [{"id": "1", "name": "a", "up": "yes"}]}, "rows.0.status has no word for 'yes' (up)"),
        ([], "rows (items) selects nothing"),
    ],
)
async def test_a_row_that_is_otherwise_is_told(answer: object, expected: str) -> None:
    """By its number and selector."""
    assert expected in await told(ITEMS, answer)


async def test_progress() -> None:
    """Values of their maximum."""
    view = view_text(
        "progress",
        'rows = "@"',
        'total = "length(@)"',
        "[endpoints.view.bar]",
        'label = "name"',
        'value = { select = "got", optional = true }',
        'maximum = "size"',
        'unit = "B"',
        'rate = "speed"',
        'rate_unit = "B/s"',
        'time_left = { select = "eta", optional = true }',
        'status = { select = "state", map = { error = "critical" }, otherwise = "ok" }',
        'caption = "state"',
    )
    rows = [
        {"name": "a", "got": 5, "size": 10, "speed": 2, "eta": 3, "state": "run"},
        {"name": "b", "got": None, "size": 1, "speed": 0, "state": "error"},
    ]
    expected = Progress(
        bars=[
            ProgressBar(
                label="a",
                value=5,
                maximum=10,
                unit="B",
                rate=2,
                rate_unit="B/s",
                time_left=3,
                status=Status.OK,
                caption="run",
            ),
            ProgressBar(
                label="b",
                value=None,
                maximum=1,
                unit="B",
                rate=0,
                rate_unit="B/s",
                status=Status.CRITICAL,
                caption="error",
            ),
        ]
    )

    assert expected == await shown(view, rows)
    assert "rows.0.maximum is 0" in await told(view, [{**rows[0], "size": 0}])


ALERTS = view_text(
    "alert-banner",
    'rows = "alerts"',
    "[endpoints.view.alert]",
    'id = "id"',
    'severity = { select = "level", map = { page = "critical" }, otherwise = "warning" }',
    'title = "name"',
    'message = { select = "text", optional = true }',
    'since = { select = "at", optional = true }',
)


async def test_alerts() -> None:
    """None is good news."""
    row = {"id": "1", "level": "page", "name": "Down", "text": "since noon", "at": "2026-01-02T12:00:00Z"}
    alert = Alert(id="1", severity=Severity.CRITICAL, title="Down", message="since noon", since=TIMES[2])

    assert AlertBanner(alerts=[alert]) == await shown(ALERTS, {"alerts": [row]})
    assert AlertBanner(alerts=[]) == await shown(ALERTS, {"alerts": []})
    twice = await shown(ALERTS, {"alerts": [row, {**row, "id": "1 #2"}, row]})
    assert isinstance(twice, AlertBanner)
    assert ["1", "1 #2", "1 #3"] == [found.id for found in twice.alerts]
    assert "rows (alerts) selects nothing" in await told(ALERTS, {})


POINTS = view_text(
    "chart",
    'layout = "points"',
    "limit = 2",
    "stacked = true",
    "minimum = 0",
    'rows = "@"',
    'time = { select = "t", format = "seconds" }',
    'series = [{ label = "In", value = { select = "i", optional = true }, unit = "B/s", style = "area" },',
    '  { label = "Out", value = "o" }]',
)


async def test_a_chart_of_points() -> None:
    """The latest, in order; of two at one time the last; what is not known is a gap."""
    rows = [{"t": EPOCHS[at], "i": value, "o": at} for at, value in ((2, None), (0, 1), (1, 5), (1, 6))]
    expected = Chart(
        times=TIMES[1:],
        series=[
            Series(label="In", values=[6, None], unit="B/s", style=ChartStyle.AREA),
            Series(label="Out", values=[1, 2]),
        ],
        stacked=True,
        minimum=0,
    )

    assert expected == await shown(POINTS, rows)
    assert "rows.1.series.1.value (o) selects nothing" in await told(POINTS, [rows[0], {"t": 1, "i": 1}])


async def test_a_chart_over_categories() -> None:
    """The first, in the order of the service."""
    view = view_text(
        "chart",
        'layout = "points"',
        "limit = 2",
        'rows = "@"',
        'category = "day"',
        'series = [{ label = "Visitors", value = "n", style = "bar" }]',
    )
    rows = [{"day": "Tue", "n": 2}, {"day": "Mon", "n": 1}, {"day": "Wed", "n": 3}]
    expected = Chart(categories=["Tue", "Mon"], series=[Series(label="Visitors", values=[2, 1], style=ChartStyle.BAR)])

    assert expected == await shown(view, rows)
    assert Chart(categories=[], series=[Series(label="Visitors", values=[], style="bar")]) == await shown(view, [])


COLUMNS = view_text(
    "chart",
    'layout = "columns"',
    'times = "hourly.time"',
    'series = [{ label = "Outside", values = { select = "hourly.temp", optional = true }, unit = "°C" }]',
)


async def test_a_chart_of_columns() -> None:
    """A list of times, and one of values."""
    stamps = [f"2026-01-02T{hour}:00" for hour in (10, 11, 12)]
    expected = Chart(times=TIMES, series=[Series(label="Outside", values=[1.5, None, -2], unit="°C")])

    assert expected == await shown(COLUMNS, {"hourly": {"time": stamps, "temp": [1.5, None, -2]}})
    assert "selects 1 values for 3 points" in await told(COLUMNS, {"hourly": {"time": stamps, "temp": [1]}})
    assert "should be a list" in await told(COLUMNS, {"hourly": {"time": stamps, "temp": 3}})


async def test_a_chart_of_categories_in_columns() -> None:
    """Texts in the place of times."""
    view = view_text(
        "chart",
        'layout = "columns"',
        'categories = "names"',
        'series = [{ label = "Count", values = "counts", style = "bar" }]',
    )
    expected = Chart(categories=["a", "b"], series=[Series(label="Count", values=[1, 2], style=ChartStyle.BAR)])

    assert expected == await shown(view, {"names": ["a", "b"], "counts": [1, 2]})
    assert "categories (names) selects nothing" in await told(view, {"names": ["a", None], "counts": [1, 2]})


GROUPS = view_text(
    "chart",
    'layout = "groups"',
    "most_series = 2",
    'rows = "data.result"',
    'label = "metric.job"',
    'points = "values"',
    'time = { select = "[0]", format = "seconds" }',
    'value = "to_number([1])"',
)


async def test_a_chart_of_groups() -> None:
    """Each series has its own points; together they have one axis."""
    rows = [
        {"metric": {"job": "a"}, "values": [[EPOCHS[0], "1"], [EPOCHS[2], "3"]]},
        {"metric": {"job": "b"}, "values": [[EPOCHS[1], "2.5"]]},
        {"metric": {"job": "c"}, "values": []},
    ]
    expected = Chart(
        times=TIMES, series=[Series(label="a", values=[1, None, 3]), Series(label="b", values=[None, 2.5, None])]
    )

    assert expected == await shown(GROUPS, {"data": {"result": rows}})
    odd = {"data": {"result": [{"metric": {"job": "a"}, "values": [[EPOCHS[0], "x"]]}]}}
    assert "rows.0.value (to_number([1])) selects nothing" in await told(GROUPS, odd)


async def test_a_chart_of_too_many_points_is_told() -> None:
    """Nobody can see them."""
    assert "more than 50,000 points" in await told(POINTS, [{}] * 50_001)


@pytest.mark.parametrize(
    ("value", "keys"),
    [
        (10**400, 'status = { select = "v", thresholds = [{ value = 1, status = "warning" }] }'),
        (1e299, 'delta = { select = "v", multiply = 1e300, round = 0 }'),
        (int("9" * 4_300), 'status = { select = "sum([v, v])", map = { one = "ok" } }'),
    ],
)
async def test_a_number_too_large_to_compute_with_is_a_bad_answer(value: float, keys: str) -> None:
    """It is the service's, and nothing to report to anybody."""
    view = view_text("stat-card", "[[endpoints.view.stats]]", 'label = "L"', 'value = "n"', keys)

    assert "unexpected shape" in await told(view, {"n": 1, "v": value})


async def test_a_time_too_large_to_compute_with_is_a_bad_answer() -> None:
    """Likewise."""
    view = view_text(
        "list",
        'rows = "@"',
        "[endpoints.view.item]",
        'title = "t"',
        'time = { select = "at", format = "milliseconds" }',
    )

    assert "unexpected shape" in await told(view, [{"t": "a", "at": 10**400}])

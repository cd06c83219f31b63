"""The views accept what renderers can draw and refuse the rest."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from pydantic import ValidationError

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
    Trend,
    ViewKind,
    any_view,
)
from dashboard_integrations.views._as_made import json_as_made

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)

EXAMPLES = [
    StatCard(
        stats=[
            Stat(
                label="Down", value=4_200_000, unit="B/s", delta=-3.5, delta_label="since yesterday", trend=Trend.DOWN
            ),
            Stat(label="Version", value="4.5.2", status=Status.OK, link="https://example.org/releases"),
            Stat(label="Unknown", value=None),
        ]
    ),
    Gauge(
        label="Disk",
        value=81,
        unit="%",
        thresholds=[Threshold(value=80, status=Status.WARNING), Threshold(value=95, status=Status.CRITICAL)],
    ),
    ListView(items=[ListItem(title="nas", status=Status.CRITICAL, value=3, progress=12.5, time=NOON)], total=40),
    Progress(bars=[ProgressBar(label="debian.iso", value=None, rate=10, rate_unit="B/s", time_left=60)]),
    AlertBanner(alerts=[Alert(id="a", severity=Severity.CRITICAL, title="Disk full", since=NOON)]),
    Chart(
        series=[
            Series(label="cpu", values=[1, None, 3.5], style=ChartStyle.AREA, unit="%"),
            Series(label="io", values=[1, 2, 3], style=ChartStyle.BAR),
        ],
        times=[NOON, NOON + timedelta(seconds=10), NOON + timedelta(seconds=20)],
        stacked=True,
    ),
]


def test_every_kind_has_an_example():
    """The examples below cover the whole vocabulary."""
    assert set(ViewKind) == {view.kind for view in EXAMPLES}


@pytest.mark.parametrize("view", EXAMPLES, ids=lambda view: view.kind)
def test_json_round_trip(view):
    """What is encoded reads back as the same view."""
    assert view == any_view.validate_json(view.model_dump_json(by_alias=True))


def test_keys_are_camel_case():
    """JSON keys are camelCase."""
    dumped = EXAMPLES[0].model_dump(mode="json")
    assert "deltaLabel" in dumped["stats"][0]


def test_times_become_utc():
    """A time with another offset is kept in UTC."""
    there = datetime(2026, 11, 24, 13, tzinfo=timezone(timedelta(hours=1)))
    dumped = Alert(id="a", severity=Severity.INFO, title="t", since=there).model_dump(mode="json")
    assert dumped["since"] == "2026-11-24T12:00:00Z"


@pytest.mark.parametrize(
    ("make", "what"),
    [
        (lambda: Stat(label="x", value=float("nan")), "finite"),
        (lambda: Stat(label="x", value=float("inf")), "finite"),
        (lambda: StatCard(stats=[]), "at least 1"),
        (lambda: ListItem(title="x", link="javascript:alert(1)"), "http or https"),
        (lambda: ListItem(title="x", link="//example.org"), "http or https"),
        (lambda: ListItem(title="x", link="https://example.org/\n"), "white space"),
        (lambda: ListItem(title="x", progress=101), "100"),
        (lambda: ListItem(title="x", time=datetime(2026, 1, 1)), "timezone"),  # noqa: DTZ001
        (lambda: Gauge(label="x", value=1, minimum=5, maximum=5), "less than maximum"),
        (
            lambda: Gauge(
                label="x",
                value=1,
                thresholds=[Threshold(value=2, status=Status.OK), Threshold(value=1, status=Status.OK)],
            ),
            "ascend",
        ),
        (lambda: ProgressBar(label="x", value=1, maximum=0), "greater than 0"),
        (lambda: AlertBanner(alerts=[EXAMPLES[4].alerts[0]] * 2), "ids must differ"),
        (lambda: Chart(series=[]), "either times or categories"),
        (lambda: Chart(series=[], times=[], categories=[]), "either times or categories"),
        (lambda: Chart(series=[], times=[NOON, NOON]), "ascend"),
        (lambda: Chart(series=[Series(label="cpu", values=[1])], categories=["a", "b"]), "1 values for 2 points"),
        (lambda: StatCard.model_validate({"stats": [{"label": "x", "value": 1, "colour": "red"}]}), "colour"),
    ],
)
def test_refused(make, what):
    """What no renderer could draw truthfully is refused, with the reason."""
    with pytest.raises(ValidationError, match=what):
        make()


def test_long_text_is_cut():
    """A name longer than a card can show is cut, with an ellipsis, and does not blank the card."""
    item = ListItem(title="x" * 501, description="y" * 20_000)
    assert (len(item.title), item.title[-1], len(item.description)) == (500, "…", 10_000)


def alert(name, severity=Severity.WARNING):
    """Return an alert named ``name``."""
    return Alert(id=name, severity=severity, title=name.upper(), link=f"http://nas/{name}")


def test_a_list_of_any_number_of_rows():
    """The first ones are shown, and how many there are."""
    view = ListView.of((ListItem(title=str(number)) for number in range(1_200)), empty_text="Nothing")
    assert (1_000, "999", 1_200, "Nothing") == (len(view.items), view.items[-1].title, view.total, view.empty_text)


def test_progress_of_any_number_of_bars():
    """As many are shown as asked for, and how many there are."""
    view = Progress.of([ProgressBar(label=str(number), value=1) for number in range(5)], most=2)
    assert (["0", "1"], 5, None) == ([bar.label for bar in view.bars], view.total, view.empty_text)


def test_a_banner_has_the_most_severe_first():
    """Alerts that are as severe keep their order."""
    view = AlertBanner.of([alert("a"), alert("b", Severity.CRITICAL), alert("c", Severity.INFO), alert("d")])
    assert ["b", "a", "d", "c"] == [shown.id for shown in view.alerts]


def test_alerts_of_one_id_are_one():
    """The first is shown."""
    view = AlertBanner.of([alert("a"), alert("b"), alert("a", Severity.CRITICAL)])
    assert AlertBanner(alerts=[alert("a"), alert("b")]) == view


def test_alerts_beyond_a_number_are_counted():
    """The last one says how many more there are, and is as severe as the worst of them."""
    many = [alert(str(number), Severity.INFO if number else Severity.CRITICAL) for number in range(30)]
    view = AlertBanner.of(many, most=20)
    last = view.alerts[-1]
    assert (20, "11 more problems", Severity.INFO, many[19].link) == (
        len(view.alerts),
        last.title,
        last.severity,
        last.link,
    )


@pytest.mark.parametrize(
    ("value", "status"),
    [
        (None, Status.UNKNOWN),
        (79.9, Status.OK),
        (80, Status.WARNING),
        (90, Status.CRITICAL),
        (100, Status.CRITICAL),
    ],
)
def test_a_status_of_a_value_that_is_bad_when_high(value, status):
    """A limit is reached when it is equal; what is not known is not well."""
    assert status is Status.of(value, warning=80, critical=90)


def test_severities_rank():
    """The most severe ranks first."""
    assert sorted(Severity, key=lambda item: item.rank) == [Severity.CRITICAL, Severity.WARNING, Severity.INFO]


def test_views_are_frozen():
    """A view cannot be changed after it was made."""
    with pytest.raises(ValidationError, match="frozen"):
        EXAMPLES[1].value = 3


def test_there_is_no_way_around_the_checks():
    """Neither pydantic's way to construct without any, nor its way to copy with something new in it."""
    with pytest.raises(ValidationError, match="finite"):
        Gauge.model_construct(label="x", value=float("nan"))
    gauge = Gauge.model_construct({"label", "value"}, label="x", value=1)
    assert Gauge(label="x", value=1) == gauge
    with pytest.raises(ValidationError, match="minimum must be less"):
        gauge.model_copy(update={"maximum": -1})
    assert Gauge(label="x", value=1, unit="%") == gauge.model_copy(update={"unit": "%"})
    assert {"label", "value", "unit"} == gauge.model_copy(update={"unit": "%"}).model_fields_set


def test_a_copy_is_one_of_its_own():
    """A deep one has parts of its own."""
    gauge = Gauge(label="x", value=1, thresholds=[Threshold(value=1, status="ok")])
    copied = gauge.model_copy(deep=True)
    assert copied == gauge
    assert copied.thresholds[0] is not gauge.thresholds[0]


def changed(view, name, item, *, times=1):
    """Put something into a list of a view that was made before."""
    getattr(view, name).extend([item] * times)
    return view


MADE = [
    StatCard(stats=[Stat(label="x", value=1, status="ok"), Stat(label="y", value="text", delta=1.5)]),
    Gauge(label="x", value=None, thresholds=[Threshold(value=1, status="warning")]),
    Gauge(label="x", value=1, thresholds=(Threshold(value=1, status="warning"),)),
    ListView(items=[ListItem(title="x", value=3, time=datetime(2026, 1, 1, tzinfo=UTC), link="http://nas.example/")]),
    ListView(items=()),
    Progress(bars=[]),
    AlertBanner(alerts=[Alert(id="1", severity="info", title="x")]),
    Chart(series=[Series(label="x", values=[1, None, 2.5])], categories=["a", "b", "c"]),
]


@pytest.mark.parametrize("view", [*EXAMPLES, *MADE])
def test_a_view_is_written_as_it_was_made(view):
    """Its JSON is what reading it back, and writing it again, comes to."""
    assert any_view.validate_json(view.model_dump_json()).model_dump_json() == json_as_made(view)


class Own(Gauge):
    """A class of somebody's own."""


@pytest.mark.parametrize(
    "view",
    [
        Own(label="x", value=1),
        changed(ListView(items=[]), "items", ListItem(title="x"), times=1_001),
        changed(ListView(items=[]), "items", Stat(label="x", value=1)),
        changed(AlertBanner(alerts=[]), "alerts", Alert(id="1", severity="info", title="x"), times=2),
        changed(Chart(series=[], categories=["a"]), "series", Series(label="x", values=[])),
        changed(Chart(series=[], categories=["a"]), "categories", object()),
    ],
)
def test_what_may_have_become_another_is_not_written(view):
    """It has to be read back in order to know what it says."""
    assert json_as_made(view) is None

"""Views as data: for each kind, which parts of an answer it shows."""

from collections.abc import Sequence
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Discriminator, Field, Tag, model_validator

from dashboard_integrations.declarative._section import Line, Section
from dashboard_integrations.declarative._selectors import (
    LinkSelector,
    NumberSelector,
    RowsSelector,
    SeveritySelector,
    StatusSelector,
    StatusThreshold,
    TextSelector,
    TimeSelector,
    ValueSelector,
    needed,
)
from dashboard_integrations.views import ChartStyle, ViewKind

__all__ = [
    "AlertPart",
    "AlertsView",
    "AnyViewSource",
    "BarPart",
    "ChartView",
    "ColumnSeries",
    "ColumnsChart",
    "GaugeSource",
    "GroupsChart",
    "ItemPart",
    "ListSource",
    "PointSeries",
    "PointsChart",
    "ProgressSource",
    "StatCardSource",
    "StatPart",
    "ViewSource",
]

UnitText = Annotated[str, Field(min_length=1, max_length=16)]
NeededText = Annotated[TextSelector, AfterValidator(needed)]
NeededNumber = Annotated[NumberSelector, AfterValidator(needed)]
Style = Annotated[ChartStyle, Field(strict=False)]

Bound = Annotated[
    Annotated[float, Field(allow_inf_nan=False), Tag("number")] | Annotated[NeededNumber, Tag("selector")],
    Discriminator(lambda given: "number" if isinstance(given, int | float) else "selector"),
]
"""An end of a range: a number, or a selector of one."""

_MOST_ROWS = 1_000
_MOST_POINTS = 5_000
_MOST_SERIES = 50


class ViewSource(Section):
    """Base of the views."""

    @property
    def view_kind(self) -> ViewKind:
        """Which renderer draws it."""
        return ViewKind(self.kind)  # type: ignore[attr-defined]  # each view has its own


class StatPart(Section):
    """One value under its label."""

    label: Line
    value: ValueSelector
    unit: UnitText | None = None
    delta: NumberSelector | None = None
    delta_label: Line | None = None
    status: StatusSelector | None = None
    link: LinkSelector | None = None


class StatCardSource(ViewSource):
    """A few numbers."""

    kind: Literal["stat-card"]
    stats: Sequence[StatPart] = Field(min_length=1, max_length=12)


class GaugeSource(ViewSource):
    """One value within a range; its ends are numbers, or selectors of numbers."""

    kind: Literal["gauge"]
    label: Line
    value: NumberSelector
    unit: UnitText | None = None
    minimum: Bound = 0.0
    maximum: Bound = 100.0
    thresholds: Sequence[StatusThreshold] = Field(default=(), max_length=10)
    status: StatusSelector | None = None
    caption: TextSelector | None = None

    @model_validator(mode="after")
    def _ascends(self) -> Self:
        values = [threshold.value for threshold in self.thresholds]
        if values != sorted(set(values)):
            raise ValueError("thresholds ascend")
        return self


class RowsSource(ViewSource):
    """Base of the views that have rows: ``limit`` is how many are shown, ``total`` how many there are."""

    rows: RowsSelector
    limit: int = Field(default=100, ge=1, le=_MOST_ROWS)
    total: NumberSelector | None = None
    empty_text: Line | None = None


class ItemPart(Section):
    """What is selected of each row of a list."""

    title: NeededText
    id: TextSelector | None = None
    subtitle: TextSelector | None = None
    description: TextSelector | None = None
    status: StatusSelector | None = None
    value: ValueSelector | None = None
    unit: UnitText | None = None
    progress: NumberSelector | None = None
    time: TimeSelector | None = None
    link: LinkSelector | None = None


class ListSource(RowsSource):
    """Rows with a title."""

    kind: Literal["list"]
    item: ItemPart


class BarPart(Section):
    """What is selected of each row of a progress view."""

    label: NeededText
    value: NumberSelector
    maximum: Bound = 100.0
    unit: UnitText | None = None
    id: TextSelector | None = None
    rate: NumberSelector | None = None
    rate_unit: UnitText | None = None
    time_left: NumberSelector | None = None
    status: StatusSelector | None = None
    caption: TextSelector | None = None
    link: LinkSelector | None = None


class ProgressSource(RowsSource):
    """What is under way."""

    kind: Literal["progress"]
    bar: BarPart


class AlertPart(Section):
    """What is selected of each row of an alert banner."""

    id: NeededText
    severity: Annotated[SeveritySelector, AfterValidator(needed)]
    title: NeededText
    message: TextSelector | None = None
    since: TimeSelector | None = None
    link: LinkSelector | None = None


class AlertsView(ViewSource):
    """What needs a person's attention."""

    kind: Literal["alert-banner"]
    rows: RowsSelector
    limit: int = Field(default=100, ge=1, le=_MOST_ROWS)
    alert: AlertPart


class ChartView(ViewSource):
    """Base of the charts: ``layout`` says how the answer is laid out, ``limit`` how many points are shown."""

    kind: Literal["chart"]
    stacked: bool = False
    minimum: float | None = Field(default=None, allow_inf_nan=False)
    maximum: float | None = Field(default=None, allow_inf_nan=False)
    limit: int = Field(default=1_000, ge=1, le=_MOST_POINTS)


class PointSeries(Section):
    """A series: its value in each row."""

    label: Line
    value: NumberSelector
    unit: UnitText | None = None
    style: Style = ChartStyle.LINE


class PointsChart(ChartView):
    """A row for each point: the time or category, and a value for each series."""

    layout: Literal["points"]
    rows: RowsSelector
    time: Annotated[TimeSelector, AfterValidator(needed)] | None = None
    category: NeededText | None = None
    series: Sequence[PointSeries] = Field(min_length=1, max_length=_MOST_SERIES)

    @model_validator(mode="after")
    def _has_one_axis(self) -> Self:
        if (self.time is None) == (self.category is None):
            raise ValueError("a chart has either time or category")
        return self


class ColumnSeries(Section):
    """A series: the list of its values."""

    label: Line
    values: NumberSelector
    unit: UnitText | None = None
    style: Style = ChartStyle.LINE


class ColumnsChart(ChartView):
    """A list of times or categories, and a list of values of the same length for each series."""

    layout: Literal["columns"]
    times: Annotated[TimeSelector, AfterValidator(needed)] | None = None
    categories: NeededText | None = None
    series: Sequence[ColumnSeries] = Field(min_length=1, max_length=_MOST_SERIES)

    @model_validator(mode="after")
    def _has_one_axis(self) -> Self:
        if (self.times is None) == (self.categories is None):
            raise ValueError("a chart has either times or categories")
        return self


class GroupsChart(ChartView):
    """A row for each series, with its own points: ``time`` and ``value`` are selected of each point."""

    layout: Literal["groups"]
    rows: RowsSelector
    label: NeededText
    points: RowsSelector
    time: Annotated[TimeSelector, AfterValidator(needed)]
    value: NumberSelector
    unit: UnitText | None = None
    style: Style = ChartStyle.LINE
    most_series: int = Field(default=20, ge=1, le=_MOST_SERIES)


AnyChart = Annotated[PointsChart | ColumnsChart | GroupsChart, Discriminator("layout")]

AnyViewSource = Annotated[
    StatCardSource | GaugeSource | ListSource | ProgressSource | AlertsView | AnyChart, Discriminator("kind")
]

"""Charts out of the three ways in which services lay out their points."""

from collections.abc import Sequence
from datetime import datetime
from typing import assert_never

from dashboard_integrations.declarative._reader import Reader
from dashboard_integrations.declarative._views import ColumnsChart, GroupsChart, PointsChart
from dashboard_integrations.views import Chart, Series, View

__all__ = ["chart"]

_MOST_POINTS_READ = 50_000

Axis = Sequence[datetime] | Sequence[str]
Column = Sequence[float | None]


def chart(source: PointsChart | ColumnsChart | GroupsChart, document: object, reader: Reader) -> View:
    """Return the chart; over time it has the latest points, in order, over categories the first ones."""
    match source:
        case PointsChart():
            axis, series = _points(source, document, reader)
        case ColumnsChart():
            axis, series = _columns(source, document, reader)
        case GroupsChart():
            axis, series = _groups(source, document, reader)
        case _:
            assert_never(source)
    over_time = _is_over_time(source)
    chosen = _in_order(axis)[-source.limit :] if over_time else list(range(len(axis)))[: source.limit]
    cut = [one.model_copy(update={"values": [one.values[at] for at in chosen]}) for one in series]
    shown = [axis[at] for at in chosen]
    return Chart(
        times=shown if over_time else None,  # type: ignore[arg-type]  # the axis is of one of both kinds
        categories=None if over_time else shown,  # type: ignore[arg-type]  # likewise
        series=cut,
        stacked=source.stacked,
        minimum=source.minimum,
        maximum=source.maximum,
    )


def _is_over_time(source: PointsChart | ColumnsChart | GroupsChart) -> bool:
    match source:
        case PointsChart():
            return source.time is not None
        case ColumnsChart():
            return source.times is not None
        case _:
            return True


def _in_order(axis: Axis) -> list[int]:
    """Return the places of the times in their order; of equal ones the last."""
    places = {moment: at for at, moment in enumerate(axis)}
    return [at for _, at in sorted(places.items())]


def _points(source: PointsChart, document: object, reader: Reader) -> tuple[Axis, Sequence[Series]]:
    rows = _bounded(reader.rows(source.rows, document, "rows"), reader)
    axis: Axis
    if source.time is not None:
        selector = source.time
        axis = [
            reader.needed_time(selector, reader.time(selector, row, f"rows.{at}.time"), f"rows.{at}.time")
            for at, row in enumerate(rows)
        ]
    else:
        category = source.category
        axis = [] if category is None else [reader.needed_text(category, row, "category") for row in rows]
    return axis, [
        Series(
            label=part.label,
            values=[reader.number(part.value, row, f"rows.{at}.series.{number}.value") for at, row in enumerate(rows)],
            style=part.style,
            unit=part.unit,
        )
        for number, part in enumerate(source.series)
    ]


def _columns(source: ColumnsChart, document: object, reader: Reader) -> tuple[Axis, Sequence[Series]]:
    axis: Axis
    if source.times is not None:
        axis = reader.times(source.times, document, "times")
    else:
        axis = [] if source.categories is None else reader.texts(source.categories, document, "categories")
    _bounded(axis, reader)
    series: list[Series] = []
    for number, part in enumerate(source.series):
        values = reader.numbers(part.values, document, f"series.{number}.values")
        if len(values) != len(axis):
            reader.fail(
                f"series.{number}.values ({part.values.select.text})",
                f"selects {len(values)} values for {len(axis)} points",
            )
        series.append(Series(label=part.label, values=values, style=part.style, unit=part.unit))
    return axis, series


def _groups(source: GroupsChart, document: object, reader: Reader) -> tuple[Axis, Sequence[Series]]:
    rows = reader.rows(source.rows, document, "rows")[: source.most_series]
    columns = [_group(source, row, reader, f"rows.{at}") for at, row in enumerate(rows)]
    axis = sorted({moment for _, points in columns for moment in points})
    _bounded(axis, reader)
    return axis, [
        Series(label=label, values=[points.get(moment) for moment in axis], style=source.style, unit=source.unit)
        for label, points in columns
    ]


def _group(source: GroupsChart, row: object, reader: Reader, place: str) -> tuple[str, dict[datetime, float | None]]:
    label = reader.needed_text(source.label, row, f"{place}.label")
    points: dict[datetime, float | None] = {}
    for point in _bounded(reader.rows(source.points, row, f"{place}.points"), reader):
        moment = reader.needed_time(source.time, reader.time(source.time, point, f"{place}.time"), f"{place}.time")
        points[moment] = reader.number(source.value, point, f"{place}.value")
    return label, points


def _bounded(rows: Sequence[object], reader: Reader) -> Sequence[object]:
    if len(rows) > _MOST_POINTS_READ:
        reader.fail("the chart", f"has more than {_MOST_POINTS_READ:,} points: ask for fewer")
    return rows

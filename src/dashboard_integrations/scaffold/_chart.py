"""A chart, from rows with numbers over times or names, or from a list of numbers."""

from dashboard_integrations.scaffold._roles import AWARE, roles_of
from dashboard_integrations.scaffold._rows import best_rows
from dashboard_integrations.scaffold.first_view import FirstView, NothingToShowError
from dashboard_integrations.scaffold.places import Column, Rows, each_row, scaled
from dashboard_integrations.scaffold.shapes import EACH, Shape
from dashboard_integrations.scaffold.source import bracketed, call, literal
from dashboard_integrations.scaffold.words import attribute_names, label
from dashboard_integrations.views import ViewKind

__all__ = ["chart", "has_chart"]

_MOST_TIMES = 1_000
_MOST_CATEGORIES = 100
_FEWEST = 3


def has_chart(value: object, shape: Shape) -> bool:
    """Return whether the rows of an answer are a number for each of several points in time, and little more."""
    rows = best_rows(value, shape)
    if rows is None or rows.keys is not None or len(rows.rows) < _FEWEST:
        return False
    roles = roles_of(rows)
    return _of(rows) is not None and roles.time is not None and roles.title is None and len(rows.columns) <= _FEWEST


def chart(value: object, shape: Shape) -> FirstView:
    """Return a chart of the first number of the rows: over their time, else over their names."""
    rows = best_rows(value, shape)
    column = None if rows is None else _of(rows)
    if rows is None or column is None or rows.keys is not None:
        raise NothingToShowError("the answer has no list of objects with a number in each for a chart")
    roles = roles_of(rows)
    if roles.time is not None and not roles.time.is_optional:
        return _over_time(rows, shape, roles.time, column)
    if roles.title is None:
        raise NothingToShowError("the rows have neither a time nor a name for the axis of a chart")
    return _over_names(rows, shape, roles.title, column)


def _of(rows: Rows) -> Column | None:
    roles = roles_of(rows)
    found = [column for column in (roles.share, roles.rate, roles.value) if column is not None]
    return next((column for column in found if not column.is_optional), None)


def _over_time(rows: Rows, shape: Shape, time: Column, column: Column) -> FirstView:
    code = scaled(_read(rows, shape, column), column.measure.factor)
    lines = [
        f"rows = {each_row(rows, shape, 'answer')}",
        f"points = sorted({{{_read(rows, shape, time)}: {code} for row in rows}}.items())[-{_MOST_TIMES}:]",
    ]
    series = _series(column, "values=[value for _, value in points]", "")
    arguments = [f"series=[{series}]", "times=[time for time, _ in points]"]
    points = len({str(row[time.key]) for row in rows.rows})
    return FirstView(
        kind=ViewKind.CHART,
        name="history",
        description=f"{label(column.key)} over time.",
        body=[*lines, f"return {bracketed('Chart', arguments, indent=2)}"],
        used={time.path: AWARE, column.path: column.type},
        rows=rows.path,
        names=("Chart", "Series"),
        expected=[("len(view.times or ())", literal(min(points, _MOST_TIMES))), _label_of(column)],
    )


def _over_names(rows: Rows, shape: Shape, title: Column, column: Column) -> FirstView:
    name = _read(rows, shape, title)
    code = scaled(_read(rows, shape, column), column.measure.factor)
    series = _series(column, f"values=[{code} for row in rows]", "style=ChartStyle.BAR")
    arguments = [
        f"series=[{series}]",
        f"categories=[{name if title.is_text else f'str({name})'} for row in rows]",
    ]
    return FirstView(
        kind=ViewKind.CHART,
        name="chart",
        description=f"{label(column.key)} of each.",
        body=[
            f"rows = {each_row(rows, shape, 'answer')}[:{_MOST_CATEGORIES}]",
            f"return {bracketed('Chart', arguments, indent=2)}",
        ],
        used={title.path: None, column.path: column.type},
        rows=rows.path,
        names=("Chart", "ChartStyle", "Series"),
        expected=[("len(view.categories or ())", literal(min(len(rows.rows), _MOST_CATEGORIES))), _label_of(column)],
    )


def _series(column: Column, values: str, style: str) -> str:
    unit = column.measure.unit
    arguments = [
        f"label={literal(label(column.key))}",
        values,
        *([style] if style else []),
        *([] if unit is None else [f"unit={literal(unit)}"]),
    ]
    return call("Series", arguments, indent=3, lead=len("series=[],"))


def _label_of(column: Column) -> tuple[str, str]:
    return "view.series[0].label", literal(label(column.key))


def _read(rows: Rows, shape: Shape, column: Column) -> str:
    fields = shape.at((*rows.path, EACH)).fields or {}
    return f"row.{attribute_names(fields)[column.key]}"

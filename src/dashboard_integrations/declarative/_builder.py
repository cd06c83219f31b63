"""Builds a view out of the answers of a service, as its definition says."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeVar

from pydantic import ValidationError

from dashboard_integrations.declarative._chart_builder import chart
from dashboard_integrations.declarative._reader import Reader
from dashboard_integrations.declarative._selectors import NumberSelector, TextSelector
from dashboard_integrations.declarative._views import (
    AlertPart,
    AlertsView,
    AnyViewSource,
    BarPart,
    GaugeSource,
    ItemPart,
    ListSource,
    ProgressSource,
    RowsSource,
    StatCardSource,
    StatPart,
)
from dashboard_integrations.problems import problems
from dashboard_integrations.views import (
    Alert,
    AlertBanner,
    Gauge,
    ListItem,
    ListView,
    Progress,
    ProgressBar,
    Stat,
    StatCard,
    Threshold,
    View,
)

__all__ = ["build"]

PartT = TypeVar("PartT")

_LONGEST_ID = 450


def build(source: AnyViewSource, document: object, reader: Reader) -> View:
    """Return the view; raise ``BadResponseError``."""
    makers: dict[type, Callable[[Any, object, Reader], View]] = {  # Any: each of its own kind
        StatCardSource: _stat_card,
        GaugeSource: _gauge,
        ListSource: _list,
        ProgressSource: _progress,
        AlertsView: _alerts,
    }
    make = makers.get(type(source), chart)
    try:
        return make(source, document, reader)
    except ValidationError as error:
        place, told = problems(error)[0]
        reader.fail(".".join(map(str, ("view", *place))), f"has a value that cannot be shown: {told}")
    except (OverflowError, ValueError):  # of integers that are no float, or have too many digits for a text
        reader.fail("view", "has a number that is too large")


def _stat_card(source: StatCardSource, document: object, reader: Reader) -> View:
    return StatCard(stats=[_stat(part, document, reader, f"stats.{at}") for at, part in enumerate(source.stats)])


def _stat(part: StatPart, document: object, reader: Reader, place: str) -> Stat:
    value = reader.value(part.value, document, f"{place}.value")
    return Stat(
        label=part.label,
        value=value,
        unit=part.unit,
        delta=_number(reader, part.delta, document, f"{place}.delta"),
        delta_label=part.delta_label,
        status=reader.status(part.status, document, f"{place}.status", beside=value),
        link=reader.link(part.link, document, f"{place}.link"),
    )


def _gauge(source: GaugeSource, document: object, reader: Reader) -> View:
    value = reader.number(source.value, document, "value")
    minimum = reader.bound(source.minimum, document, "minimum")
    maximum = reader.bound(source.maximum, document, "maximum")
    if not minimum < maximum:
        reader.fail("maximum", f"({maximum:g}) is not more than minimum ({minimum:g})")
    return Gauge(
        label=source.label,
        value=value,
        unit=source.unit,
        minimum=minimum,
        maximum=maximum,
        thresholds=[Threshold(value=item.value, status=item.status) for item in source.thresholds],
        status=reader.status(source.status, document, "status", beside=value),
        caption=_text(reader, source.caption, document, "caption"),
    )


def _list(source: ListSource, document: object, reader: Reader) -> View:
    items, total = _rows(source, document, reader, partial(_item, source.item, reader))
    return ListView(items=items, total=total, empty_text=source.empty_text)


def _item(part: ItemPart, reader: Reader, row: object, place: str) -> ListItem:
    value = None if part.value is None else reader.value(part.value, row, f"{place}.value")
    return ListItem(
        title=reader.needed_text(part.title, row, f"{place}.title"),
        id=_text(reader, part.id, row, f"{place}.id"),
        subtitle=_text(reader, part.subtitle, row, f"{place}.subtitle"),
        description=_text(reader, part.description, row, f"{place}.description"),
        status=reader.status(part.status, row, f"{place}.status", beside=value),
        value=value,
        unit=part.unit,
        progress=_percent(reader, part.progress, row, f"{place}.progress"),
        time=None if part.time is None else reader.time(part.time, row, f"{place}.time"),
        link=reader.link(part.link, row, f"{place}.link"),
    )


def _progress(source: ProgressSource, document: object, reader: Reader) -> View:
    bars, total = _rows(source, document, reader, partial(_bar, source.bar, reader))
    return Progress(bars=bars, total=total, empty_text=source.empty_text)


def _bar(part: BarPart, reader: Reader, row: object, place: str) -> ProgressBar:
    value = reader.number(part.value, row, f"{place}.value")
    maximum = reader.bound(part.maximum, row, f"{place}.maximum")
    if not maximum > 0:
        reader.fail(f"{place}.maximum", f"is {maximum:g}, and has to be more than 0")
    return ProgressBar(
        label=reader.needed_text(part.label, row, f"{place}.label"),
        value=value,
        maximum=maximum,
        unit=part.unit,
        id=_text(reader, part.id, row, f"{place}.id"),
        rate=_number(reader, part.rate, row, f"{place}.rate"),
        rate_unit=part.rate_unit,
        time_left=_number(reader, part.time_left, row, f"{place}.time_left"),
        status=reader.status(part.status, row, f"{place}.status", beside=value),
        caption=_text(reader, part.caption, row, f"{place}.caption"),
        link=reader.link(part.link, row, f"{place}.link"),
    )


def _alerts(source: AlertsView, document: object, reader: Reader) -> View:
    rows = reader.rows(source.rows, document, "rows")[: source.limit]
    return AlertBanner(
        alerts=_told_apart([_alert(source.alert, reader, row, f"rows.{at}.alert") for at, row in enumerate(rows)])
    )


def _told_apart(alerts: Sequence[Alert]) -> Sequence[Alert]:
    """Return the alerts with a number behind an id that an earlier one has: none is left out."""
    seen: set[str] = set()
    found: list[Alert] = []
    for alert in alerts:
        name, number = alert.id, 1
        while name in seen:
            number += 1
            name = f"{alert.id[:_LONGEST_ID]} #{number}"
        seen.add(name)
        found.append(alert.model_copy(update={"id": name}))
    return found


def _alert(part: AlertPart, reader: Reader, row: object, place: str) -> Alert:
    return Alert(
        id=reader.needed_text(part.id, row, f"{place}.id"),
        severity=reader.severity(part.severity, row, f"{place}.severity"),
        title=reader.needed_text(part.title, row, f"{place}.title"),
        message=_text(reader, part.message, row, f"{place}.message"),
        since=None if part.since is None else reader.time(part.since, row, f"{place}.since"),
        link=reader.link(part.link, row, f"{place}.link"),
    )


def _rows(
    source: RowsSource, document: object, reader: Reader, make: Callable[[object, str], PartT]
) -> tuple[Sequence[PartT], int | None]:
    """Return what is made of the first rows, and how many there are if those are not all."""
    rows = reader.rows(source.rows, document, "rows")
    parts = [make(row, f"rows.{at}") for at, row in enumerate(rows[: source.limit])]
    total = float(len(rows)) if source.total is None else reader.number(source.total, document, "total")
    if total is not None and (total < 0 or not float(total).is_integer()):
        reader.fail("total", "is no count")
    return parts, int(total) if total is not None and total > len(parts) else None


def _percent(reader: Reader, selector: NumberSelector | None, row: object, place: str) -> float | None:
    found = _number(reader, selector, row, place)
    if found is not None and not 0 <= found <= 100:  # noqa: PLR2004
        reader.fail(place, f"is {found:g}, and runs from 0 to 100: multiply or divide")
    return found


def _number(reader: Reader, selector: NumberSelector | None, document: object, place: str) -> float | None:
    return None if selector is None else reader.number(selector, document, place)


def _text(reader: Reader, selector: TextSelector | None, document: object, place: str) -> str | None:
    return None if selector is None else reader.text(selector, document, place) or None

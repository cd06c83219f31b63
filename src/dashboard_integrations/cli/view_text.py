"""Views as lines of text, for a terminal."""

from collections.abc import Sequence

from dashboard_integrations.cli.humanise import duration, moment, quantity
from dashboard_integrations.views import (
    AlertBanner,
    AnyView,
    Chart,
    Gauge,
    ListItem,
    ListView,
    Progress,
    ProgressBar,
    Series,
    Stat,
    StatCard,
)

__all__ = ["view_lines"]

_BLOCKS = "▁▂▃▄▅▆▇█"
_BAR_WIDTH = 20
_SPARK_WIDTH = 60


def view_lines(view: AnyView) -> Sequence[str]:
    """Return what the view shows."""
    match view:
        case StatCard():
            width = max(len(stat.label) for stat in view.stats)
            return [_stat(stat, width) for stat in view.stats]
        case Gauge():
            ends = f"({quantity(view.minimum, view.unit)} to {quantity(view.maximum, view.unit)})"
            return [_joined(view.label, quantity(view.value, view.unit), ends, view.status, view.caption)]
        case ListView():
            shown = [line for item in view.items for line in _item(item)]
            return shown + _rest(view.total, len(view.items), view.empty_text or "Nothing here.")
        case Progress():
            shown = [_bar(bar) for bar in view.bars]
            return shown + _rest(view.total, len(view.bars), view.empty_text or "Nothing under way.")
        case AlertBanner():
            return [_joined(f"{alert.severity}:", alert.title, alert.message) for alert in view.alerts] or [
                "No alerts: all is well."
            ]
        case Chart():
            return _chart(view)


def _stat(stat: Stat, width: int) -> str:
    delta = None if stat.delta is None else f"{'+' if stat.delta > 0 else ''}{quantity(stat.delta, stat.unit)}"
    return _joined(
        stat.label.ljust(width), quantity(stat.value, stat.unit), stat.trend, delta, stat.delta_label, stat.status
    )


def _item(item: ListItem) -> list[str]:
    value = None if item.value is None else quantity(item.value, item.unit)
    progress = None if item.progress is None else quantity(item.progress, "%")
    below = _joined(item.subtitle, item.description, moment(item.time) if item.time else None, item.link)
    return [_joined("-", item.title, value, progress, item.status), *([f"  {below}"] if below else [])]


def _bar(bar: ProgressBar) -> str:
    share = None if bar.value is None else min(max(bar.value / bar.maximum, 0.0), 1.0)
    filled = round((share or 0) * _BAR_WIDTH)
    amount = f"{quantity(bar.value, bar.unit)} of {quantity(bar.maximum, bar.unit)}"
    return _joined(
        f"[{'#' * filled}{'.' * (_BAR_WIDTH - filled)}]",
        "not known" if share is None else quantity(round(share * 100, 1), "%"),
        bar.label,
        amount if bar.unit not in {None, "%"} else None,
        None if bar.rate is None else quantity(bar.rate, bar.rate_unit),
        None if bar.time_left is None else f"{duration(bar.time_left)} left",
        bar.status,
        bar.caption,
    )


def _chart(chart: Chart) -> list[str]:
    if chart.categories is not None:
        return [
            f"{series.label}: {name} {quantity(value, series.unit)}"
            for series in chart.series
            for name, value in zip(chart.categories, series.values, strict=True)
        ]
    ends = [f"{moment(chart.times[0])} to {moment(chart.times[-1])}"] if chart.times else []
    return [*(_spark(series) for series in chart.series), *ends]


def _spark(series: Series) -> str:
    values = series.values[-_SPARK_WIDTH:]
    known = [value for value in values if value is not None]
    if not known:
        return f"{series.label}: not known"
    low, high = min(known), max(known)
    steps = [
        " " if value is None else _BLOCKS[round((value - low) / ((high - low) or 1) * (len(_BLOCKS) - 1))]
        for value in values
    ]
    ends = f"{quantity(low, series.unit)} to {quantity(high, series.unit)}, now {quantity(known[-1], series.unit)}"
    return f"{series.label}: {''.join(steps)}  {ends}"


def _rest(total: int | None, shown: int, empty: str) -> list[str]:
    if not shown:
        return [empty]
    return [f"{shown} of {total} shown"] if total is not None and total > shown else []


def _joined(*parts: str | None) -> str:
    return "  ".join(part for part in parts if part)

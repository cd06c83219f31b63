"""Writing a view without reading it back: of one that can only be as it was when it was made, and checked."""

from collections.abc import Mapping

from dashboard_integrations.views._alert_banner import Alert, AlertBanner
from dashboard_integrations.views._base import Part, View
from dashboard_integrations.views._chart import Chart, Series
from dashboard_integrations.views._gauge import Gauge, Threshold
from dashboard_integrations.views._list import ListItem, ListView
from dashboard_integrations.views._progress import Progress, ProgressBar
from dashboard_integrations.views._stat_card import Stat, StatCard

__all__ = ["json_as_made"]

_PARTS: Mapping[type[View], tuple[str, type[Part]]] = {
    AlertBanner: ("alerts", Alert),
    Chart: ("series", Series),
    Gauge: ("thresholds", Threshold),
    ListView: ("items", ListItem),
    Progress: ("bars", ProgressBar),
    StatCard: ("stats", Stat),
}


def _longest(kind: type[View], name: str) -> int:
    limits = [getattr(limit, "max_length", None) for limit in kind.model_fields[name].metadata]
    return next(limit for limit in limits if isinstance(limit, int))


_LONGEST = {kind: _longest(kind, name) for kind, (name, _) in _PARTS.items()}


def json_as_made(view: View) -> str | None:
    """Return the JSON of ``view``; ``None`` where it has to be read back in order to know what it says.

    Views and their parts are checked when they are made, and frozen. What can be different afterwards is what a class
    derived from them does, which is not asked, and what is in their lists, which is looked at again.
    """
    found = _PARTS.get(type(view))
    if found is None:
        return None
    name, part = found
    try:
        parts = getattr(view, name)
        if not {*map(type, parts)} <= {part} or len(parts) > _LONGEST[type(view)]:
            return None
        view._check_whole()  # noqa: SLF001  (of this package)
        return view.model_dump_json(by_alias=True, warnings="error")
    except (ValueError, TypeError, AttributeError):  # not what it was
        return None

"""Which view shows an answer, and how."""

from collections.abc import Callable, Mapping, Sequence

from dashboard_integrations.scaffold._chart import chart, has_chart
from dashboard_integrations.scaffold._rows import alert_banner, best_rows, list_view, progress, rows_kind
from dashboard_integrations.scaffold._stats import gauge, has_gauge, stat_card
from dashboard_integrations.scaffold.first_view import FirstView, NothingToShowError
from dashboard_integrations.scaffold.places import places
from dashboard_integrations.scaffold.shapes import Shape, shape_of
from dashboard_integrations.views import ViewKind

__all__ = ["first_view", "fitting_views"]

_MAKERS: Mapping[ViewKind, Callable[[object, Shape], FirstView]] = {
    ViewKind.STAT_CARD: stat_card,
    ViewKind.GAUGE: gauge,
    ViewKind.LIST: list_view,
    ViewKind.PROGRESS: progress,
    ViewKind.ALERT_BANNER: alert_banner,
    ViewKind.CHART: chart,
}


def first_view(answer: object, *, kind: ViewKind | None = None) -> FirstView:
    """Return a view of an answer: of the wanted kind, else of the one that shows most of it.

    Raise ``NothingToShowError`` when the answer has nothing for it; the message says what would do.
    """
    shape = shape_of(answer)
    if kind is None:
        wanted = (found for found in _preferred(answer, shape) if _made(answer, shape, found))
        kind = next(wanted, ViewKind.STAT_CARD)
    try:
        return _MAKERS[kind](answer, shape)
    except NothingToShowError as error:
        others = ", ".join(fitting_views(answer)) or "none, so ask the service for something else"
        raise NothingToShowError(f"{error}; views that fit: {others}") from None


def fitting_views(answer: object) -> Sequence[ViewKind]:
    """Return the kinds of view that an answer has something for."""
    shape = shape_of(answer)
    return [kind for kind in ViewKind if _made(answer, shape, kind) is not None]


def _made(answer: object, shape: Shape, kind: ViewKind) -> FirstView | None:
    try:
        return _MAKERS[kind](answer, shape)
    except NothingToShowError:
        return None


def _preferred(answer: object, shape: Shape) -> Sequence[ViewKind]:
    """Return kinds in the order to try; the last ones show something of almost anything."""
    if has_chart(answer, shape):
        return [ViewKind.CHART, ViewKind.LIST, ViewKind.STAT_CARD]
    rows = best_rows(answer, shape)
    quantities = [place for place in places(answer, shape) if place.is_quantity]
    if rows is not None and rows.rows and len(rows.path) + len(quantities) <= _FEW_BESIDE_ROWS:
        return [rows_kind(rows), ViewKind.LIST, ViewKind.STAT_CARD]
    if has_gauge(answer, shape):
        return [ViewKind.GAUGE]
    return [ViewKind.STAT_CARD, ViewKind.LIST]


_FEW_BESIDE_ROWS = 3

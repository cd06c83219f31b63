"""The first view of an answer, as the source of a method and of what the method needs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from dashboard_integrations.scaffold.shapes import Path
from dashboard_integrations.views import ViewKind

__all__ = ["FirstView", "NothingToShowError"]


class NothingToShowError(ValueError):
    """The answer has nothing that the wanted view shows; the message says what it does have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstView:
    """``body`` are the method's lines after ``answer``; ``helpers`` functions and tables of the module.

    ``used`` are the places it reads, with the types to read them with. ``rows`` is where the rows are whose type a
    helper names as ``{row}``. ``names`` are what it imports from the views. ``expected`` pairs code about ``view``
    with what it has to be for the answer at hand. ``notes`` say what was guessed.
    """

    kind: ViewKind
    name: str
    description: str
    body: Sequence[str]
    used: Mapping[Path, str | None]
    names: Sequence[str]
    expected: Sequence[tuple[str, str]]
    rows: Path | None = None
    helpers: Sequence[str] = ()
    notes: Sequence[str] = field(default=())

    @property
    def model(self) -> str:
        """The name of the view's class."""
        return _MODELS[self.kind]


_MODELS = {
    ViewKind.STAT_CARD: "StatCard",
    ViewKind.GAUGE: "Gauge",
    ViewKind.LIST: "ListView",
    ViewKind.PROGRESS: "Progress",
    ViewKind.ALERT_BANNER: "AlertBanner",
    ViewKind.CHART: "Chart",
}

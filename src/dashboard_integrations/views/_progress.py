"""Progress: what is under way, how far, how fast, how long still."""

from collections.abc import Iterable, Sequence
from typing import Literal, Self

from pydantic import Field

from dashboard_integrations.views._base import Link, Number, Part, ShortText, Status, Unit, View

__all__ = ["Progress", "ProgressBar"]


class ProgressBar(Part):
    """One thing under way: ``value`` of ``maximum``, both in ``unit``.

    ``value`` is ``None`` when how far is not known. ``rate`` is in ``rate_unit`` (``B/s``); ``time_left`` in seconds.
    """

    label: ShortText
    value: Number | None
    maximum: Number = Field(default=100, gt=0)
    unit: Unit | None = None
    id: ShortText | None = None
    rate: Number | None = None
    rate_unit: Unit | None = None
    time_left: Number | None = Field(default=None, ge=0)
    status: Status | None = None
    caption: ShortText | None = None
    link: Link | None = None


class Progress(View):
    """Bars in the order to show; ``total`` when there are more than are sent."""

    kind: Literal["progress"] = "progress"
    bars: Sequence[ProgressBar] = Field(max_length=1_000)
    total: int | None = Field(default=None, ge=0)
    empty_text: ShortText | None = None

    @classmethod
    def of(cls, bars: Iterable[ProgressBar], *, most: int = 1_000, empty_text: str | None = None) -> Self:
        """Show the first ``most`` of any number of bars, and how many there are."""
        rows = list(bars)
        return cls(bars=rows[:most], total=len(rows), empty_text=empty_text)

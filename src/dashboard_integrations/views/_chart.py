"""Chart: series of numbers over time or over categories."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Literal

from pydantic import Field

from dashboard_integrations.views._base import Number, Part, ShortText, Time, Unit, View

__all__ = ["Chart", "ChartStyle", "Series"]


class ChartStyle(StrEnum):
    """How a series is drawn."""

    LINE = "line"
    AREA = "area"
    BAR = "bar"


class Series(Part):
    """One row of values, as many as the chart has points on its axis; ``None`` is a gap."""

    label: ShortText
    values: Sequence[Number | None] = Field(max_length=5_000)
    style: ChartStyle = ChartStyle.LINE
    unit: Unit | None = None


class Chart(View):
    """Series over one axis: either ``times``, ascending, or ``categories``. ``stacked`` holds for areas and bars."""

    kind: Literal["chart"] = "chart"
    series: Sequence[Series] = Field(max_length=50)
    times: Sequence[Time] | None = Field(default=None, max_length=5_000)
    categories: Sequence[ShortText] | None = Field(default=None, max_length=1_000)
    stacked: bool = False
    minimum: Number | None = None
    maximum: Number | None = None

    def _check_whole(self) -> None:
        axis = self.times if self.times is not None else self.categories
        if axis is None or (self.times is not None and self.categories is not None):
            raise ValueError("a chart has either times or categories")
        if self.times is not None and any(a >= b for a, b in zip(self.times, self.times[1:], strict=False)):
            raise ValueError("times must ascend")
        for series in self.series:
            if len(series.values) != len(axis):
                raise ValueError(f"series {series.label!r} has {len(series.values)} values for {len(axis)} points")

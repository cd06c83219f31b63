"""Gauge: one value within a range."""

from collections.abc import Sequence
from typing import Literal

from pydantic import Field

from dashboard_integrations.views._base import Number, Part, ShortText, Status, Unit, View

__all__ = ["Gauge", "Threshold"]


class Threshold(Part):
    """From this value upwards (until the next threshold) the status is this."""

    value: Number
    status: Status


class Gauge(View):
    """One value within a range; it may lie outside, and ``None`` is shown as not known.

    ``thresholds`` ascend. ``status`` overrules what they say; below the first threshold it is ``ok``.
    """

    kind: Literal["gauge"] = "gauge"
    label: ShortText
    value: Number | None
    unit: Unit | None = None
    minimum: Number = 0
    maximum: Number = 100
    thresholds: Sequence[Threshold] = Field(default=(), max_length=10)
    status: Status | None = None
    caption: ShortText | None = None

    def _check_whole(self) -> None:
        if not self.minimum < self.maximum:
            raise ValueError("minimum must be less than maximum")
        values = [threshold.value for threshold in self.thresholds]
        if values != sorted(set(values)):
            raise ValueError("thresholds must ascend")

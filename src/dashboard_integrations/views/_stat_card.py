"""Stat card: a few numbers that say how things stand."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Literal

from pydantic import Field

from dashboard_integrations.views._base import Link, Number, Part, ShortText, Status, Unit, View

__all__ = ["Stat", "StatCard", "Trend"]


class Trend(StrEnum):
    """Which way a value moves, and nothing about whether that is good."""

    UP = "up"
    DOWN = "down"
    FLAT = "flat"


class Stat(Part):
    """One value under its label; ``None`` is shown as not known.

    ``delta`` is the change since a moment the ``delta_label`` names (``since yesterday``), in the value's unit.
    """

    label: ShortText
    value: Number | ShortText | None
    unit: Unit | None = None
    delta: Number | None = None
    delta_label: ShortText | None = None
    trend: Trend | None = None
    status: Status | None = None
    link: Link | None = None


class StatCard(View):
    """One to twelve stats."""

    kind: Literal["stat-card"] = "stat-card"
    stats: Sequence[Stat] = Field(min_length=1, max_length=12)

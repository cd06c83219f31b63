"""Views: the typed content that renderers draw.

Values are finite numbers with a unit, times are UTC, text is plain text: never HTML, never formatted for a locale,
never a colour. What is not known is ``None``. The vocabulary is closed and only grows.
"""

from typing import Annotated

from pydantic import Discriminator, TypeAdapter

from dashboard_integrations.views._alert_banner import Alert, AlertBanner
from dashboard_integrations.views._base import Severity, Status, View, ViewKind
from dashboard_integrations.views._chart import Chart, ChartStyle, Series
from dashboard_integrations.views._gauge import Gauge, Threshold
from dashboard_integrations.views._list import ListItem, ListView
from dashboard_integrations.views._progress import Progress, ProgressBar
from dashboard_integrations.views._stat_card import Stat, StatCard, Trend

__all__ = [
    "Alert",
    "AlertBanner",
    "AnyView",
    "Chart",
    "ChartStyle",
    "Gauge",
    "ListItem",
    "ListView",
    "Progress",
    "ProgressBar",
    "Series",
    "Severity",
    "Stat",
    "StatCard",
    "Status",
    "Threshold",
    "Trend",
    "View",
    "ViewKind",
    "any_view",
]

AnyView = Annotated[StatCard | Gauge | ListView | Progress | AlertBanner | Chart, Discriminator("kind")]

any_view: TypeAdapter[AnyView] = TypeAdapter(AnyView)
"""Reads any view from its JSON."""

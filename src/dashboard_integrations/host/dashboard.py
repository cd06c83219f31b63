"""The parts of a running dashboard, put together."""

from dataclasses import dataclass

from dashboard_integrations.apps import AppService
from dashboard_integrations.host.board_shelf import BoardShelf
from dashboard_integrations.host.widget_shelf import WidgetShelf
from dashboard_integrations.registry import Registry
from dashboard_integrations.service import IntegrationService

__all__ = ["Dashboard"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dashboard:
    """What pages and routes work with."""

    service: IntegrationService
    boards: BoardShelf
    widgets: WidgetShelf

    @property
    def apps(self) -> AppService:
        """The apps of the service."""
        return self.service.apps

    @property
    def registry(self) -> Registry:
        """The integrations of the service."""
        return self.service.registry

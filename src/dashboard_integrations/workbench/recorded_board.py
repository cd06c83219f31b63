"""The board of an author: every endpoint of their integrations, answered by recordings."""

import logging
from collections.abc import Sequence

from dashboard_integrations.errors import IntegrationError
from dashboard_integrations.host.dashboard import Dashboard
from dashboard_integrations.integration import Endpoint, Integration
from dashboard_integrations.storage import WidgetExistsError
from dashboard_integrations.workbench.recorded_services import RecordedApp

__all__ = ["RecordedBoard"]

logger = logging.getLogger(__name__)


class RecordedBoard:
    """Puts recorded apps on a dashboard; called again, it adds what is new and keeps what was arranged."""

    def __init__(self, apps: Sequence[RecordedApp]) -> None:
        self._apps = apps

    async def __call__(self, dashboard: Dashboard) -> None:
        """Add or update the apps, and a widget for each endpoint that has none."""
        for app in self._apps:
            try:
                await self._show(dashboard, app)
            except IntegrationError as error:
                logger.info("recording-not-shown", extra={"app": app.name, "reason": error.message})

    async def _show(self, dashboard: Dashboard, app: RecordedApp) -> None:
        integration = await dashboard.registry.load(app.integration)
        app_id = f"recorded-{app.integration}-{app.name.partition(' ')[0]}".lower()
        if app_id in {known.id for known in await dashboard.apps.list()}:
            await dashboard.apps.update(app_id, integration=integration, config=app.config)
        else:
            await dashboard.apps.create(name=app.name, integration=integration, config=app.config, app_id=app_id)
        await self._add_widgets(dashboard, app_id, integration)

    async def _add_widgets(self, dashboard: Dashboard, app_id: str, integration: Integration) -> None:
        shown = {
            (widget.config.get("appId"), widget.config.get("endpointId")) for widget in await dashboard.widgets.list()
        }
        for endpoint in integration.endpoints:
            if (app_id, endpoint.id) not in shown:
                await self._add_widget(dashboard, app_id, endpoint)

    async def _add_widget(self, dashboard: Dashboard, app_id: str, endpoint: Endpoint) -> None:
        config = {"appId": app_id, "endpointId": endpoint.id}
        try:
            await dashboard.widgets.create(widget_id=f"{app_id}-{endpoint.id}", title=endpoint.name, config=config)
        except WidgetExistsError:
            return  # it was made to show another endpoint

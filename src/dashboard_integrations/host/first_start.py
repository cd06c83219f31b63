"""The first start: something to look at, before anything is configured."""

import logging

from dashboard_integrations.errors import IntegrationError, InvalidRequestError
from dashboard_integrations.host.dashboard import Dashboard
from dashboard_integrations.integration import Integration
from dashboard_integrations.storage import WidgetExistsError

__all__ = ["THIS_MACHINE", "add_this_machine"]

logger = logging.getLogger(__name__)

THIS_MACHINE = "this-machine"
"""The id of the app of the machine that the dashboard runs on."""

_TYPE = "system"


async def add_this_machine(dashboard: Dashboard) -> None:
    """Add this machine, with a widget for each endpoint, unless there are apps or its integration is not installed.

    Ids are fixed, so that of two processes that do this at once the second finds what the first has done.
    """
    if await dashboard.apps.list() or _TYPE not in {entry.id for entry in dashboard.registry.list()}:
        return
    try:
        integration = await dashboard.registry.load(_TYPE)
        await _add_app(dashboard, integration)
        await _add_widgets(dashboard, integration)
    except IntegrationError as error:
        logger.warning("this-machine-not-added", extra={"code": error.code.value, "reason": error.message})


async def _add_app(dashboard: Dashboard, integration: Integration) -> None:
    try:
        await dashboard.apps.create(name="This machine", integration=integration, config={}, app_id=THIS_MACHINE)
    except InvalidRequestError:
        await dashboard.apps.get(THIS_MACHINE)


async def _add_widgets(dashboard: Dashboard, integration: Integration) -> None:
    board = await dashboard.boards.first()
    for position, endpoint in enumerate(integration.endpoints):
        try:
            await dashboard.widgets.create(
                widget_id=f"{THIS_MACHINE}-{endpoint.id}",
                title=endpoint.name,
                board_id=board.id,
                position=position,
                config={"appId": THIS_MACHINE, "endpointId": endpoint.id},
            )
        except WidgetExistsError:
            continue

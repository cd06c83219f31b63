"""The site's ASGI application: Django's pages, and beside them the routes of the integrations."""

import os
from typing import Any

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")
pages = get_asgi_application()  # sets Django up, so what needs models is imported after it

from live.service import authorize, service  # noqa: E402

from dashboard_integrations.adapters.asgi import IntegrationApp  # noqa: E402

live = IntegrationApp(service, authorize=authorize)


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Pass each request to one of the two; the service starts and stops with the server."""
    ours = scope["type"] == "lifespan" or scope["path"].split("/")[1:3] == ["api", "integrations"]
    await (live if ours else pages)(scope, receive, send)

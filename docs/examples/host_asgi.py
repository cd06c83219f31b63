"""The routes alone, as an ASGI application that any ASGI server runs."""

import os
from hmac import compare_digest

from dashboard_integrations import AppService, ConfigCipher, InMemoryAppRepository, IntegrationService, Registry
from dashboard_integrations.adapters.asgi import IntegrationApp
from dashboard_integrations.web import Action, Request

service = IntegrationService(
    apps=AppService(InMemoryAppRepository(), cipher=ConfigCipher.from_env()),
    registry=Registry.from_entry_points(),
)


def authorize(request: Request, action: Action) -> bool:
    """Let in who has the token."""
    return compare_digest(request.headers.get("authorization", ""), f"Bearer {os.environ['TOKEN']}")


app = IntegrationApp(service, authorize=authorize)

"""The service of the site, and who may do what: Django's own users."""

from importlib import import_module
from io import BytesIO
from typing import Any

from django.conf import settings
from django.contrib.auth import aget_user
from django.core.handlers.asgi import ASGIRequest

from dashboard_integrations import AppService, ConfigCipher, IntegrationService, Registry
from dashboard_integrations.web import Access, Action, Request
from live.repository import DjangoApps

service = IntegrationService(
    apps=AppService(DjangoApps(), cipher=ConfigCipher.from_env()),
    registry=Registry.from_entry_points(),
)


async def authorize(request: Request, action: Action) -> Access:
    """Let who has signed in look, and staff test connections."""
    user = await user_of(request.native)
    if not user.is_authenticated:
        return Access.UNAUTHENTICATED
    return Access.ALLOW if action is Action.READ or user.is_staff else Access.FORBIDDEN


async def user_of(scope: Any) -> Any:
    """Return the user whose session cookie came with the request."""
    request = ASGIRequest(scope, BytesIO())
    session_key = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    return await aget_user(request)

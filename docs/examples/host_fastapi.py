"""A FastAPI application with live data of its apps."""

import os
from hmac import compare_digest

from fastapi import FastAPI

from dashboard_integrations import AppService, ConfigCipher, IntegrationService, Registry
from dashboard_integrations.adapters.fastapi import integration_router
from dashboard_integrations.storage import SqlAlchemyAppRepository, sqlite_engine
from dashboard_integrations.storage.migrations import upgrade
from dashboard_integrations.web import Access, Action, Request

engine = sqlite_engine(os.environ.get("DATABASE", "dashboard.db"))
upgrade(engine)  # makes the table of apps, or brings it up to date
service = IntegrationService(
    apps=AppService(SqlAlchemyAppRepository(engine), cipher=ConfigCipher.from_env()),
    registry=Registry.from_entry_points(),
)


def authorize(request: Request, action: Action) -> Access:
    """Let everybody who has the token look, and change things too."""
    expected = f"Bearer {os.environ['TOKEN']}"
    sent = request.headers.get("authorization", "")
    return Access.ALLOW if compare_digest(sent, expected) else Access.UNAUTHENTICATED


app = FastAPI()
app.include_router(integration_router(service, authorize=authorize))

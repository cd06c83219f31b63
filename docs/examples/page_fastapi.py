"""A FastAPI application with a page that shows live data of its machine to who knows the password."""

import base64
import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from hmac import compare_digest
from pathlib import Path

from fastapi import FastAPI
from fastapi import Request as HttpRequest
from fastapi.responses import HTMLResponse, Response

from dashboard_integrations import AppService, ConfigCipher, InMemoryAppRepository, IntegrationService, Registry
from dashboard_integrations.adapters.fastapi import integration_router
from dashboard_integrations.ui import CONTENT_SECURITY_POLICY
from dashboard_integrations.web import Access, Action, Request

service = IntegrationService(
    apps=AppService(InMemoryAppRepository(), cipher=ConfigCipher.from_env()),
    registry=Registry.from_entry_points(),
)


def knows_password(authorization: str) -> bool:
    """Tell whether a header of HTTP Basic holds the password; browsers send it along with every call."""
    expected = base64.b64encode(f"me:{os.environ['PASSWORD']}".encode()).decode()
    return compare_digest(authorization.encode(), f"Basic {expected}".encode())


def authorize(request: Request, action: Action) -> Access:
    """Let who knows the password look, and nobody change anything."""
    if not knows_password(request.headers.get("authorization", "")):
        return Access.UNAUTHENTICATED
    return Access.ALLOW if action is Action.READ else Access.FORBIDDEN


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncGenerator[None, None]:
    """Make the app that the page shows."""
    system = await service.registry.load("system")
    await service.apps.create(app_id="this-machine", name="This machine", integration=system, config={})
    yield


app = FastAPI(lifespan=lifespan)
app.include_router(integration_router(service, authorize=authorize))


@app.get("/", response_class=HTMLResponse)
def page(request: HttpRequest) -> Response:
    """Return the page, under a policy that allows what the elements need and nothing else."""
    if not knows_password(request.headers.get("authorization", "")):
        return Response("Who is there?", status_code=401, headers={"www-authenticate": "Basic"})
    html = (Path(__file__).parent / "page.html").read_text()
    return HTMLResponse(html, headers={"content-security-policy": CONTENT_SECURITY_POLICY})

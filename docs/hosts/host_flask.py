"""A Flask application with the routes of the integrations, over one background event loop."""

import atexit
import os
from hmac import compare_digest
from urllib.parse import quote

from flask import Flask, Response, request

from dashboard_integrations import (
    AppService,
    BlockingIntegrationService,
    ConfigCipher,
    IntegrationService,
    Registry,
)
from dashboard_integrations.storage import SqlAlchemyAppRepository, sqlite_engine
from dashboard_integrations.storage.migrations import upgrade
from dashboard_integrations.web import Access, Action, IntegrationRoutes, Request

LONGEST_BODY = 1024 * 1024

engine = sqlite_engine(os.environ.get("DATABASE", "dashboard.db"))
upgrade(engine)  # makes the table of apps, or brings it up to date
service = IntegrationService(
    apps=AppService(SqlAlchemyAppRepository(engine), cipher=ConfigCipher.from_env()),
    registry=Registry.from_entry_points(),
)
blocking = BlockingIntegrationService(service)
blocking.__enter__()  # for as long as the process lives: pools and caches outlive a request
atexit.register(blocking.__exit__, None, None, None)


def authorize(asked: Request, action: Action) -> Access:
    """Follow what the view has found out: here, in the background loop, Flask's session is not at hand."""
    return Access.ALLOW if asked.native == "signed in" else Access.UNAUTHENTICATED


routes = IntegrationRoutes(service, authorize=authorize)
app = Flask(__name__)


def is_signed_in() -> bool:
    """Stand for your own way to know who asks, such as ``"user" in session``."""
    return compare_digest(request.headers.get("authorization", ""), f"Bearer {os.environ['TOKEN']}")


@app.route("/api/integrations", methods=["GET", "POST", "PUT", "PATCH", "DELETE"], defaults={"rest": ""})
@app.route("/api/integrations/<path:rest>", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
def integrations(rest: str) -> Response:
    """Pass a request on, and send the answer as it is."""
    asked = Request(
        method=request.method,
        path=request.environ.get("RAW_URI", quote(request.path)).partition("?")[0],
        query=request.query_string.decode("latin-1"),
        headers={name.lower(): value for name, value in request.headers},
        body=request.stream.read(LONGEST_BODY + 1),  # what is longer is refused
        native="signed in" if is_signed_in() else None,
    )
    answer = blocking.run(lambda: routes.dispatch(asked))
    return Response(answer.body, status=answer.status, headers=list(answer.headers))


@app.get("/memory/<app_id>")
def memory(app_id: str) -> Response:
    """Use the facade in a view of your own: every call returns an envelope."""
    return Response(blocking.fetch_data(app_id, "memory").to_json(), mimetype="application/json")

"""What the forms call, answered by the test; what they sent is remembered."""

import json
from collections.abc import Callable
from typing import Any

from canned_api import envelope, failure
from playwright.sync_api import Page, Route

__all__ = ["SCHEMA", "TYPES", "FormApi", "stored_app"]

Json = dict[str, Any]

_SECRET: Json = {"anyOf": [{"type": "string"}, {"type": "null"}], "writeOnly": True, "default": None}
SCHEMA: Json = {
    "type": "object",
    "required": ["url"],
    "properties": {
        "url": {"type": "string", "format": "uri", "title": "URL", "description": "Where it is."},
        "username": {"anyOf": [{"type": "string"}, {"type": "null"}], "title": "Username", "default": None},
        "password": {**_SECRET, "title": "Password"},
        "certificate_sha256": {
            "anyOf": [{"type": "string"}, {"type": "null"}],
            "title": "Fingerprint",
            "default": None,
        },
        "timeout": {"type": "number", "title": "Time limit", "default": 10, "maximum": 60},
    },
}


def _type(name: str, description: str) -> Json:
    endpoint = {"id": "now", "name": "Right now", "description": "What is.", "view": "gauge", "ttl": 60}
    return {
        "id": name.lower(),
        "name": name,
        "icon": name.lower(),
        "description": description,
        "capabilities": ["download-client"],
        "authConfigSchema": SCHEMA,
        "extraConfigSchema": None,
        "endpoints": [{**endpoint, "parametersSchema": None}],
    }


TYPES = [_type("Deluge", "Torrents."), _type("Sonarr", "Series."), _type("Transmission", "Torrents too.")]


def stored_app(**more: object) -> Json:
    """Return an app as the routes do, with a stored password."""
    app = {"id": "nas", "name": "Downloads", "integrationType": "transmission", "integrationEnabled": True}
    config = {"url": "https://nas:9091", "username": "me", "timeout": 10}
    return {**app, "config": config, "secretsSet": ["password"], "configError": None, **more}


def _no_data(body: Json) -> Json:
    return envelope([failure("unreachable") for _ in body["requests"]])


class FormApi:
    """Answers a page's calls; ``answers`` maps ``METHOD /path`` to envelopes, or to functions of what was sent."""

    def __init__(self, page: Page) -> None:
        self.answers: dict[str, Json | Callable[[Json], Json]] = {
            "GET /api/integrations": envelope(TYPES),
            "GET /api/apps": envelope([stored_app()]),
            "POST /api/apps": envelope(stored_app()),
            "PATCH /api/apps/nas": envelope(stored_app()),
            "POST /api/integrations/data": _no_data,
            "GET /api/integrations/health": envelope({"apps": [], "plugins": []}),
        }
        self.sent: list[tuple[str, Json]] = []
        self.is_slow = False
        page.route("**/api/**", self._answer)

    def _answer(self, route: Route) -> None:
        path = "/api/" + route.request.url.partition("/api/")[2]
        if path.startswith("/api/integrations/ui/"):
            route.fallback()
            return
        called = f"{route.request.method} {path}"
        body = route.request.post_data_json or {}
        if route.request.method != "GET":
            self.sent.append((called, body))
            if self.is_slow:
                return
        answer = self.answers.get(called, envelope({}))
        told = answer(body) if callable(answer) else answer
        route.fulfill(status=200, content_type="application/json", body=json.dumps(told))

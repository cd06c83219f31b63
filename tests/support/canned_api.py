"""The routes as a page sees them, answered by the test: any state, at once."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.sync_api import Page, Route

__all__ = ["CannedApi", "data", "envelope", "failure", "problem"]

Json = dict[str, Any]


def envelope(value: object) -> Json:
    """Wrap a success."""
    return {"success": True, "data": value, "error": None, "meta": {}}


def problem(code: str, message: str = "it failed", **more: object) -> Json:
    """Describe an error as the routes do."""
    base: Json = {"code": code, "message": message, "source": "upstream", "reason": None, "fields": {}, "details": {}}
    return {**base, "retryAfter": None, **more}


def failure(code: str, message: str = "it failed", **more: object) -> Json:
    """Wrap a failure."""
    return {"success": False, "data": None, "error": problem(code, message, **more), "meta": {}}


def data(
    payload: Json, *, age: float = 0.0, ttl: float = 60.0, refresh_error: Json | None = None, next_in: float = 0.0
) -> Json:
    """Wrap live data that is ``age`` seconds old, and is called for again after ``next_in`` seconds or when it is."""
    fetched = datetime.now(UTC) - timedelta(seconds=age)
    expires = fetched + timedelta(seconds=ttl)
    meta = {
        "fetchedAt": fetched.isoformat(),
        "expiresAt": expires.isoformat(),
        "age": age,
        "stale": age > ttl,
        "refreshError": refresh_error,
        "nextRefresh": max(expires, datetime.now(UTC) + timedelta(seconds=next_in)).isoformat(),
    }
    return {**envelope({"endpointId": "now", "view": payload["kind"], "payload": payload}), "meta": meta}


class CannedApi:
    """Answers a page's calls; ``answers`` maps apps to envelopes, or to functions that make one."""

    def __init__(self, page: Page) -> None:
        self.answers: dict[str, Json | Callable[[], Json]] = {}
        self.alerts: list[Json] = []
        self.batches: list[list[str]] = []
        self.retries: list[str] = []
        self.is_down = False
        page.route("**/api/integrations", lambda route: self._fulfil(route, envelope(self._types())))
        page.route("**/api/integrations/health", lambda route: self._fulfil(route, envelope(self._health())))
        page.route("**/api/integrations/alerts", lambda route: self._fulfil(route, envelope(self.alerts)))
        page.route("**/api/integrations/data", self._answer_batch)
        page.route("**/api/integrations/*/retry", self._answer_retry)

    def _answer_batch(self, route: Route) -> None:
        asked = [item["appId"] for item in json.loads(route.request.post_data or "")["requests"]]
        self.batches.append(asked)
        self._fulfil(route, envelope([self._answer(app) for app in asked]))

    def _answer(self, app: str) -> Json:
        answer = self.answers[app]
        return answer() if callable(answer) else answer

    def _answer_retry(self, route: Route) -> None:
        assert {} == json.loads(route.request.post_data or "null"), "the route takes JSON and nothing else"
        self.retries.append(route.request.url.split("/")[-2])
        self._fulfil(route, envelope(None))

    def _fulfil(self, route: Route, body: Json) -> None:
        if self.is_down:
            route.abort()
        else:
            route.fulfill(status=200, content_type="application/json", body=json.dumps(body))

    def _health(self) -> Json:
        apps = [{"appId": app, "name": f"The {app}", "integrationType": "sample"} for app in self.answers]
        return {"apps": apps, "plugins": []}

    def _types(self) -> list[Json]:
        endpoint = {"id": "now", "name": "Right now", "description": "What is", "view": "gauge", "ttl": 60}
        return [{"id": "sample", "name": "Sample", "icon": "sample", "description": "", "endpoints": [endpoint]}]

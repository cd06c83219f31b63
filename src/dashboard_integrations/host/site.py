"""The pages and their routes."""

import logging
import secrets
from collections.abc import Awaitable, Callable, Sequence
from http import HTTPStatus
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from dashboard_integrations.envelope import Envelope, ErrorBody
from dashboard_integrations.errors import ErrorSource, IntegrationError, InternalError
from dashboard_integrations.failure_log import log_failure
from dashboard_integrations.host.gate import Gate
from dashboard_integrations.host.guard import STATIC_PREFIX
from dashboard_integrations.host.rendering import Pages, sentence
from dashboard_integrations.host.shells import Shells
from dashboard_integrations.host.sign_in import SIGN_IN_PATH, SIGN_OUT_PATH, SignIn
from dashboard_integrations.storage import UnknownBoardError
from dashboard_integrations.web.statuses import status_of

__all__ = ["RUN_PATH", "Site"]

logger = logging.getLogger(__name__)

RUN_PATH = "/run"
"""Where pages that reload ask which run of the dashboard answers."""

Page = Callable[[Request], Awaitable[Response]]


def _run(name: str) -> Page:
    async def answer(request: Request) -> Response:
        return PlainTextResponse(name, headers={"cache-control": "no-store"})

    return answer


class Site:
    """The HTML side of the dashboard."""

    def __init__(self, gate: Gate, *, reload: bool = False) -> None:
        self._pages = Pages(reload=reload)
        self._sign_in = SignIn(gate, self._pages)
        self._reload = reload

    def routes(self) -> Sequence[BaseRoute]:
        """Return the routes; all but signing in and what pages are made of ask for the token."""
        shells = Shells(self._pages)
        guarded: Sequence[tuple[str, Page]] = (
            ("/", shells.home),
            ("/boards/{board_id}", shells.board),
            ("/apps", shells.apps),
            ("/apps/new", shells.new_app),
            ("/apps/{app_id}", shells.app),
            ("/health", shells.health),
        )
        return (
            Mount(STATIC_PREFIX, StaticFiles(directory=Path(__file__).parent / "static")),
            Route(SIGN_IN_PATH, self._told(self._sign_in.show), methods=["GET"]),
            Route(SIGN_IN_PATH, self._told(self._sign_in.submit), methods=["POST"]),
            Route(SIGN_OUT_PATH, self._told(self._sign_in.leave), methods=["POST"]),
            *(Route(path, self._told(self._sign_in.required(page))) for path, page in guarded),
            *([Route(RUN_PATH, _run(secrets.token_hex(8)))] if self._reload else []),
        )

    async def unanswered(self, request: Request, error: Exception) -> Response:
        """Answer what no route does."""
        status = HTTPStatus(error.status_code) if isinstance(error, HTTPException) else HTTPStatus.BAD_GATEWAY
        text = "There is no such page: the link may be old, or the address mistyped."
        if status is HTTPStatus.METHOD_NOT_ALLOWED:
            text = "This page does not answer such a request: open it from the dashboard."
        response = self._pages.render("message.html", {"title": status.phrase, "text": text}, status=status)
        response.headers.update(getattr(error, "headers", None) or {})
        return response

    def _told(self, page: Page) -> Page:
        """Make a page of what ``page`` raises."""

        async def answer(request: Request) -> Response:
            try:
                return await page(request)
            except UnknownBoardError as error:
                return self._failed(ErrorBody.of(error), HTTPStatus.NOT_FOUND)
            except IntegrationError as error:
                return self._failed(ErrorBody.of(error))
            except Exception as error:  # noqa: BLE001  (the last line: what nobody foresaw tells no details)
                log_failure(logger, "page-failed", error)
                told = f"the dashboard itself failed ({type(error).__name__}): its log says more"
                return self._failed(ErrorBody.of(InternalError(told, source=ErrorSource.HOST)))

        return answer

    def _failed(self, error: ErrorBody, status: HTTPStatus | None = None) -> Response:
        context = {"title": "This did not work", "text": sentence(error.message)}
        return self._pages.render("message.html", context, status=status or status_of(Envelope.failure(error)))

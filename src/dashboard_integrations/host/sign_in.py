"""Signing in and out: the token in the address or typed once, then a cookie."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from urllib.parse import parse_qsl, urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from dashboard_integrations.host.forms import read_form
from dashboard_integrations.host.gate import Gate
from dashboard_integrations.host.rendering import Pages

__all__ = ["SIGN_IN_PATH", "SIGN_OUT_PATH", "SignIn"]

SIGN_IN_PATH = "/sign-in"
SIGN_OUT_PATH = "/sign-out"

Page = Callable[[Request], Awaitable[Response]]


class SignIn:
    """Lets who holds the token see pages."""

    def __init__(self, gate: Gate, pages: Pages) -> None:
        self._gate = gate
        self._pages = pages

    def required(self, page: Page) -> Page:
        """Make ``page`` ask for the token first."""

        async def guarded(request: Request) -> Response:
            token = request.query_params.get("token")
            if token is not None and request.method in {"GET", "HEAD"}:
                return await self._enter(request, token, target=_without_token(request))
            if await self._gate.admits(request.headers):
                return await page(request)
            return self._ask(request)

        return guarded

    async def show(self, request: Request) -> Response:
        """Show the form; ``next`` in the query is where to go afterwards."""
        return self._form(target=request.query_params.get("next", "/"))

    async def submit(self, request: Request) -> Response:
        """Take the token that was typed into the form."""
        form = await read_form(request)
        return await self._enter(request, form.get("token", "").strip(), target=_own_path(form.get("next", "/")))

    async def leave(self, request: Request) -> Response:
        """Forget the cookie."""
        response = RedirectResponse("/", status_code=HTTPStatus.SEE_OTHER)
        response.delete_cookie(self._gate.cookie_name, httponly=True, samesite="strict")
        return response

    async def _enter(self, request: Request, token: str, *, target: str) -> Response:
        if not await self._gate.accepts_token(token):
            return self._ask(request, wrong=True, target=target)
        response = RedirectResponse(target, status_code=HTTPStatus.SEE_OTHER)
        response.set_cookie(
            self._gate.cookie_name,
            self._gate.cookie_value,
            max_age=None,
            secure=request.url.scheme == "https",
            httponly=True,
            samesite="strict",
        )
        return response

    def _ask(self, request: Request, *, wrong: bool = False, target: str | None = None) -> Response:
        # A link on another site brings no strict cookie along; loading the page again from here does.
        again = request.headers.get("sec-fetch-site") == "cross-site" and request.method == "GET"
        return self._form(target=target or request.url.path, wrong=wrong, again=again, status=HTTPStatus.UNAUTHORIZED)

    def _form(
        self, *, target: str, wrong: bool = False, again: bool = False, status: HTTPStatus = HTTPStatus.OK
    ) -> Response:
        return self._pages.render(
            "sign_in.html", {"wrong": wrong, "next": _own_path(target), "again": again}, status=status
        )


def _without_token(request: Request) -> str:
    pairs = [pair for pair in parse_qsl(request.url.query, keep_blank_values=True) if pair[0] != "token"]
    path = _own_path(request.url.path)
    return f"{path}?{urlencode(pairs)}" if pairs else path


def _own_path(path: str) -> str:
    """Return a path on this server whatever ``path`` is: two slashes at its start would name another one."""
    return "/" + path.lstrip("/\\") if path.isprintable() else "/"

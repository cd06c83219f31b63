"""Login that yields a cookie."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import BaseModel

from dashboard_integrations.auth._fields import config_texts
from dashboard_integrations.auth._login import Grant, LoginBody, LoginSession, Refused, check_login, login_request
from dashboard_integrations.auth._scheme import AuthSession, Send
from dashboard_integrations.auth._static import StaticSession
from dashboard_integrations.errors import AuthFailedError, BadResponseError, IntegrationError
from dashboard_integrations.exchange import HttpResponse

__all__ = ["CookieLogin"]


@dataclass(frozen=True, slots=True)
class CookieLogin:
    """Post config fields to ``path`` and send the cookies of the answer from then on.

    ``form`` maps the names that are posted to config fields; a field that is unset is left out, and when all are there
    is no login. ``cookie`` names the cookie that proves the login (``None``: any). ``refused`` is for services that
    say no with a status of yes. The answer may be a redirect; it is not followed.
    """

    path: str
    form: Mapping[str, str] = field(kw_only=True)
    cookie: str | None = field(default=None, kw_only=True)
    refused: Refused | None = field(default=None, kw_only=True)
    encoding: LoginBody = field(default=LoginBody.FORM, kw_only=True)

    def session(self, config: BaseModel) -> AuthSession:
        """Return the session of an app."""
        values = config_texts(config, self.form, scheme=type(self).__name__)
        if not values:
            return StaticSession()

        async def log_in(send: Send) -> Grant:
            response = await send(login_request(self.path, values, encoding=self.encoding))
            error = self._problem(response)
            if error is not None:
                raise error
            return Grant(headers={"cookie": "; ".join(f"{name}={value}" for name, value in response.cookies.items())})

        return LoginSession(log_in)

    def _problem(self, response: HttpResponse) -> IntegrationError | None:
        error = check_login(response, refused=self.refused)
        proof = response.cookies if self.cookie is None else response.cookies.get(self.cookie)
        is_redirect = isinstance(error, BadResponseError) and error.reason == "redirect"
        if proof and (error is None or is_redirect):
            return None
        if error is not None:
            return error
        if response.is_html:
            return BadResponseError(
                f"{response.url} answered this login with a web page: check the URL, and whether a sign-in page or a"
                " proxy stands in front of the service",
                reason="html",
            )
        return AuthFailedError(
            f"{response.url} answered this login without a session: check the credentials in the app's form",
            reason="no-cookie",
        )

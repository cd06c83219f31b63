"""Login that yields a token."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from pydantic import BaseModel

from dashboard_integrations.auth._fields import config_texts
from dashboard_integrations.auth._login import Grant, LoginBody, LoginSession, Refused, check_login, login_request
from dashboard_integrations.auth._scheme import AuthSession, Send
from dashboard_integrations.auth._static import StaticSession
from dashboard_integrations.errors import AuthFailedError, BadResponseError
from dashboard_integrations.exchange import HttpResponse

__all__ = ["TokenLogin"]


@dataclass(frozen=True, slots=True)
class TokenLogin:
    """Post config fields to ``path`` and send the token of the answer in ``header`` from then on.

    ``body`` maps the keys that are posted to config fields; a field that is unset is left out, and when all are there
    is no login. ``token`` says where in the JSON of the answer the token is, as in ``"session.sid"``. ``refused`` is
    for services that say no with a status of yes.
    """

    path: str
    body: Mapping[str, str] = field(kw_only=True)
    token: str = field(kw_only=True)
    header: str = field(default="Authorization", kw_only=True)
    prefix: str = field(default="Bearer ", kw_only=True)
    encoding: LoginBody = field(default=LoginBody.JSON, kw_only=True)
    refused: Refused | None = field(default=None, kw_only=True)

    def session(self, config: BaseModel) -> AuthSession:
        """Return the session of an app."""
        values = config_texts(config, self.body, scheme=type(self).__name__)
        if not values:
            return StaticSession()

        async def log_in(send: Send) -> Grant:
            request = login_request(self.path, values, encoding=self.encoding)
            response = await send(replace(request, headers={**request.headers, "accept": "application/json"}))
            error = check_login(response, refused=self.refused)
            if error is not None:
                raise error
            return Grant(headers={self.header.lower(): self.prefix + self._token_of(response)})

        return LoginSession(log_in)

    def _token_of(self, response: HttpResponse) -> str:
        token = _at(response.json(), self.token)
        if token is None or token == "":
            raise AuthFailedError(
                f"{response.url} answered this login without a token: check the credentials in the app's form",
                reason="no-token",
            )
        if isinstance(token, bool) or not isinstance(token, str | int) or not str(token).isprintable():
            raise BadResponseError(
                f"{response.url} answered this login in an unexpected shape: {self.token} is no token", reason="shape"
            )
        return str(token)


def _at(value: object, path: str) -> object:
    for key in path.split("."):
        if isinstance(value, Mapping):
            value = value.get(key)
        elif isinstance(value, list) and key.isdecimal() and int(key) < len(value):
            value = value[int(key)]
        else:
            return None
    return value

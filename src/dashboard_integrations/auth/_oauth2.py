"""OAuth 2 client credentials."""

import base64
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from urllib.parse import quote_plus

from pydantic import BaseModel, ConfigDict, Field

from dashboard_integrations.auth._fields import config_text
from dashboard_integrations.auth._login import Grant, LoginBody, LoginSession, check_login, login_request
from dashboard_integrations.auth._scheme import AuthSession, Send
from dashboard_integrations.auth._static import StaticSession
from dashboard_integrations.exchange import HttpRequest, HttpResponse

__all__ = ["ClientAuthentication", "OAuth2ClientCredentials"]

_EARLY_SECONDS = 30.0


class ClientAuthentication(StrEnum):
    """How a client proves who it is when it asks for a token (RFC 6749, 2.3.1): by HTTP Basic, or in the form."""

    BASIC = "basic"
    BODY = "body"


class _Token(BaseModel):
    model_config = ConfigDict(hide_input_in_errors=True)

    access_token: str = Field(min_length=1, pattern=r"^[\x20-\x7e]+$")
    expires_in: float = Field(default=math.inf, ge=0)


@dataclass(frozen=True, slots=True)
class OAuth2ClientCredentials:
    """Ask for a token as a client (RFC 6749, 4.4) and send it as a bearer token, until shortly before it expires.

    ``token_path`` is below the app's URL. There is no login when id and secret are both unset.
    """

    token_path: str
    client_id_field: str
    client_secret_field: str
    scope: str | None = field(default=None, kw_only=True)
    authentication: ClientAuthentication = field(default=ClientAuthentication.BASIC, kw_only=True)
    clock: Callable[[], float] = field(default=time.monotonic, kw_only=True, repr=False)

    def session(self, config: BaseModel) -> AuthSession:
        """Return the session of an app."""
        scheme = type(self).__name__
        client_id = config_text(config, self.client_id_field, scheme=scheme)
        secret = config_text(config, self.client_secret_field, scheme=scheme)
        if client_id is None and secret is None:
            return StaticSession()
        request = self._request(client_id or "", secret or "")

        async def log_in(send: Send) -> Grant:
            asked_at = self.clock()
            response = await send(request)
            error = check_login(response, refused=_refuses_client)
            if error is not None:
                raise error
            token: _Token = response.json(_Token)
            lifetime = token.expires_in - min(_EARLY_SECONDS, token.expires_in / 2)
            return Grant(
                headers={"authorization": f"Bearer {token.access_token}"},
                expires_at=asked_at + lifetime,
            )

        return LoginSession(log_in, clock=self.clock)

    def _request(self, client_id: str, secret: str) -> HttpRequest:
        values = {"grant_type": "client_credentials"} | ({} if self.scope is None else {"scope": self.scope})
        headers = {"accept": "application/json"}
        if self.authentication is ClientAuthentication.BODY:
            values |= {"client_id": client_id, "client_secret": secret}
        else:
            login = f"{quote_plus(client_id)}:{quote_plus(secret)}".encode()
            headers["authorization"] = f"Basic {base64.b64encode(login).decode()}"
        request = login_request(self.token_path, values, encoding=LoginBody.FORM)
        return replace(request, headers={**request.headers, **headers})


def _refuses_client(response: HttpResponse) -> bool:
    """Return whether a 400 says that the client is not accepted, as RFC 6749, 5.2 has it."""
    return response.status == 400 and any(  # noqa: PLR2004
        word in response.content for word in (b'"invalid_client"', b'"invalid_grant"', b'"unauthorized_client"')
    )

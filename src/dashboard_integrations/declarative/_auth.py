"""Auth schemes as data: those of core, under the names of their arguments."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Discriminator, Field

from dashboard_integrations.auth import (
    ApiKeyHeader,
    ApiKeyQuery,
    AuthScheme,
    BasicAuth,
    BearerToken,
    ClientAuthentication,
    CookieLogin,
    DigestAuth,
    LoginBody,
    OAuth2ClientCredentials,
    TokenLogin,
)
from dashboard_integrations.declarative._evaluation import Evaluator, FailedEvaluationError
from dashboard_integrations.declarative._expression import Expression, ExpressionText
from dashboard_integrations.declarative._http_words import HeaderName, PathText
from dashboard_integrations.declarative._section import Line, Section
from dashboard_integrations.errors import BadResponseError
from dashboard_integrations.exchange import HttpResponse

__all__ = ["Auth", "auth_scheme", "field_names"]

_REFUSAL_BUDGET = 10_000

LoginFields = Annotated[Mapping[Line, Line], Field(min_length=1, max_length=20)]


@dataclass(frozen=True, slots=True)
class SaysNo:
    """Tells of the answer to a login whether it means no."""

    expression: Expression

    def __call__(self, response: HttpResponse) -> bool:
        """Return whether the expression selects ``true``; an answer that is no JSON says nothing."""
        try:
            return Evaluator(_REFUSAL_BUDGET).evaluate(self.expression, response.json()) is True
        except (BadResponseError, FailedEvaluationError):
            return False


class ApiKeyHeaderAuth(Section):
    """``ApiKeyHeader``."""

    scheme: Literal["api-key-header"]
    header: HeaderName
    field: Line
    prefix: str = Field(default="", max_length=100)

    def made(self) -> AuthScheme:
        """Return the scheme."""
        return ApiKeyHeader(self.header, self.field, prefix=self.prefix)


class ApiKeyQueryAuth(Section):
    """``ApiKeyQuery``."""

    scheme: Literal["api-key-query"]
    parameter: Line
    field: Line

    def made(self) -> AuthScheme:
        """Return the scheme."""
        return ApiKeyQuery(self.parameter, self.field)


class BearerTokenAuth(Section):
    """``BearerToken``."""

    scheme: Literal["bearer-token"]
    field: Line

    def made(self) -> AuthScheme:
        """Return the scheme."""
        return BearerToken(self.field)


class BasicAuthentication(Section):
    """``BasicAuth``."""

    scheme: Literal["basic"]
    user_field: Line
    password_field: Line

    def made(self) -> AuthScheme:
        """Return the scheme."""
        return BasicAuth(self.user_field, self.password_field)


class DigestAuthentication(Section):
    """``DigestAuth``."""

    scheme: Literal["digest"]
    user_field: Line
    password_field: Line

    def made(self) -> AuthScheme:
        """Return the scheme."""
        return DigestAuth(self.user_field, self.password_field)


class TokenLoginAuth(Section):
    """``TokenLogin``; ``refused`` selects of a JSON answer what is ``true`` when it means no."""

    scheme: Literal["token-login"]
    path: PathText
    body: LoginFields
    token: Line
    header: HeaderName = "Authorization"
    prefix: str = Field(default="Bearer ", max_length=100)
    encoding: Annotated[LoginBody, Field(strict=False)] = LoginBody.JSON
    refused: ExpressionText | None = None

    def made(self) -> AuthScheme:
        """Return the scheme."""
        return TokenLogin(
            self.path,
            body=self.body,
            token=self.token,
            header=self.header,
            prefix=self.prefix,
            encoding=self.encoding,
            refused=None if self.refused is None else SaysNo(self.refused),
        )


class CookieLoginAuth(Section):
    """``CookieLogin``; ``refused`` selects of a JSON answer what is ``true`` when it means no."""

    scheme: Literal["cookie-login"]
    path: PathText
    form: LoginFields
    cookie: Line | None = None
    encoding: Annotated[LoginBody, Field(strict=False)] = LoginBody.FORM
    refused: ExpressionText | None = None

    def made(self) -> AuthScheme:
        """Return the scheme."""
        return CookieLogin(
            self.path,
            form=self.form,
            cookie=self.cookie,
            encoding=self.encoding,
            refused=None if self.refused is None else SaysNo(self.refused),
        )


class OAuth2Auth(Section):
    """``OAuth2ClientCredentials``."""

    scheme: Literal["oauth2-client-credentials"]
    token_path: PathText
    client_id_field: Line
    client_secret_field: Line
    scope: Line | None = None
    authentication: Annotated[ClientAuthentication, Field(strict=False)] = ClientAuthentication.BASIC

    def made(self) -> AuthScheme:
        """Return the scheme."""
        return OAuth2ClientCredentials(
            self.token_path,
            self.client_id_field,
            self.client_secret_field,
            scope=self.scope,
            authentication=self.authentication,
        )


Auth = Annotated[
    ApiKeyHeaderAuth
    | ApiKeyQueryAuth
    | BearerTokenAuth
    | BasicAuthentication
    | DigestAuthentication
    | TokenLoginAuth
    | CookieLoginAuth
    | OAuth2Auth,
    Discriminator("scheme"),
]


def auth_scheme(auth: Auth) -> AuthScheme:
    """Return the scheme that is declared."""
    return auth.made()


def field_names(auth: Auth) -> Iterator[tuple[str, str]]:
    """Yield key and value of everything in ``auth`` that names a field of the configuration."""
    for key in ("field", "user_field", "password_field", "client_id_field", "client_secret_field"):
        if isinstance(name := getattr(auth, key, None), str):
            yield key, name
    for key in ("body", "form"):
        yield from ((f"{key}.{sent}", name) for sent, name in getattr(auth, key, {}).items())

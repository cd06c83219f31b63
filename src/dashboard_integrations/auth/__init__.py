"""Auth schemes: how a request proves who sends it."""

from dashboard_integrations.auth._cookie_login import CookieLogin
from dashboard_integrations.auth._login import LoginBody
from dashboard_integrations.auth._oauth2 import ClientAuthentication, OAuth2ClientCredentials
from dashboard_integrations.auth._scheme import AuthScheme, AuthSession, Send
from dashboard_integrations.auth._static import ApiKeyHeader, ApiKeyQuery, BasicAuth, BearerToken, DigestAuth
from dashboard_integrations.auth._token_login import TokenLogin

__all__ = [
    "ApiKeyHeader",
    "ApiKeyQuery",
    "AuthScheme",
    "AuthSession",
    "BasicAuth",
    "BearerToken",
    "ClientAuthentication",
    "CookieLogin",
    "DigestAuth",
    "LoginBody",
    "OAuth2ClientCredentials",
    "Send",
    "TokenLogin",
]

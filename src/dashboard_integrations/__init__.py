"""Live data from the services people run, for any Python dashboard."""

from dashboard_integrations.apps import AppRecord, AppRepository, AppService, InMemoryAppRepository
from dashboard_integrations.auth import (
    ApiKeyHeader,
    ApiKeyQuery,
    AuthScheme,
    AuthSession,
    BasicAuth,
    BearerToken,
    CookieLogin,
    DigestAuth,
    OAuth2ClientCredentials,
    TokenLogin,
)
from dashboard_integrations.authoring import BaseIntegration, HttpIntegration, endpoint
from dashboard_integrations.blocking import BlockingIntegrationService
from dashboard_integrations.cache import CacheBackend, MemoryCache
from dashboard_integrations.cipher import ConfigCipher
from dashboard_integrations.config import LoginConfig, ServiceConfig
from dashboard_integrations.connection import AppInfo, Connection
from dashboard_integrations.envelope import EndpointData, Envelope, ErrorBody, Meta
from dashboard_integrations.errors import (
    AuthFailedError,
    BadResponseError,
    ErrorCode,
    ErrorSource,
    ForbiddenError,
    IntegrationError,
    InvalidConfigError,
    NotFoundError,
    RateLimitedError,
    UnreachableError,
    UnsupportedVersionError,
    UpstreamError,
    UpstreamTimeoutError,
)
from dashboard_integrations.exchange import HttpRequest, HttpResponse
from dashboard_integrations.http import NetworkPolicy
from dashboard_integrations.integration import API_VERSION, ConnectionReport, Endpoint, Integration
from dashboard_integrations.registry import PluginEntry, PluginState, Registry
from dashboard_integrations.service import ActiveAlert, DataRequest, IntegrationInfo, IntegrationService
from dashboard_integrations.service_url import ServiceUrl
from dashboard_integrations.widgets import IntegrationWidgetConfig, WidgetType, check_widget

__all__ = [
    "API_VERSION",
    "ActiveAlert",
    "ApiKeyHeader",
    "ApiKeyQuery",
    "AppInfo",
    "AppRecord",
    "AppRepository",
    "AppService",
    "AuthFailedError",
    "AuthScheme",
    "AuthSession",
    "BadResponseError",
    "BaseIntegration",
    "BasicAuth",
    "BearerToken",
    "BlockingIntegrationService",
    "CacheBackend",
    "ConfigCipher",
    "Connection",
    "ConnectionReport",
    "CookieLogin",
    "DataRequest",
    "DigestAuth",
    "Endpoint",
    "EndpointData",
    "Envelope",
    "ErrorBody",
    "ErrorCode",
    "ErrorSource",
    "ForbiddenError",
    "HttpIntegration",
    "HttpRequest",
    "HttpResponse",
    "InMemoryAppRepository",
    "Integration",
    "IntegrationError",
    "IntegrationInfo",
    "IntegrationService",
    "IntegrationWidgetConfig",
    "InvalidConfigError",
    "LoginConfig",
    "MemoryCache",
    "Meta",
    "NetworkPolicy",
    "NotFoundError",
    "OAuth2ClientCredentials",
    "PluginEntry",
    "PluginState",
    "RateLimitedError",
    "Registry",
    "ServiceConfig",
    "ServiceUrl",
    "TokenLogin",
    "UnreachableError",
    "UnsupportedVersionError",
    "UpstreamError",
    "UpstreamTimeoutError",
    "WidgetType",
    "check_widget",
    "endpoint",
]

"""Live data from the services people run, for any Python dashboard.

Each name is imported when it is first asked for: whoever needs one of them does not wait for the others.
"""

import importlib as _importlib
import typing as _typing

if _typing.TYPE_CHECKING:
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

_NAMES = {
    "apps": "AppRecord AppRepository AppService InMemoryAppRepository",
    "auth": (
        "ApiKeyHeader ApiKeyQuery AuthScheme AuthSession BasicAuth BearerToken CookieLogin DigestAuth "
        "OAuth2ClientCredentials TokenLogin"
    ),
    "authoring": "BaseIntegration HttpIntegration endpoint",
    "blocking": "BlockingIntegrationService",
    "cache": "CacheBackend MemoryCache",
    "cipher": "ConfigCipher",
    "config": "LoginConfig ServiceConfig",
    "connection": "AppInfo Connection",
    "envelope": "EndpointData Envelope ErrorBody Meta",
    "errors": (
        "AuthFailedError BadResponseError ErrorCode ErrorSource ForbiddenError IntegrationError "
        "InvalidConfigError NotFoundError RateLimitedError UnreachableError UnsupportedVersionError "
        "UpstreamError UpstreamTimeoutError"
    ),
    "exchange": "HttpRequest HttpResponse",
    "http": "NetworkPolicy",
    "integration": "API_VERSION ConnectionReport Endpoint Integration",
    "registry": "PluginEntry PluginState Registry",
    "service": "ActiveAlert DataRequest IntegrationInfo IntegrationService",
    "service_url": "ServiceUrl",
    "widgets": "IntegrationWidgetConfig WidgetType check_widget",
}
_MODULES = {name: module for module, names in _NAMES.items() for name in names.split()}

if not _typing.TYPE_CHECKING:  # a type checker would take it that every name is there

    def __getattr__(name: str) -> object:
        module = _MODULES.get(name)
        if module is None:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = globals()[name] = getattr(_importlib.import_module(f"{__name__}.{module}"), name)
        return value

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})

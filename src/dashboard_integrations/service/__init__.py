"""The service: the facade over apps, registry and cache."""

from dashboard_integrations.service._alerts import ActiveAlert
from dashboard_integrations.service._catalogue import EndpointInfo, IntegrationInfo, describe_integration
from dashboard_integrations.service._health import AppHealth, AppState, Health, PluginHealth
from dashboard_integrations.service._observing import ObservedCall, Observer, ServiceNumbers
from dashboard_integrations.service._watch import Change, DataRequest, Watch
from dashboard_integrations.service._watchdog import BlockedLoop
from dashboard_integrations.service.facade import IntegrationService

__all__ = [
    "ActiveAlert",
    "AppHealth",
    "AppState",
    "BlockedLoop",
    "Change",
    "DataRequest",
    "EndpointInfo",
    "Health",
    "IntegrationInfo",
    "IntegrationService",
    "ObservedCall",
    "Observer",
    "PluginHealth",
    "ServiceNumbers",
    "Watch",
    "describe_integration",
]

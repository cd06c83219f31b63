"""Apps: a host's records of running services, and what keeps their secrets."""

from dashboard_integrations.apps._memory import InMemoryAppRepository
from dashboard_integrations.apps._opened import AppDescription, OpenedConfig
from dashboard_integrations.apps._record import AppRecord
from dashboard_integrations.apps._repository import AppExistsError, AppRepository
from dashboard_integrations.apps._service import AppService

__all__ = [
    "AppDescription",
    "AppExistsError",
    "AppRecord",
    "AppRepository",
    "AppService",
    "InMemoryAppRepository",
    "OpenedConfig",
]

"""HTTP: the pool of clients, and what a failed call means."""

from dashboard_integrations.http._first_use import translate
from dashboard_integrations.http.policy import NetworkPolicy
from dashboard_integrations.http.pool import HttpPool, PooledApp
from dashboard_integrations.http.transport import ServiceTransport
from dashboard_integrations.http.wire import WireExchange, Wiretap

__all__ = ["HttpPool", "NetworkPolicy", "PooledApp", "ServiceTransport", "WireExchange", "Wiretap", "translate"]

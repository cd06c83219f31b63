"""The registry: which integrations there are, where they come from, and what is wrong with those that do not work."""

from dashboard_integrations.registry._discovery import distributions_of
from dashboard_integrations.registry._entries import PluginEntry, PluginOrigin, PluginState
from dashboard_integrations.registry._registry import Registry
from dashboard_integrations.registry.catalogue import PluginCatalogue

__all__ = ["PluginCatalogue", "PluginEntry", "PluginOrigin", "PluginState", "Registry", "distributions_of"]

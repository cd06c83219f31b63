"""Integrations as data: a TOML file in place of a class. Needs the extra ``declarative``."""

from dashboard_integrations.declarative._declared_views import DeclaredViews
from dashboard_integrations.declarative._integration import DeclaredIntegration
from dashboard_integrations.declarative._loading import load_integration, parse_integration, parse_views
from dashboard_integrations.declarative._problems import DefinitionError, DefinitionProblem

__all__ = [
    "DeclaredIntegration",
    "DeclaredViews",
    "DefinitionError",
    "DefinitionProblem",
    "load_integration",
    "parse_integration",
    "parse_views",
]

"""Modules as a browser loads them: joined, without what only readers of the source need."""

from dashboard_integrations.ui.bundles.joining import bundle

__all__ = ["bundle"]

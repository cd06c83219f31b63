"""The browser elements: plain ES modules that come with the package, and what a page needs to use them."""

from dashboard_integrations.ui.assets import (
    CONTENT_SECURITY_POLICY,
    ENTRIES,
    UI_PATH,
    Asset,
    Assets,
    elements_path,
    forms_path,
    packaged_assets,
    theme_path,
)

__all__ = [
    "CONTENT_SECURITY_POLICY",
    "ENTRIES",
    "UI_PATH",
    "Asset",
    "Assets",
    "elements_path",
    "forms_path",
    "packaged_assets",
    "theme_path",
]

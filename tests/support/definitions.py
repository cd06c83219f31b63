"""Definitions for tests: the shortest there is, with parts of it replaced."""

from dashboard_integrations.declarative import DeclaredIntegration, parse_integration

__all__ = ["definition_text", "integration_of", "view_text"]

TEST = 'test = { request = { path = "/test" } }'
REQUEST = 'request = { path = "/data" }'
VIEW = """
[endpoints.view]
kind = "stat-card"
stats = [{ label = "Value", value = "value" }]
"""


def definition_text(*, test: str = TEST, config: str = "", request: str = REQUEST, view: str = VIEW) -> str:
    """Return the TOML of an integration with one endpoint, ``data``."""
    return f"""
format = 1
id = "sample"
name = "Sample"
{test}
{config}

[[endpoints]]
id = "data"
{request}
{view}
"""


def view_text(kind: str, *lines: str) -> str:
    """Return the table of a view."""
    return "\n".join(["[endpoints.view]", f'kind = "{kind}"', *lines])


def integration_of(
    *, test: str = TEST, config: str = "", request: str = REQUEST, view: str = VIEW
) -> DeclaredIntegration:
    """Return the integration that such a definition declares, at a time that does not change."""
    text = definition_text(test=test, config=config, request=request, view=view)
    return parse_integration(text, clock=lambda: 1_700_000_000.0)

"""``openapi``: the HTTP contract as a document."""

import json
from importlib.metadata import version
from pathlib import Path

import click

from dashboard_integrations.apps import AppService, InMemoryAppRepository
from dashboard_integrations.cipher import ConfigCipher
from dashboard_integrations.registry import Registry
from dashboard_integrations.service import IntegrationService
from dashboard_integrations.web import Access, IntegrationRoutes
from dashboard_integrations.web.openapi import openapi_document

__all__ = ["command"]


@click.command("openapi", short_help="Print the OpenAPI document of the routes.")
@click.option(
    "--output", type=click.Path(path_type=Path, dir_okay=False, writable=True), help="Write to a file instead."
)
def command(*, output: Path | None) -> None:
    """Print the OpenAPI 3.1 document of the integrations' routes, the same in every framework."""
    text = f"{json.dumps(_document(), indent=2, ensure_ascii=False)}\n"
    if output is None:
        click.echo(text, nl=False)
    else:
        output.write_text(text, "utf-8")


def _document() -> dict[str, object]:
    cipher = ConfigCipher.from_text(ConfigCipher.generate_key())
    service = IntegrationService(apps=AppService(InMemoryAppRepository(), cipher=cipher), registry=Registry())
    routes = IntegrationRoutes(service, authorize=lambda request, action: Access.FORBIDDEN).routes
    return openapi_document(routes, version=version("dashboard-integrations"))

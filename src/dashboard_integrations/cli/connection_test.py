"""``test``: whether a configuration works."""

import click

from dashboard_integrations.cli.calls import call, fields_of, stored_service, temporary_service
from dashboard_integrations.cli.config_input import ConfigInput, config_options
from dashboard_integrations.cli.integrations import named_integration, registry_of
from dashboard_integrations.cli.output import finish
from dashboard_integrations.envelope import Envelope
from dashboard_integrations.errors import IntegrationError
from dashboard_integrations.integration import ConnectionReport

__all__ = ["command"]


@click.command("test", short_help="Test the connection to a service.")
@click.argument("integration_type", metavar="[TYPE]", required=False)
@config_options
def command(*, integration_type: str | None, chosen: ConfigInput, as_json: bool) -> None:
    """Test the connection to a service of TYPE, or to a stored app with --app.

    TYPE may be the path of a .toml file that declares an integration.
    """
    if (integration_type is None) == (chosen.app_id is None):
        raise click.UsageError("say what to test: either TYPE (see 'dashboard-integrations list') or --app ID")
    try:
        envelope = _of_app(chosen) if integration_type is None else _of_type(integration_type, chosen)
    except IntegrationError as error:
        envelope = Envelope.failure(error)
    finish(envelope, as_json=as_json, show=_lines)


def _of_type(integration_type: str, chosen: ConfigInput) -> Envelope[ConnectionReport]:
    registry, integration_id = named_integration(integration_type, data=chosen.data)
    config = chosen.config(fields_of(registry.get(integration_id)))

    async def asked() -> Envelope[ConnectionReport]:
        async with temporary_service(registry) as service:
            return await service.test_connection(config=config, integration_type=integration_id)

    return call(asked, waiting_for=integration_id)


def _of_app(chosen: ConfigInput) -> Envelope[ConnectionReport]:
    app_id = chosen.app_id or ""
    registry = registry_of(chosen.data)

    async def asked() -> Envelope[ConnectionReport]:
        async with stored_service(chosen.data, chosen.database, registry) as service:
            app = await service.apps.get(app_id)
            config = chosen.config(fields_of(await registry.get_for_app(app)))
            return await service.test_connection(config=config, app_id=app_id)

    return call(asked, waiting_for=app_id)


def _lines(envelope: Envelope[ConnectionReport]) -> list[str]:
    report = envelope.data or ConnectionReport()
    told = {"version": report.version, "account": report.account, **report.details}
    return ["The connection works.", *(f"  {name}: {value}" for name, value in told.items() if value)]

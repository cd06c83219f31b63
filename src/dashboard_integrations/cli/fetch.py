"""``fetch``: live data of one endpoint."""

from collections.abc import Mapping, Sequence

import click

from dashboard_integrations.cli.calls import call, fields_of, stored_service, temporary_service
from dashboard_integrations.cli.config_input import ConfigInput, config_options, pairs
from dashboard_integrations.cli.humanise import age
from dashboard_integrations.cli.integrations import named_integration, registry_of
from dashboard_integrations.cli.output import finish
from dashboard_integrations.cli.view_text import view_lines
from dashboard_integrations.envelope import EndpointData, Envelope
from dashboard_integrations.errors import IntegrationError

__all__ = ["command"]


@click.command("fetch", short_help="Fetch live data of an endpoint.")
@click.argument("names", metavar="[TYPE] ENDPOINT", nargs=-1, required=True)
@click.option("--param", "parameters", multiple=True, metavar="KEY=VALUE", help="A parameter of the endpoint.")
@config_options
def command(*, names: Sequence[str], parameters: Sequence[str], chosen: ConfigInput, as_json: bool) -> None:
    """Fetch ENDPOINT of a service of TYPE, or of a stored app with --app.

    TYPE may be the path of a .toml file that declares an integration.
    """
    if len(names) != (1 if chosen.app_id else 2):
        raise click.UsageError("say what to fetch: either TYPE ENDPOINT, or ENDPOINT with --app ID")
    asked_for = pairs(parameters, option="--param")
    try:
        if chosen.app_id is None:
            envelope = _of_type(names[0], names[1], chosen, asked_for)
        else:
            envelope = _of_app(names[0], chosen, asked_for)
    except IntegrationError as error:
        envelope = Envelope.failure(error)
    finish(envelope, as_json=as_json, show=_lines)


def _of_type(
    integration_type: str, endpoint_id: str, chosen: ConfigInput, parameters: Mapping[str, str]
) -> Envelope[EndpointData]:
    registry, integration_id = named_integration(integration_type, data=chosen.data)
    integration = registry.get(integration_id)
    config = chosen.config(fields_of(integration))

    async def asked() -> Envelope[EndpointData]:
        async with temporary_service(registry) as service:
            app = await service.apps.create(name=integration.name, integration=integration, config=config)
            return await service.fetch_data(app.id, endpoint_id, parameters=parameters)

    return call(asked, waiting_for=integration_id)


def _of_app(endpoint_id: str, chosen: ConfigInput, parameters: Mapping[str, str]) -> Envelope[EndpointData]:
    registry = registry_of(chosen.data)
    app_id = chosen.app_id or ""
    if chosen.given:
        raise click.UsageError("a stored app has its own configuration: leave out --url, --set and the secrets")

    async def asked() -> Envelope[EndpointData]:
        async with stored_service(chosen.data, chosen.database, registry) as service:
            return await service.fetch_data(app_id, endpoint_id, parameters=parameters)

    return call(asked, waiting_for=app_id)


def _lines(envelope: Envelope[EndpointData]) -> list[str]:
    lines = [] if envelope.data is None else list(view_lines(envelope.data.payload))
    if envelope.meta is not None and envelope.meta.stale:
        lines.append(f"(stale: {age(envelope.meta.age)})")
    return lines

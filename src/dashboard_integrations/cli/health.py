"""``health``: how the stored apps are, each called once."""

from collections.abc import Sequence
from pathlib import Path

import click

from dashboard_integrations.cli.calls import call, stored_service
from dashboard_integrations.cli.humanise import duration
from dashboard_integrations.cli.integrations import registry_of
from dashboard_integrations.cli.options import data_option, database_option
from dashboard_integrations.cli.output import finish, table
from dashboard_integrations.envelope import Envelope
from dashboard_integrations.errors import IntegrationError
from dashboard_integrations.service import AppHealth, AppState, Health

__all__ = ["command"]

_WELL = frozenset({AppState.OK, AppState.IDLE, AppState.DISABLED})


@click.command("health", short_help="Call each stored app and say how it is.")
@data_option
@database_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON: what GET /api/integrations/health answers.")
@click.pass_context
def command(ctx: click.Context, *, data: Path, database: str | None, as_json: bool) -> None:
    """Call each stored app (what reports alerts, else its first endpoint). Exit with 1 when one is not well."""
    registry = registry_of(data)

    async def asked() -> Envelope[Health]:
        async with stored_service(data, database, registry) as service:
            called = await service.alerts()
            return await service.health() if called.success else Envelope(success=False, error=called.error)

    try:
        envelope = call(asked, waiting_for="the apps")
    except IntegrationError as error:
        envelope = Envelope.failure(error)
    finish(envelope, as_json=as_json, show=_lines)
    ctx.exit(0 if envelope.data is None or all(app.state in _WELL for app in envelope.data.apps) else 1)


def _lines(envelope: Envelope[Health]) -> Sequence[str]:
    if envelope.data is None or not envelope.data.apps:
        return ["No app has an integration."]
    return table(("APP", "TYPE", "STATE", "TIME", "WHY"), [_row(app) for app in envelope.data.apps])


def _row(app: AppHealth) -> Sequence[str]:
    took = "" if app.latency is None else duration(app.latency)
    why = "" if app.last_error is None else f"{app.last_error.code}: {app.last_error.message}"
    return app.name, app.integration_type, app.state.value, took, why

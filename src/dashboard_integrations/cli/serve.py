"""``serve``: run the dashboard."""

import logging
from functools import partial
from pathlib import Path

import click

from dashboard_integrations.cli.options import database_option, redis_option
from dashboard_integrations.host.logs import LogFormat, log_to
from dashboard_integrations.host.serve import CannotServeError, serve
from dashboard_integrations.host.settings import DEFAULT_HOST, DEFAULT_PORT, HostSettings, default_data_folder
from dashboard_integrations.host.shared_cache import shared_cache

__all__ = ["command"]

_LEVELS = ("debug", "info", "warning", "error")


@click.command("serve", short_help="Run the dashboard.")
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    default=default_data_folder,
    help="Folder for the database, the key and the token.",
    show_default="the folder of this user",
)
@click.option("--host", default=DEFAULT_HOST, show_default=True, help="Address to listen on.")
@click.option(
    "--port", type=click.IntRange(0, 65_535), default=DEFAULT_PORT, show_default=True, help="Port; 0 is any free one."
)
@click.option("--token", envvar="DASHBOARD_TOKEN", show_envvar=True, help="Token to sign in with.")
@click.option("--allow-host", multiple=True, metavar="NAME", help="A further name the dashboard is reached under.")
@database_option
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes that answer.")
@redis_option
@click.option(
    "--trust-proxy", multiple=True, metavar="ADDRESS", help="Address or network of a reverse proxy on another machine."
)
@click.option(
    "--metrics-token",
    envvar="DASHBOARD_METRICS_TOKEN",
    show_envvar=True,
    help="Token with which Prometheus may read /metrics; without it there is no such route.",
)
@click.option("--log-level", type=click.Choice(_LEVELS), default="info", show_default=True, help="What to log.")
@click.option(
    "--log-format",
    type=click.Choice(LogFormat, case_sensitive=False),
    default=LogFormat.TEXT,
    show_default=True,
    envvar="DASHBOARD_LOG_FORMAT",
    show_envvar=True,
    help="A line of text, or a JSON object per line.",
)
def command(
    *,
    data: Path,
    host: str,
    port: int,
    token: str | None,
    allow_host: tuple[str, ...],
    database: str | None,
    workers: int,
    redis: str | None,
    trust_proxy: tuple[str, ...],
    metrics_token: str | None,
    log_level: str,
    log_format: LogFormat,
) -> None:
    """Run the dashboard, and print its address with the token to sign in."""
    begin = partial(log_to, level=logging.getLevelNamesMapping()[log_level.upper()], log_format=log_format)
    begin()
    try:
        settings = HostSettings(
            data=data,
            host=host,
            port=port,
            token=token,
            allow_hosts=allow_host,
            database=database or None,
            workers=workers,
            redis=redis or None,
            proxies=trust_proxy,
            metrics_token=metrics_token or None,
        )
        shared_cache(settings)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    except ImportError as error:
        raise _CannotServe(str(error)) from error
    try:
        serve(settings, announce=lambda address: click.echo(f"Dashboard: {address}"), begin=begin)
    except CannotServeError as error:
        raise _CannotServe(str(error)) from error


class _CannotServe(click.ClickException):
    def show(self, file: object = None) -> None:
        click.echo(f"error: {self.message}", err=True)

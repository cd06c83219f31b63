"""Options that several commands have in common."""

from pathlib import Path

import click

from dashboard_integrations.host.settings import default_data_folder

__all__ = ["data_option", "database_option", "redis_option"]

data_option = click.option(
    "--data",
    type=click.Path(path_type=Path),
    default=default_data_folder,
    help="Data folder of the dashboard.",
    show_default="the folder of this user",
)

database_option = click.option(
    "--database",
    metavar="URL",
    envvar="DASHBOARD_DATABASE",
    show_envvar=True,
    help="PostgreSQL in place of the folder's database: postgresql://user:password@host/database",
)

redis_option = click.option(
    "--redis",
    metavar="URL",
    envvar="DASHBOARD_REDIS",
    show_envvar=True,
    help="Redis or Valkey in which workers share what they fetch: redis://[user:password@]host[:port][/database]",
)

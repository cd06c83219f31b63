"""The commands there are; each is imported when it is needed."""

import importlib
import logging
from importlib.metadata import version

import click

__all__ = ["commands"]

_MODULES = {
    "check": "dashboard_integrations.cli.check",
    "dev": "dashboard_integrations.cli.dev",
    "doctor": "dashboard_integrations.cli.doctor",
    "fetch": "dashboard_integrations.cli.fetch",
    "health": "dashboard_integrations.cli.health",
    "keygen": "dashboard_integrations.cli.keygen",
    "list": "dashboard_integrations.cli.plugins",
    "new": "dashboard_integrations.cli.new",
    "openapi": "dashboard_integrations.cli.openapi",
    "record": "dashboard_integrations.cli.record",
    "rotate-keys": "dashboard_integrations.cli.rotate_keys",
    "serve": "dashboard_integrations.cli.serve",
    "test": "dashboard_integrations.cli.connection_test",
}
_EXTRA = frozenset({"alembic", "jinja2", "sqlalchemy", "starlette", "uvicorn"})
_AUTHOR_EXTRA = frozenset({"jmespath", "packaging", "pytest", "watchfiles"})


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(_MODULES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _MODULES:
            return None
        try:
            command: click.Command = importlib.import_module(_MODULES[cmd_name]).command
        except ImportError as error:
            if error.name not in _EXTRA | _AUTHOR_EXTRA:
                raise
            extra = "author" if error.name in _AUTHOR_EXTRA else "host"
            raise click.ClickException(
                f"'{cmd_name}' needs {error.name}: pip install 'dashboard-integrations[{extra}]'"
            ) from error
        return command


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 all is well, 1 the service or the configuration failed, 2 the command was not understood.",
)
@click.version_option(version("dashboard-integrations"), prog_name="dashboard-integrations")
def commands() -> None:
    """Live data from the services you run."""
    # Commands tell themselves what is wrong with a plugin; unheard, its log records would go to the terminal as well.
    logging.getLogger("dashboard_integrations.registry").addHandler(logging.NullHandler())

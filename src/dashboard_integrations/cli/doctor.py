"""``doctor``: what is installed, what is stored, and what is wrong with it."""

import platform
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import click

from dashboard_integrations.cli.cache_checks import cache_check
from dashboard_integrations.cli.checks import Check, Verdict
from dashboard_integrations.cli.data_checks import data_checks
from dashboard_integrations.cli.integrations import registry_of
from dashboard_integrations.cli.options import data_option, database_option, redis_option
from dashboard_integrations.cli.output import print_json, print_lines
from dashboard_integrations.cli.plugins import Plugin, installed_plugins
from dashboard_integrations.host.data_folder import DataFolder
from dashboard_integrations.host.database import Database
from dashboard_integrations.registry import PluginOrigin, PluginState

__all__ = ["command"]

_PACKAGES = (
    "dashboard-integrations",
    "pydantic",
    "anyio",
    "httpx",
    "cryptography",
    "click",
    "starlette",
    "uvicorn",
    "jinja2",
    "sqlalchemy",
    "alembic",
)


@click.command("doctor")
@data_option
@database_option
@redis_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def command(ctx: click.Context, *, data: Path, database: str | None, redis: str | None, as_json: bool) -> None:
    """Check packages, plugins, apps and the data folder; change nothing. Exit with 1 when something is wrong."""
    registry = registry_of(data)
    checks = [*_package_checks(), *map(_plugin_check, installed_plugins(registry))]
    checks += [cache_check(redis)]
    checks += data_checks(Database(DataFolder(data), database), registry=registry)
    healthy = all(check.verdict is not Verdict.WRONG for check in checks)
    if as_json:
        print_json({"healthy": healthy, "checks": [check.as_json() for check in checks]})
    else:
        print_lines([line for check in checks for line in check.lines()])
        print_lines(["", "All is well." if healthy else "Something is wrong: see the lines marked 'wrong'."])
    ctx.exit(0 if healthy else 1)


def _package_checks() -> Sequence[Check]:
    return [
        Check(name="python", told=f"{platform.python_version()} on {platform.platform(terse=True)}"),
        *(_package_check(name) for name in _PACKAGES),
    ]


def _package_check(name: str) -> Check:
    try:
        return Check(name=name, told=version(name))
    except PackageNotFoundError:
        fix = "pip install 'dashboard-integrations[host]'"
        return Check(name=name, told="not installed", verdict=Verdict.WRONG, fix=fix)


def _plugin_check(plugin: Plugin) -> Check:
    entry = plugin.entry
    verdict = {PluginState.ACTIVE: Verdict.OK, PluginState.BLOCKED: Verdict.NOTE}.get(entry.state, Verdict.WRONG)
    origin = entry.value if entry.origin is PluginOrigin.FILE else entry.distribution or "no distribution"
    told = f"{entry.state.value}, {origin} {entry.version or ''}".rstrip()
    return Check(name=f"plugin {entry.id}", told=told, verdict=verdict, fix=entry.reason)

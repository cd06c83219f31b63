"""Options that say what to talk to, and the configuration they make."""

import functools
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import click

from dashboard_integrations.cli.options import data_option, database_option
from dashboard_integrations.cli.schema_fields import FieldKind, SchemaField
from dashboard_integrations.host.settings import default_data_folder

__all__ = ["ConfigInput", "config_options", "pairs", "typed_config_options"]

CommandT = TypeVar("CommandT", bound=Callable[..., Any])

_OPTIONS = (
    click.option("--url", help="Address of the service, as in http://nas.local:8080."),
    click.option("--set", "settings", multiple=True, metavar="KEY=VALUE", help="A field of the configuration."),
    click.option("--secret-env", multiple=True, metavar="KEY=VARIABLE", help="A field from an environment variable."),
    click.option("--secret-file", multiple=True, metavar="KEY=PATH", help="A field from the text of a file."),
    click.option("--no-input", is_flag=True, help="Never ask for secrets."),
)
_STORED_OPTIONS = (
    click.option("--app", "app_id", metavar="ID", help="Use an app that the dashboard has stored, instead of TYPE."),
    data_option,
    database_option,
    click.option("--json", "as_json", is_flag=True, help="Print the envelope as JSON."),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigInput:
    """What the options say; ``app_id``, ``data`` and ``database`` name a stored app."""

    app_id: str | None
    data: Path
    database: str | None = field(default=None, repr=False)
    given: Mapping[str, str] = field(repr=False)
    ask: bool = True

    def config(self, fields: Sequence[SchemaField]) -> dict[str, object]:
        """Return the configuration as the schema's types, asking for secrets that are missing."""
        known = {item.key: item for item in fields}
        config: dict[str, object] = {
            key: known[key].parse(text) if key in known else text for key, text in self.given.items()
        }
        for item in fields:
            missing = item.kind is FieldKind.PASSWORD and item.key not in config
            if missing and not item.multiline and self.ask and self.app_id is None:
                hint = "" if item.required else " (empty for none)"
                typed = click.prompt(f"{item.label}{hint}", hide_input=True, default="", show_default=False, err=True)
                config |= {item.key: typed} if typed else {}
        return config


def config_options(command: CommandT) -> CommandT:
    """Add the options to ``command``, which receives them as one ``ConfigInput`` named ``chosen``."""
    return _with_options(command, (*_OPTIONS, *_STORED_OPTIONS))


def typed_config_options(command: CommandT) -> CommandT:
    """Add what ``config_options`` adds but for ``--json`` and what names a stored app."""
    return _with_options(command, _OPTIONS)


def _with_options(command: CommandT, options: Sequence[Callable[[Any], Any]]) -> CommandT:
    @functools.wraps(command)
    def call(
        *args: Any,  # this and ``own``: what click passes for the command's own
        url: str | None,
        settings: Sequence[str],
        secret_env: Sequence[str],
        secret_file: Sequence[str],
        no_input: bool,
        app_id: str | None = None,
        data: Path | None = None,
        database: str | None = None,
        **own: Any,
    ) -> object:
        given = {
            **({} if url is None else {"url": url}),
            **pairs(settings, option="--set"),
            **{key: _from_environment(name) for key, name in pairs(secret_env, option="--secret-env").items()},
            **{key: _from_file(path) for key, path in pairs(secret_file, option="--secret-file").items()},
        }
        ask = not no_input and sys.stdin.isatty()
        chosen = ConfigInput(app_id=app_id, data=data or default_data_folder(), database=database, given=given, ask=ask)
        return command(*args, chosen=chosen, **own)

    made: Any = call  # the options change what click passes, not what the command is
    for option in reversed(options):
        made = option(made)
    return made  # type: ignore[no-any-return]  # it is a command as before


def pairs(texts: Sequence[str], *, option: str) -> Mapping[str, str]:
    """Return ``KEY=VALUE`` texts as a mapping."""
    found: dict[str, str] = {}
    for text in texts:
        key, separator, value = text.partition("=")
        if not separator or not key.strip():
            raise click.UsageError(f"{option} takes KEY=VALUE, not {key!r} alone")
        found[key.strip()] = value
    return found


def _from_environment(name: str) -> str:
    if name not in os.environ:
        raise click.UsageError(f"--secret-env: the environment has no variable {name!r}")
    return os.environ[name]


def _from_file(path: str) -> str:
    try:
        return Path(path).read_text("utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise click.UsageError(f"--secret-file: {path!r} cannot be read ({reason})") from error

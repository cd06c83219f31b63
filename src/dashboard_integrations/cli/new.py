"""``new``: a whole distribution of a new integration, from a name or from a real answer."""

import logging
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import anyio
import click

from dashboard_integrations.cli.author import author_of
from dashboard_integrations.cli.calls import fields_of
from dashboard_integrations.cli.config_input import ConfigInput, typed_config_options
from dashboard_integrations.cli.openapi_choice import chosen_operation
from dashboard_integrations.cli.output import Failed, print_json, print_lines, safe
from dashboard_integrations.cli.recording_text import replaced_lines, suspect_lines
from dashboard_integrations.envelope import ErrorBody
from dashboard_integrations.errors import IntegrationError
from dashboard_integrations.registry import Registry
from dashboard_integrations.scaffold.auth_plans import AuthKind
from dashboard_integrations.scaffold.distribution import Distribution, write
from dashboard_integrations.scaffold.errors import ScaffoldError
from dashboard_integrations.scaffold.first_view import FirstView, NothingToShowError
from dashboard_integrations.scaffold.guess import first_view
from dashboard_integrations.scaffold.names import Names, check_free
from dashboard_integrations.scaffold.probe import (
    FailedRequestError,
    Look,
    look_at_sample,
    look_at_service,
    probe_integration,
)
from dashboard_integrations.scaffold.samples import CAPABILITY_VIEWS, sample_answer
from dashboard_integrations.scaffold.start import Start, read_answer
from dashboard_integrations.testing.recording import RecordingError
from dashboard_integrations.testing.scrubber import ScrubError
from dashboard_integrations.views import ViewKind

__all__ = ["command"]


class _OneOf(click.Choice[str]):
    """The values of an enumeration; click's own choice of one is among its names."""

    def __init__(self, kind: type[StrEnum]) -> None:
        super().__init__([item.value for item in kind])
        self._kind = kind

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:  # as click has it
        return self._kind(super().convert(value, param, ctx))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wishes:
    """What the options say beside the configuration."""

    auth: AuthKind | None
    view: ViewKind | None
    capabilities: Sequence[str]
    get: str | None
    from_curl: str | None
    from_openapi: str | None
    answer: Path | None
    not_secret: Sequence[str]
    path: Path | None
    title: str | None
    description: str | None
    author: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Made:
    """What was made, and what is to be told of it."""

    target: Path
    distribution: Distribution
    files: Mapping[str, str]
    look: Look
    notes: Sequence[str]


@click.command("new", short_help="Make the package of a new integration.")
@click.argument("name", metavar="NAME")
@click.option("--auth", type=_OneOf(AuthKind), help="How to sign in to the service.", show_default="none")
@click.option("--view", type=_OneOf(ViewKind), help="The first view.", show_default="what shows most")
@click.option(
    "--family",
    "--capability",
    "capabilities",
    multiple=True,
    metavar="NAME",
    help=f"What kind of service it is: {', '.join(CAPABILITY_VIEWS)}, or another word.",
)
@click.option("--get", metavar="PATH", help="What to ask first, as in /api/status.", show_default="api/status")
@click.option("--from-curl", metavar="COMMAND", help="Begin with a curl command that works; - reads it from stdin.")
@click.option("--from-openapi", metavar="FILE|URL", help="Begin with a description of the API, JSON or YAML.")
@click.option(
    "--answer",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A file with the service's answer, instead of asking it.",
)
@click.option("--not-secret", multiple=True, metavar="TEXT", help="What looks like a secret in a request and is none.")
@typed_config_options
@click.option(
    "--path", type=click.Path(path_type=Path), help="Folder to make.", show_default="dashboard-NAME in this folder"
)
@click.option("--title", help="What people call the service, as in 'Pi-hole'.", show_default="after NAME")
@click.option("--description", help="One line about it.")
@click.option("--author", metavar="'NAME <MAIL>'", help="Who writes it.", show_default="what git knows of you")
@click.option("--json", "as_json", is_flag=True, help="Print what was made as JSON.")
def command(*, name: str, chosen: ConfigInput, as_json: bool, **wishes: Any) -> None:  # as _Wishes has them
    """Make a package for a new integration: code, tests, recording and CI, which pass as they are.

    NAME is the integration's id: lower-case letters, digits and hyphens. With --from-curl, or --url and --get, the
    service is asked once, and models and the first view are made of its answer. Secrets go into no file.
    """
    # How long a first look blocks says something about this machine, and nothing about an integration.
    logging.getLogger("dashboard_integrations.service").addHandler(logging.NullHandler())
    try:
        made = _make(name, _Wishes(**wishes), chosen)
    except FailedRequestError as error:
        raise Failed(error.error) from error
    except IntegrationError as error:
        raise Failed(ErrorBody.of(error)) from error
    except (ScaffoldError, NothingToShowError, RecordingError, ScrubError) as error:
        raise click.ClickException(safe(str(error))) from error
    if as_json:
        _tell_json(made)
    else:
        _tell(made)


def _make(name: str, wished: _Wishes, chosen: ConfigInput) -> _Made:
    names = Names.of(name, title=wished.title)
    check_free(names, installed={entry.id: entry.distribution for entry in Registry.from_entry_points().list()})
    target = wished.path or Path(names.distribution)
    if target.exists():
        raise ScaffoldError(f"{target} is there already, and nothing is ever overwritten: choose another --path")
    start = _start(wished, chosen)
    look, is_sample = _look(names, start, wished, chosen)
    view = _view(look.answer, wished.view)
    distribution = Distribution(
        names=names,
        author=author_of(wished.author, names),
        description=wished.description or f"Live data from {names.title}.",
        request=start.request,
        auth=start.auth,
        view=view,
        answer=look.answer,
        capabilities=wished.capabilities,
        today=datetime.now(UTC).date(),
    )
    files = distribution.files(look.named(distribution.endpoint))
    write(files, target)
    return _Made(
        target=target,
        distribution=distribution,
        files=files,
        look=look,
        notes=[*start.notes, *start.auth.notes, *view.notes, *_notes(distribution, is_sample=is_sample)],
    )


def _start(wished: _Wishes, chosen: ConfigInput) -> Start:
    sources = [wished.from_curl is not None, wished.from_openapi is not None]
    if sum(sources) > 1:
        raise click.UsageError("give one of --from-curl and --from-openapi")
    if wished.from_curl is not None:
        if wished.auth is not None or wished.get is not None:
            raise click.UsageError("--from-curl says how to sign in and what to ask: leave --auth and --get out")
        text = sys.stdin.read() if wished.from_curl == "-" else wished.from_curl
        url = chosen.given.get("url")
        return Start.copied(text, environ=os.environ, url=url, not_secret=wished.not_secret).with_config(chosen.given)
    if wished.from_openapi is not None:
        operation = chosen_operation(wished.from_openapi, path=wished.get, ask=chosen.ask)
        return Start.described(operation, auth=wished.auth).with_config(chosen.given)
    return Start.plain(auth=wished.auth, path=wished.get).with_config(chosen.given)


def _look(names: Names, start: Start, wished: _Wishes, chosen: ConfigInput) -> tuple[Look, bool]:
    """Return a look at the answer there is, and whether that is a made-up one."""
    answer = start.example if wished.answer is None else read_answer(wished.answer)
    if wished.answer is None and "url" in start.config:
        config = chosen.config(fields_of(probe_integration(start.request, start.auth, names.id)))
        known = {**config, **start.config}

        async def asked() -> Look:
            return await look_at_service(start.request, start.auth, integration_id=names.id, config=known)

        return anyio.run(asked), False
    is_sample = not isinstance(answer, dict | list)
    shown = sample_answer(_sample_kind(wished)) if is_sample else answer

    async def made_up() -> Look:
        return await look_at_sample(start.request, start.auth, integration_id=names.id, answer=shown)

    return anyio.run(made_up), is_sample or wished.answer is None


def _sample_kind(wished: _Wishes) -> ViewKind:
    of_family = next((CAPABILITY_VIEWS[name] for name in wished.capabilities if name in CAPABILITY_VIEWS), None)
    return wished.view or of_family or ViewKind.STAT_CARD


def _view(answer: object, wanted: ViewKind | None) -> FirstView:
    return first_view(answer, kind=wanted)


def _notes(distribution: Distribution, *, is_sample: bool) -> Sequence[str]:
    notes = [f"{name} has no model: it is too much or too deep" for name in distribution.left_out]
    if is_sample:
        notes.append(
            "the answer is made up, and so is the path: put in what the service answers, then record it with"
            f" dashboard-integrations record {distribution.names.id} --url URL"
        )
    return notes


def _tell(made: _Made) -> None:
    lines = len(made.files[f"src/{made.distribution.names.package}/{made.distribution.names.module}.py"].splitlines())
    print_lines(
        [
            f"Made {made.target}: {len(made.files)} files; the integration has {lines} lines.",
            f"First view: {made.distribution.view.kind} {made.distribution.endpoint!r}.",
        ]
    )
    if made.look.scrubbed is not None:
        print_lines(
            ["", "The answer was recorded, and in the recording replaced:", *replaced_lines(made.look.scrubbed)]
        )
        if suspects := suspect_lines(made.look.scrubbed):
            print_lines(["These look like secrets and were left, so look at the recording:", *suspects])
    if made.notes:
        print_lines(["", "Guessed, or left to you:", *(f"- {note}" for note in made.notes)])
    print_lines(["", "Next:", *_next_steps(made.target)])


def _next_steps(target: Path) -> Sequence[str]:
    """Return commands for the environment that this command stands in, by its path unless it is active."""
    folder = Path(sys.prefix).absolute() / ("Scripts" if os.name == "nt" else "bin")
    run = "" if os.environ.get("VIRTUAL_ENV") == sys.prefix else f"{folder}{os.sep}"
    return [
        f"  cd {target}",
        f"  {run}pip install --editable '.[test]'",
        f"  {run}pytest",
        f"  {run}dashboard-integrations dev",
    ]


def _tell_json(made: _Made) -> None:
    names = made.distribution.names
    scrubbed = made.look.scrubbed
    print_json(
        {
            "path": str(made.target),
            "id": names.id,
            "package": names.package,
            "files": sorted(made.files),
            "endpoint": made.distribution.endpoint,
            "view": made.distribution.view.kind,
            "auth": made.distribution.auth.kind,
            "notes": [*made.notes],
            "replaced": 0 if scrubbed is None else len(scrubbed.replaced),
            "suspects": [] if scrubbed is None else [suspect.place for suspect in scrubbed.suspects],
        }
    )

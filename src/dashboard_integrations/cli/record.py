"""``record``: the answers of a real service, scrubbed, as a file that tests replay."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import click

from dashboard_integrations.cli.calls import fields_of
from dashboard_integrations.cli.config_input import ConfigInput, pairs, typed_config_options
from dashboard_integrations.cli.integration_type import find_integration
from dashboard_integrations.cli.output import Failed, print_json, print_lines, safe
from dashboard_integrations.cli.recording_text import difference_lines, replaced_lines, suspect_lines
from dashboard_integrations.envelope import ErrorBody
from dashboard_integrations.errors import IntegrationError
from dashboard_integrations.integration import Integration
from dashboard_integrations.testing.recorder import (
    MOST_BYTES,
    Replayed,
    Take,
    differences,
    record,
    refused_fields,
    replayed,
)
from dashboard_integrations.testing.recording import RecordingError
from dashboard_integrations.testing.scrubber import Scrubbed, ScrubError, scrub

__all__ = ["command"]

_FOLDER = Path("tests") / "recordings"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Recorded:
    take: Take
    scrubbed: Scrubbed
    replay: Replayed
    output: Path

    @property
    def lost(self) -> Mapping[str, ErrorBody]:
        """What worked with the service and does not with the recording."""
        return {name: error for name, error in self.replay.failures.items() if name not in self.take.failures}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wishes:
    """What the options say beside the configuration."""

    parameters: Sequence[str]
    output: Path | None
    keep: Sequence[str]
    also: Sequence[str]
    keep_going: bool
    max_bytes: int
    yes: bool


@click.command("record", short_help="Record a service's answers for tests.")
@click.argument("integration_type", metavar="TYPE")
@typed_config_options
@click.option(
    "--parameter", "parameters", multiple=True, metavar="ENDPOINT.NAME=VALUE", help="A parameter of an endpoint."
)
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File to write.",
    show_default="tests/recordings/TYPE.json",
)
@click.option("--keep", multiple=True, metavar="VALUE|PATH", help="A value or JSON path to leave as it is.")
@click.option("--scrub", "also", multiple=True, metavar="VALUE", help="A value more to replace.")
@click.option("--keep-going", is_flag=True, help="Record also what fails.")
@click.option("--max-bytes", type=click.IntRange(min=1), default=MOST_BYTES, show_default=True, help="Most to record.")
@click.option("--yes", is_flag=True, help="Write without showing and asking.")
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON; needs --yes.")
def command(*, integration_type: str, chosen: ConfigInput, as_json: bool, **wishes: Any) -> None:  # as _Wishes has them
    """Ask a service of TYPE everything its integration asks, and write a scrubbed recording for tests.

    TYPE is an installed integration, or module:Class for one that is not installed.
    """
    wished = _Wishes(**wishes)
    if as_json and not wished.yes:
        raise click.UsageError("--json has nobody to ask: add --yes")
    parameters = _by_endpoint(wished.parameters)
    try:
        integration = find_integration(integration_type)
        take = _taken(integration, chosen.config(fields_of(integration)), parameters, wished)
        recorded = _made(integration, take, wished)
    except IntegrationError as error:
        raise Failed(ErrorBody.of(error)) from error
    except (RecordingError, ScrubError) as error:
        raise click.ClickException(safe(str(error))) from error
    if not wished.yes:
        _show(recorded)
    _point_out(recorded)
    _check_replay(recorded, keep_going=wished.keep_going)
    if not wished.yes:
        click.confirm(_question(recorded), abort=True)
    recorded.scrubbed.recording.save(recorded.output)
    _tell(recorded, as_json=as_json)


def _taken(
    integration: Integration,
    config: Mapping[str, object],
    parameters: Mapping[str, Mapping[str, object]],
    wished: _Wishes,
) -> Take:
    """Record, and tell what the service refused; without ``--keep-going`` that ends it."""

    async def asked() -> Take:
        return await record(
            integration,
            config=config,
            parameters=parameters,
            keep_going=wished.keep_going,
            max_bytes=wished.max_bytes,
            begins=_progress,
        )

    take = anyio.run(asked)
    for name, error in take.failures.items():
        click.echo(safe(f"{name}: {error.code}: {error.message}"), err=True)
    if take.failures and not wished.keep_going:
        click.echo("Nothing is written: --keep-going records failures as well.", err=True)
        raise Failed(next(iter(take.failures.values())))
    return take


def _by_endpoint(texts: Sequence[str]) -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = {}
    for name, value in pairs(texts, option="--parameter").items():
        endpoint, dot, parameter = name.partition(".")
        if not dot or not endpoint or not parameter:
            raise click.UsageError(f"--parameter takes ENDPOINT.NAME=VALUE, not {name!r}")
        found.setdefault(endpoint, {})[parameter] = value
    return found


def _progress(name: str) -> None:
    if sys.stderr.isatty():
        click.echo(safe(f"asking for {name} …"), err=True)


def _made(integration: Integration, take: Take, wished: _Wishes) -> _Recorded:
    scrubbed = scrub(
        take.recording,
        secrets=take.secrets,
        users=take.users,
        url=take.url,
        keep=wished.keep,
        also=wished.also,
        refused=partial(refused_fields, integration),
    )
    return _Recorded(
        take=take,
        scrubbed=scrubbed,
        replay=anyio.run(replayed, scrubbed.recording, integration),
        output=wished.output or _FOLDER / f"{integration.id}.json",
    )


def _show(recorded: _Recorded) -> None:
    for line in difference_lines(recorded.take, recorded.scrubbed):
        click.echo(line)
    click.echo()
    print_lines(replaced_lines(recorded.scrubbed))


def _point_out(recorded: _Recorded) -> None:
    """Say what a person has to look at: it may be secret, or have lost its meaning."""
    suspects = suspect_lines(recorded.scrubbed)
    if suspects:
        click.echo("These look like secrets and were left (replace one with --scrub VALUE):", err=True)
        for line in suspects:
            click.echo(safe(line), err=True)
    changed = differences(recorded.take.views, recorded.replay.views)
    if changed:
        click.echo("The replay shows something else than the service did:", err=True)
        for difference in changed:
            click.echo(safe(f"  {difference}"), err=True)


def _check_replay(recorded: _Recorded, *, keep_going: bool) -> None:
    """Tell what the recording cannot answer; without ``--keep-going`` that ends it."""
    for name, error in recorded.lost.items():
        click.echo(safe(f"{name} cannot be replayed: {error.code}: {error.message}"), err=True)
    if recorded.lost and not keep_going:
        raise click.ClickException(
            "nothing is written, as the recording does not answer what the service did: leave what the integration"
            " needs as it is with --keep"
        )


def _question(recorded: _Recorded) -> str:
    verb = "Replace" if recorded.output.exists() else "Write"
    return f"{verb} {recorded.output} ({len(recorded.scrubbed.recording.exchanges)} exchanges)?"


def _tell(recorded: _Recorded, *, as_json: bool) -> None:
    recording = recorded.scrubbed.recording
    told = {
        "output": str(recorded.output),
        "integration": recording.integration,
        "software": recording.software,
        "exchanges": len(recording.exchanges),
        "bytes": recorded.output.stat().st_size,
        "replaced": len(recorded.scrubbed.replaced),
        "suspects": [suspect.place for suspect in recorded.scrubbed.suspects],
        "failures": {name: error.code.value for name, error in recorded.take.failures.items()},
        "lost": {name: error.code.value for name, error in recorded.lost.items()},
    }
    if as_json:
        print_json(told)
    else:
        print_lines([f"Wrote {recorded.output}: {told['exchanges']} exchanges, {told['bytes']} bytes."])

"""``check``: whether a distribution is ready to be published."""

from pathlib import Path

import click

from dashboard_integrations.cli.output import print_json, print_lines
from dashboard_integrations.testing.conformance.level import Level
from dashboard_integrations.workbench.check import Check, Checked
from dashboard_integrations.workbench.clean_environment import InstallError
from dashboard_integrations.workbench.findings import Finding, Verdict
from dashboard_integrations.workbench.source_tree import SourceTreeError
from dashboard_integrations.workbench.wheel import WheelError

__all__ = ["command"]


@click.command("check", short_help="Check a distribution of integrations before it is published.")
@click.argument("path", type=click.Path(path_type=Path, exists=True), default=Path())
@click.option(
    "--tests",
    type=click.Path(path_type=Path, exists=True),
    help="Tests to run; without it those of the source tree.",
    show_default=False,
)
@click.option(
    "--level",
    type=click.Choice([level.value for level in Level]),
    help="Fail when an integration does not reach this level.",
)
@click.option("--core", metavar="REQUIREMENT", help="What to install as the core; without it the one that runs.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(*, path: Path, tests: Path | None, level: str | None, core: str | None, as_json: bool) -> None:
    """Check PATH, a source tree or a built wheel (without: this folder).

    It is built, read, installed into an empty environment beside the core, loaded there, and its tests are run: that
    is, its code is. Exit code 1 when something has to be mended, or a level is not reached.
    """

    def told(text: str) -> None:
        click.echo(f"{text} …", err=True)

    try:
        checked = Check(path=path, tests=tests, core=core, told=told).run()
    except (SourceTreeError, WheelError) as error:
        raise click.UsageError(str(error)) from error
    except InstallError as error:
        raise click.ClickException(str(error)) from error
    missed = _missed(checked, level)
    if as_json:
        print_json(_as_json(checked, missed))
    else:
        print_lines([f"{checked.name} {checked.version}"])
        for finding in [*checked.findings, *missed]:
            _print(finding)
    if missed or any(finding.verdict is Verdict.WRONG for finding in checked.findings):
        raise click.exceptions.Exit(1)


def _missed(checked: Checked, level: str | None) -> list[Finding]:
    """Return the integrations whose level is lower than what is asked for."""
    if level is None:
        return []
    order = [item.value for item in Level]
    low = {
        name: checked.levels.get(name, "at no level")
        for name in checked.integrations
        if name not in checked.levels or order.index(checked.levels[name]) < order.index(level)
    }
    return [Finding.of("level", wrong=f"{name} is {reached}, not {level}") for name, reached in low.items()]


def _print(finding: Finding) -> None:
    first, *others = finding.message.splitlines() or [""]
    print_lines([f"  {finding.verdict:<6}  {finding.topic:<24}  {first}", *(f"          {line}" for line in others)])


def _as_json(checked: Checked, missed: list[Finding]) -> dict[str, object]:
    return {
        "name": checked.name,
        "version": checked.version,
        "levels": checked.levels,
        "findings": [
            {"topic": item.topic, "verdict": item.verdict.value, "message": item.message}
            for item in [*checked.findings, *missed]
        ],
    }

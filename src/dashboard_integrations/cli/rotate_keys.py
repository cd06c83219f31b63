"""``rotate-keys``: every configuration sealed with the first key of the ring."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import anyio
import click

from dashboard_integrations.apps import AppRepository
from dashboard_integrations.apps.rotation import RotationProgress, RotationReport, rotate_keys
from dashboard_integrations.cipher import ConfigCipher
from dashboard_integrations.cli.database import opened
from dashboard_integrations.cli.options import data_option, database_option
from dashboard_integrations.cli.output import finish
from dashboard_integrations.envelope import Envelope
from dashboard_integrations.errors import IntegrationError
from dashboard_integrations.host.data_folder import KEY_VARIABLE, DataFolder
from dashboard_integrations.host.database import Database
from dashboard_integrations.host.key_file import KeyFile
from dashboard_integrations.storage import SqlAlchemyAppRepository

__all__ = ["command"]

_LATECOMERS = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rotation:
    """What is printed; ``dropped`` are the ids of the keys that were taken out of the key file."""

    report: RotationReport
    new_key_id: str | None
    dropped: tuple[str, ...]


@click.command("rotate-keys", short_help="Seal all configurations with the first key.")
@data_option
@database_option
@click.option("--new-key", "makes_key", is_flag=True, help="Make a key and put it first in the key file, before that.")
@click.option("--drop-old", "drops", is_flag=True, help="Take keys out of the key file that seal nothing any more.")
@click.option("--json", "as_json", is_flag=True, help="Print an envelope as JSON.")
@click.pass_context
def command(
    ctx: click.Context, *, data: Path, database: str | None, makes_key: bool, drops: bool, as_json: bool
) -> None:
    """Seal every configuration with the first key of the ring.

    The dashboard may run meanwhile. It is safe to stop this at any point and to run it again. Exit with 1 when a
    configuration could not be opened; those are left as they are.
    """
    if (makes_key or drops) and _keys_in_environment():
        raise click.UsageError(
            f"the keys are in {KEY_VARIABLE}, which this command cannot change: put a key made with"
            " 'dashboard-integrations keygen' before the others (last at first, where several processes use it),"
            " restart what uses it, run rotate-keys without options, then take the old keys out"
        )
    try:
        with _repository(Database(DataFolder(data), database)) as repository:
            done = _rotate(repository, KeyFile(DataFolder(data).key_file), makes_key=makes_key, drops=drops)
    except IntegrationError as error:
        finish(Envelope[_Rotation].failure(error), as_json=as_json, show=_lines)
    else:
        finish(Envelope.of(done), as_json=as_json, show=_lines)
        ctx.exit(0 if done.report.is_complete else 1)


def _rotate(repository: AppRepository, file: KeyFile, *, makes_key: bool, drops: bool) -> _Rotation:
    made = None
    with file.locked():
        if makes_key:
            key = ConfigCipher.generate_key()
            file.add_first(key)
            made = ConfigCipher.from_text(key).key_ids[0]
        cipher = ConfigCipher.from_env() if _keys_in_environment() else ConfigCipher.from_text(file.read())
        with _progress_bar() as progress:
            report = anyio.run(partial(rotate_keys, repository, cipher=cipher, progress=progress))
        dropped = file.drop(report.unused) if drops else ()
        if dropped:
            report = anyio.run(_look_again, repository, cipher, report)
    unused = [key_id for key_id in report.unused if key_id not in dropped]
    return _Rotation(report=replace(report, unused=unused), new_key_id=made, dropped=tuple(dropped))


async def _look_again(repository: AppRepository, cipher: ConfigCipher, report: RotationReport) -> RotationReport:
    """Rotate what a dashboard has sealed before it saw the new key and stored after we looked."""
    await anyio.sleep(_LATECOMERS)
    later = await rotate_keys(repository, cipher=cipher)
    return replace(later, resealed=report.resealed + later.resealed)


def _keys_in_environment() -> bool:
    return bool(os.environ.get(KEY_VARIABLE, "").strip())


@contextmanager
def _repository(database: Database) -> Iterator[AppRepository]:
    with opened(database, and_then="nothing is lost, run this again") as engine:
        yield SqlAlchemyAppRepository(engine)


@contextmanager
def _progress_bar() -> Iterator[Callable[[RotationProgress], None]]:
    hidden = not sys.stderr.isatty()
    with click.progressbar(length=0, label="Sealing", file=sys.stderr, show_pos=True, hidden=hidden) as bar:

        def show(progress: RotationProgress) -> None:
            bar.length = progress.total
            bar.update(progress.done - bar.pos)

        yield show


def _lines(envelope: Envelope[_Rotation]) -> list[str]:
    if envelope.data is None:
        return []
    report, made, dropped = envelope.data.report, envelope.data.new_key_id, envelope.data.dropped
    where = KEY_VARIABLE if _keys_in_environment() else "the key file"
    lines = [] if made is None else [f"Key {made} is the first one in {where}: keep a copy apart from the database."]
    in_all = report.usage.keys.get(report.key_id, 0)
    lines.append(f"{_apps(report.resealed)} sealed anew, {_apps(in_all)} in all with key {report.key_id}.")
    lines += [f"Left as it is: {app.app_id}: {app.error.message}" for app in report.unreadable]
    lines += [f"Changed by others all the time, run this again: {app_id}" for app_id in report.restless]
    lines += [f"Key {key_id} is dropped." for key_id in dropped]
    option = "" if _keys_in_environment() else ", or run this with --drop-old"
    lines += [f"Key {key_id} seals nothing any more: take it out of {where}{option}." for key_id in report.unused]
    return lines


def _apps(count: int) -> str:
    return "1 app" if count == 1 else f"{count} apps"

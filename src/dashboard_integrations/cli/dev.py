"""``dev``: a dashboard around an integration that is being written."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from dashboard_integrations.host.settings import HostSettings
from dashboard_integrations.workbench.dev_server import DevServer
from dashboard_integrations.workbench.source_tree import SourceTreeError

__all__ = ["command"]

_PORT = 8421


@click.command("dev", short_help="Run an integration that you write, in a dashboard that follows your edits.")
@click.argument("path", type=click.Path(path_type=Path, file_okay=False), default=Path())
@click.option("--data", type=click.Path(path_type=Path), help="Folder to keep apps in; a temporary one without.")
@click.option(
    "--port", type=click.IntRange(0, 65_535), default=_PORT, show_default=True, help="Port; 0 is any free one."
)
def command(*, path: Path, data: Path | None, port: int) -> None:
    """Run the integrations of the source tree PATH (without: this folder) in a dashboard.

    Nothing has to be installed. Each recording below tests/recordings becomes an app with a widget for every endpoint;
    the form of a new app leads to a real service. Saving a file starts the dashboard again, and open pages follow.
    """
    with _folder(data) as folder, _stop_signal() as stop:
        settings = HostSettings(data=folder, port=port, reload_pages=True)
        try:
            DevServer(root=path, settings=settings, told=click.echo).run(stop)
        except SourceTreeError as error:
            raise click.UsageError(str(error)) from error


@contextmanager
def _folder(given: Path | None) -> Iterator[Path]:
    if given is not None:
        yield given
        return
    with TemporaryDirectory(prefix="dashboard-integrations-") as folder:
        yield Path(folder)


@contextmanager
def _stop_signal() -> Iterator[threading.Event]:
    """Yield an event that SIGINT and SIGTERM set."""
    stop = threading.Event()
    before = {name: signal.signal(name, lambda *_: stop.set()) for name in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)

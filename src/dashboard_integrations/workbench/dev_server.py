"""A dashboard around a source tree, started again whenever a file of it is saved."""

import logging
import multiprocessing
import os
import socket
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Self

from watchfiles import Change, DefaultFilter, watch

from dashboard_integrations.errors import IntegrationError
from dashboard_integrations.host.logs import log_to
from dashboard_integrations.host.serve import CannotServeError, serve
from dashboard_integrations.host.settings import HostSettings
from dashboard_integrations.registry import Registry
from dashboard_integrations.workbench.path_entry import on_the_path
from dashboard_integrations.workbench.recorded_board import RecordedBoard
from dashboard_integrations.workbench.recorded_services import RecordedApp, RecordedServices
from dashboard_integrations.workbench.source_tree import SourceTree, SourceTreeError

__all__ = ["DevServer"]

Told = Callable[[str], None]

_STOP_SECONDS = 10
_TURN_MILLISECONDS = 200
_MOST_NAMES = 5
_WATCHED = (".py", ".toml", ".json", ".svg")


@dataclass(frozen=True, slots=True, kw_only=True)
class DevServer:
    """What to run: the ``root`` of a source tree, on ``settings``.

    ``told`` receives what its author should read; other processes call it too, so it is a function of a module.
    """

    root: Path
    settings: HostSettings
    told: Told = print

    def run(self, stop: threading.Event) -> None:
        """Run until ``stop`` is set; raise ``SourceTreeError`` when there is no tree to begin with."""
        tree = SourceTree.read(self.root)
        with (
            _with_port(self.settings) as settings,
            RecordedServices(tree, told=self.told) as services,
            _Process(settings, self.told) as process,
        ):
            is_started = False
            for changes in self._watched(stop):
                if changes:
                    names = sorted({Path(path).name for _, path in changes})
                    self.told(f"Changed: {', '.join(names[:_MOST_NAMES])}")
                if changes or not is_started:
                    self._restart(process, services)
                    is_started = True

    def _watched(self, stop: threading.Event) -> Iterator[set[tuple[Change, str]]]:
        """Yield what changed; nothing at first, when the watch stands, and nothing now and then."""
        return watch(
            self.root,
            watch_filter=_Sources(),
            stop_event=stop,
            raise_interrupt=False,
            yield_on_timeout=True,
            rust_timeout=_TURN_MILLISECONDS,
        )

    def _restart(self, process: "_Process", services: RecordedServices) -> None:
        try:
            process.restart(SourceTree.read(self.root), services.apps())
        except SourceTreeError as error:
            self.told(str(error))


class _Sources(DefaultFilter):
    """What an author writes, and nothing that tools leave behind."""

    def __call__(self, change: Change, path: str) -> bool:
        return path.endswith(_WATCHED) and super().__call__(change, path)


class _Process:
    """The dashboard in a process of its own, so that nothing of the code before is left in the next."""

    def __init__(self, settings: HostSettings, told: Told) -> None:
        self._settings = settings
        self._told = told
        self._running: SpawnProcess | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    def restart(self, tree: SourceTree, apps: Sequence[RecordedApp]) -> None:
        self._stop()
        arguments = (tree, apps, self._settings, self._told)
        self._running = multiprocessing.get_context("spawn").Process(target=_serve, args=arguments)
        self._running.start()

    def _stop(self) -> None:
        process, self._running = self._running, None
        if process is None:
            return
        process.terminate()
        process.join(_STOP_SECONDS)
        if process.is_alive():  # code of the author that does not end
            process.kill()
            process.join()


def _serve(tree: SourceTree, apps: Sequence[RecordedApp], settings: HostSettings, told: Told) -> None:
    sys.dont_write_bytecode = True  # two saves within a second would be one to Python's cache
    log_to(level=logging.WARNING)
    with on_the_path(tree):
        _tell_state(tree, told)
        # What is wrong with a plugin has been told, with its traceback: the dashboard's own registry says it again.
        logging.getLogger("dashboard_integrations.registry").setLevel(logging.CRITICAL)
        try:
            serve(
                settings,
                announce=lambda address: told(f"Dashboard: {address}"),
                prepare=RecordedBoard(apps),
            )
        except CannotServeError as error:
            told(f"error: {error}")


def _tell_state(tree: SourceTree, told: Told) -> None:
    """Import the integrations as the dashboard will, and say which can be used, and why another cannot."""
    registry = Registry.from_entry_points(allow=tree.entry_points)
    for entry_id, value in tree.entry_points.items():
        try:
            registry.get(entry_id)
        except IntegrationError as error:
            told(f"{entry_id}: {error}")
        else:
            told(f"{entry_id}: ready ({value})")


@contextmanager
def _with_port(settings: HostSettings) -> Iterator[HostSettings]:
    """Settle on a port, so that the address stays the same from one start to the next."""
    if settings.port:
        yield settings
        return
    with socket.socket() as held:
        is_shared = os.name == "posix"
        if is_shared:
            held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind((settings.host, 0))
        port = held.getsockname()[1]
        if not is_shared:
            held.close()
        # Until the end it is not given to another program, and whoever asks for it by number, as we do, can listen.
        yield replace(settings, port=port)

"""Several processes that answer on one socket: started, replaced when they die, and ended together."""

import asyncio
import logging
import multiprocessing
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing.connection import wait
from types import FrameType

import uvicorn
from starlette.applications import Starlette
from uvicorn.supervisors import Multiprocess
from uvicorn.supervisors.multiprocess import Process

from dashboard_integrations.host.app import create_app
from dashboard_integrations.host.settings import HostSettings

__all__ = ["Worker", "run_workers"]

logger = logging.getLogger(__name__)

_TICK = 0.1
_MOST_DELAYS = 8
_SHORT_LIFE = 10.0
_SHORTEST_PAUSE = 0.5
_LONGEST_PAUSE = 30.0
_MOST_SECONDS_TO_END = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """What a worker needs to become one, in its own process; ``begin`` is called there before anything else."""

    settings: HostSettings
    environ: Mapping[str, str]
    begin: Callable[[], None] | None = None

    def __call__(self) -> Starlette:
        """Return the application, and end when the process that started this one is gone."""
        if self.begin is not None:
            self.begin()
        threading.Thread(target=_end_with_parent, name="end-with-parent", daemon=True).start()
        app = create_app(_slower(self.settings), environ=self.environ)
        _end_streams_when_told_to_stop(app)
        return app


def run_workers(config: uvicorn.Config, listener: socket.socket, *, on_started: Callable[[], None]) -> bool:
    """Run as many workers as ``config`` says until told to stop; return whether they could start."""
    workers = _Workers(config, listener, on_started=on_started)
    workers.run()
    return workers.have_started


def _slower(settings: HostSettings) -> HostSettings:
    """Let each worker answer wrong tokens more slowly, so that all together are hardly faster than one."""
    return replace(settings, failure_delay=settings.failure_delay * min(settings.workers, _MOST_DELAYS))


class _Workers(Multiprocess):
    """uvicorn's supervisor, which also outlives workers that cannot start again for a while."""

    def __init__(self, config: uvicorn.Config, listener: socket.socket, *, on_started: Callable[[], None]) -> None:
        super().__init__(config, [listener])
        self.have_started = False
        self._on_started = on_started
        self._born: dict[int | None, float] = {}
        self._due: dict[int | None, float] = {}
        self._pause = 0.0

    def init_processes(self) -> None:
        """Start the workers, and wait for those that live to answer."""
        super().init_processes()
        while not self.signal_queue and not self.have_started and any(self._living()):
            time.sleep(_TICK)
            ready = [worker.is_ready(timeout=_TICK) for worker in self._living()]
            self.have_started = bool(ready) and all(ready)
        if self.have_started:
            self._on_started()

    def keep_subprocess_alive(self) -> None:
        """Replace workers that died or hang; take the more time over it the sooner replacements die again."""
        for index, worker in enumerate(self.processes):
            if self.signal_queue:
                return
            if not worker.is_alive(timeout=self.config.timeout_worker_healthcheck):
                self._bury(worker)
                if not self.have_started:
                    self.should_exit.set()
                    return
                if time.monotonic() >= self._due[worker.pid]:
                    self._replace(index, worker)

    def _living(self) -> Iterator[Process]:
        return (worker for worker in self.processes if worker.process.is_alive())

    def _bury(self, worker: Process) -> None:
        if worker.pid in self._due:
            return
        worker.kill()
        worker.join()
        now = time.monotonic()
        has_lived = now - self._born.pop(worker.pid, -_SHORT_LIFE) >= _SHORT_LIFE
        self._pause = 0.0 if has_lived else min(max(2 * self._pause, _SHORTEST_PAUSE), _LONGEST_PAUSE)
        self._due[worker.pid] = now + self._pause
        extra = {"pid": worker.pid, "exit_code": worker.exitcode, "replaced_in_seconds": self._pause}
        logger.warning("worker-died", extra=extra)

    def _replace(self, index: int, worker: Process) -> None:
        del self._due[worker.pid]
        self.processes[index] = Process(self.config, self.sockets)
        self.processes[index].start()
        self._born[self.processes[index].pid] = time.monotonic()


def _end_with_parent() -> None:
    """Stop this process when its parent was killed, in order if it can: nobody would stop it any more."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(_MOST_SECONDS_TO_END)
        os._exit(1)


def _end_streams_when_told_to_stop(app: Starlette) -> None:
    """End streams at the signal: the server waits for its answers, and streams have no end of their own."""
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, partial(_stop, app, loop, signal.getsignal(name)))


def _stop(
    app: Starlette, loop: asyncio.AbstractEventLoop, before: object, number: int, frame: FrameType | None
) -> None:
    end_streams = getattr(app.state, "end_streams", None)
    if end_streams is not None:
        loop.call_soon_threadsafe(end_streams)
    if callable(before):
        before(number, frame)

"""A real server on loopback, from its installation to its end."""

import contextlib
import http.client
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import ClassVar, Self

import psutil

from real_servers._errors import RealServerError
from real_servers._install import SEARCH_PATH, find_executable, install_environment, install_packages, one_at_a_time
from real_servers._ports import free_ports
from real_servers._raw import ask

__all__ = ["RealServer"]


class RealServer:
    """Base of the servers; as a context manager it installs, starts and seeds one, and stops it at the end.

    A subclass names its ``executable`` and where that comes from (Debian ``packages`` or PyPI ``requirements``), and
    writes ``command``; ``configure`` writes files below ``state`` before the first start, ``seed`` fills the running
    server once. ``ports`` are as many as ``port_count`` says, the same over restarts; the first is the HTTP port.
    """

    name: ClassVar[str]
    executable: ClassVar[str]
    packages: ClassVar[Sequence[str]] = ()
    requirements: ClassVar[Sequence[str]] = ()
    port_count: ClassVar[int] = 1
    ready_path: ClassVar[str] = "/"
    start_seconds: ClassVar[float] = 120.0
    stop_signal: ClassVar[signal.Signals] = signal.SIGTERM
    stop_seconds: ClassVar[float] = 60.0

    def __init__(self, *, state: Path, installs: Path) -> None:
        self.state = state
        self.ports = free_ports(self.port_count)
        self._environment_folder = installs / self.name
        self._log = state / "server.log"
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        try:
            self.install()
            self.state.mkdir(parents=True, exist_ok=True)
            self.configure()
            self.start()
            self.seed()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def port(self) -> int:
        """The HTTP port."""
        return self.ports[0]

    @property
    def url(self) -> str:
        """The address a user would type."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def program(self) -> str:
        """The path of the installed executable."""
        found = self._installed()
        if found is None:
            raise RealServerError(f"{self.name}: there is no {self.executable}, though its installation succeeded")
        return str(found)

    def configure(self) -> None:
        """Write the configuration below ``state``."""

    def command(self) -> Sequence[str]:
        """Return the command that runs the server in the foreground."""
        raise NotImplementedError

    def environment(self) -> Mapping[str, str]:
        """Return the variables the server sees: nothing of the test run's own."""
        return {"PATH": SEARCH_PATH, "HOME": str(self.state), "LANG": "C.UTF-8"}

    def seed(self) -> None:
        """Put real content in."""

    def install(self) -> None:
        """Install the server when the machine does not have it."""
        with one_at_a_time(self._environment_folder.parent):
            if self.requirements:
                install_environment(self._environment_folder, self.requirements)
            elif self._installed() is None:
                install_packages(self.packages)

    def start(self) -> None:
        """Start the server as the leader of a session of its own and wait until it answers HTTP."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self.command(),
                cwd=self.state,
                env=dict(self.environment()),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.wait_until(self.answers, seconds=self.start_seconds, what=f"an HTTP answer at {self.url}{self.ready_path}")

    def stop(self) -> None:
        """Ask the server to end, wait for it, and kill what is left of its session."""
        if self._process is None:
            return
        process, self._process = self._process, None
        _signal_group(process.pid, signal.SIGCONT)
        process.send_signal(self.stop_signal)
        try:
            process.wait(self.stop_seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        finally:
            _signal_group(process.pid, signal.SIGKILL)

    def kill(self) -> None:
        """End it, and all that it started, as a crash does."""
        process = self._running()
        _signal_group(process.pid, signal.SIGKILL)
        process.wait()
        self._process = None

    def restart(self) -> None:
        """Stop the server and start it again, on the same ports and from its state."""
        self.stop()
        self.start()

    def suspend(self) -> None:
        """Freeze the server: it still accepts connections, through the kernel, and answers nothing."""
        self._signal_all(signal.SIGSTOP)
        self.wait_until(self._is_frozen, what="all its threads to stop")

    def resume(self) -> None:
        """Let a suspended server go on."""
        self._signal_all(signal.SIGCONT)

    def answers(self) -> bool:
        """Return whether the server answers HTTP, with whatever status."""
        try:
            return ask(self.port, self.ready_path, seconds=2.0).status > 0
        except (OSError, http.client.HTTPException):
            return False

    def wait_until(self, condition: Callable[[], bool], *, seconds: float = 120.0, what: str = "it") -> None:
        """Wait until ``condition`` holds while the server runs; ``what`` is said when it does not come to that."""
        deadline = time.monotonic() + seconds
        while not condition():
            if self._running().poll() is not None:
                raise RealServerError(f"{self.name} ended with status {self._running().returncode}:\n{self.log_tail()}")
            if time.monotonic() > deadline:
                raise RealServerError(f"{self.name}: waited {seconds:g} s for {what}:\n{self.log_tail()}")
            time.sleep(0.05)

    def log_tail(self, lines: int = 20) -> str:
        """Return the last lines the server wrote."""
        text = self._log.read_text(errors="replace") if self._log.is_file() else ""
        return "\n".join(text.splitlines()[-lines:]) or "(it logged nothing)"

    def _is_frozen(self) -> bool:
        """Return whether the last of the threads has noticed the signal: on a busy machine one may still answer."""
        states = [task.read_text().rpartition(")")[2].split()[0] for task in self._threads()]
        return set(states) <= {"T", "t"}

    def _threads(self) -> list[Path]:
        return [path for pid in self._family() for path in Path(f"/proc/{pid}/task").glob("*/stat")]

    def _family(self) -> list[int]:
        """Return the process and all that came of it: some make groups of their own."""
        leader = self._running().pid
        return [leader, *(child.pid for child in psutil.Process(leader).children(recursive=True))]

    def _signal_all(self, number: signal.Signals) -> None:
        for pid in self._family():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            raise RealServerError(f"{self.name} is not running")
        return self._process

    def _installed(self) -> Path | None:
        if self.requirements:
            found = self._environment_folder / "bin" / self.executable
            return found if found.is_file() else None
        return find_executable(self.executable)


def _signal_group(leader: int, number: signal.Signals) -> None:
    try:
        os.killpg(leader, number)
    except ProcessLookupError:
        return

"""The real command ``dashboard-integrations serve`` in a process of its own."""

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["RunningDashboard", "running_dashboard"]

_SECONDS = 60


class RunningDashboard:
    """A dashboard that has printed its address."""

    def __init__(self, process: subprocess.Popen[str], errors: Path) -> None:
        self._process = process
        self._errors = errors
        self.line = self._first_line()
        found = re.search(r"(http://\S+?)/\?token=(\S+)", self.line)
        if found is None:
            process.kill()
            raise AssertionError(f"no address in {self.line!r}; it logged: {self.log}")
        self.address, self.token = found[1], found[2]

    @property
    def pid(self) -> int:
        """The process that was started."""
        return self._process.pid

    @property
    def log(self) -> str:
        """What it wrote to standard error."""
        return self._errors.read_text()

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal and return the exit code."""
        self._process.send_signal(number)
        return self._process.wait(_SECONDS)

    def _first_line(self) -> str:
        assert self._process.stdout is not None
        watchdog = threading.Timer(_SECONDS, self._process.kill)
        watchdog.start()
        line = self._process.stdout.readline()
        watchdog.cancel()
        return line


@contextmanager
def running_dashboard(
    data: Path, *options: str, python: str = sys.executable, **environ: str
) -> Iterator[RunningDashboard]:
    """Run it on a free port, in the environment of ``python``, and end it if the test has not."""
    errors = data.parent / f"{data.name}.log"
    command = [python, "-m", "dashboard_integrations.cli", "serve", "--data", str(data), *options]
    if "--port" not in options:
        command += ["--port", "0"]
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("DASHBOARD_") and name != "INTEGRATION_ENCRYPTION_KEY"
    }
    with (
        errors.open("a") as log,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, env=kept | environ) as process,
    ):
        try:
            yield RunningDashboard(process, errors)
        finally:
            if process.poll() is None:
                process.kill()

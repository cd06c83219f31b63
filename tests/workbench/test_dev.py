"""``dev``: a dashboard around a source tree that follows what is saved."""

import json
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Queue

import httpx
import pytest
from author_tree import MODULE, author_tree

SECONDS = 120


class Dev:
    """The command in a process of its own, and the lines it prints."""

    def __init__(self, *arguments: str) -> None:
        command = [sys.executable, "-m", "dashboard_integrations.cli", "dev", *arguments, "--port", "0"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self._lines: Queue[str | None] = Queue()
        self.seen: list[str] = []
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def line(self, pattern: str) -> re.Match[str]:
        """Wait for a line with this pattern."""
        while True:
            line = self._lines.get(timeout=SECONDS)
            assert line is not None, f"it ended before it printed {pattern!r}: {self.seen}"
            self.seen.append(line)
            if found := re.search(pattern, line):
                return found

    def data(self, endpoint: str = "stock") -> dict[str, object]:
        """Wait until the dashboard has started, and return the envelope of an endpoint."""
        address, token = self.line(r"Dashboard: (http://\S+?)/\?token=(\S+)").groups()
        bearer = {"authorization": f"Bearer {token}"}
        path = f"{address}/api/integrations/recorded-boxes-boxes/data/{endpoint}"
        return httpx.get(path, headers=bearer, timeout=60).json()

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(SECONDS)
        self._reader.join(SECONDS)
        self.process.stdout.close()
        return code

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line)
        self._lines.put(None)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return author_tree(tmp_path / "tree")


@pytest.fixture
def dev(tree: Path) -> Iterator[Dev]:
    running = Dev(str(tree))
    yield running
    running.stop()


@pytest.fixture
def save(tmp_path: Path) -> Callable[[Path, str], None]:
    """Put a file in its place at once: a watch that meets an empty file before the whole one tells of two changes."""

    def save(file: Path, text: str) -> None:
        whole = tmp_path / "whole"
        whole.write_text(text)
        whole.replace(file)

    return save


def stats(envelope) -> list[tuple[str, object]]:
    assert envelope["data"] is not None, envelope
    return [(stat["label"], stat["value"]) for stat in envelope["data"]["payload"]["stats"]]


def test_a_tree_is_shown_and_followed(tree, dev, save):
    """What is recorded is on the board; what is saved is what runs, a broken file is told, and a mended one heals."""
    code = tree / "src" / "dashboard_boxes" / "boxes.py"
    dev.line("boxes: ready")
    assert [("Boxes", 41)] == stats(dev.data())

    save(code, MODULE.replace('label="Boxes"', 'label="Crates"'))
    dev.line(r"Changed: boxes\.py")
    assert [("Crates", 41)] == stats(dev.data())

    save(code, MODULE + "\noops(\n")
    dev.line(r"boxes: .*SyntaxError")
    assert "unknown-integration" == dev.data()["error"]["code"]

    save(code, MODULE)
    dev.line("boxes: ready")
    assert [("Boxes", 41)] == stats(dev.data())


def test_a_recording_is_followed(tree, dev, save):
    """The service answers what is in the file now."""
    assert [("Boxes", 41)] == stats(dev.data())
    file = tree / "tests" / "recordings" / "boxes.json"
    recording = json.loads(file.read_text())
    recording["exchanges"][1]["response"]["json"]["count"] = 42
    save(file, json.dumps(recording))
    dev.line(r"Changed: boxes\.json")
    assert [("Boxes", 42)] == stats(dev.data())


def test_it_ends_when_told(tree):
    """With nothing left behind that holds the terminal."""
    running = Dev(str(tree))
    running.line("Dashboard: ")
    assert 0 == running.stop()
    assert not [line for line in running.seen if "Traceback" in line]


def test_a_folder_without_a_tree_is_refused(tmp_path):
    """Before anything runs, with the next step."""
    running = Dev(str(tmp_path))
    running.line(r"there is no pyproject\.toml in .*dashboard-integrations new NAME")
    assert 2 == running.process.wait(SECONDS)
    running.stop()


def test_a_broken_recording_is_told(tree):
    """The rest works."""
    (tree / "tests" / "recordings" / "other.json").write_text("{")
    running = Dev(str(tree))
    try:
        running.line(r"other\.json is not JSON")
        assert [("Boxes", 41)] == stats(running.data())
    finally:
        running.stop()

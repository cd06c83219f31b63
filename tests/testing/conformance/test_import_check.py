"""Importing an integration does nothing but define it: what else it does is seen, and where."""

import pytest

from dashboard_integrations.testing.conformance._import_check import import_problems

PURE = """
import os
from pathlib import Path
from dashboard_integrations import HttpIntegration, ServiceConfig

HERE = Path(__file__).read_text()
LANGUAGE = os.environ.get("LANG", "en")

class Pure(HttpIntegration[ServiceConfig]):
    id = "pure"
    name = "Pure"
"""

IMPURE = """
import os
import socket
import subprocess
import threading
from pathlib import Path

import jinja2
import pytest
import starlette

import dashboard_integrations.host
from dashboard_integrations.testing import FakeService

KEPT = socket.socket()
socket.gethostbyname("127.0.0.1")
threading.Thread(target=print, args=("",), daemon=True).start()
subprocess.run(["true"])
Path(__file__).with_name("log").write_text("")
Path(__file__).with_name("cache").mkdir()
KEY = os.environ.get("METER_API_KEY", "")
PASSWORD = os.getenv("METER_PASSWORD")
TOKEN = "METER_TOKEN" in os.environ
"""

TOLD = [
    "imports jinja2,",
    "imports pytest,",
    "imports starlette,",
    "imports dashboard_integrations.host,",
    "imports dashboard_integrations.testing,",
    "opens a socket (socket.__new__) at odd.py:15",
    "opens a socket (socket.gethostbyname) at odd.py:16",
    "starts a thread at odd.py:17",
    "starts a process (subprocess.Popen) at odd.py:18",
    "log') at odd.py:19",
    "cache') at odd.py:20",
    "reads METER_API_KEY from the environment at odd.py:21",
    "reads METER_PASSWORD from the environment at odd.py:22",
    "reads METER_TOKEN from the environment at odd.py:23",
]

STATES = {
    "import logging\nlogging.basicConfig()": "the root logger",
    "import sys\nsys.path.insert(0, 'lib')": "sys.path",
    "import os\nos.environ['NO_PROXY'] = '*'": "the environment",
    "import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)": "how signals are handled",
    "import socket\nsocket.setdefaulttimeout(5)": "the default timeout of sockets",
    "import os\nos.chdir('/')": "the working directory",
}

BROKEN = {
    "1 / 0": "cannot be imported: ZeroDivisionError",
    "import os\nos._exit(3)": "ended the interpreter",
    "import time\nend = time.process_time() + 2\nwhile time.process_time() < end: pass": "seconds of the processor",
}


@pytest.fixture
def module(tmp_path):
    """Return what writes a module, which is in no package, and looks at its import."""

    def look(source):
        file = tmp_path / "odd.py"
        file.write_text(source)
        return import_problems("odd_module_of_a_test", file)

    return look


def test_what_only_defines_is_pure(module):
    """Reading a file of its own, or what is no secret, is nothing bad."""
    assert () == module(PURE)


def test_what_does_more_is_told(module):
    """The text says what, and where."""
    problems = module(IMPURE)
    missing = [told for told in TOLD if not any(told in problem for problem in problems)]
    assert missing == [], problems


@pytest.mark.parametrize("source", STATES, ids=STATES.values())
def test_what_belongs_to_the_program_is_left_alone(module, source):
    """An integration is a guest."""
    (problem,) = module(source)
    assert f"changes {STATES[source]}, which belongs to the whole program" in problem


@pytest.mark.parametrize("source", BROKEN, ids=BROKEN.values())
def test_what_cannot_be_imported_is_told(module, source):
    """A module that raises, ends the interpreter or takes long is no reason to fail in another way."""
    (problem,) = module(source)
    assert BROKEN[source] in problem


def test_a_module_of_a_package_is_found_by_its_name():
    """As hosts import it."""
    assert () == import_problems("suspects.good", None)

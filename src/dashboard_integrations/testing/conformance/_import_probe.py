"""Imports a module in a fresh interpreter and prints, as JSON, what that did beside defining things.

Run as a program: ``python _import_probe.py MODULE FILE`` with the import path as JSON on standard input.
"""

import importlib
import importlib.util
import json
import locale
import logging
import os
import signal
import socket
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from typing import Any

__all__: list[str] = []

_WRITES = ("w", "a", "x", "+")
_WRITE_FLAGS = os.O_WRONLY | os.O_RDWR | os.O_CREAT
_CHANGES = frozenset({"os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.link", "os.symlink", "os.truncate"})
_SOCKETS = frozenset({"socket.__new__", "socket.connect", "socket.bind", "socket.getaddrinfo", "socket.gethostbyname"})
_PROCESSES = frozenset({"subprocess.Popen", "os.system", "os.posix_spawn", "os.fork", "os.exec"})
_FROZEN = "<frozen"


class _Watch:
    """Notes what happens while it is on; an audit hook cannot be taken away again."""

    def __init__(self) -> None:
        self.is_on = False
        self.noted: list[list[str]] = []

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.is_on and (what := _what(event, arguments)) is not None:
            self.noted.append([*what, _place()])


def _what(event: str, arguments: tuple[Any, ...]) -> tuple[str, str] | None:
    if event in _SOCKETS:
        return "socket", event
    if event in _PROCESSES:
        return "process", event
    if event == "_thread.start_new_thread":
        return "thread", "a thread"
    if event in _CHANGES:
        return "file", f"{event} {arguments[0]!r}"
    if event == "open":
        path, mode, flags = arguments[0], arguments[1], arguments[2] or 0
        writes = any(letter in mode for letter in _WRITES) if isinstance(mode, str) else flags & _WRITE_FLAGS
        return ("file", f"{path!r}") if writes and path != os.devnull else None
    return None


def _place() -> str:
    """Return the innermost line that is neither here nor in the standard library."""
    library = os.path.dirname(os.__file__)  # noqa: PTH120  (this program imports as little as it can)
    for frame in _frames():
        name = frame.f_code.co_filename
        if name != __file__ and not name.startswith((library, _FROZEN)):
            return f"{os.path.basename(name)}:{frame.f_lineno}"  # noqa: PTH119
    return "a place that is not known"


def _frames() -> Iterator[Any]:
    frame = sys._getframe(1)  # noqa: SLF001  (documented, for just this)
    while frame is not None:
        yield frame
        frame = frame.f_back  # type: ignore[assignment]


def _load(module: str, file: str) -> None:
    try:
        importlib.import_module(module)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{module}.".startswith(f"{error.name}.") or not file:
            raise
        spec = importlib.util.spec_from_file_location(module, file)
        if spec is None or spec.loader is None:
            raise
        sys.modules[module] = loaded = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(loaded)


class _Environment(dict):  # type: ignore[type-arg]  # what is read from the environment, by name
    def __init__(self, watch: _Watch) -> None:
        super().__init__(os.environ)
        self._watch = watch

    def _note(self, name: object) -> None:
        if self._watch.is_on:
            self._watch.noted.append(["environment", str(name), _place()])

    def __getitem__(self, name: str) -> Any:
        self._note(name)
        return super().__getitem__(name)

    def __contains__(self, name: object) -> bool:
        self._note(name)
        return super().__contains__(name)

    def get(self, name: str, default: Any = None) -> Any:
        self._note(name)
        return super().get(name, default)


def _note_threads(watch: _Watch) -> None:
    """Notice threads: not every version of Python reports them."""
    start = threading.Thread.start

    def noted(thread: threading.Thread) -> None:
        watch("_thread.start_new_thread", ())
        start(thread)

    setattr(threading.Thread, "start", noted)  # noqa: B010  (until this program ends)


def _state() -> dict[str, object]:
    """Return what belongs to the whole program, by what to call it."""
    root = logging.getLogger()
    return {
        "the root logger": (root.level, list(root.handlers), list(root.filters)),
        "sys.path": list(sys.path),
        "the environment": {**os.environ},
        "how signals are handled": [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)],
        "the default timeout of sockets": socket.getdefaulttimeout(),
        "the working directory": os.getcwd(),  # noqa: PTH109  (this program imports as little as it can)
        "the locale": locale.setlocale(locale.LC_ALL),
    }


def main(module: str, file: str) -> None:
    """Import the module and print what it did."""
    sys.path[:] = json.load(sys.stdin)
    # What every integration imports: its cost is not the author's.
    importlib.import_module("dashboard_integrations.views")
    before = set(sys.modules)
    watch = _Watch()
    environment = os.environ
    setattr(os, "environ", _Environment(watch))  # noqa: B010  (a stand-in that can be read)
    sys.addaudithook(watch)
    _note_threads(watch)
    problem, state = None, _state()
    began = time.process_time()
    watch.is_on = True
    try:
        _load(module, file)
    except BaseException as error:  # noqa: BLE001  (whatever a module raises is what is to be told)
        problem = "".join(traceback.format_exception_only(error)).strip()
    watch.is_on = False
    seconds = time.process_time() - began
    after = _state()
    watch.noted += [["state", name, ""] for name, value in state.items() if after[name] != value]
    setattr(os, "environ", environment)  # noqa: B010  (likewise)
    loaded = sorted(set(sys.modules) - before)
    print(json.dumps({"seconds": seconds, "noted": watch.noted, "loaded": loaded, "problem": problem}))  # noqa: T201


if __name__ == "__main__":
    main(*sys.argv[1:])

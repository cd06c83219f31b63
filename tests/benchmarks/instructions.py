"""How many bytecode instructions of ours the hot paths take: the same on a busy machine as on a quiet one.

``uv run --group benchmarks python tests/benchmarks/instructions.py`` compares them with those of ``instructions.json``,
which ``--write`` replaces, and exits with 1 when one has grown by more than five hundredths. They are those of one
version of Python, which the file names. What C code does is not seen: time is what the other benchmarks are for.
"""

import argparse
import asyncio
import json
import platform
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import FrameType
from typing import Any

from sample_service import sample_service

import dashboard_integrations
from dashboard_integrations.adapters.asgi import IntegrationApp
from dashboard_integrations.redaction import Redactor
from dashboard_integrations.service import DataRequest

BASELINE = Path(__file__).with_suffix(".json")
OURS = str(Path(dashboard_integrations.__file__).parent)
ALLOWED = 1.05
ROUNDS = 3


class Instructions:
    """Counts while it is entered."""

    def __init__(self) -> None:
        self.count = 0

    def __enter__(self) -> "Instructions":
        sys.settrace(self._trace)
        return self

    def __exit__(self, *_: object) -> None:
        sys.settrace(None)

    def _trace(self, frame: FrameType, event: str, argument: object) -> Any:
        if not frame.f_code.co_filename.startswith(OURS):
            return None
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        return self._local

    def _local(self, frame: FrameType, event: str, argument: object) -> Any:
        self.count += event == "opcode"
        return self._local


async def counted(path: Callable[[], Awaitable[object]]) -> int:
    """Return the fewest of a few rounds: the first one fills what is kept."""
    counts: list[int] = []
    for _ in range(ROUNDS):
        with Instructions() as instructions:
            await path()
        counts.append(instructions.count)
    return min(counts)


def request(app: IntegrationApp, path: str, *headers: tuple[bytes, bytes]) -> Callable[[], Awaitable[None]]:
    """Return a GET that an ASGI server would pass on."""
    scope = {"type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "query_string": b""}
    scope |= {"headers": [(b"host", b"x"), *headers], "http_version": "1.1", "scheme": "http", "root_path": ""}

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, object]) -> None:
        for name, value in message.get("headers", ()):  # type: ignore[attr-defined]
            if name == b"etag":
                TAGS[path] = value

    async def run() -> None:
        await app(dict(scope), receive, send)

    return run


TAGS: dict[str, bytes] = {}
CARD = "/api/integrations/app/data/count"


async def measured() -> dict[str, int]:
    """Return the count of each path."""
    service = await sample_service(["app", *(f"app-{number}" for number in range(20))])
    app = IntegrationApp(service, authorize=lambda *_: True)
    many = [DataRequest(app_id=f"app-{number}", endpoint_id="count") for number in range(20)]
    redactor = Redactor(["correct horse battery staple"], users=["somebody"])
    found: dict[str, int] = {}
    async with service:
        await service.fetch_many(many)
        await service.fetch_data("app", "count")
        envelope = await service.fetch_data("app", "count")
        found["fetch_data, from the cache"] = await counted(lambda: service.fetch_data("app", "count"))
        found["fetch_many, 20 from the cache"] = await counted(lambda: service.fetch_many(many))
        found["an envelope's bytes"] = await counted(lambda: _done(envelope.to_json))
        found["GET of a card, from the cache"] = await counted(request(app, CARD))
        tag = (b"if-none-match", TAGS[CARD])
        found["the same, 304"] = await counted(request(app, CARD, tag))
        found["a text without secrets"] = await counted(lambda: _done(lambda: redactor.text("down 4 MB/s" * 100)))
    return found


async def _done(step: Callable[[], object]) -> None:
    step()


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="keep the counts to compare with")
    found, version = asyncio.run(measured()), platform.python_version_tuple()[:2]
    python = ".".join(version)
    if parser.parse_args().write:
        BASELINE.write_text(json.dumps({"python": python, "instructions": found}, indent=2) + "\n")
    kept = json.loads(BASELINE.read_text())
    if kept["python"] != python:
        print(f"the counts that are kept are those of Python {kept['python']}, and this is {python}")
    grown = []
    print(f"\n{'':32}{'now':>8}{'kept':>8}")
    for name, count in found.items():
        before = kept["instructions"].get(name)
        print(f"{name:32}{count:8}{before or '-':>8}")
        grown += [name] if before and count > before * ALLOWED else []
    if grown and kept["python"] == python:
        sys.exit(f"grown: {', '.join(grown)}")


if __name__ == "__main__":
    main()

"""What importing the library costs, in new processes.

``uv run --group benchmarks python tests/benchmarks/imports.py``. Processor time in milliseconds; the limit is what the
library stands on, pydantic with one model and anyio. All are compiled first, in a copy where they were not. The front
door imports a name when it is asked for: the second of ours asks for all of them.
"""

import compileall
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import dashboard_integrations

ROUNDS = 15
ALL = "from dashboard_integrations import *"
LIMIT = "import pydantic, anyio\nclass Model(pydantic.BaseModel): number: int = 1"
PROGRAMS = {
    "pydantic and anyio": LIMIT,
    "httpx": "import httpx",
    "ours": f"{LIMIT}\nimport dashboard_integrations",
    "ours, every name of it": f"{LIMIT}\n{ALL}",
    "ours, what an author needs": f"{LIMIT}\nfrom dashboard_integrations.authoring import HttpIntegration, endpoint",
    "ours, and its first call": f"{LIMIT}\n{ALL}\nimport dashboard_integrations.http.client",
}
TIMED = """
import sys, time
sys.path.insert(0, {source!r})
began = time.process_time()
{program}
print((time.process_time() - began) * 1e3, int("httpx" in sys.modules), int("cryptography" in sys.modules))
"""


def run(program: str, source: str) -> tuple[float, bool, bool]:
    """Return the time of one import, and whether it brought httpx and cryptography."""
    code = TIMED.format(source=source, program=program)
    environ = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environ)
    milliseconds, httpx, cryptography = done.stdout.split()
    return float(milliseconds), httpx == "1", cryptography == "1"


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        package = Path(dashboard_integrations.__file__).parent
        shutil.copytree(package, Path(folder, package.name))
        compileall.compile_dir(folder, quiet=1)
        found: dict[str, list[tuple[float, bool, bool]]] = {name: [] for name in PROGRAMS}
        for _ in range(ROUNDS + 1):
            for name, program in PROGRAMS.items():
                found[name].append(run(program, folder))
    limit = [item[0] for item in found["pydantic and anyio"][1:]]
    print(f"\n{'':28}{'ms':>8}{'ratio':>8}  brings")
    for name, items in found.items():
        times = [item[0] for item in items[1:]]
        ratio = statistics.median(time / base for time, base in zip(times, limit, strict=True))
        brings = " and ".join(
            what for what, is_there in zip(("httpx", "cryptography"), items[0][1:], strict=True) if is_there
        )
        print(f"{name:28}{statistics.median(times):8.0f}{ratio:8.2f}  {brings}")


if __name__ == "__main__":
    main()

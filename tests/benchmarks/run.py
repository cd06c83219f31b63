"""All benchmarks, one after the other: ``uv run --group benchmarks python tests/benchmarks/run.py``.

A quarter of an hour on two cores; names as arguments choose some. One that needs what is not installed says so.
"""

import argparse
import subprocess
import sys
import time
from pathlib import Path

NAMES = (
    "instructions",
    "cached_fetch",
    "cold_key",
    "growth",
    "answers",
    "upstream",
    "sealed_config",
    "installed",
    "imports",
    "http_answers",
    "board",
    "redis_cache",
    "observability",
    "streams",
    "fleet",
    "elements",
)


def main() -> None:
    """Run them; exit with 1 when one fails."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(NAMES))
    names = parser.parse_args().names or NAMES
    unknown = [name for name in names if name not in NAMES]
    if unknown:
        parser.error(f"there is no {', '.join(unknown)}: choose from {', '.join(NAMES)}")
    failed: list[str] = []
    for name in names:
        print(f"\n===== {name}", flush=True)
        began = time.monotonic()
        done = subprocess.run([sys.executable, str(Path(__file__).with_name(f"{name}.py"))], check=False)
        print(f"({time.monotonic() - began:.0f} s)", flush=True)
        failed += [name] if done.returncode else []
    if failed:
        sys.exit(f"failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()

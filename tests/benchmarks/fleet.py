"""Four workers on a real Redis and a real PostgreSQL under load, while one part after the other is stopped or killed.

``uv run python tests/benchmarks/fleet.py`` (Debian, as root: it installs what it needs; ``wrk`` makes the load). Each
row is a few seconds of load. Counted are answers that are no envelope, those that tell of a failure, stale ones,
connections that broke, and calls of the services, also as a part of one call for each time to live. wrk looks into each
answer, and shares the processor with all the rest: the requests in a second are not the most there can be.
"""

import argparse
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import psutil

from dashboard_integrations.testing import FakeService

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

from real_servers.postgresql import PostgresServer
from real_servers.redis import RedisServer
from running_dashboard import RunningDashboard, running_dashboard

TTL = 2
APPS = 20
DEFINITION = f"""
format = 1
id = "meter"
name = "Meter"
description = "Counts."

[test]
request = {{ path = "/count" }}

[[endpoints]]
id = "count"
description = "How much it counted."
ttl = {TTL}
request = {{ path = "/count" }}

[endpoints.view]
kind = "stat-card"

[[endpoints.view.stats]]
label = "Count"
value = "count"
"""
SCRIPT = """
local paths, number, threads = {PATHS}, 0, {}
function setup(thread) table.insert(threads, thread) end
function init() strange, failed, stale = 0, 0, 0 end
function request()
  number = number % #paths + 1
  return wrk.format("GET", paths[number])
end
function response(status, headers, body)
  if not body:find('^{"success":') then strange = strange + 1
  elseif not body:find('^{"success":true') then failed = failed + 1
  elseif body:find('"stale":true', 1, true) then stale = stale + 1 end
end
function done(summary, latency)
  local count = {strange = 0, failed = 0, stale = 0}
  for _, thread in ipairs(threads) do
    for name in pairs(count) do count[name] = count[name] + thread:get(name) end
  end
  local broken = summary.errors.connect + summary.errors.read + summary.errors.write
  print(string.format("RESULT %d %d %d %d %d %d %d %d", summary.requests, summary.duration, count.strange,
    count.failed, count.stale, broken, latency:percentile(50), latency:percentile(99)))
end
"""


@contextmanager
def meanwhile(action: Callable[[], None]) -> Iterator[None]:
    """Do something while the load goes on."""
    thread = threading.Thread(target=action)
    thread.start()
    try:
        yield
    finally:
        thread.join()


def load(dashboard: RunningDashboard, script: Path, seconds: float, *, connections: int) -> list[int]:
    """Return what wrk counted."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds:g}s", "--latency", "-s", str(script)]
    command += ["-H", f"Authorization: Bearer {dashboard.token}", dashboard.address]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found = re.search(r"^RESULT (.*)$", told, re.MULTILINE)
    if found is None:
        sys.exit(told)
    return [int(number) for number in found[1].split()]


def show(what: str, counted: Sequence[int], calls: int) -> None:
    """Print a row."""
    requests, duration, strange, failed, stale, broken, median, high = counted
    seconds = duration / 1e6
    one_each = seconds / TTL * APPS
    print(
        f"{what:<34}{requests / seconds:>8,.0f}{strange:>9}{failed:>9}{stale:>9}{broken:>9}"
        f"{median / 1e3:>9.1f}{high / 1e3:>9.1f}{calls:>8}{calls / one_each:>8.2f}",
        flush=True,
    )


def add_apps(dashboard: RunningDashboard, url: str) -> None:
    """Add the apps that are asked for."""
    headers = {"authorization": f"Bearer {dashboard.token}"}
    for number in range(APPS):
        body = {"name": f"Meter {number}", "integrationType": "meter", "config": {"url": url}}
        httpx.post(f"{dashboard.address}/api/apps", json=body, headers=headers, timeout=60).raise_for_status()


def paths(dashboard: RunningDashboard) -> list[str]:
    """Return the paths of the apps' data."""
    headers = {"authorization": f"Bearer {dashboard.token}"}
    apps = httpx.get(f"{dashboard.address}/api/apps", headers=headers, timeout=60).json()["data"]
    return [f"/api/integrations/{app['id']}/data/count" for app in apps if app["integrationType"] == "meter"]


def workers(dashboard: RunningDashboard) -> list[psutil.Process]:
    """Return the processes that answer."""
    children = psutil.Process(dashboard.pid).children()
    return [child for child in children if "spawn_main" in " ".join(child.cmdline())]


def steps(
    dashboard: RunningDashboard, redis: RedisServer, postgres: PostgresServer
) -> Sequence[tuple[str, Callable[[], None]]]:
    """Return what befalls the parts, each while the load goes on."""

    def pause(suspend: Callable[[], object], resume: Callable[[], object]) -> Callable[[], None]:
        def run() -> None:
            time.sleep(2)
            suspend()
            time.sleep(3)
            resume()

        return run

    def restart(kill: Callable[[], object], start: Callable[[], object]) -> Callable[[], None]:
        def run() -> None:
            time.sleep(2)
            kill()
            time.sleep(2)
            start()

        return run

    def kill_worker() -> None:
        workers(dashboard)[0].kill()

    def stop_worker() -> None:
        worker = workers(dashboard)[0]
        pause(worker.suspend, worker.resume)()

    return [
        ("nothing happens", lambda: None),
        ("a worker is killed", restart(kill_worker, lambda: None)),
        ("a worker stands still for 3 s", stop_worker),
        ("Redis stands still for 3 s", pause(redis.suspend, redis.resume)),
        ("Redis is killed, back after 2 s", restart(redis.kill, redis.start)),
        ("Redis is emptied", restart(lambda: redis.say("FLUSHALL"), lambda: None)),
        ("PostgreSQL stands still for 3 s", pause(postgres.suspend, postgres.resume)),
        ("PostgreSQL is killed, back after 2 s", restart(postgres.kill, postgres.start)),
        ("nothing happens any more", lambda: None),
    ]


def main() -> None:
    """Run the steps."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--connections", type=int, default=32)
    chosen = parser.parse_args()
    if shutil.which("wrk") is None:
        sys.exit("there is no wrk: apt-get install wrk")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        installs = folder / "installs"
        installs.mkdir()
        redis = stack.enter_context(RedisServer(state=folder / "redis", installs=installs))
        postgres = stack.enter_context(PostgresServer(state=folder / "postgresql", installs=installs))
        upstream = stack.enter_context(FakeService())
        upstream.reply("GET", "/count", json={"count": 42})
        data = folder / "data"
        (data / "integrations").mkdir(parents=True, mode=0o700)
        (data / "integrations" / "meter.toml").write_text(DEFINITION)
        options = ["--workers", str(chosen.workers), "--redis", redis.url, "--database", postgres.new_database()]
        options += ["--token", secrets.token_urlsafe(24), "--log-level", "warning"]
        dashboard = stack.enter_context(running_dashboard(data, *options))
        add_apps(dashboard, upstream.url)
        script = folder / "load.lua"
        listed = "{" + ", ".join(f'"{path}"' for path in paths(dashboard)) + "}"
        script.write_text(SCRIPT.replace("{PATHS}", listed))
        load(dashboard, script, 2, connections=chosen.connections)
        print(f"{chosen.workers} workers, {APPS} apps, ttl {TTL} s, {chosen.connections} connections")
        print(
            f"{'':<34}{'req/s':>8}{'strange':>9}{'failed':>9}{'stale':>9}{'broken':>9}"
            f"{'p50 ms':>9}{'p99 ms':>9}{'calls':>8}{'/ ttl':>8}"
        )
        for what, action in steps(dashboard, redis, postgres):
            before = len(upstream.requests)
            with meanwhile(action):
                counted = load(dashboard, script, chosen.seconds, connections=chosen.connections)
            show(what, counted, len(upstream.requests) - before)
        told = re.findall(r"^\S+ \S+ (\w+) +([\w.]+): ([\w-]+)", dashboard.log, re.MULTILINE)
        for (level, logger, event), times in Counter(told).most_common():
            print(f"{times:>6} x {level} {logger}: {event}")


if __name__ == "__main__":
    main()

"""What the browser elements weigh, and what a board of 200 widgets costs a browser.

Run it: ``uv run python tests/benchmarks/elements.py``; ``--sizes`` for the sizes alone, which need no browser. It
prints and judges nothing, but for the sizes: their budget is 25 kB, compressed as well as this server can. A long task
is one of more than 50 ms; on a busy machine a task waits for a processor, so the time that it had one is told too.
"""

import argparse
import json
import os
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import Mount, Route

from dashboard_integrations import AppService, ConfigCipher, InMemoryAppRepository, IntegrationService, Registry
from dashboard_integrations.adapters.asgi import IntegrationApp
from dashboard_integrations.ui import CONTENT_SECURITY_POLICY, ENTRIES, packaged_assets
from dashboard_integrations.web import Access

sys.path[:0] = [str(Path(__file__).parents[1] / "support")]  # no test runner puts it there

from browser_site import running  # noqa: E402

BUDGET = 25_000
HERE = Path(__file__).parent
STATES = HERE.parents[1] / "docs" / "gallery" / "states.js"
LONG = 50
PHASES = ("show", "painted", "filled", "refreshed")
WATCH = """
globalThis.pending = new Set();
const { setTimeout: set, clearTimeout: clear } = globalThis;
globalThis.setTimeout = (run, ...rest) => {
  const id = set((...args) => { pending.delete(id); run(...args); }, ...rest);
  pending.add(id);
  return id;
};
globalThis.clearTimeout = (id) => { pending.delete(id); clear(id); };
"""
PAGE = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>Board</title><link rel="icon" href="/icon.svg">'
    '<link rel="stylesheet" href="/elements.css"><script type="module" src="/elements.js"></script>'
)


def print_sizes() -> int:
    """Print what a browser receives by each coding that is there; return the total of the best."""
    modules = [packaged_assets().files[name] for name in ENTRIES]
    codings = tuple(modules[0].encoded)
    rows = [(asset.name, [len(asset.body), *map(len, asset.encoded.values())]) for asset in modules]
    rows.append(("all", [sum(sizes) for sizes in zip(*(sizes for _, sizes in rows), strict=True)]))
    print(f"{'':16}{'bytes':>9}{''.join(f'{coding:>9}' for coding in codings)}")
    for name, sizes in rows:
        print(f"{name:16}{''.join(f'{size:9,}' for size in sizes)}")
    totals = rows[-1][1][1:]
    print(f"{'of the budget':25}{''.join(f'{total / BUDGET:9.1%}' for total in totals)}")
    if "br" not in codings:
        print("what browsers take by HTTPS and on this machine, br, is sent where the package brotli is installed")
    return min(totals)


def site() -> Starlette:
    """Return a page under the documented policy, and the browser's code as the adapters send it."""

    async def page(request: Request) -> Response:
        return HTMLResponse(PAGE, headers={"content-security-policy": CONTENT_SECURITY_POLICY})

    async def file(request: Request) -> Response:
        name = request.path_params["name"]
        if name == "icon.svg":
            return Response("<svg xmlns='http://www.w3.org/2000/svg'/>", media_type="image/svg+xml")
        return FileResponse(STATES if name == "states.js" else HERE / name)

    apps = AppService(InMemoryAppRepository(), cipher=ConfigCipher.from_text(ConfigCipher.generate_key()))
    service = IntegrationService(apps=apps, registry=Registry())
    api = IntegrationApp(service, authorize=lambda request, action: Access.FORBIDDEN)
    return Starlette(routes=[Route("/", page), Route("/{name}", file), Mount("/", api)])


class Tasks:
    """The tasks of the page's main thread, from a trace: how long they took, and how long they had a processor."""

    def __init__(self, trace: bytes) -> None:
        events = json.loads(trace)["traceEvents"]
        marked = [item for item in events if item.get("cat") == "blink.user_timing" and item["name"] in PHASES]
        self._marks = {item["name"]: item["ts"] for item in marked}
        thread = {(item["pid"], item["tid"]) for item in marked}
        run = [item for item in events if item["name"] == "RunTask" and (item["pid"], item["tid"]) in thread]
        self._tasks = [(item["ts"], item.get("dur", 0) / 1000, item.get("tdur", 0) / 1000) for item in run]

    def print_between(self, start: str, end: str) -> None:
        """Print how many were long: on this machine as busy as it is, and by processor time alone."""
        within = [task for task in self._tasks if self._marks[start] <= task[0] < self._marks[end]]
        for name, lengths in (
            ("wall-clock", [task[1] for task in within]),
            ("processor", [task[2] for task in within]),
        ):
            found = sorted((round(length) for length in lengths if length > LONG), reverse=True)
            print(
                f"    {name}: {len(found)} over {LONG} ms {found[:8] or ''}; longest {max(lengths, default=0):.0f} ms"
            )


def metrics(session: CDPSession) -> dict[str, int]:
    """Return what the browser counts, after a garbage collection."""
    for _ in range(3):
        session.send("HeapProfiler.collectGarbage")
    named = {item["name"]: item["value"] for item in session.send("Performance.getMetrics")["metrics"]}
    return {name: int(named[name]) for name in ("JSEventListeners", "Nodes", "JSHeapUsedSize")}


def mark(page: Page, name: str) -> float:
    """Name this moment for the trace, once what is due has been painted; return the page's clock."""
    painted = "await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));"
    return page.evaluate(f"async (name) => {{ {painted} performance.mark(name); return performance.now(); }}", name)


def show(page: Page, *, widgets: int, seconds: int) -> list[str]:
    """Show a board, let it refresh for some seconds, remove it; return what to say of each phase."""
    began = mark(page, "show")
    page.evaluate("(count) => bench.show(count)", widgets)
    painted = mark(page, "painted")
    page.evaluate("(count) => bench.filled(count)", widgets)
    filled = mark(page, "filled")
    updates = page.evaluate("() => bench.told.updates")
    page.wait_for_timeout(seconds * 1000)
    refreshed = page.evaluate("() => bench.told.updates") - updates
    mark(page, "refreshed")
    return [
        f"{widgets} skeletons painted after {painted - began:.0f} ms",
        f"all of them filled {filled - painted:.0f} ms later",
        f"{refreshed} refreshes in {seconds} s",
    ]


def print_left(page: Page, session: CDPSession, before: dict[str, int]) -> None:
    """Remove the board; print what stays."""
    page.evaluate("() => bench.remove()")
    page.wait_for_timeout(1000)
    started = page.evaluate("() => bench.told.started")
    page.wait_for_timeout(8000)
    begun = page.evaluate("() => bench.told.started") - started
    left = {name: value - before[name] for name, value in counted(page, session).items()}
    print(f"left after removal: {begun} new requests, {page.evaluate('() => bench.told.underWay')} under way; {left}")


def counted(page: Page, session: CDPSession) -> dict[str, int]:
    """Return what the browser counts, and the timers that are set."""
    return metrics(session) | {"timers": page.evaluate("() => pending.size")}


def measure(browser: Browser, page: Page, *, widgets: int, seconds: int) -> None:
    """Print what a board costs."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    page.wait_for_function("() => globalThis.bench !== undefined")
    print(f"modules loaded and run after {page.evaluate('() => performance.now()'):.0f} ms")
    before = counted(page, session)
    browser.start_tracing(page=page, categories=["disabled-by-default-devtools.timeline", "blink.user_timing"])
    told = show(page, widgets=widgets, seconds=seconds)
    tasks = Tasks(browser.stop_tracing())
    for sentence, start, end in zip(told, PHASES, PHASES[1:], strict=False):
        print(sentence)
        tasks.print_between(start, end)
    print_left(page, session, before)


def print_costs(*, widgets: int, seconds: int, slower: float) -> None:
    """Open a browser and measure in it."""
    found = shutil.which("chromium")
    if found is None:
        sys.exit("chromium is missing: apt-get install chromium")
    flags = ["--disable-gpu", "--no-first-run", *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    print(f"\nload of the machine {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    with running(site()) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=flags)
        page = browser.new_page(viewport={"width": 1600, "height": 1000})
        page.on("pageerror", lambda error: print(f"uncaught: {error}"))
        page.add_init_script(WATCH)
        if slower > 1:
            page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slower})
        page.goto(address)
        measure(browser, page, widgets=widgets, seconds=seconds)
        browser.close()


def main() -> None:
    """Print sizes, then costs."""
    parser = argparse.ArgumentParser(description="Measure the browser elements.")
    parser.add_argument("--sizes", action="store_true", help="only what they weigh; exit code 1 over the budget")
    parser.add_argument("--widgets", type=int, default=200)
    parser.add_argument("--seconds", type=int, default=30, help="for how long the board refreshes")
    parser.add_argument("--slower", type=float, default=1, help="how many times slower the processor shall seem")
    options = parser.parse_args()
    total = print_sizes()
    if options.sizes:
        sys.exit(total > BUDGET)
    print_costs(widgets=options.widgets, seconds=options.seconds, slower=options.slower)


if __name__ == "__main__":
    main()

"""Take the pictures of the views: ``uv run --with pillow docs/gallery/pictures.py``, with Chromium installed.

Each is of the payload that stands on the page about views, in light and in dark; its hash is written into the picture,
so that a test notices when the page has changed since.
"""

import io
import json
import re
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256

import uvicorn
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from playwright.sync_api import Browser, sync_playwright
from serve import FOLDER, create_app

REFERENCE = FOLDER.parent / "reference"
PICTURES = REFERENCE / "pictures"
PAYLOAD = re.compile(r"^```json\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NOW = "2026-11-24T09:30:00Z"
WIDTH = 420
DRAW = """(payload) => {
  const frame = Object.assign(document.createElement("div"), { className: "frame" });
  const view = document.createElement(`integration-${payload.kind}`);
  view.payload = payload;
  frame.append(view);
  document.body.replaceChildren(frame);
}"""


@contextmanager
def gallery() -> Iterator[str]:
    """Serve the gallery in a thread, on a free port."""
    started = threading.Event()

    class Server(uvicorn.Server):
        async def startup(self, sockets: object = None) -> None:
            await super().startup()
            started.set()

    server = Server(uvicorn.Config(create_app(), port=0, log_level="warning"))
    thread = threading.Thread(target=server.run)
    thread.start()
    started.wait()
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


def take(browser: Browser, address: str, text: str, scheme: str) -> None:
    """Write the picture of one payload in one scheme of colours, with no more colours than it takes."""
    payload = json.loads(text)
    options = {"locale": "en-GB", "timezone_id": "UTC", "viewport": {"width": WIDTH, "height": 600}}
    page = browser.new_page(**options, color_scheme=scheme, device_scale_factor=2, reduced_motion="reduce")
    page.clock.set_fixed_time(NOW)
    page.goto(f"{address}/?section=icon")
    page.evaluate(DRAW, payload)
    page.wait_for_timeout(300)
    drawn = Image.open(io.BytesIO(page.locator(".frame").screenshot())).convert("RGB")
    told = PngInfo()
    told.add_text("payload", sha256(text.encode()).hexdigest())
    target = PICTURES / f"{payload['kind']}-{scheme}.png"
    drawn.quantize(48, dither=Image.Dither.NONE).save(target, optimize=True, pnginfo=told)
    print(target.name, target.stat().st_size)
    page.close()


def main() -> None:
    """Take them all anew."""
    PICTURES.mkdir(exist_ok=True)
    with gallery() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for text in PAYLOAD.findall((REFERENCE / "views.md").read_text("utf-8")):
            for scheme in ("light", "dark"):
                take(browser, address, text, scheme)
        browser.close()


if __name__ == "__main__":
    main()

"""Serve the gallery on this machine: ``uv run docs/gallery/serve.py``, then open the address that it prints."""

import argparse
import mimetypes
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from dashboard_integrations import AppService, ConfigCipher, InMemoryAppRepository, IntegrationService, Registry
from dashboard_integrations.adapters.asgi import IntegrationApp
from dashboard_integrations.ui import CONTENT_SECURITY_POLICY, theme_path
from dashboard_integrations.web import Access

FOLDER = Path(__file__).parent
FILES = {path.name: path for path in FOLDER.iterdir() if path.suffix in {".html", ".js", ".css", ".svg"}}
THEMES = ("harbour", "paper")


async def file(request: Request) -> Response:
    """Send a file of the gallery under the policy that the documentation asks for, and nothing else."""
    path = FILES.get(request.path_params.get("name", "index.html"))
    if path is None:
        return Response(status_code=404)
    text = path.read_text("utf-8")
    if path.name == "index.html":
        for theme in THEMES:
            text = text.replace(f"/api/integrations/ui/themes/{theme}.css", theme_path(theme))
    headers = {"content-security-policy": CONTENT_SECURITY_POLICY, "cache-control": "no-cache"}
    return Response(text, media_type=mimetypes.guess_type(path.name)[0], headers=headers)


def create_app() -> Starlette:
    """Return the gallery; of the routes, only the browser's code is open: what it shows comes from no server."""
    apps = AppService(InMemoryAppRepository(), cipher=ConfigCipher.from_text(ConfigCipher.generate_key()))
    service = IntegrationService(apps=apps, registry=Registry())
    api = IntegrationApp(service, authorize=lambda request, action: Access.FORBIDDEN)
    return Starlette(routes=[Route("/", file), Route("/{name}", file), Mount("/", api)])


def main() -> None:
    """Serve until Ctrl-C."""
    parser = argparse.ArgumentParser(description="Serve the gallery of the elements on this machine.")
    parser.add_argument("--port", type=int, default=8421)
    port = parser.parse_args().port
    print(f"http://127.0.0.1:{port}/")
    uvicorn.run(create_app(), host="127.0.0.1", port=port, log_level="warning")


if __name__ == "__main__":
    main()

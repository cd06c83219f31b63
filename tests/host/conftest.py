"""A dashboard with integrations that need no service, asked over both event loops."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from host_address import ADDRESS, TOKEN
from sample_integrations import Gallery, Keyed, Slow
from starlette.testclient import TestClient

from dashboard_integrations.host.app import create_app
from dashboard_integrations.host.settings import HostSettings
from dashboard_integrations.registry import Registry


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def registry() -> Registry:
    registry = Registry()
    for integration in (Gallery, Keyed, Slow):
        registry.register(integration)
    return registry


@pytest.fixture
def start(data: Path, registry: Registry) -> Callable[..., TestClient]:
    def start(*, backend: str = "asyncio", environ: dict[str, str] | None = None, **settings: object) -> TestClient:
        chosen = HostSettings(data=data, token=TOKEN, failure_delay=0, **settings)
        app = create_app(chosen, environ=environ or {}, registry=registry)
        return TestClient(app, base_url=ADDRESS, backend=backend, follow_redirects=False)

    return start


@pytest.fixture(params=["asyncio", "trio"])
def anonymous(start: Callable[..., TestClient], request: pytest.FixtureRequest) -> Iterator[TestClient]:
    with start(backend=request.param) as client:
        yield client


@pytest.fixture
def api(anonymous: TestClient) -> TestClient:
    anonymous.headers["authorization"] = f"Bearer {TOKEN}"
    return anonymous


@pytest.fixture
def browser(anonymous: TestClient) -> TestClient:
    anonymous.get("/", params={"token": TOKEN})
    anonymous.headers["sec-fetch-site"] = "same-origin"
    anonymous.headers["origin"] = ADDRESS
    return anonymous

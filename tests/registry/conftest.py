"""Real distributions on disk, of every kind of badness."""

import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

GOOD = '''
from dashboard_integrations.authoring import BaseIntegration, endpoint
from dashboard_integrations.views import StatCard
from pydantic import BaseModel

class Config(BaseModel):
    url: str

class Good(BaseIntegration[Config]):
    """A service."""
    id = "{id}"
    name = "Good"

    @endpoint()
    async def speed(self, connection) -> StatCard:
        """Speed."""
        return StatCard(stats=[])
'''


class Site:
    """A folder of installed distributions."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def install(
        self,
        name: str,
        *,
        code: str = "",
        plugins: Mapping[str, str] | None = None,
        version: str = "1.0",
        api: str | None = None,
        entry_points: str | None = None,
        metadata: bytes | None = None,
    ) -> str:
        """Install a distribution; return the name of its package, which holds ``code``."""
        package = name.lower().replace("-", "_")
        (self.path / f"{package}.py").write_text(code)
        info = self.path / f"{package}-{version}.dist-info"
        info.mkdir()
        (info / "METADATA").write_bytes(
            metadata or f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n".encode()
        )
        lines = ["[dashboard.integrations]"]
        lines += [f"{plugin} = {value}" for plugin, value in (plugins or {}).items()]
        if api is not None:
            lines += ["[dashboard.integrations.api]", f"version = {api}"]
        (info / "entry_points.txt").write_text("\n".join(lines) if entry_points is None else entry_points)
        return package

    def good(self, name: str, plugin: str, *, version: str = "1.0", api: str | None = None) -> str:
        """Install a distribution with one integration that works."""
        package = name.lower().replace("-", "_")
        code = GOOD.replace("{id}", plugin)
        return self.install(name, code=code, plugins={plugin: f"{package}:Good"}, version=version, api=api)


def _forget(paths: list[Path]) -> None:
    for name, module in list(sys.modules.items()):
        origin = getattr(module, "__file__", None)
        if origin is not None and any(Path(origin).is_relative_to(path) for path in paths):
            del sys.modules[name]


@pytest.fixture
def make_site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Site]]:
    """Make folders of distributions, each before the ones made earlier on the path."""
    made: list[Path] = []

    def make(name: str) -> Site:
        path = tmp_path / name
        path.mkdir()
        monkeypatch.syspath_prepend(path)
        made.append(path)
        return Site(path)

    yield make
    _forget(made)


@pytest.fixture
def site(make_site: Callable[[str], Site]) -> Site:
    """Make a folder of distributions on the path."""
    return make_site("site")

"""New distributions, made in memory, imported, and asked."""

import datetime
import importlib
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import ModuleType

import anyio
import pytest

from dashboard_integrations.scaffold.auth_plans import AuthKind, AuthPlan, auth_plan
from dashboard_integrations.scaffold.distribution import Author, Distribution, write
from dashboard_integrations.scaffold.guess import first_view
from dashboard_integrations.scaffold.names import Names
from dashboard_integrations.scaffold.planned_request import PlannedRequest
from dashboard_integrations.scaffold.probe import look_at_sample
from dashboard_integrations.views import ViewKind


class Maker:
    """Makes distributions in a folder, and imports them as if they were installed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._packages: list[str] = []

    def distribution(
        self,
        answer: object,
        *,
        name: str = "newsroom",
        auth: AuthKind | AuthPlan = AuthKind.NONE,
        view: ViewKind | None = None,
        request: PlannedRequest | None = None,
        **more: object,
    ) -> Distribution:
        """Describe one."""
        given = {"author": Author(name="Jo Doe"), "description": "Live data.", "today": datetime.date(2026, 1, 1)}
        return Distribution(
            names=Names.of(name),
            request=request or PlannedRequest(path="api/status"),
            auth=auth if isinstance(auth, AuthPlan) else auth_plan(auth),
            view=first_view(answer, kind=view),
            answer=answer,
            **{**given, **more},
        )

    def files(self, made: Distribution) -> Mapping[str, str]:
        """Return its files, with a recording of a service that gives its answer."""

        async def look():
            return await look_at_sample(made.request, made.auth, integration_id=made.names.id, answer=made.answer)

        return made.files(anyio.run(look).named(made.endpoint))

    def write(self, made: Distribution) -> Path:
        """Write it, and return its folder."""
        target = self.folder / made.names.distribution
        write(self.files(made), target)
        return target

    def module(self, made: Distribution, target: Path) -> ModuleType:
        """Import the integration's module."""
        sys.path.insert(0, str(target / "src"))
        self._packages.append(made.names.package)
        importlib.invalidate_caches()
        return importlib.import_module(f"{made.names.package}.{made.names.module}")

    def forget(self) -> None:
        """Take out of the interpreter what was imported."""
        sys.path[:] = [entry for entry in sys.path if not entry.startswith(str(self.folder))]
        for name in list(sys.modules):
            if name.partition(".")[0] in self._packages:
                del sys.modules[name]


@pytest.fixture
def maker(tmp_path: Path) -> Iterator[Maker]:
    made = Maker(tmp_path)
    yield made
    made.forget()


@pytest.fixture(scope="session")
def make_in() -> Callable[[Path], Maker]:
    """Return a maker for a folder."""
    return Maker


@pytest.fixture
def importing() -> Iterator[Callable[[Distribution, Path], ModuleType]]:
    """Import the module of a distribution that was written, for one test."""
    makers: list[Maker] = []

    def importing(made: Distribution, target: Path) -> ModuleType:
        makers.append(Maker(target.parent))
        return makers[-1].module(made, target)

    yield importing
    for made in makers:
        made.forget()


@pytest.fixture(scope="session")
def describe(tmp_path_factory: pytest.TempPathFactory) -> Maker:
    """A maker that nothing is written with: one for all examples of a property."""
    return Maker(tmp_path_factory.mktemp("described"))


@pytest.fixture(scope="session")
def run_source() -> Callable[[Mapping[str, str]], dict[str, ModuleType]]:
    """Execute modules of a package that is only in memory, given by their names, in their order."""

    def run(sources: Mapping[str, str]) -> dict[str, ModuleType]:
        modules = {name: ModuleType(name) for name in sources}
        sys.modules.update(modules)
        try:
            for name, source in sources.items():
                package, _, last = name.rpartition(".")
                if package:
                    setattr(modules[package], last, modules[name])
                exec(compile(source, name, "exec"), modules[name].__dict__)
        finally:
            for name in sources:
                del sys.modules[name]  # tests of other modules look for what is installed
        return modules

    return run

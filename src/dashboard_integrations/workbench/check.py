"""The check of a distribution: built, read, installed into an empty environment, loaded, and its tests run there."""

import json
import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import distribution, requires
from pathlib import Path
from tempfile import TemporaryDirectory

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from dashboard_integrations.testing.conformance.report import ConformanceReport
from dashboard_integrations.workbench.clean_environment import (
    CleanEnvironment,
    InstallError,
    build_wheel,
    clean_environment,
)
from dashboard_integrations.workbench.findings import Finding
from dashboard_integrations.workbench.source_tree import SourceTree
from dashboard_integrations.workbench.wheel import Wheel
from dashboard_integrations.workbench.wheel_checks import CORE, check_wheel

__all__ = ["Check", "Checked"]

_SHOWN_LINES = 15
_LOADS_WITHIN = 1.0
_TEST_EXTRAS = (canonicalize_name("test"), canonicalize_name("tests"), canonicalize_name("testing"))
_PROBE = "dashboard_integrations.workbench.load_probe"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What was checked, what was found, and the levels that the tests show, by integration."""

    name: str
    version: str
    integrations: Sequence[str]
    findings: Sequence[Finding]
    levels: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What to check: a source tree or a wheel, with ``tests`` (those of the tree unless given) or without any.

    ``core`` is what to install as the core: the one that runs, unless given. ``told`` hears what is being done.
    """

    path: Path
    tests: Path | None = None
    core: str | None = None
    told: Callable[[str], None] = lambda text: None

    def run(self) -> Checked:
        """Check; raise ``SourceTreeError`` or ``WheelError`` for what cannot be checked, ``InstallError`` likewise."""
        with TemporaryDirectory(prefix="dashboard-integrations-") as folder:
            wheel = Wheel.read(self._wheel(Path(folder)))
            levels: dict[str, str] = {}
            findings = [*check_wheel(wheel, core=_core_requirements()), *self._installed(wheel, levels)]
        metadata = wheel.metadata
        return Checked(
            name=metadata.name,
            version=str(metadata.version),
            integrations=tuple(wheel.points),
            findings=findings,
            levels=levels,
        )

    def _wheel(self, folder: Path) -> Path:
        if self.path.suffix == ".whl":
            return self.path
        SourceTree.read(self.path)
        self.told("Building the wheel")
        return build_wheel(self.path, folder)

    def _installed(self, wheel: Wheel, levels: dict[str, str]) -> Iterator[Finding]:
        tests = self._tests()
        with clean_environment() as environment:
            self.told("Installing it into an empty environment")
            try:
                environment.install(_requirement(wheel, tests), self.core or _running_core())
            except InstallError as error:
                yield Finding.of("installation", wrong=str(error))
                return
            yield Finding.of("installation", ok="into an empty environment, beside the core")
            self.told("Loading its integrations")
            yield from _loaded(environment, wheel)
            if tests is None:
                told = "no tests were given, so its level is not known: check the source tree, or give --tests"
                yield Finding.of("conformance", advice=told)
                return
            self.told("Running its tests")
            yield from _conformance(environment, tests, wheel, levels)

    def _tests(self) -> Path | None:
        if self.tests is not None:
            return self.tests.resolve()
        found = self.path / "tests"
        return found.resolve() if self.path.is_dir() and found.is_dir() else None


def _loaded(environment: CleanEnvironment, wheel: Wheel) -> Iterator[Finding]:
    with TemporaryDirectory() as elsewhere:
        done = environment.run("-m", _PROBE, wheel.metadata.name, cwd=Path(elsewhere))
    if done.returncode != 0:
        yield Finding.of("loading", wrong=f"its integrations could not be looked at:\n{_last_lines(done.stderr)}")
        return
    for row in json.loads(done.stdout.splitlines()[-1]):
        seconds = row["seconds"] or 0.0
        slow = (
            f"took {seconds:.1f} s to import: import what is large where it is used" if seconds > _LOADS_WITHIN else ""
        )
        yield Finding.of(
            f"loading {row['id']}",
            wrong="" if row["state"] == "active" else row["reason"] or row["state"],
            advice=slow,
            ok="loads",
        )


def _conformance(environment: CleanEnvironment, tests: Path, wheel: Wheel, levels: dict[str, str]) -> Iterator[Finding]:
    with TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        options = ["-q", "-p", "no:cacheprovider", f"--conformance-report={report}", *_of_the_wheel(tests, wheel)]
        done = environment.run("-P", "-m", "pytest", *options, str(tests), cwd=tests.parent)
        found = ConformanceReport.load(report) if report.exists() else None
    if done.returncode != 0:
        yield Finding.of("tests", wrong=f"they do not pass:\n{_last_lines(done.stdout + done.stderr)}")
    else:
        yield Finding.of("tests", ok=done.stdout.strip().rpartition("\n")[2].strip("= "))
    shown = {} if found is None else {item.integration: item.level for item in found.integrations}
    for name in wheel.points:
        level = shown.get(name)
        if name not in shown:
            told = "no test class derives from IntegrationContract: see the guide to conformance"
            yield Finding.of(f"conformance {name}", advice=told)
        elif level is None:
            yield Finding.of(f"conformance {name}", wrong="reaches no level: the tests say which checks failed")
        else:
            levels[name] = level.value
            yield Finding.of(f"conformance {name}", ok=level.value)


def _of_the_wheel(tests: Path, wheel: Wheel) -> Iterator[str]:
    """Yield the options with which tests import what the wheel has, and not what lies beside them."""
    if (tests / "__init__.py").exists():
        yield "--import-mode=append"
    root = tests.parent
    try:
        read = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
        options = read["tool"]["pytest"]
        named = options.get("ini_options", options)["pythonpath"]
    except (OSError, ValueError, LookupError):
        return
    folders = named.split() if isinstance(named, str) else map(str, named)
    tops = {name.partition("/")[0] for name in wheel.files if ".dist-info/" not in name}
    kept = [folder for folder in folders if not any((root / folder / top).exists() for top in tops)]
    yield f"--override-ini=pythonpath={' '.join(kept)}"


def _requirement(wheel: Wheel, tests: Path | None) -> str:
    """Return what installs the wheel, with what its tests need where it has an extra for that."""
    offered = {canonicalize_name(extra): extra for extra in wheel.metadata.provides_extra or ()}
    extras = [offered[name] for name in _TEST_EXTRAS if tests is not None and name in offered]
    file = wheel.path.resolve()
    return f"{wheel.metadata.name}[{','.join(extras)}] @ {file.as_uri()}" if extras else str(file)


def _core_requirements() -> Sequence[Requirement]:
    found = [Requirement(text) for text in requires(CORE) or ()]
    return [item for item in found if item.marker is None or item.marker.evaluate({"extra": ""})]


def _running_core() -> str:
    """Return the requirement that installs the core which runs here: its source, or its version."""
    installed = distribution(CORE)
    origin = json.loads(installed.read_text("direct_url.json") or "{}")
    wanted = f"{CORE}[testing]"
    return f"{wanted} @ {origin['url']}" if "url" in origin else f"{wanted}=={installed.version}"


def _last_lines(text: str) -> str:
    return "\n".join(text.strip().splitlines()[-_SHOWN_LINES:])

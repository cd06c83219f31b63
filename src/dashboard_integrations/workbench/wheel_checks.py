"""What can be said about a wheel before it is installed."""

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from dashboard_integrations.workbench.findings import Finding
from dashboard_integrations.workbench.source_tree import GROUP
from dashboard_integrations.workbench.wheel import Wheel

__all__ = ["CORE", "check_wheel"]

CORE = "dashboard-integrations"

_POINT = re.compile(r"([A-Za-z_][\w.]*)\s*:\s*([A-Za-z_][\w.]*)")
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_OLDEST_PYTHON = Version("3.11")
_STRAY = frozenset({"test", "tests", "testing", "doc", "docs", "example", "examples", "src", "recordings"})
_LARGE = 5 * 1024 * 1024
_PINS = frozenset({"==", "===", "~="})
_CAPS = frozenset({"<", "<="})


def check_wheel(wheel: Wheel, *, core: Sequence[Requirement]) -> list[Finding]:
    """Return what is to be said about it; ``core`` are the requirements of the core it is to live with."""
    return [
        _entry_points(wheel),
        _core_requirement(wheel),
        *_shared_requirements(wheel, core),
        _python(wheel),
        _types(wheel),
        _licence(wheel),
        _description(wheel),
        _contents(wheel),
    ]


def _entry_points(wheel: Wheel) -> Finding:
    topic = "entry points"
    if not wheel.points:
        return Finding.of(
            topic,
            wrong=f'nothing is found by a dashboard: add [project.entry-points."{GROUP}"] with  id = "module:Class"',
        )
    problems = [problem for name, value in wheel.points.items() if (problem := _point_problem(wheel, name, value))]
    told = ", ".join(f"{name} = {value}" for name, value in wheel.points.items())
    return Finding.of(topic, wrong="; ".join(problems), ok=told)


def _point_problem(wheel: Wheel, name: str, value: str) -> str:
    found = _POINT.fullmatch(value.strip())
    if found is None:
        return f"{name} = {value} should look like module:Class"
    path = found[1].replace(".", "/")
    if not {f"{path}.py", f"{path}/__init__.py"} & wheel.files:
        return f"{name} names the module {found[1]}, which the wheel does not hold: check what the build includes"
    if not _ID.fullmatch(name):
        return f"{name} should be lower-case letters, digits and hyphens, as the id of the integration"
    return ""


def _core_requirement(wheel: Wheel) -> Finding:
    topic = "core"
    found = [item for item in wheel.requirements if canonicalize_name(item.name) == CORE]
    if not found:
        return Finding.of(topic, wrong=f'dependencies do not name the core: add "{CORE}>=0.1"')
    if capped := _capped(found[0].specifier):
        told = f"{found[0]} keeps people from updating the core ({capped}): state a lower bound; the API has a version"
        return Finding.of(topic, advice=told)
    if not found[0].specifier:
        return Finding.of(topic, advice=f"{found[0]} has no lower bound: state the version you test with, as >=0.1")
    return Finding.of(topic, ok=str(found[0]))


def _capped(specifier: SpecifierSet) -> str:
    return ", ".join(str(item) for item in specifier if item.operator in _PINS | _CAPS)


def _shared_requirements(wheel: Wheel, core: Sequence[Requirement]) -> Iterator[Finding]:
    """Yield what is to be said about packages that the core needs too."""
    theirs = {canonicalize_name(item.name): item.specifier for item in core}
    for requirement in wheel.requirements:
        name = canonicalize_name(requirement.name)
        if name not in theirs:
            continue
        topic = f"dependency {name}"
        if not _agree(requirement.specifier, theirs[name]):
            told = f"{requirement} cannot be installed beside the core, which needs {name}{theirs[name]}"
            yield Finding.of(topic, wrong=f"{told}: leave it out, or widen it")
        elif capped := _capped(requirement.specifier):
            told = f"{capped} will keep people from updating the core: leave it out, the core brings {name}"
            yield Finding.of(topic, advice=told)
        else:
            yield Finding.of(topic, ok=str(requirement))


def _agree(one: SpecifierSet, other: SpecifierSet) -> bool:
    """Return whether a version fits both: one at a bound, just beside one, or newer than all."""
    return any(
        one.contains(version, prereleases=True) and other.contains(version, prereleases=True)
        for version in _candidates([*one, *other])
    )


def _candidates(specifiers: Iterable[object]) -> Iterator[Version]:
    yield from (Version("0"), Version("999999"))
    for specifier in specifiers:
        try:
            version = Version(str(getattr(specifier, "version", "")).removesuffix(".*"))
        except InvalidVersion:
            continue
        release = (*version.release, 0, 0)[:3]
        yield version
        for place, step in itertools.product(range(3), (1, -1)):
            if release[place] + step >= 0:
                beside = (*release[:place], release[place] + step, *((999,) * (2 - place) if step < 0 else ()))
                yield Version(".".join(map(str, beside)))


def _python(wheel: Wheel) -> Finding:
    stated = wheel.metadata.requires_python
    if stated is None:
        return Finding.of("python", advice='no version of Python is stated: add requires-python = ">=3.11"')
    if not _agree(stated, SpecifierSet(f">={_OLDEST_PYTHON}")):
        return Finding.of("python", wrong=f"{stated} fits no Python the core runs on (>={_OLDEST_PYTHON}): change it")
    if capped := _capped(stated):
        return Finding.of("python", advice=f"{capped} refuses Pythons that are still to come: state a lower bound only")
    return Finding.of("python", ok=str(stated))


def _types(wheel: Wheel) -> Finding:
    packages = {value.partition(":")[0].strip().partition(".")[0] for value in wheel.points.values()}
    there = {name.partition("/")[0].removesuffix(".py") for name in wheel.files}
    untyped = sorted(name for name in packages & there if not {f"{name}/py.typed", f"{name}.pyi"} & wheel.files)
    told = ", ".join(untyped)
    return Finding.of(
        "types",
        advice=f"{told} has no py.typed: add the empty file to the package, so that its types count" if untyped else "",
        ok="py.typed",
    )


def _licence(wheel: Wheel) -> Finding:
    metadata = wheel.metadata
    stated = (
        metadata.license_expression
        or metadata.license
        or next((line for line in metadata.classifiers or () if line.startswith("License ::")), None)
    )
    if stated is None:
        return Finding.of("licence", wrong='no licence is stated, so nobody may use it: add license = "MIT", say')
    if not wheel.licences:
        told = 'the text of the licence is not in the wheel: add a file LICENSE and license-files = ["LICENSE"]'
        return Finding.of("licence", advice=told)
    return Finding.of("licence", ok=str(stated).partition("\n")[0])


def _description(wheel: Wheel) -> Finding:
    metadata = wheel.metadata
    if not metadata.summary:
        return Finding.of("description", advice="there is no summary: add  description = …  to [project]")
    if not metadata.description:
        return Finding.of("description", advice='there is no readme: add  readme = "README.md"  to [project]')
    return Finding.of("description", ok=metadata.summary)


def _contents(wheel: Wheel) -> Finding:
    tops = {name.partition("/")[0] for name in wheel.files if "/" in name}
    stray = sorted(tops & _STRAY)
    if stray:
        told = f"{', '.join(stray)} would be installed beside other people's packages of that name"
        return Finding.of("contents", wrong=f"{told}: build only your own package")
    if wheel.size > _LARGE:
        return Finding.of("contents", advice=f"the wheel has {wheel.size / 1e6:.0f} MB: leave out what is not needed")
    return Finding.of("contents", ok=", ".join(sorted(top for top in tops if not top.endswith(".dist-info"))))

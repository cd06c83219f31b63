"""Finds the plugins that installed distributions offer, and imports nothing of them."""

import logging
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from importlib_metadata import EntryPoint
from importlib_metadata import distributions as installed_distributions

from dashboard_integrations.integration import Integration

__all__ = [
    "API_GROUP",
    "GROUP",
    "Candidate",
    "InstalledDistribution",
    "discover",
    "distributions_of",
    "is_editable",
    "normalised",
]

logger = logging.getLogger(__name__)

GROUP = "dashboard.integrations"
"""The entry-point group of integrations: ``id = "package.module:Class"``."""

API_GROUP = "dashboard.integrations.api"
"""The group in which a distribution says which API it was made for: ``version = "v2"``; without it, ``v1``."""

_EDITABLE = '"editable": true'
_FIELDS = {
    name: re.compile(rf"^{name}:[ \t]*(\S+)[ \t]*$", re.MULTILINE | re.IGNORECASE) for name in ("Name", "Version")
}


class InstalledDistribution(Protocol):
    """What is read of a distribution; those of importlib.metadata and of importlib-metadata have it."""

    # Any: the two libraries, and their versions, have classes of their own for what these return.
    @property
    def metadata(self) -> Any:
        """Return the fields of its METADATA; ``get`` gives one of them."""

    @property
    def entry_points(self) -> Any:
        """Return its entry points."""

    def read_text(self, filename: str, /) -> str | None:
        """Return the content of a file of its metadata."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An integration that one distribution offers; ``defect`` is what is wrong with the offer itself.

    ``is_editable``: it is used from its source tree, which changes without being installed again.
    """

    id: str
    distribution: str | None
    version: str | None
    value: str | None = None
    entry_point: EntryPoint | None = None
    api: str = "v1"
    defect: str | None = None
    is_editable: bool = False

    @property
    def source(self) -> str:
        """What installed it, for a message."""
        return " ".join(filter(None, (self.distribution or "a distribution without a name", self.version)))


def discover(distributions: Iterable[InstalledDistribution] | None = None) -> Sequence[Candidate]:
    """Return what ``distributions`` (without: all that are installed) offer.

    Of several distributions with one name the first counts, as it is the one that imports find.
    """
    seen: set[str] = set()
    found: list[Candidate] = []
    for distribution in installed_distributions() if distributions is None else distributions:
        name = _name(distribution)
        if name is not None and normalised(name) in seen:
            continue
        if name is not None:
            seen.add(normalised(name))
        if not _offers_nothing(distribution):
            found.extend(_offers(distribution, name))
    return found


def distributions_of(integration: Integration) -> str | None:
    """Return the names of the installed distributions that offer ``integration``; ``None`` for one made in code."""
    module = type(integration).__module__
    found = [candidate for candidate in discover() if candidate.id == integration.id and candidate.distribution]
    own = [candidate for candidate in found if (candidate.value or "").partition(":")[0] == module]
    return " or ".join(sorted({candidate.source for candidate in own or found})) or None


def normalised(name: str) -> str:
    """Return a distribution's name in the form in which equal names are equal (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name.strip()).lower()


def _name(distribution: InstalledDistribution) -> str | None:
    return _field(distribution, "Name")


def _field(distribution: InstalledDistribution, name: str) -> str | None:
    """Return a field, where possible without parsing the whole of its metadata: that takes most of a discovery."""
    try:
        headers = (distribution.read_text("METADATA") or "").partition("\n\n")[0]
    except Exception:  # noqa: BLE001  (a damaged installation must not hide the others)
        headers = ""
    found = _FIELDS[name].search(headers)
    return found[1] if found else _metadata(distribution, name)


def _offers_nothing(distribution: InstalledDistribution) -> bool:
    """Return whether the text of its entry points alone says so; a text that cannot be had says nothing."""
    try:
        text = distribution.read_text("entry_points.txt")
    except Exception:  # noqa: BLE001  (the file may hold anything)
        return False
    return text is not None and GROUP not in text


def _metadata(distribution: InstalledDistribution, field: str) -> str | None:
    try:
        return str(distribution.metadata.get(field) or "").strip() or None
    except Exception:  # noqa: BLE001  (a damaged installation must not hide the others)
        return None


def is_editable(distribution: InstalledDistribution) -> bool:
    """Return whether its code may change while it stays installed (PEP 610), or nobody can tell."""
    try:
        return distribution.read_text("RECORD") is None or _EDITABLE in (
            distribution.read_text("direct_url.json") or ""
        )
    except Exception:  # noqa: BLE001  (a distribution may come from anybody's finder)
        return True


def _offers(distribution: InstalledDistribution, name: str | None) -> Iterator[Candidate]:
    try:
        points = [point for point in distribution.entry_points if point.group in {GROUP, API_GROUP}]
    except Exception as error:  # noqa: BLE001  (the file may hold anything)
        yield from _unreadable(distribution, name, error)
        return
    if not points:
        return
    version = _field(distribution, "Version")
    changes = is_editable(distribution)
    api = next((point.value for point in points if point.group == API_GROUP and point.name == "version"), "v1")
    offered: dict[str, EntryPoint] = {}
    twice: set[str] = set()
    for point in points:
        if point.group == GROUP and offered.setdefault(point.name, point).value != point.value:
            twice.add(point.name)
    for point in offered.values():
        defect = _defect(point, name, offered_twice=point.name in twice)
        yield Candidate(
            id=point.name,
            distribution=name,
            version=version,
            value=point.value,
            entry_point=point,
            api=api,
            defect=defect,
            is_editable=changes,
        )


def _defect(point: EntryPoint, name: str | None, *, offered_twice: bool) -> str | None:
    if name is None:
        return "the metadata of its distribution cannot be read: its installation is damaged, install it again"
    if offered_twice:
        return f"its distribution names it twice in the group {GROUP!r}, with different values"
    try:
        module, attribute = point.module, point.attr
    except Exception:  # noqa: BLE001  (which exception depends on the version of importlib-metadata)
        return f"its entry point {point.value!r} cannot be read: it should look like 'package.module:Class'"
    if not module or not attribute:
        return f"its entry point {point.value!r} names a module: it should look like 'package.module:Class'"
    return None


def _unreadable(distribution: InstalledDistribution, name: str | None, error: Exception) -> Iterator[Candidate]:
    """Yield a row under the distribution's name when entry points that cannot be read may be plugins."""
    if name is None or GROUP not in _entry_points_text(distribution, error):
        logger.info("entry-points-unreadable", extra={"distribution": name, "error_type": type(error).__name__})
        return
    yield Candidate(
        id=normalised(name),
        distribution=name,
        version=_field(distribution, "Version"),
        defect="its entry_points.txt cannot be read: its installation is damaged, install it again",
    )


def _entry_points_text(distribution: InstalledDistribution, error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return error.object.decode(errors="replace")
    try:
        return distribution.read_text("entry_points.txt") or ""
    except Exception:  # noqa: BLE001  (a distribution may come from anybody's finder)
        return ""

"""What a new distribution and its parts are called, and whether these names are free."""

import importlib.util
import keyword
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Self

from dashboard_integrations.integration import __all__ as of_integrations
from dashboard_integrations.scaffold.errors import ScaffoldError
from dashboard_integrations.scaffold.words import class_name, label
from dashboard_integrations.views import __all__ as of_views

__all__ = ["Names", "check_free"]

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LONGEST = 50
# What the generated module imports or defines under names of its own.
_TAKEN_CLASSES = frozenset(
    {
        *of_views,
        *of_integrations,
        *("ApiKeyHeader", "ApiKeyQuery", "BasicAuth", "BearerToken", "CookieLogin", "DigestAuth", "TokenLogin"),
        *("OAuth2ClientCredentials", "Connection", "Field", "HttpIntegration", "SecretStr", "ServiceConfig"),
        *("FakeService", "IntegrationContract", "Path", "Recording"),
    }
)
_TAKEN_MODULES = frozenset({"answers", "py"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """The names of one new distribution; ``id`` is what apps are stored under."""

    id: str
    title: str
    distribution: str
    package: str
    module: str
    class_name: str

    @classmethod
    def of(cls, name: str, *, title: str | None = None) -> Self:
        """Return the names that follow from ``name``; raise ``ScaffoldError`` when it cannot be an id."""
        if not _ID.fullmatch(name) or len(name) > _LONGEST:
            raise ScaffoldError(_not_an_id(name))
        if title is not None and not (title.strip() and title.isprintable()):
            raise ScaffoldError(f"the title {title!r} should be a line of text, as in 'Pi-hole'")
        words = name.replace("-", "_")
        module = words if words[0].isalpha() else f"service_{words}"
        found = _class_name(title or "", name)
        return cls(
            id=name,
            title=(title or " ".join(label(word) for word in name.split("-"))).strip(),
            distribution=f"dashboard-{name}",
            package=f"dashboard_{words}",
            module=f"{module}_service" if keyword.iskeyword(module) or module in _TAKEN_MODULES else module,
            class_name=f"{found}Integration" if found in _TAKEN_CLASSES else found,
        )


def check_free(
    names: Names,
    *,
    installed: Mapping[str, str | None],
    finds: Callable[[str], object] = importlib.util.find_spec,
) -> None:
    """Raise ``ScaffoldError`` when a name is taken; ``installed`` maps ids of integrations to their distributions."""
    if names.package == "dashboard_integrations":
        raise ScaffoldError(f"{names.id!r} would make a package named as this library: choose another name")
    if names.id in installed:
        owner = f" by {installed[names.id]}" if installed[names.id] else ""
        raise ScaffoldError(
            f"the id {names.id!r} is taken{owner}, which is installed here, and two integrations of one id are a"
            f" conflict: choose another name, or uninstall it when yours is to take its place"
        )
    if finds(names.package) is not None:
        raise ScaffoldError(
            f"there is a Python package {names.package!r} already, which would hide the new one: choose another name,"
            " or uninstall it"
        )


def _class_name(title: str, name: str) -> str:
    """Return the title as a class is named, where that says the same as ``name``; else the name."""
    words = re.findall(r"[A-Za-z0-9]+", title)
    said = "".join(word[:1].upper() + word[1:] for word in words)
    if said.lower() != name.replace("-", ""):
        said = class_name(name)
    plain = said.removeprefix("Part") if name[0].isdecimal() else said
    return plain if plain[0].isalpha() else f"Service{plain}"


def _not_an_id(name: str) -> str:
    better = "-".join(re.findall(r"[a-z0-9]+", re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name).lower()))[:_LONGEST].strip("-")
    hint = f": did you mean {better!r}?" if better else ""
    return (
        f"{name!r} should be lower-case letters, digits and single hyphens, {_LONGEST} at most, as in 'pi-hole'{hint}"
    )

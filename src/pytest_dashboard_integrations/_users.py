"""Which tests use the kit: those that ask for its fixtures, and those of modules and classes that import it."""

import sys
import types
from functools import cache

import pytest

__all__ = ["KIT_FIXTURE", "uses_kit"]

KIT_FIXTURE = "_dashboard_integrations_kit"
"""What every fixture of the kit asks for: a name that nobody else has, unlike those of the fixtures."""

_KIT = "dashboard_integrations.testing"
# Suites of hosts, whose databases and caches may live on other machines.
_FOR_HOSTS = (f"{_KIT}.app_repository", f"{_KIT}.cache_backend")
_TELLING = (type, types.FunctionType, types.ModuleType)


def uses_kit(item: pytest.Item) -> bool:
    """Return whether the test is about an integration, as far as can be seen before it runs."""
    if KIT_FIXTURE in getattr(item, "fixturenames", ()):
        return True
    if _KIT not in sys.modules:
        return False
    cls, module = getattr(item, "cls", None), getattr(item, "module", None)
    return (isinstance(cls, type) and any(_is_kit(base.__module__) for base in cls.__mro__)) or (
        isinstance(module, types.ModuleType) and _imports_kit(module)
    )


@cache
def _imports_kit(module: types.ModuleType) -> bool:
    # By their type: an attribute of somebody's lazy object may do anything.
    values = [value for value in vars(module).values() if issubclass(type(value), _TELLING)]
    return any(_is_kit(_home_of(value)) for value in values)


def _home_of(value: object) -> object:
    return getattr(value, "__name__" if isinstance(value, types.ModuleType) else "__module__", None)


def _is_kit(name: object) -> bool:
    return isinstance(name, str) and (name == _KIT or name.startswith(f"{_KIT}.")) and name not in _FOR_HOSTS

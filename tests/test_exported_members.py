"""What a module exports is what it says it exports."""

import importlib
import pkgutil

import pytest

import dashboard_integrations

MODULES = ["dashboard_integrations"] + [
    info.name
    for info in pkgutil.walk_packages(dashboard_integrations.__path__, "dashboard_integrations.")
    if ".migrations.versions" not in info.name and not info.name.endswith((".env", "__main__"))
]


@pytest.mark.parametrize("name", MODULES)
def test_all_is_there(name):
    """``__all__`` is there, every name in it once, and every name exists; ruff keeps it sorted."""
    module = importlib.import_module(name)
    exported = module.__all__
    assert len(set(exported)) == len(exported)
    assert [item for item in exported if not hasattr(module, item)] == []


def test_front_door_holds_nothing_else():
    """Every public name of the package is in its ``__all__``, and nothing else is public but its modules."""
    submodules = {info.name for info in pkgutil.iter_modules(dashboard_integrations.__path__)}
    public = {name for name in dir(dashboard_integrations) if not name.startswith("_")}
    assert public - submodules == set(dashboard_integrations.__all__) - submodules

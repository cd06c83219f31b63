"""What pytest loads: the marker, the fixtures, and no network for tests that use the kit."""

import types
from collections.abc import Generator, Iterator, Mapping
from typing import Any

import pytest

from pytest_dashboard_integrations import _fixtures
from pytest_dashboard_integrations._guard import fail_refused, without_network
from pytest_dashboard_integrations._users import uses_kit

__all__ = [
    "pytest_configure",
    "pytest_runtest_makereport",
    "pytest_runtest_protocol",
]

_FIXTURES = "dashboard-integrations-fixtures"


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Register the marker, and the fixtures but for those whose name another plugin has.

    Who merely has the library wants the other's. Plugins that come later and ``conftest.py`` go before ours anyway.
    """
    config.addinivalue_line(
        "markers", "network: let a test that uses the kit of dashboard-integrations reach more than this machine"
    )
    plugins = config.pluginmanager
    taken = {name for plugin in plugins.get_plugins() for name in _fixtures_of(plugin)}
    offered = types.ModuleType(_fixtures.__name__, _fixtures.__doc__)
    vars(offered).update({name: made for name, made in _fixtures_of(_fixtures).items() if name not in taken})
    plugins.register(offered, _FIXTURES)


def _fixtures_of(plugin: object) -> Mapping[str, object]:
    if str(getattr(plugin, "__file__", "")).endswith("conftest.py"):
        return {}  # its fixtures are for its folder
    kind = type(_fixtures.fake_service)
    held = {**vars(type(plugin)), **getattr(plugin, "__dict__", {})}
    return {getattr(value, "name", None) or name: value for name, value in held.items() if type(value) is kind}


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Refuse the network from the first fixture of a test to the last."""
    if uses_kit(item):
        with without_network(item):
            yield
    else:
        yield


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, None]:
    """Fail what asked for network."""
    outcome = yield
    fail_refused(item, outcome.get_result())

"""Pytest plugin: ``--real``, and the fixture that makes servers."""

import os
from collections.abc import Callable
from typing import TypeVar

import pytest

from real_servers._base import RealServer

ServerT = TypeVar("ServerT", bound=RealServer)

NewServer = Callable[[type[ServerT]], ServerT]
"""Makes a server that is neither installed nor started yet: use it in a ``with`` statement."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Register ``--real``."""
    parser.addoption(
        "--real", action="store_true", help="run the tests marked 'real': they install (Debian, root) and start servers"
    )


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip the tests marked ``real`` unless they are asked for; in CI they always run."""
    asked = item.config.getoption("--real") or os.environ.get("CI", "").lower() in {"true", "1"}
    if item.get_closest_marker("real") is not None and not asked:
        pytest.skip("needs real servers, which are installed on request: uv run pytest --real")


@pytest.fixture(scope="session")
def new_server(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> NewServer[RealServer]:
    """Make servers with their state in a temporary folder and their virtual environments in pytest's cache."""
    installs = pytestconfig.cache.mkdir("real-servers")

    def new(kind: type[ServerT]) -> ServerT:
        return kind(state=tmp_path_factory.mktemp(kind.name), installs=installs)

    return new

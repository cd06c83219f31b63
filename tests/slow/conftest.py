"""Tests that take minutes: they run when they are asked for, and always in CI."""

import os

import pytest


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker."""
    config.addinivalue_line("markers", "slow: takes minutes; run with --real")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip the tests marked ``slow`` unless they are asked for."""
    asked = item.config.getoption("--real") or os.environ.get("CI", "").lower() in {"true", "1"}
    if item.get_closest_marker("slow") is not None and not asked:
        pytest.skip("takes minutes, which are spent on request: uv run pytest --real")

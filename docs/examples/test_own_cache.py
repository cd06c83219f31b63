"""A cache written by hand does what the library expects of it."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from own_cache import FolderCache

from dashboard_integrations.testing.cache_backend import CacheBackendContract


class Clock:
    """A clock that a test moves on."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead


class TestFolderCache(CacheBackendContract):
    """The contract, over an empty folder."""

    @pytest.fixture
    def clock(self) -> Clock:
        """The clock of the cache."""
        return Clock()

    @pytest.fixture
    def backend(self, tmp_path: Path, clock: Clock) -> FolderCache:
        """An empty cache."""
        return FolderCache(tmp_path, clock=clock)

    @pytest.fixture
    def let_time_pass(self, clock: Clock) -> Callable[[float], None]:
        """Let that many seconds pass."""

        def pass_by(seconds: float) -> None:
            clock.ahead += seconds

        return pass_by

"""The shared cache that tests of fleets use keeps the contract of a real one."""

import pytest
from shared_memory import SharedMemory

from dashboard_integrations.testing.shared_cache import SharedCacheContract


class Clock:
    now = 1_000.0

    def __call__(self):
        return self.now


class TestSharedMemory(SharedCacheContract):
    @pytest.fixture
    def clock(self):
        return Clock()

    @pytest.fixture
    def memory(self, clock):
        return SharedMemory(clock=clock)

    @pytest.fixture
    def backend(self, memory):
        return memory.cache()

    @pytest.fixture
    def other(self, memory):
        return memory.cache()

    @pytest.fixture
    def let_time_pass(self, clock):
        def let_time_pass(seconds):
            clock.now += seconds

        return let_time_pass

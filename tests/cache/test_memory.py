"""The memory cache keeps the contract of a backend and its bounds."""

import pytest

from dashboard_integrations.cache import CacheBackend, MemoryCache
from dashboard_integrations.testing.cache_backend import CacheBackendContract


class FakeTime:
    def __init__(self):
        self.now = 1_000.0

    def __call__(self):
        return self.now

    def advance(self, seconds):
        self.now += seconds


@pytest.fixture
def time():
    return FakeTime()


class TestMemoryCache(CacheBackendContract):
    @pytest.fixture
    def backend(self, time):
        return MemoryCache(clock=time)

    @pytest.fixture
    def let_time_pass(self, time):
        return time.advance


def test_is_a_backend():
    """A memory cache fulfils the protocol."""
    assert isinstance(MemoryCache(), CacheBackend)


async def test_entries_are_bounded():
    """The least recently used entry makes room for a new one."""
    cache = MemoryCache(max_entries=2)
    await cache.set("a", b"1", ttl=60)
    await cache.set("b", b"2", ttl=60)
    await cache.get("a")
    await cache.set("c", b"3", ttl=60)
    assert [await cache.get(key) for key in "abc"] == [b"1", None, b"3"]


async def test_bytes_are_bounded():
    """Entries are dropped until the bytes fit."""
    cache = MemoryCache(max_bytes=10_000)
    for number in range(100):
        await cache.set(str(number), bytes(1_000), ttl=60)
    assert cache.size <= 10_000
    assert cache.entries == 8


async def test_value_larger_than_the_cache_is_not_kept():
    """A value that can never fit is not kept and drives nothing out."""
    cache = MemoryCache(max_bytes=1_000)
    await cache.set("small", b"1", ttl=60)
    await cache.set("huge", bytes(2_000), ttl=60)
    assert (await cache.get("small"), await cache.get("huge")) == (b"1", None)


async def test_size_returns_to_zero(time):
    """Replaced, expired and deleted entries give back their bytes."""
    cache = MemoryCache(clock=time)
    for _ in range(3):
        await cache.set("a", b"12345", ttl=5)
    await cache.set("b", b"1", ttl=60)
    await cache.delete("b")
    time.advance(5)
    await cache.get("a")
    assert (cache.entries, cache.size) == (0, 0)


@pytest.mark.parametrize("ttl", [0, -1, float("nan")])
async def test_ttl_must_be_positive(ttl):
    """A time to live that is not more than zero is a mistake of the caller."""
    with pytest.raises(ValueError, match="more than 0"):
        await MemoryCache().set("key", b"", ttl=ttl)

"""The contract of a cache backend, as tests that an implementer runs over their own."""

from collections.abc import Callable

import anyio
import anyio.lowlevel

from dashboard_integrations.cache.backend import CacheBackend

try:
    import pytest
except ImportError as error:
    raise ImportError("the conformance suites need pytest: pip install 'dashboard-integrations[testing]'") from error

__all__ = ["CacheBackendContract"]


@pytest.mark.anyio
class CacheBackendContract:
    """Subclass it as ``TestMyBackend`` and give a fixture ``backend`` that returns an empty one.

    A second fixture, ``let_time_pass``, returns a callable that lets that many seconds pass for the backend. Tests run
    on every event loop that anyio's pytest plugin is told to use.
    """

    async def test_missing_key(self, backend: CacheBackend) -> None:
        """A key that was never set is missing."""
        assert await backend.get("key") is None

    async def test_value_comes_back(self, backend: CacheBackend) -> None:
        """Bytes come back exactly as they were set."""
        value = bytes(range(256)) * 40
        await backend.set("key", value, ttl=60)
        assert value == await backend.get("key")

    async def test_empty_value_is_not_missing(self, backend: CacheBackend) -> None:
        """An empty value is a value."""
        await backend.set("key", b"", ttl=60)
        assert await backend.get("key") == b""

    async def test_last_value_wins(self, backend: CacheBackend) -> None:
        """Setting a key again replaces its value."""
        await backend.set("key", b"old", ttl=60)
        await backend.set("key", b"new", ttl=60)
        assert await backend.get("key") == b"new"

    async def test_time_ends(self, backend: CacheBackend, let_time_pass: Callable[[float], None]) -> None:
        """A value is missing once its time is over, and there until then."""
        await backend.set("short", b"1", ttl=2)
        await backend.set("long", b"2", ttl=60)
        let_time_pass(3)
        assert (await backend.get("short"), await backend.get("long")) == (None, b"2")

    async def test_setting_again_renews_the_time(
        self, backend: CacheBackend, let_time_pass: Callable[[float], None]
    ) -> None:
        """The time of a value counts from when it was last set."""
        await backend.set("key", b"1", ttl=2)
        await backend.set("key", b"2", ttl=60)
        let_time_pass(3)
        assert await backend.get("key") == b"2"

    async def test_delete(self, backend: CacheBackend) -> None:
        """A deleted key is missing, and its neighbour is not."""
        await backend.set("gone", b"1", ttl=60)
        await backend.set("kept", b"2", ttl=60)
        await backend.delete("gone")
        assert (await backend.get("gone"), await backend.get("kept")) == (None, b"2")

    async def test_deleting_what_is_missing(self, backend: CacheBackend) -> None:
        """Deleting a missing key is no error."""
        await backend.delete("never")
        assert await backend.get("never") is None

    async def test_clear(self, backend: CacheBackend) -> None:
        """Nothing is left after a clear."""
        await backend.set("one", b"1", ttl=60)
        await backend.set("two", b"2", ttl=60)
        await backend.clear()
        assert (await backend.get("one"), await backend.get("two")) == (None, None)

    async def test_long_key(self, backend: CacheBackend) -> None:
        """Keys of 250 characters are told apart."""
        key = "k" * 249
        await backend.set(key + "1", b"1", ttl=60)
        await backend.set(key + "2", b"2", ttl=60)
        assert (await backend.get(key + "1"), await backend.get(key + "2")) == (b"1", b"2")

    async def test_many_tasks(self, backend: CacheBackend) -> None:
        """Tasks at once do not mix up their values."""
        wrong: list[int] = []

        async def work(number: int) -> None:
            value = str(number).encode()
            await backend.set(f"key-{number}", value, ttl=60)
            await anyio.lowlevel.checkpoint()
            if await backend.get(f"key-{number}") != value:
                wrong.append(number)

        async with anyio.create_task_group() as tasks:
            for number in range(50):
                tasks.start_soon(work, number)
        assert wrong == []

"""The contract of a cache that several workers share, as tests that an implementer runs over their own."""

from collections.abc import Callable

import anyio

from dashboard_integrations.cache import SharedCacheBackend
from dashboard_integrations.testing.cache_backend import CacheBackendContract

try:
    import pytest
except ImportError as error:
    raise ImportError("the conformance suites need pytest: pip install 'dashboard-integrations[testing]'") from error

__all__ = ["SharedCacheContract"]

_LONGEST = 30.0


class SharedCacheContract(CacheBackendContract):
    """Subclass it as ``TestMySharedBackend`` and give a fixture ``other`` beside those of ``CacheBackendContract``.

    ``other`` is a second worker's backend over the same keys as ``backend``. Both are ready for use.
    """

    async def test_is_shared(self, backend: SharedCacheBackend, other: SharedCacheBackend) -> None:
        """What one worker sets, deletes and clears, the other finds."""
        await backend.set("key", b"1", ttl=60)
        assert await other.get("key") == b"1"
        await other.delete("key")
        assert await backend.get("key") is None
        await backend.set("key", b"2", ttl=60)
        await other.clear()
        assert await backend.get("key") is None

    async def test_fulfils_the_protocol(self, backend: SharedCacheBackend) -> None:
        """It is what a service takes for a cache that workers share."""
        assert isinstance(backend, SharedCacheBackend)

    async def test_ages(
        self, backend: SharedCacheBackend, other: SharedCacheBackend, let_time_pass: Callable[[float], None]
    ) -> None:
        """Ages count from when a value was set, whoever set it; what is missing has none."""
        await backend.set("old", b"1", ttl=60)
        let_time_pass(5)
        await backend.set("new", b"", ttl=60)
        old, missing, new, again = await other.get_aged(["old", "missing", "new", "old"])
        assert old is not None
        assert new is not None
        assert again is not None
        assert (old.value, missing, new.value, again.value) == (b"1", None, b"", b"1")
        assert old.age == pytest.approx(5, abs=4)
        assert new.age == pytest.approx(0, abs=4)
        assert await other.get_aged([]) == []

    async def test_setting_again_makes_it_young(
        self, backend: SharedCacheBackend, let_time_pass: Callable[[float], None]
    ) -> None:
        """An age counts from when the value was last set."""
        await backend.set("key", b"1", ttl=60)
        let_time_pass(20)
        await backend.set("key", b"1", ttl=90)
        (found,) = await backend.get_aged(["key"])
        assert found is not None
        assert found.age == pytest.approx(0, abs=10)

    async def test_add(
        self, backend: SharedCacheBackend, other: SharedCacheBackend, let_time_pass: Callable[[float], None]
    ) -> None:
        """Who adds first has it, until its time is over."""
        assert await backend.add("key", b"mine", ttl=20)
        assert not await other.add("key", b"yours", ttl=20)
        assert await other.get("key") == b"mine"
        let_time_pass(21)
        assert await other.add("key", b"yours", ttl=20)

    async def test_add_is_atomic(self, backend: SharedCacheBackend, other: SharedCacheBackend) -> None:
        """Of many who add at the same moment, one has it."""
        won: list[int] = []

        async def add(number: int) -> None:
            if await (backend, other)[number % 2].add("key", b"%d" % number, ttl=60):
                won.append(number)

        async with anyio.create_task_group() as tasks:
            for number in range(40):
                tasks.start_soon(add, number)
        assert await backend.get("key") == b"%d" % won[0]
        assert len(won) == 1

    async def test_extend(
        self, backend: SharedCacheBackend, other: SharedCacheBackend, let_time_pass: Callable[[float], None]
    ) -> None:
        """Only who knows the value gives it more time, and not when it is gone."""
        await backend.add("key", b"mine", ttl=20)
        let_time_pass(10)
        assert not await other.extend("key", b"yours", ttl=60)
        assert await backend.extend("key", b"mine", ttl=60)
        let_time_pass(30)
        assert await other.get("key") == b"mine"
        let_time_pass(31)
        assert not await backend.extend("key", b"mine", ttl=60)
        assert await other.get("key") is None

    async def test_remove(self, backend: SharedCacheBackend, other: SharedCacheBackend) -> None:
        """Only who knows the value removes it."""
        await backend.add("key", b"mine", ttl=60)
        assert not await other.remove("key", b"yours")
        assert await other.get("key") == b"mine"
        assert await backend.remove("key", b"mine")
        assert not await backend.remove("key", b"mine")
        assert await other.get("key") is None

    async def test_messages(self, backend: SharedCacheBackend, other: SharedCacheBackend) -> None:
        """All who listen are told, the sender included, in order and exactly."""
        sent = [b"", bytes(range(256)), *(b"%d" % number for number in range(50))]
        heard: dict[str, list[bytes]] = {"backend": [], "other": []}

        with anyio.fail_after(_LONGEST):
            async with backend.subscribe() as here, other.subscribe() as there:
                for message in sent:
                    await backend.publish(message)
                for name, messages in (("backend", here), ("other", there)):
                    async for message in messages:
                        heard[name].append(message)
                        if len(heard[name]) == len(sent):
                            break
        assert heard == {"backend": sent, "other": sent}

    async def test_messages_to_nobody(self, backend: SharedCacheBackend, other: SharedCacheBackend) -> None:
        """What was published before one listened is never heard, and harms nobody."""
        await backend.publish(b"early")
        with anyio.fail_after(_LONGEST):
            async with other.subscribe() as messages:
                await backend.publish(b"late")
                async for message in messages:
                    assert message == b"late"
                    break

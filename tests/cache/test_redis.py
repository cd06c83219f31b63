"""The cache in Redis keeps the contract, and whatever becomes of the server costs a moment at most."""

import secrets
import time as wall
from contextlib import asynccontextmanager

import anyio
import pytest
from real_servers.redis import RedisServer
from waiting import until

from dashboard_integrations.cache.redis import CacheDownError, RedisCache
from dashboard_integrations.testing.shared_cache import SharedCacheContract

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def server(new_server):
    with new_server(RedisServer) as server:
        yield server


@pytest.fixture
def namespace():
    return f"test-{secrets.token_hex(4)}"


@pytest.fixture
async def backend(server, namespace):
    async with RedisCache(server.url, namespace=namespace, timeout=30) as cache:
        yield cache


class TestRedisCache(SharedCacheContract):
    @pytest.fixture
    async def other(self, server, namespace):
        async with RedisCache(server.url, namespace=namespace, timeout=30) as cache:
            yield cache

    @pytest.fixture
    def let_time_pass(self, server):
        return server.let_time_pass


@asynccontextmanager
async def impatient(server, **options):
    async with RedisCache(server.url, **({"timeout": 0.2} | options)) as cache:
        yield cache


async def works(cache):
    try:
        await cache.set("key", b"1", ttl=60)
        return await cache.get("key") == b"1"
    except CacheDownError:
        return False


async def until_it_works(cache):
    with anyio.fail_after(60):
        while not await works(cache):
            await anyio.sleep(0.05)


async def test_clear_takes_only_ours(server, backend, namespace):
    """Another namespace keeps what it has, one with a name like a pattern as well; so does whoever else is there."""
    async with RedisCache(server.url, namespace=f"{namespace}x", timeout=30) as neighbour:
        await neighbour.set("key", b"1", ttl=60)
        for number in range(2_500):
            await backend.set(f"key-{number}", b"1", ttl=60)
        server.say("SET", "somebody", "else")
        await backend.clear()
        assert [await backend.get("key-0"), await backend.get("key-2499")] == [None, None]
        assert await neighbour.get("key") == b"1"
    assert server.say("GET", "somebody") == "else"


async def test_everything_ends_by_itself(server, backend, namespace):
    """Each key has a time to live, and begins with the namespace."""
    await backend.set("snapshot", b"1", ttl=60)
    await backend.add("lease", b"1", ttl=60)
    await backend.extend("lease", b"1", ttl=90)
    keys = server.say("KEYS", f"{namespace}*").split()
    assert sorted(keys) == [f"{namespace}:lease", f"{namespace}:snapshot"]
    assert all(0 < int(server.say("PTTL", key)) <= 90_000 for key in keys)


@pytest.mark.parametrize("value", ["", "x", "\x02aaaaaaaabody", "something else of some length"])
async def test_values_of_others(server, backend, namespace, value):
    """What is in another format, or not ours, is missing."""
    server.say("SET", f"{namespace}:key", value)
    server.say("EXPIRE", f"{namespace}:key", "60")
    assert (await backend.get("key"), await backend.get_aged(["key"])) == (None, [None])


async def test_key_of_another_type(server, backend, namespace):
    """A list where a value should be fails one read, and nothing else."""
    server.say("RPUSH", f"{namespace}:key", "1")
    with pytest.raises(Exception, match="wrong kind"):
        await backend.get("key")
    await backend.set("other", b"1", ttl=60)
    assert await backend.get("other") == b"1"


async def test_huge_values_are_not_kept(server, namespace):
    """A value over the limit is missing afterwards, and the one before it as well."""
    async with RedisCache(server.url, namespace=namespace, timeout=30, max_value_bytes=1_000) as cache:
        await cache.set("key", b"1", ttl=60)
        await cache.set("key", bytes(1_001), ttl=60)
        assert await cache.get("key") is None


async def test_reads_at_once_are_joined(server, backend):
    """A hundred reads of one moment take a few commands."""
    await backend.set("key", b"1", ttl=60)
    await backend.get_aged(["key"])  # the server knows the script from now on
    before = commands(server)
    found = []

    async def read():
        found.append(await backend.get("key"))

    async with anyio.create_task_group() as tasks:
        for _ in range(100):
            tasks.start_soon(read)
    assert found == [b"1"] * 100
    assert 1 <= commands(server) - before <= 3


async def test_who_gives_up_costs_nobody_the_answer(server, backend):
    """Readers that are cancelled leave the others, and the connection, as they were."""
    for number in range(50):
        await backend.set(f"key-{number}", b"%d" % number, ttl=60)
    wrong = []

    async def read(number):
        with anyio.move_on_after(0 if number % 3 == 0 else None):
            if await backend.get(f"key-{number}") != b"%d" % number:
                wrong.append(number)

    for _ in range(20):
        async with anyio.create_task_group() as tasks:
            for number in range(50):
                tasks.start_soon(read, number)
    assert wrong == []


async def test_server_that_hangs(server):
    """A frozen server is waited for once; then calls fail at once, and work again soon after it does."""
    async with impatient(server) as cache:
        await until_it_works(cache)
        server.suspend()
        try:
            with pytest.raises(CacheDownError):
                await cache.get("key")
            began = wall.monotonic()
            for _ in range(100):
                with pytest.raises(CacheDownError, match="tried again in"):
                    await cache.get("key")
            assert wall.monotonic() - began < 10  # a hundred time limits would be twenty seconds
        finally:
            server.resume()
        await until_it_works(cache)


async def test_server_that_dies(server, new_server):
    """A killed server is missed at once by who listens, and used again when it is back."""
    with new_server(RedisServer) as mortal:
        async with impatient(mortal) as cache:
            await until_it_works(cache)
            with pytest.raises(CacheDownError, match="lost"):
                await hear_nothing(cache, meanwhile=mortal.kill)
            assert not await works(cache)
            with pytest.raises(CacheDownError):
                async with cache.subscribe():
                    pass
            mortal.start()
            await until_it_works(cache)
            async with cache.subscribe() as messages:
                await cache.publish(b"again")
                assert await anext(messages) == b"again"


async def hear_nothing(cache, *, meanwhile):
    with anyio.fail_after(60):
        async with cache.subscribe() as messages:
            meanwhile()
            await anext(messages)


async def test_connections_that_are_cut(server):
    """A server that ends all connections costs one call at most."""
    async with impatient(server) as cache:
        await until_it_works(cache)
        server.say("CLIENT", "KILL", "TYPE", "normal")
        await until_it_works(cache)


async def test_full_server(server):
    """A full server fails what would be written, and goes on to answer what is read."""
    async with impatient(server, timeout=30) as cache:
        await cache.set("key", b"1", ttl=60)
        server.say("CONFIG", "SET", "maxmemory", "1")
        try:
            with pytest.raises(Exception, match="maxmemory"):
                await cache.set("key", b"2", ttl=60)
            assert await cache.get("key") == b"1"
        finally:
            server.say("CONFIG", "SET", "maxmemory", "0")
        await cache.set("key", b"3", ttl=60)


async def test_flushed_server(server, backend):
    """A server that was emptied, its scripts included, has nothing, and takes everything."""
    await backend.set("key", b"1", ttl=60)
    await backend.get_aged(["key", "key"])
    server.say("FLUSHALL")
    server.say("SCRIPT", "FLUSH")
    assert await backend.get_aged(["key"]) == [None]
    assert await backend.add("key", b"1", ttl=60)
    assert await backend.extend("key", b"1", ttl=60)
    assert await backend.remove("key", b"1")


async def test_password(server):
    """Credentials come from the URL, percent-encoded; wrong ones are told without being shown."""
    password = "p@ss/w:rd"
    server.say("CONFIG", "SET", "requirepass", password)
    try:
        url = server.url.replace("redis://", "redis://:p%40ss%2Fw%3Ard@")
        async with RedisCache(url, timeout=30) as cache:
            assert await works(cache)
            assert "p%40ss" not in repr(cache)
        async with RedisCache(url.replace("ss%2F", "wrong"), timeout=5) as cache:
            with pytest.raises(CacheDownError) as told:
                await cache.get("key")
        assert "wrong" not in f"{told.value!r}{told.value.__cause__!r}"
    finally:
        server.say("CONFIG", "SET", "requirepass", "", password=password)


async def test_several_outages_in_a_row(server):
    """The pause between attempts grows while nothing works, and begins anew after something did."""
    async with impatient(server) as cache:
        await until_it_works(cache)
        server.suspend()
        try:
            await until_pause(cache, 2)
        finally:
            server.resume()
        await until_it_works(cache)
        assert cache._pause == 0


async def until_pause(cache, seconds):
    while cache._pause < seconds:
        await works(cache)
        await anyio.sleep(0.02)


async def test_nothing_is_left(server, namespace):
    """After the end no connection is open, and a cache that was used may be used again."""
    cache = RedisCache(server.url, namespace=namespace, timeout=30)
    for _ in range(2):
        async with cache:
            assert await works(cache)
            with pytest.raises(RuntimeError, match="in use already"):
                await cache.__aenter__()
    await until(lambda: namespace not in server.say("CLIENT", "LIST"))
    with pytest.raises(RuntimeError, match="not in use"):
        await cache.get("key")


def commands(server):
    """Return how many times a client has read something."""
    stats = server.say("INFO", "commandstats").splitlines()
    return sum(int(line.split("calls=")[1].split(",")[0]) for line in stats if line.startswith("cmdstat_evalsha"))

"""Where a cache in Redis is: checked when it is made, and told without what is secret."""

import pytest

from dashboard_integrations.cache.redis import CacheDownError, RedisCache


@pytest.mark.parametrize(
    "url",
    [
        "",
        "redis",
        "http://localhost:6379",
        "redis://",
        "redis:///0",
        "redis://:secret@",
        "redis://host:port/0",
        "redis://host:99999/0",
        "unix://",
        "redis://[::1",
    ],
)
def test_url_that_is_none(url):
    """A wrong URL is refused, with what a right one looks like, and not shown."""
    with pytest.raises(ValueError, match="URL of Redis") as told:
        RedisCache(url)
    assert "secret" not in str(told.value)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("redis://user:secret@host/3", "redis://host:6379/3"),
        ("rediss://:secret@host:7000", "rediss://host:7000"),
        ("unix://user:secret@/run/redis.sock?db=2", "unix:///run/redis.sock"),
    ],
)
def test_what_is_secret_is_not_shown(url, shown):
    """The name of a cache is its address without credentials."""
    assert repr(RedisCache(url)) == f"RedisCache({shown!r}, namespace='dashboard-integrations')"


@pytest.mark.parametrize(
    "options", [{"namespace": ""}, {"namespace": "a b"}, {"namespace": "x" * 101}, {"timeout": 0}, {"timeout": -1}]
)
def test_options_that_cannot_be(options):
    """A namespace and a time limit are checked as well."""
    with pytest.raises(ValueError, match=r"namespace|timeout"):
        RedisCache("redis://localhost", **options)


async def test_server_that_is_not_there(free_tcp_port):
    """A cache is entered without a server; each call says that it is missing."""
    async with RedisCache(f"redis://127.0.0.1:{free_tcp_port}/0") as cache:
        for call in (cache.get("key"), cache.set("key", b"1", ttl=1), cache.publish(b"")):
            with pytest.raises(CacheDownError, match=str(free_tcp_port)):
                await call
        with pytest.raises(CacheDownError):
            async with cache.subscribe():
                pass

"""A cache in Redis or Valkey, shared by all workers; the extra ``redis`` installs its client, coredis."""

import math
import re
import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import urlsplit

import anyio

from dashboard_integrations.cache._joined_reads import JoinedReads
from dashboard_integrations.cache.shared import Aged

try:
    from coredis import PureToken, Redis
    from coredis.exceptions import AuthenticationError, ConnectionError, RedisError  # noqa: A004
    from coredis.retry import NoRetryPolicy
except ImportError as error:  # pragma: no cover
    raise ImportError(
        "a cache in Redis needs the extra 'redis': pip install 'dashboard-integrations[redis]'", name=error.name
    ) from error

__all__ = ["CacheDownError", "RedisCache"]

ResultT = TypeVar("ResultT")

_FORMAT = 1
_HEAD = 9
"""Each value begins with the format version (one byte) and its whole time to live (8 bytes, in milliseconds)."""

_SHORTEST_PAUSE = 0.5
_LONGEST_PAUSE = 10.0
_MOST_SILENCE = 2
_LONGEST_TTL = 10 * 366 * 86_400.0
_NAMESPACE = re.compile(r"[A-Za-z0-9_.:-]{1,100}")

_GET_AGED = """
local found = {}
for index, key in ipairs(KEYS) do
  local value = redis.call('GET', key)
  found[2 * index - 1] = value
  found[2 * index] = value and redis.call('PTTL', key) or 0
end
return found
"""
_EXTEND = """
local value = redis.call('GET', KEYS[1])
if not value or string.sub(value, 10) ~= string.sub(ARGV[1], 10) then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
"""
_REMOVE = """
local value = redis.call('GET', KEYS[1])
if not value or string.sub(value, 10) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
"""


class CacheDownError(Exception):
    """The server cannot be reached, refuses the credentials, or takes too long. It is tried again after a pause."""


class RedisCache:
    """A ``SharedCacheBackend`` in one Redis (6 or later) or Valkey server.

    Give each ``IntegrationService`` one of its own; it enters it. Keys are ``namespace:…``, expire by themselves, and
    hold a format version: two dashboards may use one server under two namespaces. An answer, and a connection,
    is waited for ``timeout`` seconds; when the server is down, calls fail at once for a pause that grows from half a
    second to ten. A value of more than ``max_value_bytes`` is not kept.
    """

    def __init__(
        self,
        url: str,
        *,
        namespace: str = "dashboard-integrations",
        timeout: float = 0.5,
        max_value_bytes: int = 8 * 1024 * 1024,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        """Connect to nothing yet.

        ``url`` begins with ``redis://``, ``rediss://`` (TLS) or ``unix://``; ``[user:password@]host[:port][/database]``
        follows, percent-encoded, or the path of a socket. TLS is verified, with the system's trust unless
        ``ssl_context`` says otherwise. Raise ``ValueError`` for another URL, without showing it.
        """
        self._name = _checked_name(url)
        if not _NAMESPACE.fullmatch(namespace):
            raise ValueError(f"a namespace is up to 100 letters, digits and _ . : -, not {namespace!r}")
        if not timeout > 0:
            raise ValueError(f"a timeout is more than 0 seconds, not {timeout}")
        self._prefix = f"{namespace}:"
        self._timeout = timeout
        self._max_value_bytes = max_value_bytes
        self._client = _client(url, timeout=timeout, ssl_context=ssl_context)
        self._get_aged = self._client.register_script(_GET_AGED)
        self._extend = self._client.register_script(_EXTEND)
        self._remove = self._client.register_script(_REMOVE)
        self._stack: AsyncExitStack | None = None
        self._reader: JoinedReads | None = None
        self._pause = 0.0
        self._down_until = -math.inf

    def __repr__(self) -> str:
        return f"RedisCache({self._name!r}, namespace={self._prefix[:-1]!r})"

    @property
    def address(self) -> str:
        """The URL without what is secret in it."""
        return self._name

    async def __aenter__(self) -> Self:
        if self._stack is not None:
            raise RuntimeError(f"{self!r} is in use already: give each IntegrationService a cache of its own")
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(self._client)
            tasks = await stack.enter_async_context(anyio.create_task_group())
            stack.callback(tasks.cancel_scope.cancel)
            self._reader = JoinedReads(tasks, self._read)
            self._stack = stack.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        stack, self._stack, self._reader = self._stack, None, None
        if stack is not None:
            await stack.__aexit__(None, None, None)

    async def get(self, key: str) -> bytes | None:
        """Return the value of ``key``, or ``None`` when it is missing or its time is over."""
        (found,) = await self._running().read([key], alone=lambda: self._read_one(key))
        return None if found is None else found.value

    async def get_aged(self, keys: Sequence[str]) -> Sequence[Aged | None]:
        """Return what is kept under each key; what is asked for at the same moment is read in one exchange."""
        return await self._running().read(keys)

    async def set(self, key: str, value: bytes, *, ttl: float) -> None:
        """Keep ``value`` under ``key`` for ``ttl`` seconds, in place of what was there."""
        milliseconds = _milliseconds(ttl)
        if len(value) > self._max_value_bytes:
            await self.delete(key)
            return
        await self._exchange(
            lambda: self._client.set(self._prefix + key, _framed(value, milliseconds), px=milliseconds)
        )

    async def delete(self, key: str) -> None:
        """Forget ``key``; a missing key is no error."""
        await self._exchange(lambda: self._client.unlink([self._prefix + key]))

    async def clear(self) -> None:
        """Forget every key of the namespace, and no other."""
        pattern, cursor = f"{self._prefix}*", 0
        while True:
            cursor, keys = await self._exchange(partial(self._client.scan, cursor=cursor, match=pattern, count=1_000))
            if keys:
                await self._exchange(partial(self._client.unlink, keys))
            if not cursor:
                return

    async def add(self, key: str, value: bytes, *, ttl: float) -> bool:
        """Keep ``value`` for ``ttl`` seconds unless there is one; return whether it is ours that is kept."""
        milliseconds = _milliseconds(ttl)
        framed = _framed(value, milliseconds)
        return bool(
            await self._exchange(
                lambda: self._client.set(self._prefix + key, framed, px=milliseconds, condition=PureToken.NX)
            )
        )

    async def extend(self, key: str, value: bytes, *, ttl: float) -> bool:
        """Keep ``value`` for ``ttl`` seconds from now if it is what is kept; return whether it is."""
        milliseconds = _milliseconds(ttl)
        args: list[bytes | int] = [_framed(value, milliseconds), milliseconds]
        return bool(await self._exchange(lambda: self._extend([self._prefix + key], args)))

    async def remove(self, key: str, value: bytes) -> bool:
        """Forget ``key`` if ``value`` is what is kept; return whether it was."""
        return bool(await self._exchange(lambda: self._remove([self._prefix + key], [value])))

    async def publish(self, message: bytes) -> None:
        """Send ``message`` to everybody who listens now, the sender included."""
        await self._exchange(lambda: self._client.publish(f"{self._prefix}messages", message))

    @asynccontextmanager
    async def subscribe(self) -> AsyncGenerator[AsyncIterator[bytes], None]:
        """Yield the messages published once it is entered; raise ``CacheDownError`` when some may have been lost."""
        self._running()
        try:
            async with self._client.pubsub(
                channels=[f"{self._prefix}messages"],
                ignore_subscribe_messages=True,
                retry_policy=NoRetryPolicy(),
                subscription_timeout=self._timeout,
                max_idle_seconds=_MOST_SILENCE,
            ) as pubsub:
                yield _Messages(pubsub)
        except ExceptionGroup as group:
            _, others = group.split((RedisError, OSError, TimeoutError))
            if others is not None:
                raise
            raise CacheDownError(f"the connection to {self._name} broke: messages may have been lost") from group

    def _running(self) -> "JoinedReads":
        if self._reader is None:
            raise RuntimeError(f"{self!r} is not in use: enter it with 'async with', or give it to a service")
        return self._reader

    async def _read(self, keys: Sequence[str]) -> list[Aged | None]:
        found: Any = await self._exchange(lambda: self._get_aged([self._prefix + key for key in keys], []))
        return [_aged(value, left) for value, left in zip(found[::2], found[1::2], strict=True)]

    async def _read_one(self, key: str) -> list[Aged | None]:
        """Read a value in the cheapest way, without its age."""
        return [_aged(await self._exchange(lambda: self._client.get(self._prefix + key)), 0)]

    async def _exchange(self, call: Callable[[], Awaitable[ResultT]]) -> ResultT:
        """Return what ``call`` does, unless the server is down; one caller at a time finds out whether it still is."""
        self._running()
        now = anyio.current_time()
        if now < self._down_until:
            raise CacheDownError(f"{self._name} is down, and tried again in {self._down_until - now:.1f} seconds")
        was_down = self._pause > 0
        if was_down:
            self._down_until = now + self._timeout + self._pause
        try:
            result = await call()
        except (AuthenticationError, ConnectionError, OSError, TimeoutError) as error:
            if was_down or anyio.current_time() >= self._down_until:
                self._pause = min(max(2 * self._pause, _SHORTEST_PAUSE), _LONGEST_PAUSE)
                self._down_until = anyio.current_time() + self._pause
            raise CacheDownError(f"{self._name} did not answer: {type(error).__name__}") from error
        self._pause, self._down_until = 0.0, -math.inf
        return result


class _Messages:
    """The messages of a subscription, which never ends by itself."""

    def __init__(self, pubsub: Any) -> None:
        self._pubsub = pubsub

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        async for message in self._pubsub:
            if message["type"] == "message":
                data: bytes = message["data"]
                return data
        raise CacheDownError("the subscription ended: messages may have been lost")


def _client(url: str, *, timeout: float, ssl_context: ssl.SSLContext | None) -> "Redis[bytes]":
    if ssl_context is None and url.startswith("rediss:"):
        ssl_context = ssl.create_default_context()
    tls: dict[str, Any] = {} if ssl_context is None else {"ssl_context": ssl_context}
    return Redis.from_url(
        url,
        decode_components=True,
        decode_responses=False,
        retry_policy=NoRetryPolicy(),
        connect_timeout=timeout,
        stream_timeout=timeout,
        pool_timeout=timeout,
        **tls,
    )


def _checked_name(url: str) -> str:
    """Return the URL without what is secret in it; raise ``ValueError`` for one that is none of ours."""
    try:
        parts = urlsplit(url)
        place = parts.path if parts.scheme == "unix" else f"{parts.hostname}:{parts.port or 6379}{parts.path}"
        is_complete = bool(parts.path if parts.scheme == "unix" else parts.hostname)
    except ValueError:
        raise ValueError("the URL of Redis cannot be read: its port is a number from 1 to 65535") from None
    if parts.scheme not in {"redis", "rediss", "unix"} or not is_complete:
        raise ValueError("the URL of Redis is redis://host:6379/0, rediss:// for TLS, or unix:///path/to/socket")
    return f"{parts.scheme}://{place}"


def _milliseconds(ttl: float) -> int:
    if not ttl > 0:
        raise ValueError(f"ttl must be more than 0 seconds, not {ttl}")
    return max(int(min(ttl, _LONGEST_TTL) * 1_000), 1)


def _framed(value: bytes, milliseconds: int) -> bytes:
    return bytes([_FORMAT]) + milliseconds.to_bytes(8, "big") + value


def _aged(value: bytes | None, left: int) -> Aged | None:
    """Return what was kept, ``None`` for another format or what somebody else made to stay for ever."""
    if value is None or len(value) < _HEAD or value[0] != _FORMAT or left < 0:
        return None
    return Aged(value[_HEAD:], max(int.from_bytes(value[1:_HEAD], "big") - left, 0) / 1_000)

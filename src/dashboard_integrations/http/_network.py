"""Connecting: every address is judged before it is connected to, and every certificate before anything is sent."""

import math
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

import anyio
import anyio.to_thread

from dashboard_integrations.http._addresses import read_address
from dashboard_integrations.http._failures import causes, connection_error, other_certificate, unknown_host, untrusted
from dashboard_integrations.http._race import first_connected, interleaved
from dashboard_integrations.http._trust import Trust, blind_context
from dashboard_integrations.http.policy import NetworkPolicy

__all__ = ["Backend", "JudgingBackend", "Reach", "Resolve", "Stream", "resolve_host"]

_LONGEST_LOOK = 3.0

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""Looks up the addresses of a host; raises ``OSError`` when there are none."""


class Stream(Protocol):
    """What the HTTP client sends and receives over."""

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes: ...
    async def write(self, buffer: bytes, timeout: float | None = None) -> None: ...
    async def aclose(self) -> None: ...
    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> "Stream": ...
    def get_extra_info(self, info: str) -> Any: ...  # as untyped in the HTTP client


class Backend(Protocol):
    """What the HTTP client connects with."""

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> Stream: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """What may be connected to: ``origin`` is the service in messages."""

    origin: str
    policy: NetworkPolicy
    trust: Trust
    resolve: Resolve


async def resolve_host(host: str, port: int) -> Sequence[str]:
    """Return all addresses of ``host``, in the order in which the system prefers them."""
    try:
        return (str(read_address(host)),)
    except ValueError:
        # In a thread of its own: a name server that does not answer keeps a lookup for half a minute, and event loops
        # have so few threads for them that a handful of dead names would hold up the lookups of all others.
        look_up = partial(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
        found = await anyio.to_thread.run_sync(look_up, abandon_on_cancel=True, limiter=anyio.CapacityLimiter(1))
        return tuple(dict.fromkeys(str(item[4][0]) for item in found))


class JudgingBackend:
    """Connects through ``inner`` to addresses that the policy lets pass, and to no name.

    A name is looked up once. So what was judged is what is connected to, and a refused address is refused before
    anybody could tell an open port from a closed one. This is below redirects and reconnections: they come here too.
    """

    def __init__(self, inner: Backend, reach: Reach) -> None:
        self._inner = inner
        self._reach = reach

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> Stream:
        """Return a stream to one of the addresses of ``host``; raise ``BlockedAddressError``."""
        self._reach.policy.check_name(host)
        addresses = self._reach.policy.judge(host, await self._reach.resolve(host, port))
        if not addresses:
            raise unknown_host(self._reach.origin)
        connect = partial(
            self._inner.connect_tcp,
            port=port,
            timeout=timeout,
            local_address=local_address,
            socket_options=None if socket_options is None else tuple(socket_options),
        )
        try:
            address, stream = await first_connected(interleaved(addresses), connect)
        except ExceptionGroup as failures:
            raise connection_error(failures, origin=self._reach.origin) or failures from None
        return _JudgedStream(stream, self._reach, again=partial(connect, address))


class _JudgedStream:
    """A connection before TLS, if there is any; what ``start_tls`` returns has had its certificate judged."""

    def __init__(self, stream: Stream, reach: Reach, *, again: Callable[[], Awaitable[Stream]]) -> None:
        self._stream = stream
        self._reach = reach
        self._again = again

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return await self._stream.read(max_bytes, timeout)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        await self._stream.write(buffer, timeout)

    async def aclose(self) -> None:
        await self._stream.aclose()

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)

    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> Stream:
        """Return the secured stream; raise ``TlsUntrustedError`` with the certificate among its details."""
        try:
            secured = await self._stream.start_tls(ssl_context, server_hostname, timeout)
        except Exception as error:
            await _close(self._stream)
            failure = next((item for item in causes(error) if isinstance(item, ssl.SSLCertVerificationError)), None)
            if failure is None:
                raise
            presented = await self._presented(server_hostname)
            raise untrusted(failure, self._reach.origin, certificate=_described(presented)) from None
        except BaseException:
            await _close(self._stream)
            raise
        return await self._pinned(secured)

    async def _pinned(self, secured: Stream) -> Stream:
        pin = self._reach.trust.pin
        if pin is None:
            return secured
        presented = _leaf(secured)
        described = _described(presented)
        if described.get("sha256") == pin:
            return secured
        await _close(secured)
        raise other_certificate(self._reach.origin, certificate=described)

    async def _presented(self, server_hostname: str | None) -> bytes | None:
        """Return the certificate that was refused, ``None`` when it cannot be had.

        Python does not tell it, so this is a second handshake with the same address, without trust and without the
        client certificate, that sends nothing. It leaves half of the time that is left: better the refusal alone than
        a timeout.
        """
        remaining = anyio.current_effective_deadline() - anyio.current_time()
        with anyio.move_on_after(min(_LONGEST_LOOK, remaining / 2 if remaining < math.inf else _LONGEST_LOOK)):
            try:
                stream = await self._again()
                try:
                    return _leaf(await stream.start_tls(_blind_http_context(), server_hostname, None))
                finally:
                    await _close(stream)
            except Exception:  # noqa: BLE001  (it is about another failure already, which is told)
                return None
        return None


def _blind_http_context() -> ssl.SSLContext:
    context = blind_context()
    context.set_alpn_protocols(["http/1.1"])
    return context


def _described(certificate: bytes | None) -> Mapping[str, str]:
    # cryptography takes longer to load than all of this, and most connections need none of it
    from dashboard_integrations.cipher.certificates import describe_certificate  # noqa: PLC0415

    return describe_certificate(certificate) if certificate else {}


def _leaf(secured: Stream) -> bytes | None:
    ssl_object = secured.get_extra_info("ssl_object")
    presented: bytes | None = None if ssl_object is None else ssl_object.getpeercert(binary_form=True)
    return presented


async def _close(stream: Stream) -> None:
    with anyio.CancelScope(shield=True):
        await stream.aclose()

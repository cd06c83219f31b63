"""No network but this machine: what leaves it is refused, whatever code asks for it."""

import contextlib
import ipaddress
import re
import socket
import sys
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["NameRefusedError", "NetworkRefusedError", "Refusals", "Refused", "loopback_only"]

_WHAT_NEXT = (
    "A test that uses the kit of dashboard-integrations reaches this machine only: let the fixture 'fake_service'"
    " answer, or mark the test with @pytest.mark.network."
)
_INTERNET = frozenset({socket.AF_INET, socket.AF_INET6})
_NUMERIC = re.compile(r"[0-9.]+|0[xX][0-9a-fA-F.xX]+")
_METHODS = ("connect", "connect_ex", "sendto")
_SHOWN_FRAMES = 12


class NetworkRefusedError(OSError):
    """A test asked for more network than this machine: an error as a machine without network would raise it."""


class NameRefusedError(NetworkRefusedError, socket.gaierror):
    """A test asked for the address of a name."""


@dataclass(frozen=True, slots=True)
class Refused:
    """What was refused, and where it was asked for."""

    what: str
    where: str


class Refusals:
    """What was refused during a test; filled by any of its threads."""

    def __init__(self) -> None:
        self._told: list[Refused] = []
        self._lock = threading.Lock()

    def refuse(self, what: str, kind: type[NetworkRefusedError]) -> None:
        """Note it, and raise."""
        frames = traceback.format_stack(sys._getframe(2), limit=_SHOWN_FRAMES)  # noqa: SLF001  (its documented use)
        with self._lock:
            self._told.append(Refused(what=f"{what}. {_WHAT_NEXT}", where="".join(frames)))
        raise kind(f"{what}. {_WHAT_NEXT}")

    def take(self) -> Refused | None:
        """Return the first refusal since this was last asked."""
        with self._lock:
            told, self._told = self._told, []
        return told[0] if told else None


class _Guard:
    """Where the one audit hook looks up whether it has to refuse; a hook cannot be taken back, so it is added late."""

    refusals: Refusals | None = None
    is_hooked = False


@contextlib.contextmanager
def loopback_only() -> Iterator[Refusals]:
    """Refuse names and addresses of other machines until left, in every thread of this process.

    Audit events tell of every socket, however it was made. An address by name is looked up before its event, so the
    methods that take one are watched as well.
    """
    if not _Guard.is_hooked:
        _Guard.is_hooked = True
        sys.addaudithook(_audit)
    before, _Guard.refusals = _Guard.refusals, Refusals()
    try:
        with _watched_methods(socket.socket):
            yield _Guard.refusals
    finally:
        _Guard.refusals = before


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    if _Guard.refusals is not None and event in _CHECKS:
        problem = _CHECKS[event](*arguments)
        if problem is not None:
            _Guard.refusals.refuse(problem, NetworkRefusedError if event in _SENDING else NameRefusedError)


@contextlib.contextmanager
def _watched_methods(kind: Any) -> Iterator[None]:
    own = {name: vars(kind)[name] for name in _METHODS if name in vars(kind)}
    watched = {name: _watched(getattr(kind, name)) for name in _METHODS}
    for name, method in watched.items():
        setattr(kind, name, method)
    try:
        yield
    finally:
        for name, method in watched.items():
            if vars(kind).get(name) is not method:
                continue  # somebody put another one over it, who will take it back
            if name in own:
                setattr(kind, name, own[name])
            else:
                delattr(kind, name)


def _watched(method: Callable[..., Any]) -> Callable[..., Any]:
    def checked(self: socket.socket, *arguments: Any) -> Any:
        # The address comes last: sendto has the data, and maybe flags, before it.
        if arguments:
            _audit("socket.connect", (self, arguments[-1]))
        return method(self, *arguments)

    return checked


def _to_address(sock: socket.socket, address: object) -> str | None:
    if sock.family not in _INTERNET or not isinstance(address, tuple) or not address:
        return None
    host = address[0]
    if _is_here(host):
        return None
    return f"a connection to {_text(host)!r} (port {address[1] if len(address) > 1 else '?'}) was refused"


def _look_up(host: object, *_: object) -> str | None:
    # A number needs no look-up, and connecting to it has a refusal of its own.
    if _number(host) is not None or _is_here(host):
        return None
    return f"looking up {_text(host)!r} was refused"


def _look_up_number(host: object) -> str | None:
    return None if _is_here(host) else f"looking up {_text(host)!r} was refused"


def _look_up_address(address: tuple[object, ...]) -> str | None:
    return _look_up_number(address[0])


_SENDING = frozenset({"socket.connect", "socket.sendmsg", "socket.sendto"})
_CHECKS: Mapping[str, Callable[..., str | None]] = {
    **dict.fromkeys(_SENDING, _to_address),
    "socket.getaddrinfo": _look_up,
    "socket.gethostbyname": _look_up,
    "socket.gethostbyaddr": _look_up_number,
    "socket.getnameinfo": _look_up_address,
}


def _is_here(host: object) -> bool:
    number = _number(host)
    if number is not None:
        mapped = getattr(number, "ipv4_mapped", None) or number
        return bool(mapped.is_loopback or mapped.is_unspecified)
    name = _text(host).rstrip(".").lower()
    return name in {"", "localhost", socket.gethostname().lower()} or name.endswith(".localhost")


def _number(host: object) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    text = _text(host)
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(text.partition("%")[0])
    with contextlib.suppress(OSError):  # such as 127.1
        return ipaddress.IPv4Address(socket.inet_aton(text)) if _NUMERIC.fullmatch(text) else None
    return None


def _text(host: object) -> str:
    return host.decode(errors="replace") if isinstance(host, bytes | bytearray) else "" if host is None else str(host)

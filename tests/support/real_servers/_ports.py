"""Ports for servers: below the range from which the kernel takes the ports of outgoing connections."""

import random
import socket

from real_servers._errors import RealServerError

_LOWEST, _HIGHEST = 20_000, 31_999
_ATTEMPTS = 200


def free_ports(count: int, *, choose: random.Random | None = None) -> list[int]:
    """Return ``count`` different ports of 127.0.0.1 that nothing listens on."""
    chooser = choose or random.SystemRandom()
    found: list[int] = []
    for _ in range(_ATTEMPTS):
        if len(found) == count:
            return found
        port = chooser.randint(_LOWEST, _HIGHEST)
        if port not in found and _is_free(port):
            found.append(port)
    raise RealServerError(f"no {count} free ports between {_LOWEST} and {_HIGHEST}")


def _is_free(port: int) -> bool:
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        with socket.socket(socket.AF_INET, kind) as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                return False
    return True

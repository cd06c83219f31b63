"""What an address is for, in whatever notation or tunnel it is written."""

from collections.abc import Iterator
from enum import StrEnum
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

__all__ = ["Address", "Kind", "Network", "destination", "faces", "kind_of", "read_address"]

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


class Kind(StrEnum):
    """What an address is for; the value is the reason of a refusal."""

    METADATA = "metadata"
    UNSPECIFIED = "unspecified"
    LOOPBACK = "loopback"
    LINK_LOCAL = "link-local"
    MULTICAST = "multicast"
    PRIVATE = "private"
    RESERVED = "reserved"


# The first range that holds an address decides. These are tables of our own because what Python calls private or
# global changes with its version, and because 168.63.129.16 (Azure) is in the middle of the public internet.
_RANGES: tuple[tuple[Kind, tuple[str, ...]], ...] = (
    (
        Kind.METADATA,
        (
            "169.254.169.254/32",  # nearly everybody
            "169.254.170.2/32",  # Amazon, containers
            "169.254.170.23/32",  # Amazon, pods
            "fd00:ec2::254/128",  # Amazon
            "fd00:ec2::23/128",  # Amazon, pods
            "fd20:ce::254/128",  # Google
            "100.100.100.200/32",  # Alibaba
            "168.63.129.16/32",  # Azure
            "192.0.0.192/32",  # Oracle
            "fd00:c1::a9fe:a9fe/128",  # Oracle
            "fd00:42::42/128",  # Scaleway
            "fe80::a9fe:a9fe/128",  # OpenStack
        ),
    ),
    (Kind.UNSPECIFIED, ("0.0.0.0/8", "::/128")),
    (Kind.LOOPBACK, ("127.0.0.0/8", "::1/128")),
    (Kind.LINK_LOCAL, ("169.254.0.0/16", "fe80::/10")),
    (Kind.MULTICAST, ("224.0.0.0/4", "ff00::/8")),
    (
        Kind.PRIVATE,
        (
            "10.0.0.0/8",
            "100.64.0.0/10",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.168.0.0/16",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "2001:2::/48",
            "2001:10::/28",
            "2001:db8::/32",
            "3fff::/20",
            "fc00::/7",
            "fec0::/10",
        ),
    ),
    # All of IPv6 but 2000::/3 and the ranges above; it holds the obsolete and local ways of embedding IPv4.
    (Kind.RESERVED, ("240.0.0.0/4", "::/3", "4000::/2", "8000::/1")),
)
_NETWORKS = tuple((kind, ip_network(text)) for kind, texts in _RANGES for text in texts)

_NAT64 = IPv6Network("64:ff9b::/96")
_ISATAP = frozenset({0x0000_5EFE, 0x0200_5EFE})
_LOW_32 = 0xFFFF_FFFF


def read_address(text: str) -> Address:
    """Return the address of ``text``, without a zone and as IPv4 when it is mapped; raise ``ValueError``."""
    address = ip_address(text)
    if isinstance(address, IPv4Address):
        return address
    # Two addresses that differ in their zone only are not equal to Python: 'fd00:ec2::254%1' would pass.
    bare = IPv6Address(int(address))
    return bare.ipv4_mapped or bare


def destination(address: Address) -> Address:
    """Return where the network takes it: NAT64 takes its addresses to IPv4."""
    if isinstance(address, IPv6Address) and address in _NAT64:
        return IPv4Address(int(address) & _LOW_32)
    return address


def faces(address: Address) -> Iterator[Address]:
    """Yield every address that it stands for: those it may carry to the end of a tunnel, then where it leads."""
    if isinstance(address, IPv6Address):
        yield from _embedded(address)
    yield destination(address)


def kind_of(address: Address) -> tuple[Kind, Network] | None:
    """Return what the address is for and the range that says so; ``None`` on the public internet."""
    return next(((kind, network) for kind, network in _NETWORKS if address in network), None)


def _embedded(address: IPv6Address) -> Iterator[IPv4Address]:
    number = int(address)
    low = number & _LOW_32
    if address.sixtofour is not None:
        yield address.sixtofour
    if address.teredo is not None:
        yield from address.teredo
    # IPv4-compatible, translated (SIIT) and local NAT64 addresses all end in it; small ones are '::1' and its like.
    if number >> 125 == 0 and low >> 24:
        yield IPv4Address(low)
    if (number >> 32) & _LOW_32 in _ISATAP:
        yield IPv4Address(low)

"""The network policy: which addresses an app's URL may lead to."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network

from dashboard_integrations.errors import BlockedAddressError
from dashboard_integrations.http._addresses import (
    Address,
    Kind,
    Network,
    destination,
    faces,
    kind_of,
    read_address,
)

__all__ = ["NetworkPolicy"]

_METADATA_NAMES = frozenset(
    {
        "instance-data",
        "instance-data.ec2.internal",
        "metadata",
        "metadata.goog",
        "metadata.google.internal",
        "metadata.tencentyun.com",
    }
)
_ALWAYS_REFUSED = {
    Kind.METADATA: "a cloud's metadata service",
    Kind.UNSPECIFIED: "an unspecified address",
    Kind.LINK_LOCAL: "a link-local address",
    Kind.MULTICAST: "a multicast address",
    Kind.RESERVED: "a reserved address",
}
# A name that ends like this is an address to many programs, as in '127.1' or '0x7f.1'.
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_NEVER = "which no app may reach: check the URL"
_ASK = "use another address, or ask whoever runs the dashboard to allow it"


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkPolicy:
    """Which addresses apps may reach, judged by what is connected to and not by what the URL says.

    Link-local, multicast, unspecified, reserved and cloud metadata addresses are refused always. ``only`` is a list of
    networks (``192.168.1.0/24``), addresses and host names: given, nothing else is reached, and what it lists is
    reached even where ``allow_private`` or ``allow_loopback`` say no. A name that is listed may lead to any address
    that is not refused always.
    """

    allow_private: bool = True
    allow_loopback: bool = True
    only: Sequence[str] | None = None

    def __post_init__(self) -> None:
        if isinstance(self.only, str):
            raise TypeError(f"only is a list of networks and host names: write [{self.only!r}]")
        if self.only is not None:
            object.__setattr__(self, "only", tuple(str(_read_entry(entry)) for entry in self.only))

    def check_name(self, host: str) -> None:
        """Raise ``BlockedAddressError`` for a name that need not be looked up to be refused."""
        if _plain(host) in _METADATA_NAMES:
            raise _blocked(host, Kind.METADATA, f"it leads to {_ALWAYS_REFUSED[Kind.METADATA]}, {_NEVER}")

    def judge(self, host: str, addresses: Iterable[str]) -> Sequence[str]:
        """Return the addresses in the form to connect to.

        Raise ``BlockedAddressError`` when one of them is refused: a name with a good and a bad address is as bad as
        the bad one. Its reason is ``metadata``, ``unspecified``, ``link-local``, ``multicast``, ``reserved``,
        ``private``, ``loopback`` or ``not-listed``.
        """
        self.check_name(host)
        read = [_address(host, text) for text in addresses]
        for address in read:
            self._refuse_always(host, address)
        for address in read:
            self._refuse_by_choice(host, address)
        return tuple(dict.fromkeys(map(str, read)))

    @staticmethod
    def _refuse_always(host: str, address: Address) -> None:
        for face in faces(address):
            found = kind_of(face)
            if found is not None and found[0] in _ALWAYS_REFUSED:
                kind, network = found
                raise _blocked(host, kind, f"it leads to {_ALWAYS_REFUSED[kind]} ({network}), {_NEVER}")

    def _refuse_by_choice(self, host: str, address: Address) -> None:
        if self.only is not None:
            if not _is_listed(host, address, self.only):
                message = "what it leads to is not on the list of what this dashboard may reach"
                raise _blocked(host, "not-listed", f"{message}: {_ASK}")
            return
        for face in faces(address):
            kind, network = kind_of(face) or (None, None)
            if (kind is Kind.PRIVATE and not self.allow_private) or (kind is Kind.LOOPBACK and not self.allow_loopback):
                message = f"it leads to a {kind} address ({network}), which this dashboard may not reach"
                raise _blocked(host, kind, f"{message}: {_ASK}")


def _blocked(host: str, reason: str, why: str) -> BlockedAddressError:
    return BlockedAddressError(f"{host} is refused: {why}", reason=reason)


def _address(host: str, text: str) -> Address:
    try:
        return read_address(text)
    except ValueError:
        raise _blocked(host, Kind.RESERVED, f"it leads to something that is no address, {_NEVER}") from None


def _is_listed(host: str, address: Address, only: Iterable[str]) -> bool:
    ends = (address, destination(address))
    for entry in map(_read_entry, only):
        if isinstance(entry, str):
            if entry == _plain(host):
                return True
        elif any(end in entry for end in ends):
            return True
    return False


def _read_entry(entry: str) -> Network | str:
    """Return the network or the plain host name; raise ``ValueError`` for what is neither."""
    try:
        return _read_network(entry)
    except ValueError as error:
        name = _plain(entry)
        is_name = name and all(part and part.replace("-", "").replace("_", "").isalnum() for part in name.split("."))
        if not is_name or _NUMBER.fullmatch(name.rpartition(".")[2]):
            raise ValueError(
                f"{entry!r} is neither a network such as 192.168.1.0/24, nor an address, nor a host name"
            ) from error
        return name


def _read_network(entry: str) -> Network:
    network: IPv4Network | IPv6Network = ip_network(entry.strip())
    if isinstance(network, IPv6Network) and network.network_address.ipv4_mapped and network.prefixlen >= 96:  # noqa: PLR2004
        return ip_network((network.network_address.ipv4_mapped, network.prefixlen - 96))
    return network


def _plain(host: str) -> str:
    """Return the name as DNS has it: in lower case, international letters encoded, without the last dot."""
    name = host.strip().rstrip(".")
    try:
        return name.encode("idna").decode().lower()
    except UnicodeError:
        return name.lower()

"""The network policy: what is refused always, what by choice, and in whatever notation."""

from ipaddress import IPv4Address, IPv6Address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard_integrations.errors import BlockedAddressError, ErrorCode, ErrorKind, ErrorSource
from dashboard_integrations.http import NetworkPolicy

PUBLIC = ["8.8.8.8", "2a00:1450:4001:80b::200e"]
PRIVATE = ["10.1.2.3", "172.16.0.9", "192.168.1.1", "100.64.3.2", "fd12:3456::1", "::ffff:10.1.2.3", "64:ff9b::a01:203"]
LOOPBACK = ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"]

ALWAYS_REFUSED_V4 = [
    "0.0.0.0/8",
    "100.100.100.200/32",
    "168.63.129.16/32",
    "169.254.0.0/16",
    "192.0.0.192/32",
    "224.0.0.0/4",
    "240.0.0.0/4",
]
ALWAYS_REFUSED_V6 = ["::/128", "fe80::/10", "ff00::/8", "fd00:ec2::254/128", "4000::/3", "100::/64", "64:ff9b:1::/48"]

EMBEDDINGS = {
    "itself": lambda number: str(IPv4Address(number)),
    "mapped": lambda number: f"::ffff:{IPv4Address(number)}",
    "mapped-hex": lambda number: str(IPv6Address(0xFFFF << 32 | number)),
    "compatible": lambda number: str(IPv6Address(number)),
    "translated": lambda number: str(IPv6Address(0xFFFF << 48 | number)),
    "nat64": lambda number: str(IPv6Address(0x64FF9B << 96 | number)),
    "local-nat64": lambda number: str(IPv6Address(0x64FF9B0001 << 80 | number)),
    "6to4": lambda number: str(IPv6Address(0x2002 << 112 | number << 80 | 1)),
    "teredo-client": lambda number: str(IPv6Address(0x20010000 << 96 | 0x41364D31 << 64 | number ^ 0xFFFFFFFF)),
    "teredo-server": lambda number: str(IPv6Address(0x20010000 << 96 | number << 64 | 0xF7F7F7F7)),
    "isatap": lambda number: str(IPv6Address(0x2A00 << 112 | 0x5EFE << 32 | number)),
    "isatap-global": lambda number: str(IPv6Address(0x2A00 << 112 | 0x02005EFE << 32 | number)),
    "scoped": lambda number: f"::ffff:{IPv4Address(number)}%1",
}


def _reason(policy, *addresses, host="nas.test"):
    """Return the reason of the refusal, ``None`` when there is none."""
    try:
        policy.judge(host, addresses)
    except BlockedAddressError as error:
        return error.reason
    return None


@pytest.mark.parametrize("address", [*PUBLIC, *PRIVATE, *LOOPBACK])
def test_a_home_network_is_allowed_by_default(address):
    """Public, private and loopback addresses pass: home networks are the point."""
    assert _reason(NetworkPolicy(), address) is None


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("169.254.169.254", "metadata"),
        ("fd00:ec2::254", "metadata"),
        ("fd00:ec2::254%eth0", "metadata"),
        ("100.100.100.200", "metadata"),
        ("168.63.129.16", "metadata"),
        ("::ffff:169.254.169.254", "metadata"),
        ("::ffff:a9fe:a9fe", "metadata"),
        ("::169.254.169.254", "metadata"),
        ("64:ff9b::a9fe:a9fe", "metadata"),
        ("2002:a9fe:a9fe::1", "metadata"),
        ("2001:0:a9fe:a9fe::1", "metadata"),
        ("2001:0:4136:e378:8000:63bf:5601:5601", "metadata"),
        ("169.254.1.2", "link-local"),
        ("fe80::1%eth0", "link-local"),
        ("febf::1", "link-local"),
        ("0.0.0.0", "unspecified"),
        ("0.1.2.3", "unspecified"),
        ("::", "unspecified"),
        ("::ffff:0.0.0.0", "unspecified"),
        ("224.0.0.251", "multicast"),
        ("ff02::fb", "multicast"),
        ("255.255.255.255", "reserved"),
        ("240.0.0.1", "reserved"),
        ("::192.168.1.1", "reserved"),
        ("64:ff9b:1::808:808", "reserved"),
        ("not an address", "reserved"),
    ],
)
def test_some_addresses_are_never_reached(address, reason):
    """Nothing a dashboard shows lives there, and each has its reason."""
    assert _reason(NetworkPolicy(only=["0.0.0.0/0", "::/0", "nas.test"]), address) == reason


@given(
    st.sampled_from(ALWAYS_REFUSED_V4)
    .map(ip_network)
    .flatmap(lambda net: st.integers(0, net.num_addresses - 1).map(lambda offset: int(net.network_address) + offset)),
    st.sampled_from(sorted(EMBEDDINGS)),
    st.lists(st.sampled_from([*PUBLIC, *PRIVATE, *LOOPBACK]), max_size=3),
    st.integers(0, 3),
)
def test_no_embedding_hides_an_address_that_is_always_refused(number, embedding, others, position):
    """However it is written, and whatever else the name resolves to, it is refused as a whole."""
    if embedding == "compatible" and number == 1:  # that is ::1
        return
    addresses = list(others)
    addresses.insert(position, EMBEDDINGS[embedding](number))
    assert _reason(NetworkPolicy(only=["0.0.0.0/0", "::/0", "nas.test"]), *addresses) is not None
    assert _reason(NetworkPolicy(), *addresses) is not None


@given(
    st.sampled_from(ALWAYS_REFUSED_V6)
    .map(ip_network)
    .flatmap(
        lambda net: st.integers(0, net.num_addresses - 1).map(
            lambda offset: str(IPv6Address(int(net.network_address) + offset))
        )
    ),
    st.sampled_from(["", "%1", "%eth0"]),
)
def test_no_scope_hides_an_address_that_is_always_refused(address, scope):
    """A zone behind the address changes nothing."""
    assert _reason(NetworkPolicy(), address + scope) is not None


@given(st.integers(0, 2**32 - 1), st.sampled_from(sorted(EMBEDDINGS)))
def test_an_embedding_passes_only_where_the_address_itself_does(number, embedding):
    """A tunnel is never a way around the policy, whatever the policy is."""
    if embedding == "compatible" and number <= 1:
        return
    for policy in (
        NetworkPolicy(),
        NetworkPolicy(allow_private=False, allow_loopback=False),
        NetworkPolicy(only=["10.0.0.0/8"]),
    ):
        if _reason(policy, str(IPv4Address(number))) is not None:
            assert _reason(policy, EMBEDDINGS[embedding](number)) is not None


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_can_be_refused(address):
    """A host on the internet may keep apps out of its own network, in every notation."""
    assert _reason(NetworkPolicy(allow_private=False), address) == "private"


@pytest.mark.parametrize("address", LOOPBACK)
def test_loopback_can_be_refused(address):
    """A host may keep apps from what runs beside it."""
    assert _reason(NetworkPolicy(allow_loopback=False), address) == "loopback"


@pytest.mark.parametrize("address", PUBLIC)
def test_the_public_internet_is_left(address):
    """With both refused, the rest is reached as before."""
    assert _reason(NetworkPolicy(allow_private=False, allow_loopback=False), address) is None


def test_one_bad_address_refuses_the_name():
    """A name with a good and a bad address is refused as a whole."""
    assert _reason(NetworkPolicy(), "8.8.8.8", "169.254.169.254") == "metadata"


@pytest.mark.parametrize(
    ("host", "addresses", "reason"),
    [
        ("nas.test", ["192.168.1.7"], None),
        ("nas.test", ["::ffff:192.168.1.7"], None),
        ("nas.test", ["64:ff9b::c0a8:107"], None),
        ("nas.test", ["2002:c0a8:107::1"], "not-listed"),
        ("nas.test", ["192.168.2.7"], "not-listed"),
        ("nas.test", ["192.168.1.7", "8.8.8.8"], "not-listed"),
        ("nas.test", ["127.0.0.1"], "not-listed"),
        ("nas.test", ["8.8.8.8"], "not-listed"),
        ("nas.test", ["fd12::5"], None),
        ("nas.test", ["fd12::6"], "not-listed"),
        ("proxy.lan", ["10.0.0.9", "8.8.8.8"], None),
        ("PROXY.lan.", ["10.0.0.9"], None),
        ("other.proxy.lan", ["10.0.0.9"], "not-listed"),
        ("proxy.lan", ["169.254.169.254"], "metadata"),
        ("xn--bcher-kva.lan", ["10.0.0.9"], None),
    ],
)
def test_a_list_is_all_there_is(host, addresses, reason):
    """Listed networks, addresses and names pass, private ones too; nothing else, and never what is always refused."""
    policy = NetworkPolicy(
        allow_private=False,
        allow_loopback=False,
        only=["192.168.1.0/24", "fd12::5", "proxy.lan", "Bücher.lan", "169.254.0.0/16"],
    )
    assert _reason(policy, *addresses, host=host) == reason


def test_an_empty_list_allows_nothing():
    """No entry is no permission: only no list is no restriction."""
    assert _reason(NetworkPolicy(only=[]), "8.8.8.8") == "not-listed"


@pytest.mark.parametrize(
    "name",
    [
        "metadata.google.internal",
        "METADATA.google.internal.",
        "metadata",
        "instance-data.ec2.internal",
        "metadata.goog",
    ],
)
def test_metadata_names_are_refused_before_they_are_looked_up(name):
    """The name alone is enough, listed or not."""
    with pytest.raises(BlockedAddressError) as caught:
        NetworkPolicy(only=[name]).check_name(name)
    assert caught.value.reason == "metadata"


def test_what_passes_is_in_one_form():
    """What is connected to is the address that was judged, each once, without a zone."""
    judged = NetworkPolicy().judge("nas.test", ["::ffff:10.0.0.1", "10.0.0.1", "FD12:0::1%3"])
    assert judged == ("10.0.0.1", "fd12::1")


@pytest.mark.parametrize(
    ("policy", "address", "message"),
    [
        (
            NetworkPolicy(),
            "169.254.1.1",
            (
                "nas.test is refused: it leads to a link-local address (169.254.0.0/16), which no app may reach:"
                " check the URL"
            ),
        ),
        (
            NetworkPolicy(allow_private=False),
            "10.9.9.9",
            (
                "nas.test is refused: it leads to a private address (10.0.0.0/8), which this dashboard may not reach:"
                " use another address, or ask whoever runs the dashboard to allow it"
            ),
        ),
        (
            NetworkPolicy(only=["fd12::/16"]),
            "10.9.9.9",
            (
                "nas.test is refused: what it leads to is not on the list of what this dashboard may reach: use another"
                " address, or ask whoever runs the dashboard to allow it"
            ),
        ),
    ],
)
def test_a_refusal_says_what_and_what_next(policy, address, message):
    """The message names the host, the range and the way out, not the address behind the name."""
    with pytest.raises(BlockedAddressError) as caught:
        policy.judge("nas.test", [address])
    assert caught.value.message == message


def test_a_refusal_is_the_host_s():
    """It is no failure of the service, and a person has to change something."""
    with pytest.raises(BlockedAddressError) as caught:
        NetworkPolicy().judge("nas.test", ["::"])
    error = caught.value
    assert (error.code, error.kind, error.source) == (
        ErrorCode.BLOCKED_ADDRESS,
        ErrorKind.CONFIGURE,
        ErrorSource.HOST,
    )


@pytest.mark.parametrize(
    "entry",
    [
        "",
        "http://nas",
        "nas:8080",
        "*.lan",
        "192.168.1.7/24",
        "0x7f.1",
        "0x7f.0x1",
        "127.1",
        "2130706433",
        "10.0.0.0/33",
    ],
)
def test_an_entry_that_means_nothing_is_a_mistake(entry):
    """A list that would allow nothing, or something else than meant, is refused at once."""
    with pytest.raises(ValueError, match="neither a network"):
        NetworkPolicy(only=[entry])


def test_one_text_is_no_list():
    """A single name without brackets would be a list of letters."""
    with pytest.raises(TypeError, match=r"write \['nas.lan'\]"):
        NetworkPolicy(only="nas.lan")


def test_policies_are_values():
    """Two policies that say the same are equal, whatever kind of list they were given."""
    assert NetworkPolicy(only=["NAS.lan."]) == NetworkPolicy(only=("nas.lan",))

"""Names we answer to, senders we listen to."""

import pytest

from dashboard_integrations.host.trust import HostNames, sent_by_own_page


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1:8420", "localhost", "LOCALHOST:1", "[::1]:8420", "127.9.9.9", "localhost.", "a.localhost", "nas:80"],
)
def test_own_names_are_answered(host: str) -> None:
    """Loopback and allowed names are ours, on any port."""
    assert HostNames("127.0.0.1", allowed=["NAS"]).allow(host)


@pytest.mark.parametrize(
    "host",
    ["evil.example", "192.168.1.5", "", None, "127.0.0.1.evil.example", "localhost@evil.example", "a/b", "[::1", "x:y"],
)
def test_other_names_are_not(host: str | None) -> None:
    """A name that an attacker could point at us is not ours."""
    assert not HostNames("127.0.0.1").allow(host)


@pytest.mark.parametrize("bound", ["0.0.0.0", "::", ""])
def test_any_address_is_answered_when_bound_to_all(bound: str) -> None:
    """Nobody else can point an address at us; names are another matter."""
    names = HostNames(bound)

    assert [True, True, False] == [names.allow(host) for host in ("192.168.1.5:8420", "[fe80::1]", "evil.example")]


def test_the_bound_address_is_answered() -> None:
    """What we were told to listen on is ours."""
    assert HostNames("192.168.1.5").allow("192.168.1.5:8420")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"host": "127.0.0.1:8420", "origin": "http://127.0.0.1:8420"},
        {"host": "dash.example", "origin": "https://dash.example"},
        {"host": "dash.example:443", "origin": "https://dash.example"},
        {"host": "a", "sec-fetch-site": "same-origin"},
        {"host": "a", "sec-fetch-site": "none"},
    ],
)
def test_own_pages_may_send(headers: dict[str, str]) -> None:
    """Pages of this dashboard, and clients that are no browser, may send."""
    assert sent_by_own_page(headers)


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "127.0.0.1:8420", "origin": "http://evil.example"},
        {"host": "127.0.0.1:8420", "origin": "http://127.0.0.1:9999"},
        {"host": "127.0.0.1:8420", "origin": "null"},
        {"host": "127.0.0.1:8420", "origin": ""},
        {"origin": "null"},
        {"host": "a", "origin": "http://a", "sec-fetch-site": "cross-site"},
        {"host": "a", "sec-fetch-site": "same-site"},
    ],
)
def test_other_pages_may_not(headers: dict[str, str]) -> None:
    """A page of another origin may not send, one on another port of this machine included."""
    assert not sent_by_own_page(headers)

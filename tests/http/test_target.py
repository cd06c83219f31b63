"""Addresses: below the app's URL and nowhere else."""

import pytest

from dashboard_integrations.http._target import origin_text, redirect_target, target_url


@pytest.mark.parametrize(
    ("base", "path", "expected"),
    [
        ("http://nas:80", "api", "http://nas:80/api"),
        ("http://nas", "/api", "http://nas/api"),
        ("http://nas/", "/api", "http://nas/api"),
        ("http://nas/service", "api/x/", "http://nas/service/api/x/"),
        ("http://nas/service", "", "http://nas/service"),
        ("http://nas/service", "/", "http://nas/service/"),
        ("http://[fe80::1]:8080/a", "b", "http://[fe80::1]:8080/a/b"),
        ("http://nas", "a/../b", "http://nas/a/../b"),
        ("http://nas", "v1/items:search", "http://nas/v1/items:search"),
    ],
)
def test_a_path_is_put_below_the_url(base, path, expected):
    """Path prefix, port, IPv6 address and trailing slashes all stay as they should."""
    assert expected == target_url(base, path, {})


@pytest.mark.parametrize(
    "path",
    [
        "http://evil.example/",
        "FILE:///etc/passwd",
        "//evil.example/x",
        "\\\\evil.example",
        "a\\b",
        "a\nb",
        "a\x00",
        "..",
        "../x",
        "a/../../x",
        "/../x",
        "%2e%2e/x",
        "a/..%2f..%2Fx",
        "%2e%2e%5cx",
        "a#b",
    ],
)
def test_a_path_that_leads_elsewhere_is_a_mistake(path):
    """Whole URLs, other hosts, control characters and climbing paths raise."""
    with pytest.raises(ValueError, match="relative to the app's URL"):
        target_url("http://nas/service", path, {})


def test_parameters_become_the_query():
    """Parameters are encoded, and join a query that stands in the path."""
    assert target_url("http://nas", "x?a=1", {"q": "a b&c=ü"}) == "http://nas/x?a=1&q=a+b%26c%3D%C3%BC"


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        ("/y", "http://nas/y"),
        ("y?k=1#part", "http://nas/a/y?k=1"),
        ("http://nas:80/y", "http://nas:80/y"),
        ("https://nas/y", None),
        ("http://nas:81/y", None),
        ("//evil.example/y", None),
        ("http://nas@evil.example/", None),
        ("http://user@nas/", None),
        ("file:///etc/passwd", None),
        ("http://[", None),
    ],
)
def test_a_redirect_stays_within_its_origin(location, expected):
    """Only another path of the same scheme, host and port is followed."""
    assert expected == redirect_target("http://nas/a/x", location)


def test_an_origin_has_no_user_path_or_query():
    """The text of an origin is safe to show."""
    assert origin_text("https://user:secret@nas:8443/path?key=1") == "https://nas:8443"

"""What a person types becomes one normal address, or a reason why not."""

import pytest
from pydantic import TypeAdapter, ValidationError

from dashboard_integrations.service_url import ServiceUrl, origin_of

urls = TypeAdapter(ServiceUrl)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("http://nas", "http://nas"),
        (" http://nas:8080/ ", "http://nas:8080"),
        ("HTTP://NAS.Local:8080", "http://nas.local:8080"),
        ("http://nas:80", "http://nas"),
        ("https://nas:443/", "https://nas"),
        ("https://example.org/apps/pihole//", "https://example.org/apps/pihole"),
        ("http://[::1]:9091/x/", "http://[::1]:9091/x"),
        ("http://[FE80::1]", "http://[fe80::1]"),
        ("http://192.168.1.2:1", "http://192.168.1.2:1"),
        ("http://bücher.example", "http://bücher.example"),
    ],
)
def test_normal_form(typed, kept):
    """Scheme and host are lower case, default ports and trailing slashes go, the path stays."""
    assert urls.validate_python(typed) == kept


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("nas:8080", "start with http"),
        ("ftp://nas", "start with http"),
        ("javascript:alert(1)", "start with http"),
        ("http://", "needs a host"),
        ("http:///path", "needs a host"),
        ("http://na s", "no white space"),
        ("http://nas:99999", "cannot be read"),
        ("http://nas:port", "cannot be read"),
        ("http://nas:0", "no service has port 0"),
        ("http://[::1", "cannot be read"),
        ("http://user:secret@nas", "fields of their own"),
        ("http://nas/?token=x", "leave out"),
        ("http://nas/#top", "leave out"),
        ("", "at least 1"),
    ],
)
def test_refused(typed, why):
    """What is not the address of a service is refused with what to type instead."""
    with pytest.raises(ValidationError, match=why):
        urls.validate_python(typed)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("http://nas/a", "http://nas:80/b", True),
        ("http://nas", "https://nas", False),
        ("http://nas", "http://nas:81", False),
        ("http://nas", "http://nas.local", False),
    ],
)
def test_origins(one, other, same):
    """An origin is scheme, host and port."""
    assert (origin_of(one) == origin_of(other)) is same

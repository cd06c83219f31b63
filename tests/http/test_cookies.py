"""Cookies that a response sets."""

import pytest

from dashboard_integrations.http._cookies import set_cookies


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        (["SID=abc; path=/; HttpOnly"], {"SID": "abc"}),
        (["a=1", "b=x=y; Secure"], {"a": "1", "b": "x=y"}),
        (["a=1; Expires=Wed, 21 Oct 2037 07:28:00 GMT"], {"a": "1"}),
        (["a=deleted; expires=Thu, 01-Jan-1970 00:00:01 GMT"], {}),
        (["a=1", "a=; Max-Age=0"], {}),
        (["a=1; Max-Age=-1"], {}),
        (["nonsense", "=x", ""], {}),
    ],
)
def test_set_cookies(headers, expected):
    """Names and values are kept; attributes, nonsense and cookies taken back are not."""
    assert expected == set_cookies(headers)

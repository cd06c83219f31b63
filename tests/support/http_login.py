"""A fake service's side of an HTTP Digest login."""

import hashlib
from urllib.request import parse_http_list, parse_keqv_list

from dashboard_integrations.testing import FakeReply, FakeRequest

__all__ = ["digest_guard"]


def digest_guard(request: FakeRequest) -> FakeReply:
    """Answer like a server that knows anna with the password pass, by RFC 7616 with MD5."""
    challenge = FakeReply(
        status=401, json={}, headers={"WWW-Authenticate": 'Digest realm="r", nonce="n", qop="auth", algorithm=MD5'}
    )
    scheme, _, rest = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "digest":
        return challenge
    given = parse_keqv_list(parse_http_list(rest))
    secret, what = _md5("anna:r:pass"), _md5(f"{request.method}:{given['uri']}")
    expected = _md5(f"{secret}:n:{given['nc']}:{given['cnonce']}:auth:{what}")
    return FakeReply(json={}) if given["response"] == expected else challenge


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()

"""The gate: who holds the token may come in, by header, by cookie, or by typing it."""

import hashlib
import hmac
from collections.abc import Mapping

import anyio

__all__ = ["Gate"]


class Gate:
    """Compares what is presented with the token, and answers wrong guesses slowly, one after the other."""

    def __init__(self, token: str, *, cookie_name: str, failure_delay: float) -> None:
        self.cookie_name = cookie_name
        self.cookie_value = hmac.new(token.encode(), b"dashboard-integrations session v1", hashlib.sha256).hexdigest()
        self._token = token
        self._failure_delay = failure_delay
        self._failing = anyio.Lock()

    async def accepts_token(self, presented: str) -> bool:
        """Tell whether ``presented`` is the token."""
        return await self._compare(presented, self._token)

    async def admits(self, headers: Mapping[str, str]) -> bool:
        """Tell whether a request's headers hold the token or the cookie given for it; an absent one costs no time."""
        bearer = bearer_of(headers)
        if bearer is not None:
            return await self.accepts_token(bearer)
        cookie = _cookie(headers.get("cookie", ""), self.cookie_name)
        return cookie is not None and await self._compare(cookie, self.cookie_value)

    async def _compare(self, presented: str, expected: str) -> bool:
        if hmac.compare_digest(presented.encode(errors="replace"), expected.encode()):
            return True
        async with self._failing:
            await anyio.sleep(self._failure_delay)
        return False


def bearer_of(headers: Mapping[str, str]) -> str | None:
    """Return the credentials of ``Authorization: Bearer``."""
    scheme, _, credentials = headers.get("authorization", "").strip().partition(" ")
    return credentials.strip() if scheme.lower() == "bearer" else None


def _cookie(header: str, name: str) -> str | None:
    pairs = (pair.strip().partition("=") for pair in header.split(";"))
    return next((value for found, _, value in pairs if found == name), None)

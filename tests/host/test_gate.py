"""The gate."""

import time

import anyio
import pytest

from dashboard_integrations.host.gate import Gate


@pytest.fixture
def gate() -> Gate:
    return Gate("the-token", cookie_name="session", failure_delay=0)


@pytest.mark.parametrize("value", ["Bearer the-token", "bearer  the-token"])
async def test_the_token_is_admitted(gate: Gate, value: str) -> None:
    """Scripts send the token as a bearer token."""
    assert await gate.admits({"authorization": value})


async def test_the_cookie_is_admitted(gate: Gate) -> None:
    """Browsers send the cookie, among others."""
    assert await gate.admits({"cookie": f"a=b; session={gate.cookie_value}; c=d"})


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"authorization": "Bearer wrong"},
        {"authorization": "Bearer "},
        {"authorization": "Basic the-token"},
        {"cookie": "session=the-token"},
        {"cookie": "session"},
        {"authorization": "Bearer \udc80"},
    ],
)
async def test_nothing_else_is(gate: Gate, headers: dict[str, str]) -> None:
    """The token itself is no cookie, and no other scheme carries it."""
    assert not await gate.admits(headers)


def test_the_cookie_does_not_tell_the_token(gate: Gate) -> None:
    """The cookie is derived from the token one way, and differs with it."""
    other = Gate("another", cookie_name="session", failure_delay=0)

    assert ("the-token" in gate.cookie_value, gate.cookie_value == other.cookie_value) == (False, False)


async def test_wrong_guesses_wait_for_each_other() -> None:
    """Guessing at once is no faster than guessing in turn."""
    gate = Gate("the-token", cookie_name="session", failure_delay=0.05)
    began = time.monotonic()
    async with anyio.create_task_group() as tasks:
        for _ in range(4):
            tasks.start_soon(gate.accepts_token, "guess")

    assert time.monotonic() - began >= 0.2


async def test_the_right_token_does_not_wait() -> None:
    """Who knows the token is not held up by those who do not."""
    gate = Gate("the-token", cookie_name="session", failure_delay=60)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(gate.accepts_token, "guess")
        with anyio.fail_after(30):
            accepted = await gate.accepts_token("the-token")
        tasks.cancel_scope.cancel()

    assert accepted

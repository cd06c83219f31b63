"""Connecting to the first of several addresses that answers (RFC 8305, "happy eyeballs")."""

from collections.abc import Awaitable, Callable, Sequence
from itertools import chain, zip_longest
from typing import Generic, Protocol, TypeVar

import anyio

__all__ = ["first_connected", "interleaved"]

_HEAD_START_SECONDS = 0.25


class _Closable(Protocol):
    async def aclose(self) -> None: ...


S = TypeVar("S", bound=_Closable)


async def first_connected(
    addresses: Sequence[str], connect: Callable[[str], Awaitable[S]], *, head_start: float = _HEAD_START_SECONDS
) -> tuple[str, S]:
    """Return the address that answered first, and its stream.

    Each address has ``head_start`` seconds before the next one is tried beside it. Raise what the only one
    raised, or an ``ExceptionGroup`` of what all did.
    """
    if len(addresses) == 1:
        return addresses[0], await connect(addresses[0])
    race = _Race(connect)
    try:
        await race.run(addresses, head_start=head_start)
    except BaseException:
        await race.close()
        raise
    if race.won is None:
        raise ExceptionGroup("no address answered", race.failures)
    return race.won


def interleaved(addresses: Sequence[str]) -> Sequence[str]:
    """Return the addresses with both families in turn, so that one that leads nowhere costs one head start."""
    sixes = [address for address in addresses if ":" in address]
    fours = [address for address in addresses if ":" not in address]
    leading, following = (sixes, fours) if addresses and addresses[0] in sixes else (fours, sixes)
    return [address for address in chain.from_iterable(zip_longest(leading, following)) if address is not None]


class _Race(Generic[S]):
    def __init__(self, connect: Callable[[str], Awaitable[S]]) -> None:
        self.won: tuple[str, S] | None = None
        self.failures: list[Exception] = []
        self._connect = connect

    async def run(self, addresses: Sequence[str], *, head_start: float) -> None:
        async with anyio.create_task_group() as tasks:
            for address in addresses:
                ended = anyio.Event()
                tasks.start_soon(self._attempt, address, ended, tasks.cancel_scope)
                with anyio.move_on_after(head_start):
                    await ended.wait()

    async def close(self) -> None:
        if self.won is not None:
            await _close(self.won[1])

    async def _attempt(self, address: str, ended: anyio.Event, others: anyio.CancelScope) -> None:
        try:
            stream = await self._connect(address)
        except Exception as error:  # noqa: BLE001  (what the last one failed of is told when all have)
            self.failures.append(error)
        else:
            if self.won is None:
                self.won = address, stream
                others.cancel()
            else:
                await _close(stream)
        finally:
            ended.set()


async def _close(stream: _Closable) -> None:
    with anyio.CancelScope(shield=True):
        await stream.aclose()

"""Connecting to several addresses: the first that answers wins, and nothing stays open."""

from functools import partial

import anyio
import pytest

from dashboard_integrations.http._race import first_connected, interleaved


class Stream:
    def __init__(self, address):
        self.address = address
        self.is_closed = False

    async def aclose(self):
        await anyio.lowlevel.checkpoint()
        self.is_closed = True


SILENT = 300
LONG = 60


class Network:
    """Connects after as many seconds as an address has, or fails with its error."""

    def __init__(self, **behaviour):
        self.behaviour = behaviour
        self.opened = []
        self.tried = []

    async def connect(self, address):
        self.tried.append(address)
        answer = self.behaviour[address]
        if isinstance(answer, Exception):
            raise answer
        await anyio.sleep(answer)
        self.opened.append(Stream(address))
        return self.opened[-1]


async def test_the_first_address_has_a_head_start():
    """An address that answers soon is the only one that is tried."""
    network = Network(a=0.01, b=0)
    address, stream = await first_connected(["a", "b"], network.connect, head_start=LONG)
    assert (address, stream.address, network.tried) == ("a", "a", ["a"])


async def test_a_silent_address_costs_its_head_start_only():
    """One family that leads nowhere does not hold up the other."""
    network = Network(a=SILENT, b=0)
    with anyio.fail_after(30):
        address, _ = await first_connected(["a", "b"], network.connect, head_start=0.05)
    assert address == "b"


async def test_a_refusal_is_followed_at_once():
    """Where nothing listens, nobody waits."""
    network = Network(a=ConnectionRefusedError(), b=0)
    with anyio.fail_after(30):
        assert (await first_connected(["a", "b"], network.connect, head_start=LONG))[0] == "b"


async def test_every_failure_is_kept():
    """When no address answers, one group holds what each said."""
    network = Network(a=ConnectionRefusedError(), b=TimeoutError())
    with pytest.raises(ExceptionGroup, match="no address answered") as caught:
        await first_connected(["a", "b"], network.connect)
    assert [ConnectionRefusedError, TimeoutError] == [type(error) for error in caught.value.exceptions]


async def test_a_single_address_keeps_its_error():
    """With nothing to choose from there is no race."""
    with pytest.raises(ConnectionRefusedError):
        await first_connected(["a"], Network(a=ConnectionRefusedError()).connect)


async def test_whoever_comes_second_is_closed():
    """Of two streams at the same moment one is used, and the other one is not left open."""
    both = anyio.Event()
    opened = []

    async def connect(address):
        with anyio.CancelScope(shield=True):
            if address == "a":
                await both.wait()
            both.set()
            opened.append(Stream(address))
            return opened[-1]

    address, stream = await first_connected(["a", "b"], connect, head_start=0.01)
    assert {stream.address: False} == {item.address: False for item in opened if not item.is_closed}
    assert (address, len(opened)) == (stream.address, 2)


async def test_giving_up_leaves_nothing_open():
    """A stream that arrives when the caller has gone is closed."""
    opened = []
    tries_second, has_gone = anyio.Event(), anyio.Event()

    async def connect(address):
        if address == "a":
            await anyio.sleep_forever()
        tries_second.set()
        with anyio.CancelScope(shield=True):
            await has_gone.wait()
        opened.append(Stream(address))
        return opened[-1]

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(partial(first_connected, head_start=0.01), ["a", "b"], connect)
        await tries_second.wait()
        tasks.cancel_scope.cancel()
        has_gone.set()
    assert [True] == [stream.is_closed for stream in opened]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([], []),
        (["1.1.1.1"], ["1.1.1.1"]),
        (["::1", "::2", "::3", "1.1.1.1"], ["::1", "1.1.1.1", "::2", "::3"]),
        (["1.1.1.1", "2.2.2.2", "::1"], ["1.1.1.1", "::1", "2.2.2.2"]),
    ],
)
def test_families_take_turns(given, expected):
    """The second try is of the other family, and the system's first choice stays first."""
    assert expected == interleaved(given)

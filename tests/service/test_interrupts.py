"""A person's Ctrl-C ends the program, wherever it arrives; what an integration raises does not."""

import signal
import subprocess
import sys
import threading

import pytest

from dashboard_integrations.service._interrupts import is_ctrl_c

PROGRAM = """
import secrets, select, signal, sys
import anyio
from pydantic import BaseModel
from dashboard_integrations import AppService, BaseIntegration, Connection, ConfigCipher, InMemoryAppRepository
from dashboard_integrations import IntegrationService, Registry, endpoint
from dashboard_integrations.views import Gauge

# who runs the tests in the background may have made their children deaf to it
signal.signal(signal.SIGINT, signal.default_int_handler)

class Nothing(BaseModel):
    pass

class Slow(BaseIntegration[Nothing]):
    id = "slow"
    name = "Slow"

    @endpoint(ttl=10)
    async def value(self, connection: Connection[Nothing]) -> Gauge:
        print("called", flush=True)
        WAIT

async def main():
    registry = Registry()
    registry.register(Slow)
    apps = AppService(InMemoryAppRepository(), cipher=ConfigCipher([secrets.token_bytes(32)]))
    await apps.create(name="s", integration=registry.get("slow"), config={}, app_id="s")
    async with IntegrationService(apps=apps, registry=registry, grace=0.2) as service:
        print((await service.fetch_data("s", "value")).error.reason, flush=True)

try:
    anyio.run(main, backend=sys.argv[1])
except BaseException as error:
    print("ended by", "KeyboardInterrupt" in repr(error), flush=True)
"""


# Both hold the loop until the input ends, which is after the signal was sent.
SLEEPS = "select.select([sys.stdin], [], [])"
COMPUTES = "while not select.select([sys.stdin], [], [], 0)[0]: pass"


@pytest.mark.parametrize("anyio_backend", ["asyncio"])
@pytest.mark.parametrize("backend", ["asyncio", "trio"])
@pytest.mark.parametrize("wait", [SLEEPS, "await anyio.sleep(300)", COMPUTES])
def test_ctrl_c_ends_the_program(backend, wait, anyio_backend):
    """Ctrl-C ends the program on both loops, also while an integration waits, sleeps or computes."""
    program = PROGRAM.replace("WAIT", wait)
    command = [sys.executable, "-c", program, backend]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    with process:
        assert process.stdout.readline() == "called\n"
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=120)[0].splitlines()[-1] == "ended by True"


def test_interrupt_of_the_default_handler():
    """What Python's own handler raises is a person's."""
    previous = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt) as caught:
            signal.raise_signal(signal.SIGINT)
    finally:
        signal.signal(signal.SIGINT, previous)
    assert is_ctrl_c(caught.value)


def test_interrupt_of_a_host_s_handler():
    """What a host's handler of the signal raises is a person's."""

    def handler(number, frame):
        raise KeyboardInterrupt

    previous = signal.signal(signal.SIGINT, handler)
    try:
        with pytest.raises(KeyboardInterrupt) as caught:
            signal.raise_signal(signal.SIGINT)
        assert is_ctrl_c(caught.value)
    finally:
        signal.signal(signal.SIGINT, previous)


def raised():
    try:
        raise KeyboardInterrupt  # noqa: TRY301
    except KeyboardInterrupt as error:
        return error


def test_interrupt_that_was_raised():
    """What a statement raised is no person's."""
    assert not is_ctrl_c(raised())


def test_interrupt_in_another_thread():
    """Python interrupts the main thread only."""
    found = []
    thread = threading.Thread(target=lambda: found.append(is_ctrl_c(KeyboardInterrupt())))
    thread.start()
    thread.join()
    assert found == [False]


def test_other_exceptions():
    """Nothing else is an interrupt."""
    assert not is_ctrl_c(SystemExit())

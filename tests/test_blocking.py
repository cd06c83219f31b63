"""The synchronous face: the same envelopes, from any thread, over one background loop."""

import os
import secrets
import signal
import threading

import pytest
from pydantic import BaseModel

from dashboard_integrations.apps import AppService, InMemoryAppRepository
from dashboard_integrations.authoring import BaseIntegration, endpoint
from dashboard_integrations.blocking import BlockingIntegrationService
from dashboard_integrations.cipher import ConfigCipher
from dashboard_integrations.connection import Connection
from dashboard_integrations.registry import Registry
from dashboard_integrations.service import DataRequest, IntegrationService
from dashboard_integrations.views import Gauge


class Nothing(BaseModel):
    pass


class Counter(BaseIntegration[Nothing]):
    """Counts its calls."""

    id = "counter"
    name = "Counter"

    def __init__(self):
        self.threads = []

    @endpoint(ttl=60)
    async def calls(self, connection: Connection[Nothing]) -> Gauge:
        """How often it was called."""
        self.threads.append(threading.current_thread().name)
        return Gauge(label="Calls", value=len(self.threads))


@pytest.fixture
def counter():
    return Counter()


@pytest.fixture
def face(counter):
    registry = Registry()
    registry.register(counter)
    apps = AppService(InMemoryAppRepository(), cipher=ConfigCipher([secrets.token_bytes(32)]))
    with BlockingIntegrationService(IntegrationService(apps=apps, registry=registry)) as face:
        face.run(lambda: apps.create(name="Counter", integration=counter, config={}, app_id="1"))
        yield face


def test_fetch_data(face):
    """A call returns the envelope."""
    assert face.fetch_data("1", "calls").data.payload.value == 1


def test_all_calls(face):
    """Every call of the facade is there."""
    assert face.list_integrations().data[0].id == "counter"
    assert face.test_connection(integration_type="counter", config={}).success
    assert face.fetch_many([DataRequest(app_id="1", endpoint_id="calls")]).data[0].success
    assert face.alerts().data == []
    assert [app.state for app in face.health().data.apps] == ["ok"]
    assert face.retry("1").success


def test_many_threads_share_one_call_and_one_loop(face, counter):
    """Threads share the cache and the loop."""
    found = []
    threads = [
        threading.Thread(target=lambda: found.append(face.fetch_data("1", "calls").data.payload.value))
        for _ in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (found, len(counter.threads)) == ([1] * 20, 1)


def test_call_outside_is_a_mistake(face):
    """A call before entering raises."""
    with pytest.raises(RuntimeError, match="with service"):
        BlockingIntegrationService(face._service).alerts()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs a system that forks")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_call_after_a_fork_is_a_mistake(face):
    """Threads do not come along into a forked process: there a call raises, and does not wait for ever."""
    child = os.fork()
    if child == 0:
        signal.alarm(30)  # ends a child that waits for ever
        try:
            face.alerts()
        except RuntimeError as error:
            face.__exit__(None, None, None)
            os._exit(0 if "forked" in str(error) else 2)
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert face.alerts().success

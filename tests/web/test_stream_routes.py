"""The stream: what is asked for, and the events of the standard that come."""

from contextlib import asynccontextmanager

import anyio
import pytest
from scripted_service import ScriptedService, live_data

from dashboard_integrations.errors import InvalidRequestError
from dashboard_integrations.service import Change, DataRequest
from dashboard_integrations.web import IntegrationRoutes, Request
from dashboard_integrations.web.stream_routes import StreamRoutes, watched_requests

SPEED = DataRequest(app_id="nas", endpoint_id="speed")


class Script:
    """A watch of these changes (``None`` is a beat), each with the id to go on from; then nothing, or the end."""

    def __init__(self, *changes, ends=True):
        self.last_id = None
        self.is_left = False
        self._changes = list(changes)
        self._ends = ends

    async def change_or_beat(self):
        if not self._changes:
            if self._ends:
                raise StopAsyncIteration
            await anyio.sleep_forever()
        self.last_id, change = self._changes.pop(0)
        return change

    @asynccontextmanager
    async def watching(self):
        try:
            yield self
        finally:
            self.is_left = True


@pytest.fixture
def scripted():
    return ScriptedService()


def ask(query="watch=nas:speed", **headers):
    return Request(method="GET", path="/api/integrations/stream", query=query, headers=headers, can_stream=True)


async def stream(scripted, script, *, chunks, longest=3_600.0, request=None):
    """Return the first chunks of a stream of this script."""
    scripted.answers["watch"] = script.watching()
    routes = StreamRoutes(scripted.service, longest=longest)
    response = await routes.route("/x").handler(request or ask(), {})
    found = []
    async with response.chunks() as body:
        async for chunk in body:
            found.append(chunk)
            if len(found) == chunks:
                break
    return response, b"".join(found).decode()


async def test_changes_are_events(scripted):
    """The data of each is a line of JSON; an id is there once all was told."""
    change = Change(request=SPEED, envelope=live_data())
    response, sent = await stream(scripted, Script((None, change), ("run-2", change)), chunks=9)
    data = f"data: {change.encoded.decode()}"
    assert [["retry: 3000"], [data], ["id: run-2", data], []] == [part.splitlines() for part in sent.split("\n\n")]
    assert 200 == response.status
    assert ("content-type", "text/event-stream") in response.headers
    assert ("cache-control", "no-store") in response.headers


async def test_what_stands_between_is_kept_awake(scripted):
    """A comment is no event."""
    _, sent = await stream(scripted, Script((None, None), (None, None)), chunks=9)
    assert [": still here"] * 2 + [""] == sent.split("\n\n")[1:]


async def test_a_stream_ends_after_its_time(scripted):
    """Whoever comes back is asked again whether it may."""
    change = Change(request=SPEED, envelope=live_data())
    script = Script(("run-1", change), ends=False)
    _, sent = await stream(scripted, script, chunks=9, longest=0.0)
    assert "retry: 3000\n\n" == sent
    assert script.is_left


async def test_the_watch_is_left_with_the_stream(scripted):
    """So that nobody is asked any more."""
    script = Script(ends=False)
    await stream(scripted, script, chunks=1)
    assert script.is_left


async def test_a_stream_goes_on_from_the_last_event(scripted):
    """The browser says which that was."""
    await stream(scripted, Script(), chunks=9, request=ask("watch=nas:speed&watch=a:b", **{"last-event-id": "run-2"}))
    asked = {"requests": [SPEED, DataRequest(app_id="a", endpoint_id="b")], "after": "run-2"}
    assert ("watch", asked) == scripted.calls[-1]


async def test_who_cannot_stream_is_told(scripted):
    """An adapter that knows only whole answers."""
    routes = IntegrationRoutes(scripted.service, authorize=lambda request, action: True)
    response = await routes.dispatch(Request(method="GET", path="/api/integrations/stream", query="watch=nas:speed"))
    assert (501, None) == (response.status, response.chunks)


async def test_who_may_not_read_may_not_watch(scripted):
    """As everywhere."""
    routes = IntegrationRoutes(scripted.service, authorize=lambda request, action: False)
    assert 403 == (await routes.dispatch(ask())).status
    assert [] == scripted.calls


async def test_head_has_no_stream(scripted):
    """The same headers alone."""
    routes = IntegrationRoutes(scripted.service, authorize=lambda request, action: True)
    head = Request(method="HEAD", path="/api/integrations/stream", query="watch=nas:speed", can_stream=True)
    response = await routes.dispatch(head)
    assert (200, None, b"") == (response.status, response.chunks, response.body)


def test_parameters_follow_the_endpoint():
    """As a query within the query."""
    assert [DataRequest(app_id="a", endpoint_id="b", parameters={"folder": "x:y&z", "n": "1"})] == watched_requests(
        "watch=a%3Ab%3Ffolder%3Dx%253Ay%2526z%26n%3D1"
    )


@pytest.mark.parametrize(
    "query",
    [
        "",
        "watch",
        "watch=",
        "watch=nas",
        "watch=:speed",
        "watch=nas:",
        "watch=nas:?a=1",
        "watch=nas:speed&more=1",
        "watch=%ff:speed",
        "watch=n\xe4s:speed",
        f"watch={'a' * 256}:speed",
        f"watch=nas:{'a' * 256}",
        "&".join(["watch=nas:speed"] * 101),
        "watch=a%3Ab%3Fx%3D1%26x%3D2",
    ],
)
def test_what_cannot_be_watched_is_told(query):
    """With what to write."""
    with pytest.raises(InvalidRequestError):
        watched_requests(query)

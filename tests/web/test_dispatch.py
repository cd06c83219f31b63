"""Whatever the request is, it has one answer, and that is an envelope."""

import json

import anyio
import pytest

from dashboard_integrations.envelope import Envelope
from dashboard_integrations.errors import AuthFailedError, InvalidRequestError
from dashboard_integrations.web import Access, Action, Request
from dashboard_integrations.web.answers import answer
from dashboard_integrations.web.bodies import ConnectionTestBody
from dashboard_integrations.web.dispatch import Dispatcher
from dashboard_integrations.web.messages import MAX_BODY
from dashboard_integrations.web.routing import Route

JSON = {"content-type": "application/json"}


def allow(request, action):
    return True


def dispatcher(authorize=allow, *, raises=None):
    async def handler(request, path):
        if raises is not None:
            raise raises
        return answer(Envelope.of(dict(path)))

    return Dispatcher(
        [
            Route(name="r", method="GET", template="/api/{id}", action=Action.READ, summary="Read", handler=handler),
            Route(
                name="w",
                method="POST",
                template="/api/{id}/write",
                action=Action.MANAGE,
                summary="Write",
                handler=handler,
                body=ConnectionTestBody,
            ),
        ],
        authorize=authorize,
    )


async def told(request, authorize=allow, *, raises=None):
    """Return the status, and code and source of the error."""
    response = await dispatcher(authorize, raises=raises).dispatch(request)
    error = json.loads(response.body)["error"] or {}
    return response.status, error.get("code"), error.get("source")


def get(path="/api/1", **rest):
    return Request(method="GET", path=path, **rest)


def post(path="/api/1/write", *, headers=JSON, **rest):
    return Request(method="POST", path=path, headers=headers, **rest)


async def test_answers():
    """A request reaches its handler with what the path says."""
    response = await dispatcher().dispatch(get("/api/a%20b"))
    assert json.loads(response.body)["data"] == {"id": "a b"}


async def test_unknown_route():
    """An unknown path is 404, and it is the host that says so."""
    assert await told(get("/api/1/other")) == (404, "not-found", "host")


async def test_other_method():
    """A method that is not answered is 405 with those that are."""
    response = await dispatcher().dispatch(Request(method="DELETE", path="/api/1"))
    assert (response.status, dict(response.headers)["allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize("method", ["OPTIONS", "TRACE", "CONNECT", "get", "", "GET "])
async def test_strange_methods(method):
    """CORS is the host's business, and methods are what they are written like."""
    assert await told(Request(method=method, path="/api/1")) == (405, "invalid-request", "host")


async def test_head_is_get_without_body():
    """HEAD has the headers of GET."""
    got = await dispatcher().dispatch(get())
    headed = await dispatcher().dispatch(Request(method="HEAD", path="/api/1"))
    assert (got.status, got.headers, b"") == (headed.status, headed.headers, headed.body)


async def test_head_of_a_failure_has_no_body():
    """HEAD has no body, whatever the status."""
    response = await dispatcher().dispatch(Request(method="HEAD", path="/api/1/write"))
    assert (response.status, response.body) == (405, b"")


async def test_body_of_the_longest_allowed_length():
    """1 MiB is allowed."""
    assert (await told(post(body=b" " * MAX_BODY)))[0] == 200


@pytest.mark.parametrize("request_", [post(body=b" " * (MAX_BODY + 1)), get(body=b" " * (MAX_BODY + 1))])
async def test_body_that_is_too_long(request_):
    """More than 1 MiB is 413."""
    assert await told(request_) == (413, "invalid-request", "host")


@pytest.mark.parametrize("headers", [{}, {"content-type": "text/plain"}, {"content-type": "multipart/form-data"}])
async def test_body_that_is_not_declared_as_json(headers):
    """What a form of another site can send changes nothing here."""
    assert await told(post(headers=headers, body=b"{}")) == (415, "invalid-request", "host")


@pytest.mark.parametrize(
    ("access", "expected"),
    [
        (Access.UNAUTHENTICATED, (401, "auth-failed", "host")),
        (Access.FORBIDDEN, (403, "forbidden", "host")),
        (False, (403, "forbidden", "host")),
        (None, (403, "forbidden", "host")),
    ],
)
@pytest.mark.parametrize(
    "request_",
    [get(), get("/nowhere"), Request(method="PUT", path="/api/1"), post(headers={}), post(body=b" " * (MAX_BODY + 1))],
    ids=["answered", "unknown", "other method", "not JSON", "too long"],
)
async def test_who_may_not_ask_learns_nothing(request_, access, expected):
    """Authorization comes before everything that could tell what there is."""
    assert expected == await told(request_, lambda request, action: access)


async def test_401_has_a_challenge():
    """401 says how to sign in, as HTTP demands."""
    response = await dispatcher(lambda request, action: Access.UNAUTHENTICATED).dispatch(get())
    assert dict(response.headers)["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(
    ("request_", "action"),
    [
        (get(), Action.READ),
        (post(body=b"{}"), Action.MANAGE),
        (Request(method="PUT", path="/api/1/write"), Action.MANAGE),
        (get("/nowhere"), Action.READ),
    ],
)
async def test_action(request_, action):
    """Every request is asked about once, unknown routes included."""
    asked = []

    def authorize(request, wanted):
        asked.append((request, wanted))
        return True

    await dispatcher(authorize).dispatch(request_)
    assert asked == [(request_, action)]


async def test_invalid_request():
    """A request that a handler cannot read is 400 with its fields."""
    error = InvalidRequestError("no", fields={"a": "b"})
    response = await dispatcher(raises=error).dispatch(get())
    assert (response.status, json.loads(response.body)["error"]["fields"]) == (400, {"a": "b"})


@pytest.mark.parametrize(
    "error",
    [
        ZeroDivisionError("s3cret"),
        RuntimeError("s3cret"),
        AuthFailedError("s3cret"),
        RecursionError("s3cret"),
        ExceptionGroup("s3cret", [ValueError("s3cret")]),
    ],
)
async def test_unforeseen_failure(error, caplog):
    """A failure nobody foresaw is 502 of the host; what it says goes to nobody."""
    assert await told(get(), raises=error) == (502, "internal", "host")
    assert type(error).__name__ in caplog.text
    assert "s3cret" not in caplog.text


async def test_cancellation_passes(caplog):
    """A cancelled request is cancelled, and nothing is logged as a failure."""
    found = []

    async def authorize(request, action):
        asked.set()
        await anyio.sleep_forever()

    async def dispatch():
        found.append(await dispatcher(authorize).dispatch(get()))

    asked = anyio.Event()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(dispatch)
        await asked.wait()
        tasks.cancel_scope.cancel()
    assert found == []
    assert caplog.records == []


@pytest.mark.parametrize("authorize", [None, True, "allow"])
def test_authorize_has_to_be_callable(authorize):
    """A mistake in mounting shows at once, not with the first request."""
    with pytest.raises(TypeError, match="authorize must be a function"):
        Dispatcher([], authorize=authorize)


def test_authorize_is_required():
    """Nobody mounts the routes open by forgetting to close them."""
    with pytest.raises(TypeError, match="authorize"):
        Dispatcher([])

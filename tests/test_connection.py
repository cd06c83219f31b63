"""A connection turns calls into requests and answers into values."""

import pytest
from pydantic import BaseModel

from dashboard_integrations.connection import AppInfo, Connection
from dashboard_integrations.errors import AuthFailedError, BadResponseError
from dashboard_integrations.exchange import HttpResponse


class Config(BaseModel):
    pass


class Version(BaseModel):
    version: str


class FakeTransport:
    def __init__(self, content=b"{}", status=200):
        self.sent = []
        self.content = content
        self.status = status

    async def send(self, request):
        self.sent.append(request)
        return HttpResponse(status=self.status, headers={}, content=self.content, url="http://nas" + request.path)


def connect(transport):
    return Connection(config=Config(), app=AppInfo("1", "NAS"), transport=transport)


async def test_get_json_into_a_model():
    """The answer comes back parsed and validated."""
    transport = FakeTransport(b'{"version": "4.5"}')
    assert await connect(transport).get_json("/version", Version) == Version(version="4.5")


async def test_parameters_are_text():
    """Parameters are sent as text, and those that are None are left out."""
    transport = FakeTransport()
    await connect(transport).get_json("/x", params={"n": 3, "yes": True, "none": None, "f": 1.5})
    assert transport.sent[0].params == {"n": "3", "yes": "true", "f": "1.5"}


async def test_post_json():
    """A JSON body says so in its content type."""
    transport = FakeTransport()
    await connect(transport).post_json("/rpc", json={"method": "go"})
    sent = transport.sent[0]
    assert (sent.method, sent.content, sent.headers["content-type"]) == ("POST", b'{"method":"go"}', "application/json")


async def test_form():
    """A form is percent-encoded."""
    transport = FakeTransport()
    await connect(transport).request("POST", "/login", form={"user": "a b", "password": "p&=é"})
    assert transport.sent[0].content == b"user=a+b&password=p%26%3D%C3%A9"


async def test_two_bodies():
    """A request with two bodies is a mistake of the integration."""
    with pytest.raises(TypeError, match="one body"):
        await connect(FakeTransport()).request("POST", "/x", json={}, content=b"")


async def test_status_raises():
    """A status outside 2xx raises what it stands for."""
    with pytest.raises(AuthFailedError):
        await connect(FakeTransport(status=401)).get_json("/x")


async def test_accepted_status():
    """A status that the integration accepts comes back."""
    response = await connect(FakeTransport(status=409)).request("POST", "/rpc", accept={409})
    assert response.status == 409


async def test_get_text_refuses_a_web_page():
    """A web page is not the text a service means."""
    with pytest.raises(BadResponseError) as caught:
        await connect(FakeTransport(b"<html>")).get_text("/version")
    assert caught.value.reason == "html"


async def test_answered_is_remembered():
    """A connection knows whether the service answered, whatever the status."""
    connection = connect(FakeTransport(status=500))
    before = connection.answered
    await connection.request("GET", "/x", accept={500})
    assert (before, connection.answered) == (False, True)

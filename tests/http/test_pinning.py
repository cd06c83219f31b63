"""Trust for one app: a certificate by its fingerprint, one of our own to show, and what is told of a refused one."""

import datetime
import hashlib
import socket
import ssl
import threading
from contextlib import contextmanager, suppress

import anyio
import pytest
import trustme

from dashboard_integrations.config import ServiceConfig
from dashboard_integrations.errors import AuthFailedError, InvalidConfigError, TlsUntrustedError, UnreachableError
from dashboard_integrations.exchange import HttpRequest
from dashboard_integrations.http import HttpPool
from dashboard_integrations.testing import FakeService

GET = HttpRequest(method="GET", path="x", headers={"authorization": "canary"})
LONG_AGO = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
OTHER_PIN = "00" * 32


class Certificates:
    """Server contexts, fingerprints and PEM texts, made once: keys take time."""

    def __init__(self, folder):
        self.authority = trustme.CA()
        self.stranger = trustme.CA()
        self.folder = folder
        self.leaves = {
            "good": self.authority.issue_cert("127.0.0.1"),
            "other": self.authority.issue_cert("127.0.0.1"),
            "other-name": self.authority.issue_cert("other.example", "192.168.3.4"),
            "expired": self.authority.issue_cert(
                "127.0.0.1", not_before=LONG_AGO, not_after=LONG_AGO + datetime.timedelta(days=1)
            ),
        }
        self.client = self.authority.issue_cert("dashboard@nas.test")
        self.stranger_client = self.stranger.issue_cert("dashboard@nas.test")

    @property
    def authority_pem(self):
        return self.authority.cert_pem.bytes().decode()

    def context(self, name, *, asks_client=False, version=ssl.TLSVersion.TLSv1_3):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.maximum_version = version
        if name == "self-signed":
            file = self.folder / "self-signed.pem"
            file.write_bytes(self.authority.private_key_pem.bytes() + self.authority.cert_pem.bytes())
            context.load_cert_chain(file)
        else:
            self.leaves[name].configure_cert(context)
        if asks_client:
            context.verify_mode = ssl.CERT_REQUIRED
            self.authority.configure_trust(context)
        return context

    def pin(self, name):
        pem = self.authority.cert_pem if name == "self-signed" else self.leaves[name].cert_chain_pems[0]
        return hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem.bytes().decode())).hexdigest()

    @contextmanager
    def service(self, name, **context):
        with FakeService(tls=self.context(name, **context)) as service:
            service.reply("GET", "/x", json={})
            yield service


def _client(leaf):
    return {
        "client_certificate": "".join(pem.bytes().decode() for pem in leaf.cert_chain_pems),
        "client_key": leaf.private_key_pem.bytes().decode(),
    }


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    return Certificates(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def send(transport_to):
    async def send_once(service, **config):
        async with transport_to(service.url, **config) as transport:
            return await transport.send(GET)

    return send_once


async def _untrusted(call):
    with pytest.raises(TlsUntrustedError) as caught:
        await call
    return caught.value


@pytest.mark.parametrize("name", ["good", "self-signed", "expired", "other-name"])
@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
async def test_the_pinned_certificate_is_trusted(certificates, send, name, version):
    """Whatever its authority, expiry or name: a person has compared it."""
    with certificates.service(name, version=version) as service:
        assert (await send(service, certificate_sha256=certificates.pin(name))).status == 200


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
async def test_any_other_certificate_is_refused_before_anything_is_sent(certificates, send, version):
    """A valid certificate of a trusted authority is no substitute, and the server sees no byte of the request."""
    with certificates.service("other", version=version) as service:
        error = await _untrusted(
            send(service, certificate_sha256=certificates.pin("good"), ca_certificate=certificates.authority_pem)
        )
    assert ("pin-mismatch", certificates.pin("other"), []) == (error.reason, error.details["sha256"], service.requests)


async def test_a_mismatch_says_what_it_may_mean(certificates, send):
    """It may be a new certificate or somebody in between, and the message shows the fingerprint to compare."""
    with certificates.service("good") as service:
        error = await _untrusted(send(service, certificate_sha256=OTHER_PIN))
    assert (True, True, True) == (
        service.url in error.message,
        certificates.pin("good") in error.message,
        "somebody stands in between" in error.message,
    )


async def test_a_refused_certificate_is_described(certificates, send):
    """Subject, issuer, dates and fingerprint are there to be compared; no request was sent."""
    with certificates.service("expired") as service:
        error = await _untrusted(send(service, ca_certificate=certificates.authority_pem))
    details = dict(error.details)
    assert ("expired", "2020-01-01T00:00:00Z", "2020-01-02T00:00:00Z", certificates.pin("expired"), "127.0.0.1") == (
        error.reason,
        details["notBefore"],
        details["notAfter"],
        details["sha256"],
        details["names"],
    )
    assert (True, True, []) == ("trustme" in details["subject"], "trustme" in details["issuer"], service.requests)


async def test_a_wrong_name_shows_the_right_ones(certificates, send):
    """Whoever typed the wrong name can see which ones the certificate is for."""
    with certificates.service("other-name") as service:
        error = await _untrusted(send(service, ca_certificate=certificates.authority_pem))
    assert ("hostname-mismatch", "other.example, 192.168.3.4") == (error.reason, error.details["names"])


@pytest.mark.parametrize("name", ["self-signed", "good"])
async def test_what_is_shown_can_be_pinned(certificates, send, name):
    """The fingerprint of the refusal, pasted into the field, is what makes the next call work."""
    with certificates.service(name) as service:
        error = await _untrusted(send(service))
        assert f"its SHA-256 fingerprint {error.details['sha256']}" in error.message
        assert (await send(service, certificate_sha256=error.details["sha256"])).status == 200


async def test_looking_at_a_refused_certificate_sends_nothing(certificates, send):
    """One more handshake, and neither of the two carries a request."""
    with certificates.service("self-signed") as service:
        await _untrusted(send(service))
    assert (2, []) == (service.connections, service.requests)


async def test_a_refusal_is_told_also_when_the_certificate_cannot_be_had(certificates, transport_to):
    """A service that falls silent after the first handshake costs the details, not the error."""
    context = certificates.context("self-signed")
    seen = []

    async def handle(stream):
        seen.append(stream)
        async with stream:
            if len(seen) > 1:
                await anyio.sleep_forever()
            with suppress(ssl.SSLError, anyio.BrokenResourceError, anyio.EndOfStream):
                await anyio.streams.tls.TLSStream.wrap(stream, server_side=True, ssl_context=context)

    listener = await anyio.create_tcp_listener(local_host="127.0.0.1")
    url = f"https://127.0.0.1:{listener.extra(anyio.abc.SocketAttribute.local_port)}"
    async with listener, anyio.create_task_group() as tasks:
        tasks.start_soon(listener.serve, handle)
        async with transport_to(url, timeout=5) as transport:
            error = await _untrusted(transport.send(GET))
        tasks.cancel_scope.cancel()
    assert ("self-signed", {}) == (error.reason, dict(error.details))


async def test_a_pin_does_not_make_plain_http_an_answer(certificates):
    """A fingerprint with an http URL is a mistake, said at the field."""
    with pytest.raises(ValueError, match="certificate_sha256"):
        ServiceConfig(url="http://nas.test", certificate_sha256=OTHER_PIN)


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
async def test_a_client_certificate_is_shown(certificates, send, version):
    """A service that asks who calls gets the configured certificate."""
    with certificates.service("good", asks_client=True, version=version) as service:
        response = await send(service, ca_certificate=certificates.authority_pem, **_client(certificates.client))
    assert response.status == 200


async def test_a_client_certificate_and_a_pin_go_together(certificates, send):
    """Each side trusts the other one in its own way."""
    with certificates.service("self-signed", asks_client=True) as service:
        config = {"certificate_sha256": certificates.pin("self-signed"), **_client(certificates.client)}
        assert (await send(service, **config)).status == 200


@contextmanager
def _refusing(context):
    """Run a server whose handshakes fail, and which hears its clients out: closing at once may lose its alert."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve():
            with suppress(OSError):
                while True:
                    client, _ = listener.accept()
                    secured = context.wrap_socket(client, server_side=True, do_handshake_on_connect=False)
                    with suppress(ssl.SSLError):
                        secured.do_handshake()
                    with socket.socket(fileno=secured.detach()) as plain:
                        while plain.recv(65_536):
                            pass

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield f"https://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join(5)


@pytest.mark.parametrize(
    ("client", "reason", "message"),
    [
        (None, "client-certificate-required", "asks for a client certificate"),
        ("stranger_client", "client-certificate-refused", "does not accept the client certificate"),
    ],
)
async def test_a_service_that_refuses_us_is_not_called_unreachable(certificates, transport_to, client, reason, message):
    """What the service says about our certificate, or the lack of one, is told."""
    config = {"ca_certificate": certificates.authority_pem}
    if client is not None:
        config |= _client(getattr(certificates, client))
    with _refusing(certificates.context("good", asks_client=True)) as url:
        async with transport_to(url, **config) as transport:
            with pytest.raises(AuthFailedError, match=message) as caught:
                await transport.send(GET)
    assert caught.value.reason == reason


async def test_without_its_client_certificate_a_service_gets_no_request(certificates, send):
    """Whatever becomes of the alert, the call fails and the request is not read."""
    with certificates.service("good", asks_client=True) as service:
        with pytest.raises((AuthFailedError, UnreachableError)):
            await send(service, ca_certificate=certificates.authority_pem)
        assert service.requests == []


async def test_a_key_of_another_certificate_is_an_invalid_field(certificates, send):
    """A pair that does not fit is said at the key's field."""
    config = {**_client(certificates.client), "client_key": _client(certificates.stranger_client)["client_key"]}
    with certificates.service("good") as service, pytest.raises(InvalidConfigError) as caught:
        await send(service, **config)
    assert ({"client_key": "this is not the key of the client certificate"}, 0) == (
        dict(caught.value.fields),
        service.connections,
    )


async def _statuses(pool, service, *configs):
    """Send one request with each configuration, all under one key; return the status or reason of each."""
    found = []
    for config in configs:
        settings = ServiceConfig(url=service.url, **config)
        app = pool.app(key="app", config=settings, auth=None, max_response_bytes=1_000)
        try:
            found.append((await app.transport.send(GET)).status)
        except TlsUntrustedError as error:
            found.append(error.reason)
    return found


async def test_changed_trust_never_meets_an_old_connection(certificates):
    """An open connection of the old trust would answer 200 for ever; a new configuration starts anew."""
    pin = certificates.pin("good")
    authority = {"ca_certificate": certificates.authority_pem}
    with certificates.service("good") as service:
        async with HttpPool() as pool:
            found = await _statuses(
                pool,
                service,
                {"certificate_sha256": pin},
                {"certificate_sha256": OTHER_PIN},
                {},
                authority,
                {"ca_certificate": certificates.stranger.cert_pem.bytes().decode()},
                {"certificate_sha256": pin, "timeout": 9.0},
                {"certificate_sha256": pin, "timeout": 9.0},
            )
    assert [200, "pin-mismatch", "unknown-authority", 200, "unknown-authority", 200, 200] == found
    # Four that answered (the last one on the connection before), three refused, two of which were looked at again.
    assert service.connections == 3 + 1 + 2 * 2


async def test_a_changed_time_limit_opens_a_connection_of_its_own(certificates):
    """Nothing of an earlier configuration is carried over."""
    pin = {"certificate_sha256": certificates.pin("good")}
    with certificates.service("good") as service:
        async with HttpPool() as pool:
            await _statuses(pool, service, pin, pin | {"timeout": 3.0}, pin | {"timeout": 4.0})
    assert service.connections == 3


async def test_apps_do_not_share_trust(certificates):
    """One app's pin is nobody else's."""
    with certificates.service("self-signed") as service:
        async with HttpPool() as pool:
            answers = []
            for key, config in (("a", {"certificate_sha256": certificates.pin("self-signed")}), ("b", {})):
                settings = ServiceConfig(url=service.url, **config)
                app = pool.app(key=key, config=settings, auth=None, max_response_bytes=1_000)
                try:
                    answers.append((await app.transport.send(GET)).status)
                except TlsUntrustedError as error:
                    answers.append(error.reason)
    assert [200, "self-signed"] == answers

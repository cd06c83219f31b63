"""TLS: verified always, and every refusal has its reason."""

import datetime
import ssl

import pytest
import trustme

from dashboard_integrations.errors import TlsUntrustedError, UnreachableError
from dashboard_integrations.exchange import HttpRequest
from dashboard_integrations.testing import FakeService

GET = HttpRequest(method="GET", path="x")
LONG_AGO = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


@pytest.fixture(scope="module")
def authority_pem(authority):
    return authority.cert_pem.bytes().decode()


def _context(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context


@pytest.fixture(scope="module")
def contexts(authority, tmp_path_factory):
    """Return server contexts by name, made once: keys take time."""
    self_signed = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    file = tmp_path_factory.mktemp("tls") / "self-signed.pem"
    file.write_bytes(authority.private_key_pem.bytes() + authority.cert_pem.bytes())
    self_signed.load_cert_chain(file)
    return {
        "good": _context(authority.issue_cert("127.0.0.1")),
        "expired": _context(
            authority.issue_cert("127.0.0.1", not_before=LONG_AGO, not_after=LONG_AGO + datetime.timedelta(days=1))
        ),
        "not-yet-valid": _context(
            authority.issue_cert(
                "127.0.0.1",
                not_before=datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=10),
                not_after=datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=20),
            )
        ),
        "hostname-mismatch": _context(authority.issue_cert("other.example")),
        "self-signed": self_signed,
    }


async def test_a_private_authority_is_trusted_when_given(contexts, authority_pem, transport_to):
    """With its authority in the configuration, a service of one's own is trusted."""
    with FakeService(tls=contexts["good"]) as service:
        service.reply("GET", "/x", json={})
        async with transport_to(service.url, ca_certificate=authority_pem) as transport:
            assert (await transport.send(GET)).status == 200


async def test_an_unknown_authority_is_not_trusted(contexts, transport_to):
    """Without it, the same service is not."""
    with FakeService(tls=contexts["good"]) as service:
        async with transport_to(service.url) as transport:
            with pytest.raises(TlsUntrustedError, match="paste that authority's certificate") as caught:
                await transport.send(GET)
    assert (caught.value.reason, service.requests) == ("unknown-authority", [])


async def test_a_self_signed_certificate_is_not_trusted(contexts, transport_to):
    """A certificate that vouches for itself has a reason of its own."""
    with FakeService(tls=contexts["self-signed"]) as service:
        async with transport_to(service.url) as transport:
            with pytest.raises(TlsUntrustedError) as caught:
                await transport.send(GET)
    assert caught.value.reason == "self-signed"


@pytest.mark.parametrize("reason", ["expired", "not-yet-valid", "hostname-mismatch"])
async def test_a_bad_certificate_of_a_trusted_authority_is_refused(contexts, authority_pem, transport_to, reason):
    """Trust in an authority does not excuse a certificate that is over, early or for another name."""
    with FakeService(tls=contexts[reason]) as service:
        async with transport_to(service.url, ca_certificate=authority_pem) as transport:
            with pytest.raises(TlsUntrustedError, match=service.url) as caught:
                await transport.send(GET)
    assert reason == caught.value.reason


async def test_a_service_own_certificate_can_be_pasted(authority, transport_to):
    """Trust can be given to the certificate of the service itself, without its authority."""
    certificate = authority.issue_cert("127.0.0.1")
    with FakeService(tls=_context(certificate)) as service:
        service.reply("GET", "/x", json={})
        pem = certificate.cert_chain_pems[0].bytes().decode()
        async with transport_to(service.url, ca_certificate=pem) as transport:
            assert (await transport.send(GET)).status == 200


async def test_plain_http_on_a_tls_port_is_not_an_answer(contexts, transport_to):
    """Without TLS nothing comes back, and the error hints at https."""
    with FakeService(tls=contexts["good"]) as service:
        async with transport_to(service.url.replace("https://", "http://")) as transport:
            with pytest.raises(UnreachableError, match="https"):
                await transport.send(GET)

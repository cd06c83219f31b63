"""The network policy and the trust of an app, through every call of a host."""

import datetime
import hashlib
import ssl

import pytest
import trustme

from dashboard_integrations import NetworkPolicy
from dashboard_integrations.errors import ErrorCode
from dashboard_integrations.testing import FakeService


@pytest.fixture(scope="module")
def certificate():
    """Return one that is over, of an authority that nobody knows."""
    over = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
    return trustme.CA().issue_cert("nas.test", not_before=over, not_after=over + datetime.timedelta(days=1))


@pytest.fixture
def secure_upstream(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    with FakeService(tls=context) as upstream:
        upstream.reply("GET", "/version", json={"version": "2.1"})
        upstream.reply("GET", "/count", json={"count": 42})
        yield upstream


async def test_the_host_s_policy_holds_for_data_and_for_tests(setup):
    """Both calls end with the same typed error, and nothing is connected to."""
    await setup.add_meter()
    async with setup.open(network=NetworkPolicy(allow_loopback=False)) as service:
        fetched = await service.fetch_data("meter-1", "count")
        tested = await service.test_connection(integration_type="meter", config={"url": setup.upstream.url})
    expected = (ErrorCode.BLOCKED_ADDRESS, "loopback")
    assert [expected, expected] == [(answer.error.code, answer.error.reason) for answer in (fetched, tested)]
    assert setup.upstream.connections == 0


async def test_metadata_services_are_refused_without_any_policy(setup):
    """A host that says nothing is safe."""
    async with setup.open() as service:
        tested = await service.test_connection(integration_type="meter", config={"url": "http://169.254.169.254"})
    assert (ErrorCode.BLOCKED_ADDRESS, "metadata") == (tested.error.code, tested.error.reason)


async def test_trust_is_given_by_what_the_test_shows(setup, certificate, secure_upstream):
    """*Test connection* shows the certificate; its fingerprint in the configuration makes data flow."""
    der = ssl.PEM_cert_to_DER_cert(certificate.cert_chain_pems[0].bytes().decode())
    config = {"url": secure_upstream.url}
    async with setup.open() as service:
        refused = await service.test_connection(integration_type="meter", config=config)
        shown = refused.error.details
        assert (hashlib.sha256(der).hexdigest(), "nas.test", "2020-01-02T00:00:00Z") == (
            shown["sha256"],
            shown["names"],
            shown["notAfter"],
        )
        await setup.add_meter(url=secure_upstream.url, certificate_sha256=shown["sha256"])
        assert (await service.fetch_data("meter-1", "count")).success is True


async def test_a_pinned_service_that_changes_its_certificate_gets_no_secret(setup, secure_upstream):
    """Data stops with a typed error, and the key of the app is not sent."""
    await setup.add_meter(url=secure_upstream.url, certificate_sha256="ab" * 32)
    async with setup.open() as service:
        answer = await service.fetch_data("meter-1", "count")
    assert ("pin-mismatch", []) == (answer.error.reason, secure_upstream.requests)

"""Every fault, under every auth scheme, when tested and when fetched, ends as the fault says; then it is over."""

import logging

import pytest
from fault_bench import bench_of, combinations_of, expected_of
from fault_schemes import leaks_in

from dashboard_integrations.testing.faults import FAULTS, TLS_FAULTS, tls_on_plain_port, untrusted_certificate

REASONS = ["expired", "not-yet-valid", "hostname-mismatch", "unknown-authority", "self-signed"]


@pytest.fixture
def check(caplog):
    """Return a function that runs all combinations of a fault: each has its code, in time, tells no secret, ends."""

    async def run(fault, **options):
        with caplog.at_level(logging.DEBUG):
            async with bench_of(fault, **options) as bench:
                outcomes = await bench.run()
        logged = "".join(f"{record.getMessage()} {vars(record)}" for record in caplog.records)
        assert {str(item): expected_of(fault, item) for item in combinations_of(fault)} == outcomes
        assert leaks_in(caplog.text + logged) == []

    return run


@pytest.fixture
def secured(authority, trusted, tmp_path, monkeypatch):
    """Return what a bench needs for https; the authority is the system's only one, which is also quick to read."""
    file = tmp_path / "authorities.pem"
    file.write_bytes(authority.cert_pem.bytes())
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path / "none"))
    return {"tls": trusted}


@pytest.mark.parametrize("fault", FAULTS, ids=str)
async def test_http(check, fault):
    """Faults of plain HTTP."""
    await check(fault)


@pytest.mark.parametrize("fault", TLS_FAULTS, ids=str)
async def test_handshake(check, fault, secured):
    """Faults of a TLS handshake."""
    await check(fault, **secured)


@pytest.mark.parametrize("reason", REASONS)
async def test_certificate(check, untrusted, reason, secured):
    """Certificates that are not to be trusted, while their authority is."""
    await check(untrusted_certificate(untrusted[reason], reason=reason), **secured)


async def test_tls_on_a_plain_port(check, trusted):
    """TLS where the URL says http."""
    await check(tls_on_plain_port(trusted))

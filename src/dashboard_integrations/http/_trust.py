"""Which certificates are trusted, and which one is shown."""

import ssl
from dataclasses import dataclass

from dashboard_integrations.config import ServiceConfig
from dashboard_integrations.errors import InvalidConfigError
from dashboard_integrations.http._client_certificate import load_client_certificate

__all__ = ["Trust", "blind_context", "empty_trust", "has_own_trust", "own_trust", "system_trust"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """What decides on a service's certificate: the context, or ``pin``, the fingerprint of the only one accepted."""

    context: ssl.SSLContext
    pin: str | None = None


def system_trust() -> Trust:
    """Trust the system's authorities (or those of ``SSL_CERT_FILE`` and ``SSL_CERT_DIR``)."""
    return Trust(context=ssl.create_default_context())


def empty_trust() -> Trust:
    """Trust nobody, for a service without TLS: it saves reading the system's authorities."""
    return Trust(context=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))


def has_own_trust(config: ServiceConfig) -> bool:
    """Return whether the app is different from others that are trusted by the system's authorities."""
    return bool(config.ca_certificate or config.certificate_sha256 or config.client_certificate)


def own_trust(config: ServiceConfig) -> Trust:
    """Return the trust of one app; raise ``InvalidConfigError`` for a certificate or key that cannot be used."""
    if config.certificate_sha256:
        # A person has compared this very certificate with the service's own and vouches for it. So its name, its
        # authority and its expiry are not asked for: after all, that none of them is right is why it was pinned.
        trust = Trust(context=blind_context(), pin=config.certificate_sha256)
    else:
        trust = _private_trust(config.ca_certificate) if config.ca_certificate else system_trust()
    if config.client_certificate and config.client_key:
        load_client_certificate(
            trust.context, certificate=config.client_certificate, key=config.client_key.get_secret_value()
        )
    return trust


def blind_context() -> ssl.SSLContext:
    """Return a context that verifies nothing, for who looks at the certificate itself before anything is sent."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _private_trust(ca_certificate: str) -> Trust:
    """Trust ``ca_certificate`` (PEM) beside the system."""
    trust = system_trust()
    try:
        trust.context.load_verify_locations(cadata=ca_certificate)
    except (ssl.SSLError, ValueError, TypeError):
        problem = (
            "this is not a certificate in PEM form: paste it whole, from -----BEGIN CERTIFICATE----- to"
            " -----END CERTIFICATE-----"
        )
        raise InvalidConfigError(f"the CA certificate: {problem}", fields={"ca_certificate": problem}) from None
    # What a person pasted is trusted as it is, be it the service's own certificate, an intermediate one, or one of a
    # home-made authority that lacks what RFC 5280 wants (which newer Pythons insist on).
    trust.context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    trust.context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    return trust

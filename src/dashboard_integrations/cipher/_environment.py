"""Where the keys come from: the environment, and what it may say in development only."""

import logging
from collections.abc import Mapping, Sequence

from dashboard_integrations.cipher._aead import derived
from dashboard_integrations.cipher._keys import KEY_BYTES, KEY_COMMAND, InvalidKeyError, check_key, parse_ring

__all__ = ["keys_from_environment"]

logger = logging.getLogger(__name__)

_KEY_VARIABLE = "INTEGRATION_ENCRYPTION_KEY"
_FALLBACK_VARIABLE = "JWT_SECRET"
_STAGE_VARIABLES = ("DASHBOARD_ENV", "ENVIRONMENT", "APP_ENV")
_PRODUCTION = frozenset({"prod", "production"})
_DERIVATION = b"dashboard-integrations configuration key from JWT_SECRET"


def keys_from_environment(environ: Mapping[str, str]) -> Sequence[bytes]:
    """Return the ring of ``INTEGRATION_ENCRYPTION_KEY``, or in development one key derived from ``JWT_SECRET``.

    A variable that is blank counts as not set. Raise ``InvalidKeyError``.
    """
    ring = environ.get(_KEY_VARIABLE, "")
    if ring.strip():
        return parse_ring(ring, where=_KEY_VARIABLE)
    secret = environ.get(_FALLBACK_VARIABLE, "")
    what_next = f"set {_KEY_VARIABLE} to a key made with `{KEY_COMMAND}`"
    if not secret.strip():
        raise InvalidKeyError(
            f"no key to seal configurations with: neither {_KEY_VARIABLE} nor (for development) {_FALLBACK_VARIABLE}"
            f" is set; {what_next}"
        )
    if (stage := _declared_production(environ)) is not None:
        raise InvalidKeyError(
            f"{stage} says that this is production, where {_FALLBACK_VARIABLE} does not stand in for a key: {what_next}"
        )
    logger.warning(
        "no %s is set: configurations are sealed with a key derived from %s, which is for development only; %s",
        _KEY_VARIABLE,
        _FALLBACK_VARIABLE,
        what_next,
        extra={"event": "development-key"},
    )
    return (_derived(secret),)


def _declared_production(environ: Mapping[str, str]) -> str | None:
    for name in _STAGE_VARIABLES:
        if environ.get(name, "").strip().lower() in _PRODUCTION:
            return name
    return None


def _derived(secret: str) -> bytes:
    return check_key(derived(secret.encode("utf-8", "surrogateescape"), length=KEY_BYTES, info=_DERIVATION))

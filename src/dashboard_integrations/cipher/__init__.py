"""The cipher that keeps configurations sealed; the only importer of cryptography."""

from dashboard_integrations.cipher._cipher import ConfigCipher
from dashboard_integrations.cipher._keys import InvalidKeyError

__all__ = ["ConfigCipher", "InvalidKeyError"]

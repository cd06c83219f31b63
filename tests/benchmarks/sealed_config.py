"""Opening one sealed configuration: decrypted, and as models with what hides its secrets.

``uv run --group benchmarks python tests/benchmarks/sealed_config.py``. The limit is AES-GCM and a JSON parse alone. An
answer from the cache opens nothing.
"""

import asyncio
import base64
import json
import secrets
from collections.abc import Awaitable, Callable

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from measuring import measure, show

from dashboard_integrations.apps import AppService, InMemoryAppRepository
from dashboard_integrations.authoring import HttpIntegration
from dashboard_integrations.cipher import ConfigCipher
from dashboard_integrations.config import LoginConfig
from dashboard_integrations.service._openings import Openings

CONFIG = {"url": "http://nas.example:9091", "username": "somebody", "password": "correct horse battery staple"}


class Sample(HttpIntegration[LoginConfig]):
    """A service with a login."""

    id = "sample"
    name = "Sample"


def often(step: Callable[[], object]) -> Callable[[int], Awaitable[None]]:
    """Return a round of ``step``."""

    async def run(times: int) -> None:
        for _ in range(times):
            step()

    return run


async def main() -> None:
    """Print the table."""
    key, nonce = secrets.token_bytes(32), secrets.token_bytes(12)
    cipher, integration = ConfigCipher([key]), Sample()
    apps = AppService(InMemoryAppRepository(), cipher=cipher)
    await apps.create(name="App", integration=integration, config=CONFIG, app_id="app")
    record = await apps.get("app")
    sealed = record.integration_config or ""
    aead, fernet = AESGCM(key), Fernet(base64.urlsafe_b64encode(key))
    encrypted, token = (
        aead.encrypt(nonce, json.dumps(CONFIG).encode(), b""),
        fernet.encrypt(json.dumps(CONFIG).encode()),
    )
    openings = Openings(apps)

    async def opened(times: int) -> None:
        for _ in range(times):
            await Openings(apps).open(record, integration)

    async def again(times: int) -> None:
        for _ in range(times):
            await openings.open(record, integration)

    candidates = {
        "AES-GCM and JSON": often(lambda: json.loads(aead.decrypt(nonce, encrypted, b""))),
        "Fernet and JSON": often(lambda: json.loads(fernet.decrypt(token))),
        "ours, decrypted": often(lambda: json.loads(cipher.open(sealed, app_id="app", integration_type="sample"))),
        "ours, first call of an app": opened,
        "ours, each further call": again,
    }
    show("opening a sealed configuration", await measure(candidates, times=500))


if __name__ == "__main__":
    asyncio.run(main())

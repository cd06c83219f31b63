"""An integration that has every kind of configuration field, and a service over apps in memory."""

import secrets
from enum import StrEnum
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict, Field, SecretBytes, SecretStr, field_validator, model_validator

from dashboard_integrations.apps import AppRecord, AppRepository, AppService, InMemoryAppRepository
from dashboard_integrations.authoring import HttpIntegration
from dashboard_integrations.cipher import ConfigCipher
from dashboard_integrations.config import ServiceConfig
from dashboard_integrations.integration import Integration


class Mode(StrEnum):
    """How to look."""

    FAST = "fast"
    FULL = "full"


class Proxy(BaseModel):
    """A nested model with a secret."""

    model_config = ConfigDict(extra="forbid")

    url: str
    user: str = "nobody"
    password: SecretStr | None = None


class Door(BaseModel):
    """A model that stands in a list."""

    label: str
    code: SecretStr


class DemoConfig(ServiceConfig):
    """Credentials of every shape."""

    username: str | None = None
    password: SecretStr | None = None
    key: SecretBytes = SecretBytes(b"")
    tokens: list[SecretStr] = Field(default_factory=list)
    doors: list[Door] = Field(default_factory=list)
    proxy: Proxy | None = None
    site_id: int = Field(default=1, alias="siteId")

    @field_validator("password")
    @classmethod
    def _not_quoted(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and value.get_secret_value().startswith('"'):
            raise ValueError(f"leave out the quotes of {value.get_secret_value()}")
        return value


class DemoExtra(BaseModel):
    """What is no matter of access."""

    mode: Mode = Mode.FAST
    limit: int | None = Field(default=10, ge=1)
    labels: dict[str, str] = Field(default_factory=dict)
    notes: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _full_needs_a_limit(self) -> "DemoExtra":
        if self.mode is Mode.FULL and self.limit is None:
            raise ValueError("a full look needs a limit")
        return self


class Demo(HttpIntegration[DemoConfig]):
    """A service."""

    id = "demo"
    name = "Demo"
    extra_config = DemoExtra


class Other(HttpIntegration[ServiceConfig]):
    """Another service, without secrets and extra configuration."""

    id = "other"
    name = "Other"


class SlimmerDemo(HttpIntegration[ServiceConfig]):
    """A later version of the first one, which needs no credentials any more."""

    id = "demo"
    name = "Demo"


class TouchyConfig(ServiceConfig):
    """A configuration whose check has a bug."""

    token: SecretStr

    @field_validator("token")
    @classmethod
    def _stumble(cls, value: SecretStr) -> SecretStr:
        raise KeyError(value.get_secret_value())


class Touchy(HttpIntegration[TouchyConfig]):
    """A service whose author made a mistake."""

    id = "touchy"
    name = "Touchy"


@pytest.fixture
def demo() -> Integration:
    """Give an integration with every kind of field."""
    return Demo()


@pytest.fixture
def other() -> Integration:
    """Give an integration of another type."""
    return Other()


@pytest.fixture
def slimmer_demo() -> Integration:
    """Give a later version of ``demo`` with fewer fields."""
    return SlimmerDemo()


@pytest.fixture
def touchy() -> Integration:
    """Give an integration that cannot check its configuration."""
    return Touchy()


@pytest.fixture
def cipher() -> ConfigCipher:
    """Give a cipher with a key of its own."""
    return ConfigCipher([secrets.token_bytes(32)])


@pytest.fixture
def repository() -> AppRepository:
    """Give an empty repository."""
    return InMemoryAppRepository()


@pytest.fixture
def service(repository: AppRepository, cipher: ConfigCipher) -> AppService:
    """Give a service over that repository."""
    return AppService(repository, cipher=cipher)


@pytest.fixture
async def app(service: AppService, demo: Integration) -> AppRecord:
    """Give an app with secrets."""
    return await service.create(
        name="NAS",
        integration=demo,
        config={"url": "http://nas.local:8080", "username": "ada", "password": "canary-password", "siteId": 7},
        app_id="nas",
    )

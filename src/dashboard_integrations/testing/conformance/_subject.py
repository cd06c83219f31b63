"""The subject of a contract: an integration, how it is configured, and what its service answers when it is well."""

import copy
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from dashboard_integrations.apps import AppService, InMemoryAppRepository, OpenedConfig
from dashboard_integrations.cipher import ConfigCipher
from dashboard_integrations.config import ServiceConfig
from dashboard_integrations.integration import Endpoint, Integration
from dashboard_integrations.testing.fake_service import FakeService

__all__ = ["TEST", "Subject", "calls_a_service"]

TEST = "test"
"""Stands for *Test connection* where otherwise the id of an endpoint does."""

_NOWHERE = "http://127.0.0.1:9"


@dataclass(frozen=True, kw_only=True)
class Subject:
    """What every check is about. ``config`` is flat, the extra fields and the secrets included, without the URL."""

    integration: type[Integration] | Integration
    config: Mapping[str, object] = field(repr=False)
    parameters: Mapping[str, Mapping[str, object]]
    declare: Callable[[FakeService], None]

    def new(self) -> Integration:
        """Return an integration that has no memory of earlier calls, if it can be made anew.

        A limit of its own on the calls in a minute is lifted: many are made here, and none reaches a real service.
        """
        integration = self.integration() if isinstance(self.integration, type) else copy.copy(self.integration)
        if getattr(integration, "calls_per_minute", None) is not None:
            vars(integration)["calls_per_minute"] = None
        return integration

    @cached_property
    def one(self) -> Integration:
        """An integration to look at."""
        return self.new()

    @property
    def name(self) -> str:
        """The name of its class."""
        return _class_of(self.integration).__qualname__

    @property
    def module(self) -> str:
        """The module that is imported for it."""
        return _class_of(self.integration).__module__

    @property
    def file(self) -> Path | None:
        """The file of that module."""
        found = getattr(sys.modules.get(self.module), "__file__", None)
        return None if found is None else Path(found)

    @property
    def endpoints(self) -> Mapping[str, Endpoint]:
        """The endpoints by their id."""
        return {endpoint.id: endpoint for endpoint in self.one.endpoints}

    @property
    def targets(self) -> tuple[str, ...]:
        """What can be asked for: the test, and each endpoint."""
        return (TEST, *self.endpoints)

    def config_at(self, url: str, *, timeout: float | None = None) -> dict[str, object]:
        """Return a flat configuration for a service at ``url``."""
        if not calls_a_service(self.one):
            return dict(self.config)
        return {**self.config, "url": url, **({} if timeout is None else {"timeout": timeout})}

    def opened(self, config: Mapping[str, object] | None = None) -> OpenedConfig:
        """Return a flat configuration as models, its secrets listed."""
        apps = AppService(InMemoryAppRepository(), cipher=ConfigCipher([bytes(range(32))]))
        return apps.validate(self.one, self.config_at(_NOWHERE) if config is None else config)

    def parameters_of(self, endpoint_id: str) -> BaseModel | None:
        """Return the parameters with which an endpoint is asked."""
        endpoint = self.endpoints.get(endpoint_id)
        if endpoint is None or endpoint.parameters is None:
            return None
        return endpoint.parameters.model_validate(dict(self.parameters.get(endpoint_id, {})))


def calls_a_service(integration: Any) -> bool:
    """Return whether an integration, or a class of one, has a service with a URL."""
    model = getattr(integration, "auth_config", None)
    return isinstance(model, type) and issubclass(model, ServiceConfig)


def _class_of(integration: type[Integration] | Integration) -> type:
    return integration if isinstance(integration, type) else type(integration)

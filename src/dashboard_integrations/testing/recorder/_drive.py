"""One app of an integration behind the facade: its connection is tested, and every endpoint asked once."""

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ValidationError

from dashboard_integrations.apps import AppService, InMemoryAppRepository, OpenedConfig
from dashboard_integrations.cipher import ConfigCipher
from dashboard_integrations.envelope import EndpointData, Envelope, ErrorBody
from dashboard_integrations.http import Wiretap
from dashboard_integrations.integration import Endpoint, Integration
from dashboard_integrations.lookup import find_endpoint
from dashboard_integrations.registry import Registry
from dashboard_integrations.service import IntegrationService
from dashboard_integrations.testing.recorder._tape import TEST

__all__ = ["Driven", "Parameters", "drive", "told_parameters"]

Parameters = Mapping[str, Mapping[str, object]]
"""What endpoints are asked with, by their id."""

_APP_ID = "app"


@dataclass(frozen=True, slots=True, kw_only=True)
class Driven:
    """What came of it. ``config`` is the whole configuration as validated, secrets in the clear.

    ``views`` has the payloads by endpoint, ``failures`` the reasons by endpoint or ``test``.
    """

    opened: OpenedConfig = field(repr=False)
    config: Mapping[str, object] = field(repr=False)
    software: str | None
    views: Mapping[str, Any] = field(repr=False)
    failures: Mapping[str, ErrorBody]


async def drive(
    integration: Integration,
    *,
    config: Mapping[str, object],
    parameters: Parameters,
    keep_going: bool = False,
    wiretap: Wiretap | None = None,
    begins: Callable[[str], None] | None = None,
) -> Driven:
    """Test the connection and, when that works or with ``keep_going``, ask every endpoint.

    ``begins`` is told before each what it is. Raise ``InvalidConfigError`` and ``UnknownEndpointError``.
    """
    for endpoint_id in parameters:
        find_endpoint(integration, endpoint_id)
    registry = Registry()
    registry.register(integration)
    apps = AppService(InMemoryAppRepository(), cipher=ConfigCipher([secrets.token_bytes(32)]))
    app = await apps.create(name=integration.name, integration=integration, config=config, app_id=_APP_ID)
    begin = begins or _nothing
    async with IntegrationService(apps=apps, registry=registry, wiretap=wiretap) as service:
        begin(TEST)
        tested = await service.test_connection(app_id=_APP_ID, config={})
        failures = {} if tested.error is None else {TEST: tested.error}
        views: dict[str, Any] = {}
        for endpoint in integration.endpoints if keep_going or not failures else ():
            begin(endpoint.id)
            envelope = await _asked(service, endpoint, parameters)
            if envelope.data is not None:
                views[endpoint.id] = json.loads(envelope.data.encoded)
            elif envelope.error is not None:
                failures[endpoint.id] = envelope.error
    return Driven(
        opened=await apps.open(app, integration),
        config=await apps.merged(app, integration, {}),
        software=None if tested.data is None else tested.data.version,
        views=views,
        failures=failures,
    )


async def _asked(service: IntegrationService, endpoint: Endpoint, parameters: Parameters) -> Envelope[EndpointData]:
    await service.retry(_APP_ID)  # what failed before says nothing about this one
    return await service.fetch_data(_APP_ID, endpoint.id, parameters=parameters.get(endpoint.id))


def told_parameters(integration: Integration, parameters: Parameters) -> dict[str, dict[str, object]]:
    """Return the parameters as JSON values of the endpoints' own types; what does not fit stays as it is."""
    return {
        endpoint.id: _plain(endpoint.parameters, parameters[endpoint.id])
        for endpoint in integration.endpoints
        if parameters.get(endpoint.id)
    }


def _plain(model: type[BaseModel] | None, given: Mapping[str, object]) -> dict[str, object]:
    if model is None:
        return dict(given)
    try:
        return model.model_validate(dict(given)).model_dump(mode="json", by_alias=True, exclude_unset=True)
    except ValidationError:
        return dict(given)


def _nothing(_: str) -> None:
    """Listen to nothing."""

"""The catalogue: what each integration offers and asks for, as a form and a picker need it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pydantic import BaseModel
from pydantic_core import from_json, to_json

from dashboard_integrations.integration import Endpoint, Integration

__all__ = ["EndpointInfo", "IntegrationInfo", "describe_integration"]

_DIALECT = "https://json-schema.org/draft/2020-12/schema"

JsonSchema = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointInfo:
    """One endpoint. ``ttl`` is in seconds; ``parameters_schema`` is ``None`` when a call has nothing to choose."""

    id: str
    name: str
    description: str
    view: str
    ttl: float
    parameters_schema: JsonSchema | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IntegrationInfo:
    """One integration. Schemas are JSON Schema 2020-12; secrets are ``writeOnly``."""

    id: str
    name: str
    icon: str
    description: str
    capabilities: Sequence[str]
    auth_config_schema: JsonSchema
    extra_config_schema: JsonSchema | None
    endpoints: Sequence[EndpointInfo]


def describe_integration(integration: Integration) -> IntegrationInfo:
    """Describe ``integration``."""
    extra = integration.extra_config
    return IntegrationInfo(
        id=integration.id,
        name=integration.name,
        icon=integration.icon,
        description=integration.description,
        capabilities=tuple(integration.capabilities),
        auth_config_schema=_schema(integration.auth_config),
        extra_config_schema=None if extra is None else _schema(extra),
        endpoints=tuple(map(_describe_endpoint, integration.endpoints)),
    )


def _describe_endpoint(endpoint: Endpoint) -> EndpointInfo:
    return EndpointInfo(
        id=endpoint.id,
        name=endpoint.name,
        description=endpoint.description,
        view=endpoint.view.value,
        ttl=endpoint.ttl,
        parameters_schema=None if endpoint.parameters is None else _schema(endpoint.parameters),
    )


def _schema(model: type[BaseModel]) -> JsonSchema:
    """Return a schema that the caller may change."""
    schema: dict[str, Any] = from_json(_schema_json(model))
    return schema


@lru_cache(maxsize=2_048)
def _schema_json(model: type[BaseModel]) -> bytes:
    """Return the JSON of the schema, made once: it takes some milliseconds, and there are hundreds of models."""
    schema: dict[str, Any] = {"$schema": _DIALECT, **model.model_json_schema(mode="validation")}
    for part in (schema, *schema.get("$defs", {}).values()):
        for described in part.get("properties", {}).values():
            _mark_secret(described)
    return to_json(schema)


def _mark_secret(described: dict[str, Any]) -> None:
    """Say ``writeOnly`` of the property itself where only one of its alternatives says so, and show no default."""
    alternatives = described.get("anyOf", ())
    if described.get("writeOnly") or any(item.get("writeOnly") for item in alternatives):
        described["writeOnly"] = True
        if described.get("default") is not None:
            del described["default"]

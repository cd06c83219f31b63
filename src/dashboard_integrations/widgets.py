"""The widget a dashboard keeps for live data: its type, its configuration, and whether that can work."""

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from pydantic.alias_generators import to_camel

from dashboard_integrations.apps import AppService
from dashboard_integrations.errors import InvalidRequestError
from dashboard_integrations.lookup import active_integration, find_endpoint
from dashboard_integrations.problems import problems
from dashboard_integrations.registry import Registry

__all__ = ["IntegrationWidgetConfig", "WidgetType", "check_widget", "read_widget_config"]

_Id = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class WidgetType(StrEnum):
    """The widget types that are ours; a host adds its own beside it."""

    INTEGRATION = "integration"


class IntegrationWidgetConfig(BaseModel):
    """What a widget shows: ``{"appId": …, "endpointId": …, "refreshInterval": seconds}``.

    Without a refresh interval it follows the endpoint's own time to live.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        alias_generator=to_camel,
        validate_by_name=True,
        serialize_by_alias=True,
        hide_input_in_errors=True,
    )

    app_id: _Id
    endpoint_id: _Id
    refresh_interval: int | None = Field(default=None, ge=5, le=86_400)


def read_widget_config(value: object) -> IntegrationWidgetConfig:
    """Return the configuration that decoded JSON holds; raise ``InvalidRequestError`` with what is wrong, by field."""
    try:
        return IntegrationWidgetConfig.model_validate(value)
    except ValidationError as error:
        fields = {".".join(map(str, location)) or "config": message for location, message in problems(error)}
    told = "; ".join(f"{field}: {message}" for field, message in fields.items())
    raise InvalidRequestError(f"the widget's configuration is malformed: {told}", fields=fields)


async def check_widget(config: IntegrationWidgetConfig, *, apps: AppService, registry: Registry) -> None:
    """Return if the widget can show something.

    Raise ``UnknownAppError``, ``DisabledError`` for an app without integration or with one that is switched off,
    ``UnknownIntegrationError`` or ``UnknownEndpointError``.
    """
    integration = await active_integration(await apps.get(config.app_id), registry=registry)
    find_endpoint(integration, config.endpoint_id)

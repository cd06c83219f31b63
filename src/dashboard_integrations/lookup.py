"""From an app to its integration, and from there to an endpoint: found, or a typed error that says what there is."""

from dashboard_integrations.apps import AppRecord
from dashboard_integrations.errors import DisabledError, UnknownEndpointError, UnknownIntegrationError
from dashboard_integrations.integration import Endpoint, Integration
from dashboard_integrations.registry import Registry
from dashboard_integrations.suggestion import suggestion

__all__ = ["active_integration", "find_endpoint", "integration_of", "missing_integration", "must_choose"]


async def active_integration(app: AppRecord, *, registry: Registry) -> Integration:
    """Return the integration of an enabled app.

    Raise ``DisabledError`` for an app without integration or with one that is switched off, and
    ``UnknownIntegrationError``.
    """
    if app.integration_type is not None and not app.integration_enabled:
        raise DisabledError(f"the integration of {app.name!r} is switched off: switch it on in the app's form")
    return await integration_of(app, registry=registry)


async def integration_of(app: AppRecord, *, registry: Registry) -> Integration:
    """Return the integration of an app, switched on or off; raise as ``active_integration`` does."""
    if app.integration_type is None:
        raise DisabledError(
            f"{app.name!r} has no integration: choose its type in the app's form", reason="no-integration"
        )
    try:
        return await registry.get_for_app(app)
    except UnknownIntegrationError as error:
        if error.reason != "not-installed":
            raise
        raise missing_integration(app) from None


def missing_integration(app: AppRecord) -> UnknownIntegrationError:
    """Return the error for an app whose integration nothing offers: its package was uninstalled, as a rule."""
    return UnknownIntegrationError(
        f"the integration {app.integration_type!r} of {app.name!r} is not installed: install the package that offers"
        " it and start the dashboard again, or delete the app; until then its settings and secrets are kept",
        reason="not-installed",
    )


def find_endpoint(integration: Integration, endpoint_id: str) -> Endpoint:
    """Return the endpoint of that id; raise ``UnknownEndpointError`` with the ids there are."""
    for endpoint in integration.endpoints:
        if endpoint.id == endpoint_id:
            return endpoint
    known = suggestion(endpoint_id, [endpoint.id for endpoint in integration.endpoints], noun="it has")
    raise UnknownEndpointError(f"{integration.name} has no endpoint {endpoint_id!r}{known}")


def must_choose(endpoint: Endpoint) -> bool:
    """Tell whether a call of the endpoint needs a parameter that somebody has to choose first."""
    model = endpoint.parameters
    return model is not None and any(info.is_required() for info in model.model_fields.values())

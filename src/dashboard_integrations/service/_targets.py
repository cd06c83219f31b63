"""Targets: from the ids in a request to the app, integration, endpoint and parameters they name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from pydantic import BaseModel, ValidationError

from dashboard_integrations.apps import AppRecord, AppService
from dashboard_integrations.errors import InvalidRequestError
from dashboard_integrations.freshness import snapshot_key
from dashboard_integrations.integration import Endpoint, Integration
from dashboard_integrations.lookup import active_integration, find_endpoint, must_choose
from dashboard_integrations.problems import problems
from dashboard_integrations.registry import Registry
from dashboard_integrations.suggestion import suggestion
from dashboard_integrations.views import ViewKind

__all__ = ["Target", "Targets", "link_key"]

_MOST_PROBLEMS = 50


@dataclass(frozen=True, kw_only=True)
class Target:
    """What to fetch: an app's endpoint with its parameters, found and checked."""

    app: AppRecord
    integration: Integration
    endpoint: Endpoint
    parameters: BaseModel | None = None

    @cached_property
    def fingerprint(self) -> str:
        """Names the app's present configuration."""
        return AppService.fingerprint(self.app)

    @property
    def link_key(self) -> str:
        """Names the app under its present configuration."""
        return link_key(self.app.id, self.fingerprint)

    @cached_property
    def key(self) -> str:
        """Names the endpoint's snapshot."""
        return snapshot_key(
            self.app.id,
            self.endpoint.id,
            parameters={} if self.parameters is None else self.parameters.model_dump(mode="json"),
            fingerprint=self.fingerprint,
        )


def link_key(app_id: str, fingerprint: str) -> str:
    """Return the key under which the connections of an app under one configuration are kept."""
    return f"{app_id}:{fingerprint}"


class Targets:
    """Finds and checks what a request names; raises the ``RequestError`` that says what is not there."""

    def __init__(self, *, apps: AppService, registry: Registry) -> None:
        self._apps = apps
        self._registry = registry

    async def find(self, app_id: str, endpoint_id: str, parameters: Mapping[str, object]) -> Target:
        """Return the target of a fetch."""
        app = await self._apps.get(app_id)
        integration = await active_integration(app, registry=self._registry)
        endpoint = find_endpoint(integration, endpoint_id)
        checked = _checked_parameters(endpoint, parameters)
        app = await self._apps.migrated(app, integration)
        return Target(app=app, integration=integration, endpoint=endpoint, parameters=checked)

    async def of_alerts(self, app: AppRecord) -> Sequence[Target]:
        """Return the app's endpoints that report alerts; its first one when none does."""
        integration = await active_integration(app, registry=self._registry)
        app = await self._apps.migrated(app, integration)
        usable = [endpoint for endpoint in integration.endpoints if not must_choose(endpoint)]
        alerting = [endpoint for endpoint in usable if endpoint.view is ViewKind.ALERT_BANNER]
        return [
            Target(app=app, integration=integration, endpoint=endpoint, parameters=_checked_parameters(endpoint, {}))
            for endpoint in alerting or usable[:1]
        ]


def _checked_parameters(endpoint: Endpoint, parameters: Mapping[str, object]) -> BaseModel | None:
    model = endpoint.parameters
    known = {} if model is None else {name: info.alias or name for name, info in model.model_fields.items()}
    names = {*known, *known.values()}
    unknown = [name for name in parameters if name not in names][:_MOST_PROBLEMS]
    fields = {name: f"unknown parameter{suggestion(name, names)}" for name in unknown}
    checked = None
    try:
        checked = None if model is None else model.model_validate(dict(parameters))
    except ValidationError as error:
        fields |= {".".join(map(str, place)) or "parameters": message for place, message in problems(error)}
    if fields:
        raise InvalidRequestError(f"the parameters do not fit endpoint {endpoint.id!r}", fields=fields)
    return checked

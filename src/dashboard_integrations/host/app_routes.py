"""Routes for apps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dashboard_integrations.apps import AppRecord
from dashboard_integrations.envelope import ErrorBody
from dashboard_integrations.errors import IntegrationError, UnknownIntegrationError
from dashboard_integrations.host.api_answers import answered, created
from dashboard_integrations.host.api_bodies import NewAppBody, PatchAppBody
from dashboard_integrations.host.dashboard import Dashboard
from dashboard_integrations.host.route_table import Row, route_table
from dashboard_integrations.integration import Integration
from dashboard_integrations.lookup import integration_of
from dashboard_integrations.web import Action, Request
from dashboard_integrations.web.bodies import parse_body
from dashboard_integrations.web.routing import Route

__all__ = ["AppJson", "AppRoutes"]

_PATH = "/api/apps"


@dataclass(frozen=True, slots=True, kw_only=True)
class AppJson:
    """An app as it is read: without secrets; ``config_error`` says why its configuration cannot be used."""

    id: str
    name: str
    integration_type: str | None
    integration_enabled: bool
    config: Mapping[str, object]
    secrets_set: Sequence[str]
    config_error: ErrorBody | None


class AppRoutes:
    """Apps: list, make, read, change, delete."""

    def __init__(self, dashboard: Dashboard) -> None:
        self._dashboard = dashboard

    def table(self) -> Sequence[Route]:
        """Return the routes."""
        one = f"{_PATH}/{{appId}}"
        rows: Sequence[Row] = (
            ("list_apps", "GET", _PATH, "List the apps, without their secrets", self._list, None),
            ("create_app", "POST", _PATH, "Add an app", self._create, NewAppBody),
            ("read_app", "GET", one, "Show an app, without its secrets", self._read, None),
            ("change_app", "PATCH", one, "Change an app", self._change, PatchAppBody),
            ("delete_app", "DELETE", one, "Delete an app and its widgets", self._delete, None),
        )
        return route_table(rows, reading=Action.MANAGE)

    @answered
    async def _list(self, request: Request, path: Mapping[str, str]) -> object:
        return [await self._json(record) for record in await self._dashboard.apps.list()]

    @answered
    async def _create(self, request: Request, path: Mapping[str, str]) -> object:
        body = parse_body(request.body, NewAppBody)
        record = await self._dashboard.apps.create(
            name=body.name,
            integration=await self._dashboard.registry.load(body.integration_type),
            config=body.config,
            enabled=body.integration_enabled,
        )
        return created(await self._json(record), location=f"{_PATH}/{record.id}")

    @answered
    async def _read(self, request: Request, path: Mapping[str, str]) -> object:
        return await self._json(await self._dashboard.apps.get(path["appId"]))

    @answered
    async def _change(self, request: Request, path: Mapping[str, str]) -> object:
        body = parse_body(request.body, PatchAppBody)
        record = await self._dashboard.apps.get(path["appId"])
        changed = await self._dashboard.apps.update(
            record.id,
            integration=await self._integration_to_save(record, body),
            name=body.name,
            config=body.config,
            enabled=body.integration_enabled,
        )
        return await self._json(changed)

    @answered
    async def _delete(self, request: Request, path: Mapping[str, str]) -> object:
        await self._dashboard.apps.delete(path["appId"])
        return None

    async def _integration_to_save(self, record: AppRecord, body: PatchAppBody) -> Integration | None:
        """Return what the configuration is for; ``None`` when it stays as it is, installed or not."""
        if body.config is None and body.integration_type in {None, record.integration_type}:
            return None
        wanted = body.integration_type or record.integration_type
        if wanted is None:
            raise UnknownIntegrationError("this app has no integration: give an integrationType", reason="not-chosen")
        if wanted == record.integration_type:
            return await integration_of(record, registry=self._dashboard.registry)
        return await self._dashboard.registry.load(wanted)

    async def _json(self, record: AppRecord) -> AppJson:
        integration, problem = None, None
        if record.integration_type is not None:
            try:
                integration = await integration_of(record, registry=self._dashboard.registry)
            except IntegrationError as error:
                problem = ErrorBody.of(error)
        described = await self._dashboard.apps.describe(record, integration)
        return AppJson(
            id=described.id,
            name=described.name,
            integration_type=described.integration_type,
            integration_enabled=described.integration_enabled,
            config=described.config,
            secrets_set=described.secrets_set,
            config_error=described.error or problem,
        )

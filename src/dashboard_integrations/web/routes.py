"""The routes of the integrations, over the facade."""

from collections.abc import Mapping, Sequence
from types import NoneType

from dashboard_integrations.envelope import EndpointData, Envelope
from dashboard_integrations.errors import ErrorCode
from dashboard_integrations.integration import ConnectionReport
from dashboard_integrations.service import ActiveAlert, DataRequest, Health, IntegrationInfo, IntegrationService
from dashboard_integrations.ui import packaged_assets
from dashboard_integrations.web.answers import answer, answer_data
from dashboard_integrations.web.asset_routes import AssetRoutes
from dashboard_integrations.web.authorize import Action, Authorize
from dashboard_integrations.web.bodies import ConnectionTestBody, DataRequestsBody, RetryBody, parse_body
from dashboard_integrations.web.dispatch import Dispatcher
from dashboard_integrations.web.messages import Request, Response
from dashboard_integrations.web.routing import Route, query_parameters
from dashboard_integrations.web.stream_routes import StreamRoutes

__all__ = ["BASE_PATH", "IntegrationRoutes"]

BASE_PATH = "/api/integrations"
"""What all routes begin with."""


class IntegrationRoutes:
    """The HTTP contract of ``service``; ``authorize`` is asked before every answer that is not the browser's code."""

    def __init__(self, service: IntegrationService, *, authorize: Authorize) -> None:
        self._service = service
        self._streams = StreamRoutes(service)
        code = AssetRoutes(packaged_assets())
        # code comes last: an app may be called `ui`
        self._dispatcher = Dispatcher((*self._table(), *code.table()), authorize=authorize)

    @property
    def routes(self) -> Sequence[Route]:
        """The routes, for a framework that lists them."""
        return self._dispatcher.routes

    async def dispatch(self, request: Request) -> Response:
        """Return the response to any request; never raise, except that a cancelled request is cancelled."""
        return await self._dispatcher.dispatch(request)

    def _table(self) -> Sequence[Route]:
        return (
            Route(
                name="list_integrations",
                method="GET",
                template=BASE_PATH,
                action=Action.READ,
                summary="List the integration types",
                handler=self._list_integrations,
                data=Sequence[IntegrationInfo],
            ),
            Route(
                name="test_connection",
                method="POST",
                template=f"{BASE_PATH}/test",
                action=Action.MANAGE,
                summary="Test a configuration without saving it",
                handler=self._test_connection,
                data=ConnectionReport,
                errors=tuple(ErrorCode),
                body=ConnectionTestBody,
            ),
            Route(
                name="fetch_data",
                method="GET",
                template=f"{BASE_PATH}/{{appId}}/data/{{endpointId}}",
                action=Action.READ,
                summary="Show live data of one endpoint",
                handler=self._fetch_data,
                data=EndpointData,
                errors=tuple(ErrorCode),
            ),
            Route(
                name="retry",
                method="POST",
                template=f"{BASE_PATH}/{{appId}}/retry",
                action=Action.MANAGE,
                summary="Forget the failures of an app, which is then called at once",
                handler=self._retry,
                data=NoneType,
                errors=(ErrorCode.UNKNOWN_APP,),
                body=RetryBody,
            ),
            Route(
                name="fetch_many",
                method="POST",
                template=f"{BASE_PATH}/data",
                action=Action.READ,
                summary="Show live data of many endpoints at once",
                handler=self._fetch_many,
                data=Sequence[Envelope[EndpointData]],
                body=DataRequestsBody,
            ),
            Route(
                name="list_alerts",
                method="GET",
                template=f"{BASE_PATH}/alerts",
                action=Action.READ,
                summary="List the active alerts of all apps",
                handler=self._list_alerts,
                data=Sequence[ActiveAlert],
            ),
            Route(
                name="show_health",
                method="GET",
                template=f"{BASE_PATH}/health",
                action=Action.READ,
                summary="Show how all apps and plugins are",
                handler=self._show_health,
                data=Health,
            ),
            self._streams.route(BASE_PATH),
        )

    async def _list_integrations(self, request: Request, path: Mapping[str, str]) -> Response:
        return answer(await self._service.list_integrations())

    async def _test_connection(self, request: Request, path: Mapping[str, str]) -> Response:
        body = parse_body(request.body, ConnectionTestBody)
        return answer(
            await self._service.test_connection(
                integration_type=body.integration_type, config=body.config, app_id=body.app_id
            )
        )

    async def _fetch_data(self, request: Request, path: Mapping[str, str]) -> Response:
        envelope = await self._service.fetch_data(
            path["appId"], path["endpointId"], parameters=query_parameters(request.query)
        )
        return answer_data(envelope, request)

    async def _retry(self, request: Request, path: Mapping[str, str]) -> Response:
        parse_body(request.body, RetryBody)
        return answer(await self._service.retry(path["appId"]))

    async def _fetch_many(self, request: Request, path: Mapping[str, str]) -> Response:
        body = parse_body(request.body, DataRequestsBody)
        wanted = [
            DataRequest(app_id=item.app_id, endpoint_id=item.endpoint_id, parameters=item.parameters)
            for item in body.requests
        ]
        return answer(await self._service.fetch_many(wanted))

    async def _list_alerts(self, request: Request, path: Mapping[str, str]) -> Response:
        return answer(await self._service.alerts())

    async def _show_health(self, request: Request, path: Mapping[str, str]) -> Response:
        return answer(await self._service.health())

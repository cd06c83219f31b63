"""The tester: tries a configuration that is not saved, and leaves nothing of it behind."""

import math
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

import anyio

from dashboard_integrations.apps import AppRecord, AppService, OpenedConfig
from dashboard_integrations.connection import AppInfo
from dashboard_integrations.envelope import Envelope
from dashboard_integrations.errors import IntegrationError, InvalidRequestError
from dashboard_integrations.integration import ConnectionReport, Integration
from dashboard_integrations.redaction import Redactor
from dashboard_integrations.registry import Registry
from dashboard_integrations.service._calls import call_test
from dashboard_integrations.service._connections import Connections
from dashboard_integrations.service._error_bodies import error_body
from dashboard_integrations.service._limits import CallLimits, busy
from dashboard_integrations.service._observing import Observer
from dashboard_integrations.service._supervisor import Supervisor

__all__ = ["Tester"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tester:
    """Tests configurations, as many at once as ``limits`` allow. ``deadline`` is in seconds."""

    apps: AppService
    registry: Registry
    connections: Connections
    limits: CallLimits
    supervisor: Supervisor
    deadline: float
    observer: Observer | None = None

    async def test(
        self, config: Mapping[str, object], *, integration_type: str | None, app: AppRecord | None
    ) -> Envelope[ConnectionReport]:
        """Return what was found, or why it does not work; raise an ``IntegrationError`` when it cannot be tried."""
        wanted = integration_type or (None if app is None else app.integration_type)
        if wanted is None:
            raise InvalidRequestError("say which integration to test", fields={"integrationType": "is required"})
        integration = await self.registry.load(wanted)
        if app is not None and app.integration_type == wanted:
            config = await self.apps.merged(app, integration, config)
        opened = self.apps.validate(integration, config)
        redactor = Redactor(opened.secrets, users=opened.users)
        try:
            return Envelope.of(await self._call(integration, opened, app, redactor=redactor))
        except IntegrationError as error:
            return Envelope.failure(error_body(error, redactor=redactor))

    async def _call(
        self, integration: Integration, opened: OpenedConfig, app: AppRecord | None, *, redactor: Redactor
    ) -> ConnectionReport:
        key = f"test:{uuid.uuid4().hex}"
        connection = self.connections.connect(
            key,
            integration=integration,
            opened=opened,
            app=AppInfo("", integration.name) if app is None else AppInfo(app.id, app.name),
        )
        try:
            with anyio.move_on_after(self.deadline) as waiting:
                async with self.limits.place(connection.app.id or key, is_suspect=False):
                    waiting.deadline = math.inf  # the call has a deadline of its own
                    return await call_test(
                        integration,
                        connection,
                        supervisor=self.supervisor,
                        deadline=self.deadline,
                        redactor=redactor,
                        observer=self.observer,
                    )
            raise busy(integration.name)
        finally:
            with anyio.CancelScope(shield=True):
                await self.connections.discard(key)

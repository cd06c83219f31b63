"""The supervisor: runs the calls of integrations, each in a task of its own, for as long as its deadline allows."""

import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import anyio
from anyio.abc import TaskGroup

from dashboard_integrations.envelope import ErrorBody
from dashboard_integrations.errors import ErrorCode, ErrorSource, InternalError, UpstreamTimeoutError
from dashboard_integrations.integration import Integration
from dashboard_integrations.service._interrupts import is_cancelled, is_ctrl_c
from dashboard_integrations.service._leash import Leash, Turn

__all__ = ["STOPPED", "Ended", "Supervisor"]

logger = logging.getLogger(__name__)

ResultT = TypeVar("ResultT")

_MOST_STUCK = 2

STOPPED = ErrorBody(
    code=ErrorCode.INTERNAL,
    message="the dashboard is shutting down: ask again in a moment",
    source=ErrorSource.HOST,
    reason="shutting-down",
)
"""What is answered to who still waits when the service is left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended(Generic[ResultT]):
    """How a call ended: it returned ``result``, or raised ``error``."""

    result: ResultT | None = None
    error: BaseException | None = None


@dataclass(slots=True, eq=False, kw_only=True)
class _Call:
    """One call under way. ``is_stuck``: it was told to stop and goes on."""

    integration_id: str
    app_id: str
    scope: anyio.CancelScope = field(default_factory=anyio.CancelScope)
    over: anyio.Event = field(default_factory=anyio.Event)
    leash: Leash[Any] | None = None
    ended: Ended[Any] | None = None
    is_stuck: bool = False


class Supervisor:
    """Runs calls in ``tasks``. Who waits for one is answered in time, whether the call can be stopped or not.

    ``grace`` is how long a call may take to stop once it is cancelled, in seconds. ``turn`` says whose code runs in
    the event loop right now; another thread may read it.
    """

    def __init__(self, tasks: TaskGroup, *, grace: float) -> None:
        self._tasks = tasks
        self._grace = grace
        self._calls: set[_Call] = set()
        self._is_closed = False
        self.turn = Turn()

    @property
    def under_way(self) -> int:
        """How many calls are under way."""
        return len(self._calls)

    async def run(
        self,
        call: Callable[[], Coroutine[Any, Any, ResultT]],
        *,
        integration: Integration,
        app_id: str,
        deadline: float,
    ) -> Ended[ResultT]:
        """Return how ``call`` ended; raise ``UpstreamTimeoutError`` when it did not within ``deadline`` seconds."""
        self._check(integration, app_id)
        watched = _Call(integration_id=integration.id, app_id=app_id)
        self._calls.add(watched)
        self._tasks.start_soon(self._drive, watched, call)
        try:
            with anyio.move_on_after(deadline):
                await watched.over.wait()
            if not watched.over.is_set():
                await self._stop(watched)
        finally:
            watched.scope.cancel()
        if watched.ended is not None:
            return watched.ended
        self._check_open()
        raise UpstreamTimeoutError(
            f"{integration.name} did not finish within {deadline:g} seconds: the service is slow or hangs",
            reason="deadline",
        )

    async def leave(self) -> None:
        """Stop all calls; log those that do not, and let go of them where that is possible."""
        self._is_closed = True
        for call in self._calls:
            call.scope.cancel()
        with anyio.move_on_after(self._grace, shield=True):
            for call in tuple(self._calls):
                await call.over.wait()
        for call in tuple(self._calls):
            self._tell(call)
            if call.leash is not None:
                call.leash.cut()

    async def _stop(self, watched: _Call) -> None:
        watched.scope.cancel()
        with anyio.move_on_after(self._grace):
            await watched.over.wait()
        if not watched.over.is_set():
            watched.is_stuck = True
            self._tell(watched)

    async def _drive(self, watched: _Call, call: Callable[[], Coroutine[Any, Any, Any]]) -> None:
        try:
            # A group for this call alone: what its task does to itself, or starts beside itself, ends here.
            with watched.scope:
                async with anyio.create_task_group() as own:
                    own.start_soon(self._call, watched, call)
        except Exception as error:  # noqa: BLE001  (what anyio and trio say of scopes that a call left open)
            if watched.leash is None or not watched.leash.is_let_go:
                watched.ended = Ended(error=error)
        finally:
            self._calls.discard(watched)
            watched.over.set()

    async def _call(self, watched: _Call, call: Callable[[], Coroutine[Any, Any, Any]]) -> None:
        leash = watched.leash = Leash(
            call(),
            is_over=lambda: self._is_closed or watched.scope.cancel_called,
            turn=self.turn,
            holder=watched.integration_id,
        )
        try:
            watched.ended = Ended(result=await leash)
        except BaseException as error:
            if leash.is_let_go or is_ctrl_c(error) or is_cancelled(error):
                raise
            watched.ended = Ended(error=error)

    def _check(self, integration: Integration, app_id: str) -> None:
        self._check_open()
        same = [call for call in self._calls if (call.integration_id, call.app_id) == (integration.id, app_id)]
        if sum(call.is_stuck for call in same) >= _MOST_STUCK:
            raise UpstreamTimeoutError(
                f"{integration.name} was not called: earlier calls of its integration hang and cannot be stopped;"
                " restart the dashboard, and tell the integration's author",
                reason="stuck",
                source=ErrorSource.INTEGRATION,
            )

    def _check_open(self) -> None:
        if self._is_closed:
            raise InternalError(STOPPED.message, reason=STOPPED.reason, source=STOPPED.source)

    def _tell(self, call: _Call) -> None:
        logger.error(
            "integration-does-not-stop: %s goes on %g seconds after it was cancelled",
            call.integration_id,
            self._grace,
            extra={"event": "integration-does-not-stop", "integration": call.integration_id, "app": call.app_id},
        )

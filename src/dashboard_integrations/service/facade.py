"""The facade: what a host calls, and what its routes answer with."""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass
from functools import partial
from types import TracebackType
from typing import Self

import anyio
from anyio.abc import TaskGroup

from dashboard_integrations.apps import AppRecord, AppService
from dashboard_integrations.cache import CacheBackend, MemoryCache, SharedCacheBackend
from dashboard_integrations.envelope import EndpointData, Envelope, ErrorBody
from dashboard_integrations.errors import ErrorCode, ErrorSource, UnknownAppError
from dashboard_integrations.freshness import FreshnessPolicy
from dashboard_integrations.http import HttpPool, NetworkPolicy, Wiretap
from dashboard_integrations.integration import ConnectionReport
from dashboard_integrations.registry import Registry
from dashboard_integrations.service._alert_round import AlertRound
from dashboard_integrations.service._alerts import ActiveAlert
from dashboard_integrations.service._cache_outage import CacheOutage
from dashboard_integrations.service._catalogue import IntegrationInfo
from dashboard_integrations.service._connections import Connections
from dashboard_integrations.service._culprits import find_culprit
from dashboard_integrations.service._enveloped import enveloped
from dashboard_integrations.service._fetcher import Fetcher, RuleOverride
from dashboard_integrations.service._fleet import Fleet
from dashboard_integrations.service._flights import Flights
from dashboard_integrations.service._gather import gather
from dashboard_integrations.service._health import Health, health_of
from dashboard_integrations.service._hearing import Hearing
from dashboard_integrations.service._lanes import Lanes
from dashboard_integrations.service._ledger import Ledger
from dashboard_integrations.service._limits import CallLimits
from dashboard_integrations.service._listing import Listing
from dashboard_integrations.service._live import LiveData
from dashboard_integrations.service._observing import Observer, ServiceNumbers
from dashboard_integrations.service._openings import Openings
from dashboard_integrations.service._refresher import Refresher
from dashboard_integrations.service._snapshots import LocalSnapshots, Snapshots
from dashboard_integrations.service._supervisor import STOPPED, Supervisor
from dashboard_integrations.service._targets import Targets
from dashboard_integrations.service._tester import Tester
from dashboard_integrations.service._upkeep import Upkeep
from dashboard_integrations.service._watch import DataRequest, Watch
from dashboard_integrations.service._watchdog import Watchdog
from dashboard_integrations.service._watching import Watches

__all__ = ["DataRequest", "IntegrationService"]

logger = logging.getLogger(__name__)

_FAILED = ErrorBody(
    code=ErrorCode.INTERNAL, message="the dashboard itself failed: its log says more", source=ErrorSource.HOST
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Running:
    """What exists only between entering and leaving the service."""

    stack: AsyncExitStack
    supervisor: Supervisor
    snapshots: Snapshots
    fetcher: Fetcher
    tester: Tester
    upkeep: Upkeep
    watches: Watches
    alert_round: AlertRound


class IntegrationService:
    """Every call a host makes, as an ``Envelope`` for every foreseeable outcome.

    Use it inside ``async with``, on asyncio or trio, in one event loop; a call outside of it raises ``RuntimeError``.
    ``deadline`` bounds each call of an integration, ``batch_patience`` how long ``fetch_many`` and ``alerts`` wait
    for slow services (their answers arrive with the next call), ``refresh_patience`` how long who first asks for
    stale data waits for new data; all in seconds. ``policy`` holds the numbers of freshness and back-off; ``rules`` is
    asked for each app's endpoint how long its data is fresh. ``calls_per_app`` and ``calls_in_all`` bound the
    fetches under way, and apart from them the tests of connections, ``calls_per_minute`` (by integration id) those
    that an app makes in a minute, where its author allows more. ``grace`` is how long a cancelled call may take to
    stop, when its time is over and when the service is left. What others than ``apps`` change in the repository
    shows after ``edits_seen_within`` seconds at most; until then, an answer is given again without a look at it.
    Who holds the event loop for longer than ``blocking_threshold`` is logged and counted; ``None`` switches that off.
    ``wiretap`` is told every exchange with a service, credentials included: it is there to record for tests.
    ``observer`` measures calls and answers.
    """

    def __init__(
        self,
        *,
        apps: AppService,
        registry: Registry,
        cache: CacheBackend | None = None,
        network: NetworkPolicy | None = None,
        deadline: float = 30.0,
        batch_patience: float = 3.0,
        refresh_patience: float = 0.25,
        policy: FreshnessPolicy | None = None,
        rules: RuleOverride | None = None,
        calls_per_app: int = 4,
        calls_in_all: int = 64,
        calls_per_minute: Mapping[str, float] | None = None,
        grace: float = 2.0,
        edits_seen_within: float = 1.0,
        blocking_threshold: float | None = 0.5,
        wiretap: Wiretap | None = None,
        observer: Observer | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.apps = apps
        self.registry = registry
        self._listing = Listing(registry)
        self._cache = MemoryCache() if cache is None else cache
        self._network = network
        self._wiretap = wiretap
        self._observer = observer
        self._outage = CacheOutage()
        self._targets = Targets(apps=apps, registry=registry)
        self._deadline = deadline
        self._longest_wait = 2 * deadline + grace
        self._batch_patience = batch_patience
        self._refresh_patience = refresh_patience
        self._policy = FreshnessPolicy() if policy is None else policy
        self._rules = rules
        self._new_limits = partial(CallLimits, per_app=calls_per_app, total=calls_in_all)
        self._new_limits()  # a mistake in the numbers shows here, not when the service is entered
        self._grace = grace
        self._calls_per_minute = dict(calls_per_minute or {})
        self._clock = clock
        if not edits_seen_within >= 0:
            raise ValueError(f"edits_seen_within is 0 seconds or more, not {edits_seen_within}")
        self._edits_seen_within = edits_seen_within
        self._ledger = Ledger()
        self._lanes = Lanes()
        find = partial(find_culprit, registry=registry, at_turn=self._at_turn)
        self._watchdog = None if blocking_threshold is None else Watchdog(threshold=blocking_threshold, find=find)
        self._running: _Running | None = None
        if observer is not None:
            observer.follow(self._numbers)

    @property
    def running(self) -> bool:
        """Whether the service has been entered and not left."""
        return self._running is not None

    def require_running(self) -> None:
        """Raise ``RuntimeError`` unless the service is running."""
        self._run()

    async def __aenter__(self) -> Self:
        if self._running is not None:
            raise RuntimeError("this IntegrationService is running already: enter it once")
        async with AsyncExitStack() as stack:
            if isinstance(self._cache, AbstractAsyncContextManager):
                await stack.enter_async_context(self._cache)
            pool = await stack.enter_async_context(HttpPool(network=self._network, wiretap=self._wiretap))
            connections = Connections(pool, calls_per_minute=self._calls_per_minute)
            tasks = await stack.enter_async_context(anyio.create_task_group())
            supervisor = Supervisor(tasks, grace=self._grace)
            flights: Flights[LiveData | ErrorBody] = Flights(tasks, aborted=STOPPED, failed=_FAILED)
            stack.push_async_callback(_stop, tasks, flights, supervisor)
            if self._watchdog is not None:
                stack.enter_context(self._watchdog.watching())
                tasks.start_soon(self._watchdog.beat)
            self._running = self._assembled(stack.pop_all(), tasks, connections, supervisor, flights)
        return self

    def _assembled(
        self,
        stack: AsyncExitStack,
        tasks: TaskGroup,
        connections: Connections,
        supervisor: Supervisor,
        flights: Flights[LiveData | ErrorBody],
    ) -> _Running:
        upkeep = Upkeep(apps=self.apps, cache=self._cache, connections=connections, ledger=self._ledger, tasks=tasks)
        openings = Openings(self.apps)
        refresher = Refresher(
            openings=openings,
            connections=connections,
            limits=self._new_limits(),
            supervisor=supervisor,
            policy=self._policy,
            deadline=self._deadline,
            observer=self._observer,
            clock=self._clock,
        )
        watches = Watches(fetch=self._fetch_one, tasks=tasks, clock=self._clock)
        local = LocalSnapshots(
            cache=self._cache,
            refresher=refresher,
            upkeep=upkeep,
            policy=self._policy,
            outage=self._outage,
            clock=self._clock,
        )
        snapshots = self._shared(stack, local, tasks, watches)
        fetcher = Fetcher(
            snapshots=snapshots,
            flights=flights,
            ledger=self._ledger,
            lanes=self._lanes,
            upkeep=upkeep,
            policy=self._policy,
            rules=self._rules,
            refresh_patience=self._refresh_patience,
            longest_wait=self._longest_wait,
            edits_seen_within=self._edits_seen_within,
            clock=self._clock,
        )
        tester = Tester(
            apps=self.apps,
            registry=self.registry,
            connections=connections,
            limits=self._new_limits(),
            supervisor=supervisor,
            deadline=self._deadline,
            observer=self._observer,
        )
        stack.callback(watches.close)
        stack.callback(self.apps.on_change(watches.wake))
        stack.callback(self.apps.on_change(openings.forget))
        stack.callback(self._lanes.close_all)
        stack.callback(self.apps.on_change(self._lanes.close))
        return _Running(
            stack=stack,
            supervisor=supervisor,
            snapshots=snapshots,
            fetcher=fetcher,
            tester=tester,
            upkeep=upkeep,
            watches=watches,
            alert_round=AlertRound(
                targets=self._targets, fetcher=fetcher, ledger=self._ledger, patience=self._batch_patience
            ),
        )

    def _shared(self, stack: AsyncExitStack, local: LocalSnapshots, tasks: TaskGroup, watches: Watches) -> Snapshots:
        """Return the snapshots of all workers, where the cache is one that workers share."""
        if not isinstance(self._cache, SharedCacheBackend):
            return local
        hearing = Hearing(ledger=self._ledger, lanes=self._lanes, watches=watches, clock=self._clock)
        fleet = Fleet(
            backend=self._cache, local=local, tasks=tasks, deadline=self._deadline, longest_wait=self._longest_wait
        )
        tasks.start_soon(fleet.listen, hearing)
        stack.callback(fleet.close)
        stack.callback(self.apps.on_change(fleet.tell_edited))
        return fleet

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        running, self._running = self._run(), None
        # The body's exception is passed on by us, bare: the task group would wrap it in a group.
        await running.stack.__aexit__(None, None, None)

    @enveloped
    async def list_integrations(self) -> Envelope[Sequence[IntegrationInfo]]:
        """Return the integrations that can be used, sorted by name; the registry says why others cannot."""
        return Envelope.of(await self._listing.infos())

    @enveloped
    async def test_connection(
        self, *, config: Mapping[str, object], integration_type: str | None = None, app_id: str | None = None
    ) -> Envelope[ConnectionReport]:
        """Test a configuration without saving anything.

        With ``app_id``, what ``config`` omits is what that app has stored, its secrets included unless the origin of
        the URL changed; ``integration_type`` is the app's own unless given. A test that works is a person's retry: the
        app's failures are forgotten.
        """
        app = None if app_id is None else await self.apps.get(app_id)
        envelope = await self._run().tester.test(config, integration_type=integration_type, app=app)
        if app is not None and envelope.success:
            await self._forgive(app)
        return envelope

    @enveloped
    async def retry(self, app_id: str) -> Envelope[None]:
        """Forget the app's failures, so that the next fetch calls it at once, refused credentials or not."""
        await self._forgive(await self.apps.get(app_id))
        return Envelope.of(None)

    async def fetch_data(
        self, app_id: str, endpoint_id: str, *, parameters: Mapping[str, object] | None = None
    ) -> Envelope[EndpointData]:
        """Return live data of one endpoint through the cache.

        What was answered a moment ago is answered again without giving way to other tasks.
        """
        if not parameters:
            now = self._clock()
            known = self._lanes.answer(app_id, endpoint_id, now)
            if known is not None:
                return known
            boarding = self._lanes.boarding(app_id, endpoint_id, now)
            if boarding is not None:
                return await self._run().fetcher.aboard(boarding)
        return await self._fetch_anew(DataRequest(app_id=app_id, endpoint_id=endpoint_id, parameters=parameters or {}))

    @enveloped
    async def fetch_many(self, requests: Sequence[DataRequest]) -> Envelope[Sequence[Envelope[EndpointData]]]:
        """Return an envelope for each request, in their order.

        A service slower than ``batch_patience`` delays nobody: its envelope is stale data or a ``timeout`` with
        reason ``pending``, while the call goes on for who asks next.
        """
        now = self._clock()
        found = [self._known(request, now) for request in requests]
        missing = [index for index, envelope in enumerate(found) if envelope is None]
        fetched = await gather(self._fetch_one, [requests[index] for index in missing])
        envelopes = dict(enumerate(found)) | dict(zip(missing, fetched, strict=True))
        return Envelope.of([envelope for envelope in envelopes.values() if envelope is not None])

    def watch(self, requests: Sequence[DataRequest], *, after: str | None = None) -> AbstractAsyncContextManager[Watch]:
        """Watch live data: ``async with service.watch(requests) as watch``, then ``async for change in watch``.

        Each change has an envelope as ``fetch_many`` would return it: first how each request is, then whatever is new,
        a failure included. However many watch a request, it is asked for once, and only while somebody watches. With
        the ``last_id`` of an earlier watch of the same requests as ``after``, only what came since then is told.
        """
        return self._run().watches.watching(requests, after=after)

    def end_watches(self) -> None:
        """End every watch: for a server that is about to stop, and waits for its answers to come to an end."""
        self._run().watches.close()

    @enveloped
    async def alerts(self) -> Envelope[Sequence[ActiveAlert]]:
        """Return the active alerts of all enabled apps, most severe first.

        Services that cannot be reached are among them: an app without an alert endpoint is asked for its first one.
        """
        apps = await self.apps.list()
        self._run().upkeep.keep_only(apps)
        return Envelope.of(await self._run().alert_round.of(apps))

    @enveloped
    async def health(self) -> Envelope[Health]:
        """Return how each app and each plugin is, from what is remembered: no service is called, no plugin imported."""
        apps = await self.apps.list()
        self._run().upkeep.keep_only(apps)
        blocked = {} if self._watchdog is None else self._watchdog.blocked
        return Envelope.of(
            health_of(apps, self.registry.list(), ledger=self._ledger, blocked=blocked, now=self._clock())
        )

    def _known(self, request: DataRequest, now: float) -> Envelope[EndpointData] | None:
        return None if request.parameters else self._lanes.answer(request.app_id, request.endpoint_id, now)

    @enveloped
    async def _fetch_anew(self, request: DataRequest) -> Envelope[EndpointData]:
        return await self._fetch(request)

    @enveloped
    async def _fetch_one(self, request: DataRequest) -> Envelope[EndpointData]:
        return await self._fetch(request, patience=self._batch_patience)

    async def _fetch(self, request: DataRequest, *, patience: float | None = None) -> Envelope[EndpointData]:
        ticket = None if request.parameters else self._lanes.ticket
        try:
            target = await self._targets.find(request.app_id, request.endpoint_id, request.parameters)
        except UnknownAppError:
            self._run().upkeep.forget(request.app_id)
            raise
        return await self._run().fetcher.fetch(target, patience=patience, ticket=ticket)

    def _at_turn(self) -> str | None:
        return None if self._running is None else self._running.supervisor.turn.holder

    async def _forgive(self, app: AppRecord) -> None:
        known = self._ledger.known(app.id)
        if known is not None:
            known.forgive(now=self._clock())
        await self._run().snapshots.forgive(app)
        self._run().watches.wake(app.id)

    def _numbers(self) -> ServiceNumbers:
        running = self._running
        return ServiceNumbers(
            cache_answers=self._ledger.hits,
            cache_failures=self._outage.count,
            calls_under_way=0 if running is None else running.supervisor.under_way,
            watches=0 if running is None else running.watches.count,
            apps_backing_off=self._ledger.backing_off(self._clock()),
        )

    def _run(self) -> _Running:
        if self._running is None:
            raise RuntimeError("this IntegrationService is not running: use it inside 'async with service:'")
        return self._running


async def _stop(tasks: TaskGroup, flights: Flights[LiveData | ErrorBody], supervisor: Supervisor) -> None:
    flights.close()
    tasks.cancel_scope.cancel()
    await supervisor.leave()

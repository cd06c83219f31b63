"""The bench: one faulty upstream, the real service, and every combination run against it at once."""

import secrets
from contextlib import asynccontextmanager
from dataclasses import dataclass

import anyio
from fault_schemes import COUNT, CREDENTIALS, SCHEMES, Scheme, leaks_in

from dashboard_integrations.apps import AppService, InMemoryAppRepository
from dashboard_integrations.cache import MemoryCache
from dashboard_integrations.cipher import ConfigCipher
from dashboard_integrations.errors import ErrorCode
from dashboard_integrations.registry import Registry
from dashboard_integrations.service import IntegrationService
from dashboard_integrations.testing.faults import FaultyService

SHORT = 0.3
LONG = 50.0
MARGIN = 20.0
TRIES = 20
LONG_AFTER = 2 * 86_400.0

ACTIONS = ("test", "fetch")
MEETS = ("login", "call")
"""What the fault meets: everything from the first request on, or the call while the login before it went well."""


@dataclass(frozen=True)
class Combination:
    scheme: Scheme
    meets: str
    action: str

    def __str__(self):
        return f"{self.scheme.name}.{self.meets}.{self.action}"

    @property
    def base(self):
        return f"/{self.meets}/{self.scheme.name}/{self.action}"


@dataclass(frozen=True)
class Outcome:
    """How one combination ended. ``afterwards`` is what the same call brought once the fault was over."""

    code: str | None
    reason: str | None
    source: str | None
    in_time: bool = True
    leaks: tuple[str, ...] = ()
    afterwards: object = COUNT


def combinations_of(fault, schemes=SCHEMES):
    """Return every combination that makes sense: a login apart from the call only where there is one to spare."""
    return [
        Combination(scheme, meets, action)
        for scheme in schemes
        for meets in MEETS
        for action in ACTIONS
        if meets == "login" or (scheme.has_login and not fault.takes_connections)
    ]


def expected_of(fault, combination):
    """Return what the fault has to lead to."""
    code, reason = fault.code, fault.reason
    if combination.meets == "login":
        code, reason = combination.scheme.at_login.get(fault.name, (code, reason))
    return Outcome(code=code, reason=reason, source=None if code is None else "upstream")


class FakeTime:
    def __init__(self):
        self.now = 1_000_000.0

    def __call__(self):
        return self.now


class Bench:
    """Runs the combinations of one fault, each with an app of its own; ``envelopes`` are the answers it brought."""

    def __init__(self, fault, upstream, *, schemes):
        self.fault = fault
        self.upstream = upstream
        self.time = FakeTime()
        self.registry = Registry()
        self.apps = AppService(InMemoryAppRepository(), cipher=ConfigCipher([secrets.token_bytes(32)]))
        self.limit = SHORT if fault.code is ErrorCode.TIMEOUT else LONG
        self.combinations = combinations_of(fault, schemes)
        self.envelopes = {}
        for scheme in schemes:
            self.registry.register(scheme.integration())

    async def run(self):
        """Return each combination's outcome, by its name."""
        for combination in self.combinations:
            combination.scheme.declare(self.upstream, combination.base)
            await self.apps.create(
                name=str(combination),
                integration=self.registry.get(combination.scheme.name),
                config=self._config(combination),
                app_id=str(combination),
            )
        async with self._service() as service:
            during = await self._all(service, self.combinations, at_once=len(self.combinations))
            self.envelopes = {name: envelope for name, (envelope, _) in during.items()}
            self.upstream.recover()
            self.time.now += LONG_AFTER
            if not self.fault.recovers:
                await self._edit()
            afterwards = await self._afterwards(service)
        return {name: self._outcome(during[name], afterwards.get(name)) for name in during}

    def _config(self, combination):
        return {"url": f"{self.upstream.url}{combination.base}", "timeout": self.limit, **CREDENTIALS}

    def _service(self):
        return IntegrationService(
            apps=self.apps,
            registry=self.registry,
            cache=MemoryCache(clock=self.time),
            clock=self.time,
            deadline=2 * LONG,
        )

    async def _afterwards(self, service):
        """Return what is there once the fault is over.

        Where little time is given, one after the other and those that fail again: a busy machine is no fault.
        """
        tried = self._tried_again()
        if self.limit != SHORT:
            return await self._all(service, tried, at_once=len(tried))
        found = {}
        for _ in range(TRIES):
            found |= await self._all(service, tried, at_once=1)
            tried = [item for item in tried if not found[str(item)][0].success]
            if not tried:
                break
            self.time.now += LONG_AFTER
        return found

    def _tried_again(self):
        """Return the combinations to try once it is over: a test keeps nothing, so that of one scheme is enough."""
        first = self.combinations[0].scheme
        return [item for item in self.combinations if item.action == "fetch" or item.scheme is first]

    async def _edit(self):
        """Do what a person does whose credentials were refused: save them again."""
        for combination in self.combinations:
            integration = self.registry.get(combination.scheme.name)
            await self.apps.update(str(combination), integration=integration, config={"timeout": LONG + 1})

    async def _all(self, service, combinations, *, at_once):
        found = {}
        places = anyio.CapacityLimiter(at_once)

        async def run(combination):
            async with places:
                began = anyio.current_time()
                envelope = await self._call(service, combination)
            found[str(combination)] = envelope, anyio.current_time() - began

        async with anyio.create_task_group() as tasks:
            for combination in combinations:
                tasks.start_soon(run, combination)
        return found

    async def _call(self, service, combination):
        if combination.action == "fetch":
            return await service.fetch_data(str(combination), "count")
        return await service.test_connection(integration_type=combination.scheme.name, config=self._config(combination))

    def _outcome(self, during, afterwards):
        envelope, seconds = during
        error = envelope.error
        return Outcome(
            code=error and error.code,
            reason=error and error.reason,
            source=error and error.source,
            in_time=seconds < MARGIN,
            leaks=tuple(leaks_in(envelope.to_json().decode() + repr(envelope))),
            afterwards=COUNT if afterwards is None else _shown(afterwards[0]),
        )


def _shown(envelope):
    """Return the count that the answer shows, or its error."""
    if envelope.error is not None:
        return f"{envelope.error.code}/{envelope.error.reason}: {envelope.error.message}"
    return int(getattr(envelope.data, "version", None) or envelope.data.payload.value)


@asynccontextmanager
async def bench_of(fault, *, schemes=SCHEMES, tls=None):
    """Yield a bench whose upstream suffers from ``fault``."""
    by_name = {scheme.name: scheme for scheme in SCHEMES}

    def spares(request):
        _, meets, name, _ = request.path.split("/", 3)
        return meets == "call" and by_name[name].is_login(request)

    with FaultyService(fault, tls=tls, spares=spares) as upstream:
        yield Bench(fault, upstream, schemes=schemes)

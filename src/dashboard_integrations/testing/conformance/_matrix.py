"""The fault matrix: each fault at each call that an integration makes."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import anyio

from dashboard_integrations.envelope import EndpointData, Envelope
from dashboard_integrations.errors import ErrorCode, ErrorSource
from dashboard_integrations.testing.assertions import error_of
from dashboard_integrations.testing.conformance._bench import LONG, Bench
from dashboard_integrations.testing.conformance._case import Case, IllPort, UpstreamCall
from dashboard_integrations.testing.conformance._direct import linked
from dashboard_integrations.testing.conformance._readings import BodyKind, body_kind, is_of_answers, readings
from dashboard_integrations.testing.fake_service import FakeService
from dashboard_integrations.testing.faults import Fault

__all__ = ["MATRIX_BYTES", "Site", "Tolerances", "matrix_problems", "sites_of"]

Tolerances = Mapping[str, Mapping[str, str]]
"""By method and path of a call, the names of the faults that are no failure to the integration, with reasons."""

MATRIX_BYTES = 512 * 1024
"""How much an answer may hold here, so that answers without end are soon too large."""

_LIMITS = (0.5, 4.0, 20.0)
_MARGIN = 30.0
_AT_ONCE = 48
_ENOUGH = 2


@dataclass(frozen=True, slots=True)
class Site:
    """Where a fault befalls: at a call of a target, which the healthy service answers by a body of this kind.

    ``before`` is how many calls were answered before it.
    """

    target: str
    call: UpstreamCall
    kind: BodyKind
    before: int

    def __str__(self) -> str:
        return f"{self.target}: {self.call}"


@dataclass(frozen=True, slots=True)
class _Run:
    """How one fault at one site ended. ``missed``: the integration did not get as far as the site."""

    site: Site
    fault: Fault
    during: Envelope[object]
    after: Envelope[object] | None
    seconds: float
    limit: float
    missed: bool


async def sites_of(bench: Bench) -> Sequence[Site]:
    """Return every call that every target makes while all is well.

    What the auth scheme asks, such as a login, is the same for all targets: it is listed for two of them.
    """
    found: list[Site] = []
    of_schemes: Counter[str] = Counter()
    for target in await bench.working():
        case = await bench.case()
        async with linked(bench.subject, case.url) as link:
            await link.call(target)
        for before, item in enumerate(case.answered):
            if item.call.target not in link.sent:
                of_schemes[item.call.target] += 1
            if of_schemes[item.call.target] <= _ENOUGH:
                found.append(Site(target, item.call, body_kind(item.reply), before))
    return found


async def matrix_problems(bench: Bench, faults: Sequence[Fault], *, tolerated: Tolerances) -> Sequence[str]:
    """Return what is wrong with how the integration stands ``faults``."""
    sites = await sites_of(bench)
    runs: list[_Run] = []
    places = anyio.CapacityLimiter(_AT_ONCE)
    # What an integration remembers of a failure it knows by its type: one of each is enough to see whether it heals.
    healed = {fault.code: fault for fault in reversed(faults)}

    async def run(site: Site, fault: Fault) -> None:
        async with places:
            runs.append(await _run(bench, site, fault, heals=fault is healed[fault.code]))

    async with anyio.create_task_group() as tasks:
        for site in sites:
            for fault in faults:
                tasks.start_soon(run, site, fault)
    secrets = bench.subject.opened().secrets
    judged = [problem for ended in runs for problem in _judge(ended, tolerated=tolerated, secrets=secrets)]
    return sorted([*judged, *_needless(runs, tolerated)])


async def _run(bench: Bench, site: Site, fault: Fault, *, heals: bool) -> _Run:
    """Run a fault that ends in a time-out with little time, and with more where a busy machine used that up."""
    ended: _Run | None = None
    for limit in _LIMITS if fault.code is ErrorCode.TIMEOUT else (LONG,):
        if fault.takes_connections:
            with IllPort(fault, after=site.before) as port:
                ended = await _ended(bench, port, site, fault, limit, heals=heals)
        else:
            case = bench.host.add(fault=fault, meets=site.call)
            ended = await _ended(bench, case, site, fault, limit, heals=heals)
        if not ended.missed and (ended.after is None or ended.after.success):
            break
    assert ended is not None
    return ended


async def _ended(bench: Bench, service: FakeService, site: Site, fault: Fault, limit: float, *, heals: bool) -> _Run:
    await bench.settle(service, timeout=limit)
    began = anyio.current_time()
    during = await bench.ask(service, site.target, timeout=limit)
    seconds = anyio.current_time() - began
    missed = _is_missed(service, site)
    service.recover()
    after = await _afterwards(bench, service, site, limit) if heals and not missed else None
    return _Run(site, fault, during, after, seconds, limit, missed)


def _is_missed(service: FakeService, site: Site) -> bool:
    if isinstance(service, Case):
        return not service.met
    # Where calls are made at the same time, this one may have been answered before the port fell ill.
    asked = [f"{request.method} {request.path}" for request in service.requests]
    return asked.count(site.call.target) >= site.call.number or len(asked) < site.before


async def _afterwards(bench: Bench, service: FakeService, site: Site, limit: float) -> Envelope[object]:
    """Ask again, much later, as a person does whose credentials were refused."""
    await bench.retry(service)
    return await bench.ask(service, site.target, timeout=limit)


def _judge(run: _Run, *, tolerated: Tolerances, secrets: frozenset[str]) -> Sequence[str]:
    where = f"{run.site}: {run.fault}"
    if run.missed and run.fault.takes_connections:
        return ()
    if run.missed:
        return (f"{where}: the call was not made this time, so that nothing can be said of it",)
    problems: list[str] = []
    allowed = readings(run.fault, run.site.kind)
    code = _code_of(run.during)
    if code not in allowed and not _is_tolerated(run, tolerated):
        wanted = " or ".join(sorted("data" if item is None else item.value for item in allowed))
        problems.append(f"{where}: {_told(run.during)}, where it has to be {wanted}")
    elif run.during.error is not None and run.during.error.source is ErrorSource.INTEGRATION:
        problems.append(f"{where}: {_told(run.during)}, which blames the integration for what the service did")
    if any(secret in run.during.to_json().decode() for secret in secrets):
        problems.append(f"{where}: a secret is in the answer")
    if run.seconds > run.limit + _MARGIN:
        problems.append(f"{where}: it took {run.seconds:.0f} seconds, with a time limit of {run.limit:g}")
    if run.after is not None and _code_of(run.after) is not None:
        problems.append(f"{where}: no data although it is over: {_told(run.after)}")
    return problems


def _is_tolerated(run: _Run, tolerated: Tolerances) -> bool:
    return is_of_answers(run.fault) and run.fault.name in tolerated.get(run.site.call.target, {})


def _needless(runs: Sequence[_Run], tolerated: Tolerances) -> Sequence[str]:
    """Return the tolerances, of the faults that ran, without which all would be well."""
    used = {
        (run.site.call.target, run.fault.name)
        for run in runs
        if _code_of(run.during) not in readings(run.fault, run.site.kind)
    }
    ran = {run.fault.name for run in runs}
    return [
        f"tolerated[{target!r}][{name!r}] is not needed: take it out"
        for target, names in tolerated.items()
        for name in names
        if name in ran and (target, name) not in used
    ]


def _code_of(envelope: Envelope[object]) -> ErrorCode | None:
    error = error_of(envelope)
    return None if error is None else error.code


def _told(envelope: Envelope[object]) -> str:
    if envelope.error is not None:
        return f"{envelope.error.code} ({envelope.error.message})"
    data = envelope.data
    shown = data.payload.model_dump_json(exclude_defaults=True) if isinstance(data, EndpointData) else repr(data)
    return f"it showed {shown[:200]}"

"""Checks of what is shown: that it is valid, read from the service, and never made up."""

from collections.abc import Mapping, Sequence

from dashboard_integrations.envelope import EndpointData, Envelope
from dashboard_integrations.errors import ErrorCode
from dashboard_integrations.testing.assertions import error_of
from dashboard_integrations.testing.conformance._bench import Bench
from dashboard_integrations.testing.conformance._mutations import MUTATIONS, always, enlarged
from dashboard_integrations.testing.conformance._subject import TEST
from dashboard_integrations.testing.fake_service import FakeReply, FakeRequest
from dashboard_integrations.views import AlertBanner, AnyView, Chart, Gauge, ListView, Progress, StatCard

__all__ = ["failure_problems", "list_problems", "other_answer_problems", "reading_problems", "view_problems"]

_PAGE = FakeReply(
    text="<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body>Welcome 1 2 3</body></html>",
    headers={"content-type": "text/html"},
)
_OTHERS: Mapping[str, FakeReply] = {
    "a web page": _PAGE,
    "the JSON of another service": FakeReply(json={"application": "another", "status": "ok", "uptime": 5}),
    "an empty JSON object": FakeReply(json={}),
}
_FAILURES: Mapping[str, FakeReply] = {
    "500": FakeReply(status=500, text="internal error"),
    "404": FakeReply(status=404, text="not found"),
    "503 and a JSON object": FakeReply(status=503, json={}),
}


async def view_problems(bench: Bench, *, of_a_service: bool) -> Sequence[str]:
    """Return which endpoints show no valid view, or show one without asking the service."""
    problems: list[str] = []
    for endpoint in bench.subject.endpoints.values():
        case = await bench.case()
        envelope = await bench.ask(case, endpoint.id)
        if envelope.error is not None:
            problems.append(f"{endpoint.id}: no view: {envelope.error.code} ({envelope.error.message})")
        elif of_a_service and not case.requests:
            problems.append(f"{endpoint.id}: the service was not asked at all: call it with the connection")
    return problems


async def reading_problems(bench: Bench) -> Sequence[str]:
    """Return which endpoints show the same whatever the service answers."""
    problems: list[str] = []
    for endpoint_id in await _working(bench):
        usual = await bench.ask(await bench.case(), endpoint_id)
        # Of a card without a row it can only be seen whether it minds that the answer is another service's.
        is_empty = usual.success and _is_empty(_payload(usual))
        alters = [always(reply) for reply in _OTHERS.values()] if is_empty else MUTATIONS.values()
        seen = [await bench.ask(await bench.case(alter=alter), endpoint_id) for alter in alters]
        views = [_shown(envelope) for envelope in seen if envelope.success]
        if usual.success and views and all(view == _shown(usual) for view in views):
            problems.append(
                f"{endpoint_id}: shows the same whatever the service answers ({', '.join(MUTATIONS)}): read its answers"
            )
    return problems


async def failure_problems(bench: Bench) -> Sequence[str]:
    """Return which endpoints do not say that the service fails."""
    problems: list[str] = []
    for endpoint_id in await _working(bench):
        for name, reply in _FAILURES.items():
            envelope = await bench.ask(await bench.case(alter=always(reply)), endpoint_id)
            if envelope.error is None or envelope.error.code is ErrorCode.INTERNAL:
                problems.append(
                    f"{endpoint_id}: {_what(envelope)} while the service answers {name}: let the error rise"
                )
        problems += await _kept_problems(bench, endpoint_id)
    return problems


async def _kept_problems(bench: Bench, endpoint_id: str) -> Sequence[str]:
    """Return whether an endpoint shows what it had before as if it were new, once its service fails."""
    is_well = True

    def alter(_: FakeRequest, reply: FakeReply) -> FakeReply:
        return reply if is_well else _FAILURES["500"]

    case = await bench.case(alter=alter)
    await bench.ask(case, endpoint_id)
    is_well = False
    await bench.retry(case)
    if error_of(await bench.ask(case, endpoint_id)) is not None:
        return ()
    told = "the dashboard keeps the last good data and says how old it is"
    return (
        f"{endpoint_id}: shows what it had before when the service begins to answer 500: let the error rise, {told}",
    )


async def other_answer_problems(bench: Bench) -> Sequence[str]:
    """Return which endpoints take the answers of another service for data."""
    problems: list[str] = []
    for endpoint_id in await _working(bench):
        for name, reply in _OTHERS.items():
            envelope = await bench.ask(await bench.case(alter=always(reply)), endpoint_id)
            if envelope.success and _claims_something(_payload(envelope)):
                problems.append(f"{endpoint_id}: {_what(envelope)} when it is answered with {name}")
    return problems


async def list_problems(bench: Bench) -> Sequence[str]:
    """Return which endpoints break when the service has very much to tell."""
    problems: list[str] = []
    for endpoint_id in await _working(bench):
        envelope = await bench.ask(await bench.case(alter=enlarged), endpoint_id)
        if envelope.error is not None and envelope.error.code is not ErrorCode.INVALID_CONFIG:
            problems.append(
                f"{endpoint_id}: {_what(envelope)} when the service's lists are 1,200 items long: show the first"
                " ones, and how many there are in 'total'"
            )
    return problems


async def _working(bench: Bench) -> Sequence[str]:
    return [target for target in await bench.working() if target != TEST]


def _payload(envelope: Envelope[object]) -> AnyView:
    assert isinstance(envelope.data, EndpointData)
    return envelope.data.payload


def _shown(envelope: Envelope[object]) -> bytes:
    assert isinstance(envelope.data, EndpointData)
    return envelope.data.encoded


def _what(envelope: Envelope[object]) -> str:
    if envelope.error is not None:
        return f"fails with {envelope.error.code} ({envelope.error.message})"
    return f"shows {_payload(envelope).model_dump_json(exclude_defaults=True)[:200]}"


def _is_empty(view: AnyView) -> bool:
    match view:
        case ListView():
            return not view.items
        case AlertBanner():
            return not view.alerts
        case Progress():
            return not view.bars
        case Chart():
            return not any(series.values for series in view.series)
        case StatCard() | Gauge():
            return False


def _claims_something(view: AnyView) -> bool:
    """Return whether a view says anything but that nothing is known; that there is nothing is a claim."""
    match view:
        case StatCard():
            return any(stat.value is not None for stat in view.stats)
        case Gauge():
            return view.value is not None
        case Progress():
            return not view.bars or any(bar.value is not None for bar in view.bars)
        case Chart():
            values = [value for series in view.series for value in series.values]
            return not values or any(value is not None for value in values)
        case ListView() | AlertBanner():
            return True

"""Checks of *Test connection*: that its yes and its no can be believed."""

from collections.abc import Mapping, Sequence

from dashboard_integrations.envelope import Envelope
from dashboard_integrations.errors import ErrorCode
from dashboard_integrations.testing.conformance._bench import Bench
from dashboard_integrations.testing.conformance._mutations import always
from dashboard_integrations.testing.conformance._secrets import another, set_secrets, with_secrets
from dashboard_integrations.testing.conformance._subject import TEST
from dashboard_integrations.testing.fake_service import FakeReply

__all__ = ["no_problems", "yes_problems"]

_REFUSED = frozenset({ErrorCode.AUTH_FAILED, ErrorCode.FORBIDDEN})
_STATUSES = (401, 403)
_NOT_THE_SERVICE: Mapping[str, FakeReply] = {
    "it answers with a web page": FakeReply(
        text="<!DOCTYPE html><html><head><title>Router</title></head></html>", headers={"content-type": "text/html"}
    ),
    "it answers with the JSON of another service": FakeReply(json={"application": "another", "ok": True}),
    "it answers with a list": FakeReply(json=[]),
    "it answers with 500": FakeReply(status=500, text="internal error"),
    "it answers with 404": FakeReply(status=404, text="not found"),
}


async def yes_problems(bench: Bench) -> Sequence[str]:
    """Return why the test of a service that is well does not say yes."""
    envelope = await bench.ask(await bench.case(), TEST)
    return () if envelope.success else (f"says no to a service that is well: {_told(envelope)}",)


async def no_problems(bench: Bench) -> Sequence[str]:
    """Return what the test says yes to, or refuses with another code than it should."""
    problems = list(await _wrong_credentials(bench))
    for status in _STATUSES:
        envelope = await _answered(bench, FakeReply(status=status, text="no"))
        if envelope.error is None or envelope.error.code not in _REFUSED:
            problems.append(
                f"{_told(envelope)} when the service answers {status}, where it has to be auth-failed or forbidden"
            )
    for what, reply in _NOT_THE_SERVICE.items():
        envelope = await _answered(bench, reply)
        if envelope.success:
            problems.append(f"says yes although {what}: ask for something that only this service tells")
    return problems


async def _wrong_credentials(bench: Bench) -> Sequence[str]:
    """Try a service that refuses wrong credentials, where the declared one does so."""
    if not set_secrets(bench.subject):
        return ()
    refusals: list[int] = []

    def note(_request: object, reply: FakeReply) -> FakeReply:
        refusals.extend(status for status in _STATUSES if reply.status == status)
        return reply

    case = await bench.case(alter=note)
    envelope = await bench.test(with_secrets(bench.subject.config_at(case.url), set_secrets(bench.subject), another))
    if envelope.success and refusals:
        return ("says yes to wrong credentials, which the service refuses",)
    if envelope.error is not None and envelope.error.code not in {*_REFUSED, ErrorCode.INVALID_CONFIG}:
        return (f"{_told(envelope)} for wrong credentials, where it has to be auth-failed or forbidden",)
    return ()


async def _answered(bench: Bench, reply: FakeReply) -> Envelope[object]:
    return await bench.ask(await bench.case(alter=always(reply)), TEST)


def _told(envelope: Envelope[object]) -> str:
    return "says yes" if envelope.error is None else f"fails with {envelope.error.code} ({envelope.error.message})"

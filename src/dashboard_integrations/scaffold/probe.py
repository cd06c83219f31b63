"""A first look at a service: one request, made as the new integration will make it, and recorded."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from dashboard_integrations.authoring import HttpIntegration, endpoint
from dashboard_integrations.config import ServiceConfig
from dashboard_integrations.connection import Connection
from dashboard_integrations.envelope import ErrorBody
from dashboard_integrations.integration import ConnectionReport
from dashboard_integrations.scaffold.auth_plans import AuthKind, AuthPlan
from dashboard_integrations.scaffold.errors import ScaffoldError
from dashboard_integrations.scaffold.planned_request import PlannedRequest
from dashboard_integrations.scaffold.version_place import version_in
from dashboard_integrations.testing.fake_service import FakeReply, FakeRequest, FakeService
from dashboard_integrations.testing.recorder import record, refused_fields
from dashboard_integrations.testing.recording import Recording
from dashboard_integrations.testing.scrubber import Scrubbed, scrub
from dashboard_integrations.views import Stat, StatCard

__all__ = ["FailedRequestError", "Look", "look_at_sample", "look_at_service", "probe_integration"]

_ENDPOINT = "first"


class FailedRequestError(ScaffoldError):
    """The service did not answer; ``error`` says why."""

    def __init__(self, error: ErrorBody) -> None:
        super().__init__(error.message)
        self.error = error


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """``recording`` is scrubbed, its endpoint named ``first``; ``answer`` is the JSON in it.

    ``scrubbed`` says what was replaced in a real one.
    """

    recording: Recording
    answer: object
    scrubbed: Scrubbed | None = None

    def named(self, endpoint_id: str) -> Recording:
        """Return the recording with the endpoint's own name."""
        exchanges = [
            exchange.model_copy(update={"during": endpoint_id}) if exchange.during == _ENDPOINT else exchange
            for exchange in self.recording.exchanges
        ]
        return self.recording.model_copy(update={"exchanges": exchanges})


async def look_at_service(
    request: PlannedRequest, auth: AuthPlan, *, integration_id: str, config: Mapping[str, object]
) -> Look:
    """Ask a real service, and scrub what it answers; raise ``FailedRequestError`` when it does not."""
    probe = probe_integration(request, auth, integration_id)
    take = await record(probe, config=config)
    for error in take.failures.values():
        raise FailedRequestError(error)
    scrubbed = scrub(
        take.recording,
        secrets=take.secrets,
        users=take.users,
        url=take.url,
        refused=partial(refused_fields, probe),
    )
    return Look(recording=scrubbed.recording, answer=_answer(scrubbed.recording), scrubbed=scrubbed)


async def look_at_sample(request: PlannedRequest, auth: AuthPlan, *, integration_id: str, answer: object) -> Look:
    """Make the recording of a service that answers with ``answer``, and signs in as ``auth`` says."""
    config = {item.name: f"recorded-{item.name}-1" for item in auth.fields}
    with FakeService() as service:
        service.reply(request.method, f"/{request.path}", FakeReply(json=answer))
        _declare_login(service, request, auth, answer)
        probe = probe_integration(request, auth, integration_id)
        take = await record(probe, config={**config, "url": service.url})
    for error in take.failures.values():
        raise FailedRequestError(error)
    return Look(recording=take.recording, answer=answer)


def probe_integration(request: PlannedRequest, auth: AuthPlan, integration_id: str) -> HttpIntegration[ServiceConfig]:
    """Return an integration that makes one request, for its test and for its only endpoint."""

    class Probe(HttpIntegration[ServiceConfig]):
        """Makes one request."""

        id = integration_id
        name = integration_id
        auth_config = auth.config_model

        async def test_connection(self, connection: Connection[ServiceConfig]) -> ConnectionReport:
            """Make it, and look for a version in the answer."""
            response = await request.send(connection)
            return ConnectionReport(version=version_in(response.json(), integration_id))

        @endpoint(id=_ENDPOINT)
        async def first(self, connection: Connection[ServiceConfig]) -> StatCard:
            """Make it again."""
            await request.send(connection)
            return StatCard(stats=[Stat(label="It answers", value=None)])

    Probe.auth = auth.scheme
    return Probe()


def _answer(recording: Recording) -> object:
    answers = [exchange.response for exchange in recording.exchanges if exchange.during == _ENDPOINT]
    if answers and answers[-1].json_value is not None:
        return answers[-1].json_value
    raise ScaffoldError("the answer is no JSON object or list, and nothing else can be read into a first view")


def _declare_login(service: FakeService, request: PlannedRequest, auth: AuthPlan, answer: object) -> None:
    login = auth.login
    if auth.kind is AuthKind.TOKEN_LOGIN and login:
        service.reply("POST", login, json={"token": "recorded-token-1"})
    elif auth.kind is AuthKind.COOKIE_LOGIN and login:
        service.reply("POST", login, headers={"set-cookie": "session=recorded-session-1; Path=/"}, status=204)
    elif auth.kind is AuthKind.OAUTH2 and login:
        service.reply("POST", login, json={"access_token": "recorded-token-1", "expires_in": 3_600})
    elif auth.kind is AuthKind.DIGEST:
        _declare_digest(service, request, answer)


def _declare_digest(service: FakeService, request: PlannedRequest, answer: object) -> None:
    challenge = 'Digest realm="recorded", nonce="recorded-nonce-1", qop="auth", algorithm=SHA-256'

    def reply(asked: FakeRequest) -> FakeReply:
        if "authorization" in asked.headers:
            return FakeReply(json=answer)
        return FakeReply(status=401, headers={"www-authenticate": challenge})

    service.reply(request.method, f"/{request.path}", reply)

"""The contract: a class of tests for an integration, from a few lines."""

import inspect
import json
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from functools import cached_property, lru_cache
from pathlib import Path
from typing import ClassVar, NoReturn

from dashboard_integrations.integration import Integration
from dashboard_integrations.testing.conformance import _connection_test, _description, _neighbour, _together, _views
from dashboard_integrations.testing.conformance._bench import Bench, open_bench
from dashboard_integrations.testing.conformance._expected import check_names, expected_reason
from dashboard_integrations.testing.conformance._import_check import import_problems
from dashboard_integrations.testing.conformance._loop_watch import blocking_problems
from dashboard_integrations.testing.conformance._matrix import MATRIX_BYTES, Tolerances, matrix_problems
from dashboard_integrations.testing.conformance._migrations import OldConfig, migration_problems
from dashboard_integrations.testing.conformance._secrets import secret_problems
from dashboard_integrations.testing.conformance._subject import Subject, calls_a_service
from dashboard_integrations.testing.conformance.level import Level, check, checks_of
from dashboard_integrations.testing.fake_service import FakeService
from dashboard_integrations.testing.faults import FAULT_GROUPS
from dashboard_integrations.testing.recording import Recording

try:
    import pytest
except ImportError as error:
    raise ImportError("the conformance suites need pytest: pip install 'dashboard-integrations[testing]'") from error

__all__ = ["IntegrationContract"]

PROPERTY = "dashboard-integrations-conformance"
"""The name under which a test tells the report of what it is a part."""

_NEEDS_A_SERVICE = (
    "test_connection_says_no",
    "test_failures_are_shown",
    "test_faults",
    "test_long_lists",
    "test_other_services_are_no_data",
    "test_uses_its_connection",
    "test_views_depend_on_answers",
)
_PAGE = "https://github.com/dashboard-integrations/dashboard-integrations/tree/main/docs/how-to/conformance.md"
_MOST_SHOWN = 20


@pytest.mark.anyio
class IntegrationContract:
    """What an integration has to stand, as tests: subclass it and name the class ``Test…``.

    ``integration`` is its class, and ``recordings`` name files of recorded exchanges, relative to the test's own file::

        class TestSyncthing(IntegrationContract):
            integration = Syncthing
            recordings = ["recordings/syncthing.json"]

    Without recordings, write ``declare`` and set ``config``; with both, ``declare`` may change what was recorded after
    ``super().declare(service)``. ``config``, ``extra`` and ``parameters`` (by endpoint id) are those of the first
    recording unless set. ``expected_failures`` names checks that fail, with reasons: they have to, and the level is
    the one without them. ``tolerated`` names faults of answers that are no failure to the integration, by the method
    and path of its call: ``{"GET /api/sensors": {"status-404": "a machine may have none"}}``. ``migrations`` are
    configurations that earlier versions saved.
    """

    integration: ClassVar[type[Integration] | Integration]
    recordings: ClassVar[Sequence[str]] = ()
    config: ClassVar[Mapping[str, object]] = {}
    extra: ClassVar[Mapping[str, object]] = {}
    parameters: ClassVar[Mapping[str, Mapping[str, object]]] = {}
    expected_failures: ClassVar[Mapping[str, str]] = {}
    tolerated: ClassVar[Tolerances] = {}
    migrations: ClassVar[Sequence[OldConfig]] = ()

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        integration = getattr(cls, "integration", None)
        if integration is not None and not calls_a_service(integration):
            for name in _NEEDS_A_SERVICE:
                setattr(cls, name, None)
        check_names(cls.__name__, cls.expected_failures, checks_of(cls))

    def declare(self, service: FakeService) -> None:
        """Declare what the service answers when it is well; the default replays the recordings."""
        if not self._recorded and calls_a_service(self.integration):
            raise NotImplementedError(
                f"{type(self).__name__} needs recordings, or a declare that says what the service answers"
            )
        for recording in self._recorded:
            service.replay(recording)

    @pytest.fixture(autouse=True)
    def conformance(self, request: pytest.FixtureRequest) -> None:
        """Mark failures that are expected, and tell the report what this test is about."""
        name, parameter = request.node.originalname, _parameter_of(request)
        reason = expected_reason(self.expected_failures, name, parameter)
        if reason is not None:
            request.applymarker(pytest.mark.xfail(reason=reason, strict=True))
        subject = self.subject
        told = {
            "integration": subject.one.id,
            "defined_in": f"{subject.module}:{subject.name}",
            "check": name,
            "run": request.node.name,
            "tolerated": {target: dict(faults) for target, faults in self.tolerated.items()},
            "levels": checks_of(type(self)),
        }
        request.node.user_properties.append((PROPERTY, json.dumps(told)))

    @check(Level.BRONZE)
    def test_import(self) -> None:
        """Importing the integration does nothing but define it, and is quick."""
        _require("test_import", import_problems(self.subject.module, self.subject.file))

    @check(Level.BRONZE)
    def test_metadata(self) -> None:
        """A registry takes it; it has a name, an API version that is supported, and something to show."""
        _require("test_metadata", _description.metadata_problems(self.subject))

    @check(Level.BRONZE)
    def test_secrets_are_marked(self) -> None:
        """Every field that holds a secret is known to be one."""
        _require("test_secrets_are_marked", _description.secret_field_problems(self.subject))

    @check(Level.BRONZE)
    async def test_config(self) -> None:
        """Schema, form and saved configuration agree, there and back."""
        _require("test_config", await _description.round_trip_problems(self.subject))

    @check(Level.BRONZE)
    async def test_views(self) -> None:
        """Every endpoint shows a valid view of its kind, and asks the service for it."""
        async with self._bench() as bench:
            problems = await _views.view_problems(bench, of_a_service=calls_a_service(self.subject.one))
        _require("test_views", problems)

    @check(Level.BRONZE)
    async def test_views_depend_on_answers(self) -> None:
        """What an endpoint shows follows from what the service answers."""
        async with self._bench() as bench:
            problems = await _views.reading_problems(bench)
        _require("test_views_depend_on_answers", problems)

    @check(Level.BRONZE)
    async def test_failures_are_shown(self) -> None:
        """An endpoint whose service fails says so, and shows no zeros."""
        async with self._bench() as bench:
            problems = await _views.failure_problems(bench)
        _require("test_failures_are_shown", problems)

    @check(Level.BRONZE)
    async def test_connection_says_yes(self) -> None:
        """*Test connection* says yes to a service that is well."""
        async with self._bench() as bench:
            problems = await _connection_test.yes_problems(bench)
        _require("test_connection_says_yes", problems)

    @check(Level.BRONZE)
    async def test_connection_says_no(self) -> None:
        """*Test connection* says no to wrong credentials and to another service, with the right code."""
        async with self._bench() as bench:
            problems = await _connection_test.no_problems(bench)
        _require("test_connection_says_no", problems)

    @check(Level.BRONZE)
    async def test_migrations(self) -> None:
        """What earlier versions of the integration saved still opens."""
        _require("test_migrations", await migration_problems(self.subject, self.migrations))

    @check(Level.SILVER)
    @pytest.mark.parametrize("group", FAULT_GROUPS)
    async def test_faults(self, group: str) -> None:
        """Each fault at each call has the right code, in time and without a secret, and is over when it is over."""
        async with open_bench(self.subject, max_response_bytes=MATRIX_BYTES) as bench:
            problems = await matrix_problems(bench, FAULT_GROUPS[group], tolerated=self.tolerated)
        _require("test_faults", problems)

    @check(Level.SILVER)
    async def test_other_services_are_no_data(self) -> None:
        """An endpoint shows nothing when another service answers."""
        async with self._bench() as bench:
            problems = await _views.other_answer_problems(bench)
        _require("test_other_services_are_no_data", problems)

    @check(Level.SILVER)
    async def test_secrets_stay(self) -> None:
        """No secret is in what the integration returns, raises, logs or prints, in no encoding."""
        async with self._bench() as bench:
            problems = await secret_problems(bench)
        _require("test_secrets_stay", problems)

    @check(Level.SILVER)
    async def test_uses_its_connection(self) -> None:
        """Every call goes through the connection."""
        async with self._bench() as bench:
            problems = await _neighbour.connection_problems(bench)
        _require("test_uses_its_connection", problems)

    @check(Level.SILVER)
    async def test_blocks_nobody(self) -> None:
        """Nothing is waited for in the event loop's own thread."""
        async with self._bench() as bench:
            problems = await blocking_problems(bench)
        _require("test_blocks_nobody", problems)

    @check(Level.SILVER)
    async def test_apps_are_apart(self) -> None:
        """Nothing of one app shows in another, however their calls overlap."""
        async with self._bench() as bench:
            problems = await _together.apart_problems(bench)
        _require("test_apps_are_apart", problems)

    @check(Level.GOLD)
    async def test_many_at_once(self) -> None:
        """Many apps can be looked at and tested at the same time."""
        async with self._bench() as bench:
            problems = await _together.crowd_problems(bench)
        _require("test_many_at_once", problems)

    @check(Level.GOLD)
    async def test_cancellation(self) -> None:
        """A call that is cancelled at any of its requests ends, and the next one works."""
        async with self._bench() as bench:
            problems = await _neighbour.cancellation_problems(bench)
        _require("test_cancellation", problems)

    @check(Level.GOLD)
    async def test_nothing_is_left(self) -> None:
        """No task, thread or socket is left when the dashboard is closed."""
        _require("test_nothing_is_left", await _neighbour.leftover_problems(self.subject))

    @check(Level.GOLD)
    async def test_long_lists(self) -> None:
        """A view stays one when the service has more to tell of than a view can hold."""
        async with self._bench() as bench:
            problems = await _views.list_problems(bench)
        _require("test_long_lists", problems)

    @check(Level.GOLD)
    def test_icon(self) -> None:
        """The icon is a slug."""
        _require("test_icon", _description.icon_problems(self.subject))

    @check(Level.GOLD)
    def test_documentation(self) -> None:
        """The integration, its endpoints and every field of its forms are described."""
        _require("test_documentation", _description.documentation_problems(self.subject))

    @cached_property
    def subject(self) -> Subject:
        """What the checks are about."""
        first = self._recorded[0] if self._recorded else None
        config = self.config or (first.config if first is not None else {})
        extra = self.extra or (first.extra if first is not None else {})
        parameters = self.parameters or (first.parameters if first is not None else {})
        return Subject(
            integration=type(self).integration,
            config={**config, **extra},
            parameters=parameters,
            declare=self.declare,
        )

    @cached_property
    def _recorded(self) -> Sequence[Recording]:
        folder = Path(inspect.getfile(type(self))).parent
        return tuple(_loaded(folder / name) for name in self.recordings)

    def _bench(self) -> AbstractAsyncContextManager[Bench]:
        return open_bench(self.subject)


@lru_cache(maxsize=64)
def _loaded(path: Path) -> Recording:
    return Recording.load(path)


def _parameter_of(request: pytest.FixtureRequest) -> str | None:
    """Return the parameter of a check, without that of the event loop."""
    callspec = getattr(request.node, "callspec", None)
    values = {} if callspec is None else callspec.params
    return next((str(value) for name, value in values.items() if name != "anyio_backend"), None)


def _require(name: str, problems: Sequence[str]) -> None:
    __tracebackhide__ = True
    if problems:
        _fail(name, problems)


def _fail(name: str, problems: Sequence[str]) -> NoReturn:
    __tracebackhide__ = True
    shown = "\n".join(f"- {problem}" for problem in problems[:_MOST_SHOWN])
    more = len(problems) - _MOST_SHOWN
    rest = f"\n- and {more} more" if more > 0 else ""
    raise AssertionError(f"{name}:\n{shown}{rest}\nWhat it means, and how to mend it: {_PAGE}#{name}")

"""What a service tells an observer."""

from contextlib import contextmanager, suppress

from dashboard_integrations.errors import ErrorCode
from dashboard_integrations.observability._app_labels import OTHERS, AppLabels
from dashboard_integrations.service import ObservedCall


class Listening:
    def __init__(self):
        self.calls = []
        self.numbers = None

    def follow(self, numbers):
        self.numbers = numbers

    @contextmanager
    def calling(self, call):
        try:
            yield
        except Exception as error:
            self.calls.append((call, error.code))
            raise
        else:
            self.calls.append((call, None))


class Broken:
    def __init__(self, *, at_end):
        self.at_end = at_end

    def follow(self, numbers):
        pass

    @contextmanager
    def calling(self, call):
        if not self.at_end:
            raise ValueError("observer")
        try:
            yield
        finally:
            raise ValueError("observer")


class Swallowing(Listening):
    @contextmanager
    def calling(self, call):
        with suppress(Exception):
            yield


async def test_calls_and_how_they_ended(bench):
    """Every call of an integration is told, tests of connections too; an answer from the cache is none."""
    observer = Listening()
    async with await bench.open(observer) as service:
        await service.fetch_data("app-1", "value")
        await service.fetch_data("app-1", "value")
        await service.fetch_data("app-1", "refused")
        await service.test_connection(integration_type="meter", config={})

    assert observer.calls == [
        (ObservedCall(integration_id="meter", app_id="app-1", endpoint_id="value"), None),
        (ObservedCall(integration_id="meter", app_id="app-1", endpoint_id="refused"), ErrorCode.AUTH_FAILED),
        (ObservedCall(integration_id="meter", app_id=None, endpoint_id=None), None),
    ]


async def test_cache_answers_outlive_their_app(bench):
    """The count of answers never falls."""
    observer = Listening()
    async with await bench.open(observer) as service:
        for _ in range(3):
            await service.fetch_data("app-1", "value")
        await bench.apps.delete("app-1")
        await service.health()

        assert observer.numbers().cache_answers == 2


async def test_watches_are_counted(bench):
    """A stream counts while it is open."""
    observer = Listening()
    async with await bench.open(observer) as service:
        async with service.watch([]):
            during = observer.numbers().watches
        assert (during, observer.numbers().watches) == (1, 0)


async def test_numbers_of_a_service_that_was_left(bench):
    """Nothing goes on in it."""
    observer = Listening()
    async with await bench.open(observer):
        pass
    assert (observer.numbers().calls_under_way, observer.numbers().watches) == (0, 0)


async def test_an_observer_that_raises_changes_no_answer(bench, caplog):
    """Its failure is logged, whenever it comes."""
    for at_end in (False, True):
        bench_of_its_own = type(bench)()
        async with await bench_of_its_own.open(Broken(at_end=at_end)) as service:
            assert (await service.fetch_data("app-1", "value")).success
            assert (await service.fetch_data("app-1", "refused")).error.code is ErrorCode.AUTH_FAILED
    assert [getattr(record, "event", None) for record in caplog.records].count("observer-failed") == 4


async def test_an_observer_cannot_swallow_an_error(bench):
    """What failed has failed."""
    async with await bench.open(Swallowing()) as service:
        assert (await service.fetch_data("app-1", "refused")).error.code is ErrorCode.AUTH_FAILED


def test_labels_of_apps_are_bounded():
    """Beyond the limit they are one."""
    labels = AppLabels(2)
    assert [labels.of(app) for app in ("a", "b", "c", "a", None)] == ["a", "b", OTHERS, "a", ""]

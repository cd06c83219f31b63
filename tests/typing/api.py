"""The public API as its users write it: read by type checkers, never run."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

from fastapi import APIRouter, FastAPI
from prometheus_client import CollectorRegistry
from pydantic import BaseModel, SecretStr
from sqlalchemy import Engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from dashboard_integrations import (
    API_VERSION,
    ActiveAlert,
    ApiKeyHeader,
    ApiKeyQuery,
    AppInfo,
    AppRecord,
    AppRepository,
    AppService,
    AuthFailedError,
    AuthScheme,
    AuthSession,
    BadResponseError,
    BaseIntegration,
    BasicAuth,
    BearerToken,
    BlockingIntegrationService,
    CacheBackend,
    ConfigCipher,
    Connection,
    ConnectionReport,
    CookieLogin,
    DataRequest,
    DigestAuth,
    Endpoint,
    EndpointData,
    Envelope,
    ErrorBody,
    ErrorCode,
    ErrorSource,
    ForbiddenError,
    HttpIntegration,
    HttpRequest,
    HttpResponse,
    InMemoryAppRepository,
    Integration,
    IntegrationError,
    IntegrationInfo,
    IntegrationService,
    IntegrationWidgetConfig,
    InvalidConfigError,
    LoginConfig,
    MemoryCache,
    Meta,
    NetworkPolicy,
    NotFoundError,
    OAuth2ClientCredentials,
    PluginEntry,
    PluginState,
    RateLimitedError,
    Registry,
    ServiceConfig,
    ServiceUrl,
    TokenLogin,
    UnreachableError,
    UnsupportedVersionError,
    UpstreamError,
    UpstreamTimeoutError,
    WidgetType,
    check_widget,
    endpoint,
)
from dashboard_integrations.adapters.asgi import IntegrationApp
from dashboard_integrations.adapters.fastapi import integration_router
from dashboard_integrations.apps import AppDescription, AppExistsError, OpenedConfig
from dashboard_integrations.auth import ClientAuthentication, LoginBody, Send
from dashboard_integrations.cache.redis import RedisCache
from dashboard_integrations.cipher import InvalidKeyError
from dashboard_integrations.declarative import (
    DeclaredIntegration,
    DefinitionError,
    load_integration,
    parse_integration,
    parse_views,
)
from dashboard_integrations.errors import ErrorKind, NeedsConfigurationError, TransientError
from dashboard_integrations.freshness import FreshnessPolicy, Rule
from dashboard_integrations.observability.otel import OpenTelemetryObserver
from dashboard_integrations.observability.prometheus import PrometheusObserver
from dashboard_integrations.registry import PluginCatalogue, PluginOrigin
from dashboard_integrations.service import ObservedCall, Observer, ServiceNumbers
from dashboard_integrations.storage import IntegrationColumns, SqlAlchemyAppRepository, sqlite_engine
from dashboard_integrations.storage.migrations import upgrade
from dashboard_integrations.testing import (
    AppOpener,
    Connector,
    FakeClock,
    FakeReply,
    FakeRequest,
    FakeService,
    OpenedApp,
    RecordedExchange,
    RecordedRequest,
    RecordedResponse,
    Recording,
    RecordingError,
    assert_asked,
    assert_code,
    assert_data,
    assert_no_secret,
    assert_shows,
    assert_view,
    connect,
    open_app,
)
from dashboard_integrations.testing.conformance import IntegrationContract, Level, OldConfig
from dashboard_integrations.testing.conformance.report import CheckResult, ConformanceReport, IntegrationReport, Outcome
from dashboard_integrations.ui import (
    CONTENT_SECURITY_POLICY,
    Asset,
    Assets,
    elements_path,
    forms_path,
    packaged_assets,
    theme_path,
)
from dashboard_integrations.views import (
    Alert,
    AlertBanner,
    AnyView,
    Chart,
    ChartStyle,
    Gauge,
    ListItem,
    ListView,
    Progress,
    ProgressBar,
    Series,
    Severity,
    Stat,
    StatCard,
    Status,
    Threshold,
    Trend,
    View,
    ViewKind,
    any_view,
)
from dashboard_integrations.web import Access, Action, Authorize, IntegrationRoutes, Request, Response

# Authors


class Config(ServiceConfig):
    username: str | None = None
    password: SecretStr | None = None


class ServiceWithLogin(HttpIntegration[LoginConfig]):
    auth = BasicAuth("username", "password")

    @endpoint()
    async def rows(self, connection: Connection[LoginConfig]) -> ListView:
        items = (ListItem(title=connection.config.username or "nobody") for _ in range(3))
        view: ListView = ListView.of(items, most=100, empty_text="Nothing")
        return view

    @endpoint()
    async def bars(self, connection: Connection[LoginConfig]) -> Progress:
        status: Status = Status.of(81.5, warning=80, critical=90)
        return Progress.of([ProgressBar(label="Disk", value=81.5, status=status)], most=100, empty_text="Nothing")

    @endpoint()
    async def problems(self, connection: Connection[LoginConfig]) -> AlertBanner:
        return AlertBanner.of([Alert(id="a", severity=Severity.INFO, title="A")], most=20)


class Options(BaseModel):
    limit: int = 10


class Parameters(BaseModel):
    folder: str = "default"


class Answer(BaseModel):
    version: str
    rates: Sequence[float]


class Service(HttpIntegration[Config]):
    id = "service"
    name = "Service"
    capabilities = ("download-client",)
    auth = BasicAuth("username", "password")
    extra_config = Options
    max_response_bytes = 1_000_000
    config_version = 2

    def migrate(self, config: dict[str, object], *, version: int) -> dict[str, object]:
        return {**config, "username": config.pop("user", None) if version == 1 else None}

    async def test_connection(self, connection: Connection[Config]) -> ConnectionReport:
        answer = await connection.get_json("api", Answer)
        raw = await connection.get_json("api", params={"page": 1, "all": True, "none": None})
        text: str = await connection.get_text("version")
        return ConnectionReport(version=answer.version, account=connection.config.username, details={text: raw["x"]})

    @endpoint(ttl=10)
    async def rates(self, connection: Connection[Config]) -> StatCard:
        options: Options = connection.extra
        answer = await connection.post_json("rates", Answer, json={"limit": options.limit})
        return StatCard(stats=[Stat(label="Rate", value=rate, unit="B/s", trend=Trend.UP) for rate in answer.rates])

    @endpoint(ttl=60, id="of-folder", name="Folder", description="One folder.")
    async def folder(self, connection: Connection[Config], parameters: Parameters) -> ListView:
        names = await connection.get_json(f"folders/{parameters.folder}", list[str])
        return ListView(items=[ListItem(title=name, status=Status.OK) for name in names], total=len(names))

    @endpoint()
    async def session(self, connection: Connection[Config]) -> Gauge:
        response: HttpResponse = await connection.request(
            "PUT", "session", form={"a": "b"}, headers={"x-session": connection.state.get("id", "")}, accept={409}
        )
        if response.status == 409:
            raise RateLimitedError("wait", retry_after=60)
        connection.state["id"] = response.cookies["id"]
        answer: Answer = response.json(Answer)
        return Gauge(label=answer.version, value=None, thresholds=[Threshold(value=80, status=Status.WARNING)])


class Here(BaseIntegration[Options]):
    id = "here"
    name = "Here"

    @endpoint(ttl=5)
    async def load(self, connection: Connection[Options]) -> Chart:
        series = Series(label=connection.app.name, values=[1, None], style=ChartStyle.AREA)
        return Chart(series=[series], categories=["a", "b"])

    @endpoint(ttl=5)
    async def work(self, connection: Connection[Options]) -> Progress:
        return Progress(bars=[ProgressBar(label="a", value=1, maximum=connection.config.limit)])

    @endpoint(ttl=5)
    async def problems(self, connection: Connection[Options]) -> AlertBanner:
        return AlertBanner(alerts=[Alert(id="a", severity=Severity.WARNING, title="b")])


class Bare:
    """Without a base class."""

    id = "bare"
    name = "Bare"
    icon = "bare"
    description = ""
    capabilities: Sequence[str] = ()
    api_version = API_VERSION
    auth_config: type[BaseModel] = Options
    extra_config: type[BaseModel] | None = None
    endpoints: Sequence[Endpoint] = (Endpoint(id="a", name="A", view=ViewKind.GAUGE, ttl=5),)

    async def test_connection(self, connection: Connection[Options]) -> ConnectionReport:
        return ConnectionReport()

    async def fetch_data(self, endpoint_id: str, connection: Connection[Options]) -> View:
        return Gauge(label=endpoint_id, value=connection.config.limit)


INTEGRATIONS: Sequence[Integration] = (Service(), Here(), Bare())

SCHEMES: Sequence[AuthScheme] = (
    ApiKeyHeader("X-Api-Key", "key", prefix="Token "),
    ApiKeyQuery("apikey", "key"),
    BearerToken("token"),
    DigestAuth("username", "password"),
    TokenLogin("login", body={"u": "username"}, token="session.id", encoding=LoginBody.FORM),
    CookieLogin("login", form={"u": "username"}, cookie="sid", refused=lambda response: response.text == "Fails."),
    OAuth2ClientCredentials("token", "id", "secret", scope="read", authentication=ClientAuthentication.BODY),
)


class Scheme:
    def session(self, config: BaseModel) -> AuthSession:
        return Session()


class Session:
    async def authenticate(self, request: HttpRequest, send: Send) -> HttpRequest:
        answer = await send(HttpRequest(method="POST", path="login"))
        return replace(request, headers={**request.headers, "x-token": answer.text})

    async def renew(self, request: HttpRequest, response: HttpResponse, send: Send) -> HttpRequest | None:
        return None


OWN: AuthScheme = Scheme()


def failures(url: ServiceUrl) -> Sequence[IntegrationError]:
    return (
        AuthFailedError(f"{url} says no"),
        BadResponseError("odd", reason="shape"),
        ForbiddenError("no", source=ErrorSource.HOST),
        InvalidConfigError("wrong", fields={"folder": "does not exist"}),
        NotFoundError("gone"),
        UnreachableError("down"),
        UnsupportedVersionError("old"),
        UpstreamError("broken"),
        UpstreamTimeoutError("slow"),
    )


def caught(error: IntegrationError) -> tuple[ErrorCode, ErrorKind, float | None]:
    if isinstance(error, NeedsConfigurationError | TransientError):
        return error.code, error.kind, error.retry_after
    return ErrorCode.INTERNAL, ErrorKind.REPORT, None


def answered(request: FakeRequest) -> FakeReply:
    return FakeReply(status=200, json={"asked": request.path}, headers={"set-cookie": ["a=1", "b=2"]})


def faked() -> str:
    with FakeService() as service:
        service.reply("GET", "/api", json={"version": "1"})
        service.reply("GET", "/next", FakeReply(status=503), answered)
        service.hang()
        service.recover()
        return service.url


def recorded(path: Path) -> Recording:
    try:
        return Recording.load(path)
    except RecordingError:
        request = RecordedRequest(
            method="GET", path="/api", query={"a": ["1"]}, headers={"x-api-key": "recorded-key-1"}
        )
        response = RecordedResponse.of(200, headers={"set-cookie": ["a=1", "b=2"]}, content=b"{}")
        exchange = RecordedExchange(during="test", request=request, response=response)
        made = Recording(integration="service", config={"key": "recorded-key-1"}, exchanges=[exchange])
        made.save(path)
        return made


async def tested(recording: Recording, clock: FakeClock) -> ErrorBody:
    with FakeService() as service:
        service.replay(recording)
        config: dict[str, object] = {**recording.config, "url": service.url}
        async with open_app(Service, config=config, extra=recording.extra, clock=clock) as app:
            looked: OpenedApp = app
            gauge: Gauge = assert_view(await looked.show("load", {"core": 1}, tries=2), Gauge)
            assert_shows(await looked.fetch("load"), gauge)
            report: ConnectionReport = assert_data(await looked.test(key="k"))
            request: FakeRequest = assert_asked(service, "GET", "/api")
            assert_no_secret([gauge, report, request], [SecretStr("a secret")])
            clock.advance(5)
            return assert_code(await looked.failure("load"), ErrorCode.TIMEOUT, reason="read")


async def with_fixtures(opener: AppOpener, connector: Connector, url: str) -> ConnectionReport:
    connection: Connection[Config] = connect(Service, config={"url": url})
    async with opener(Service(), config={"key": "k"}) as app:
        await app.test()
    await connector().get_json("api")
    return await Service().test_connection(connection)


# Hosts


class Base(DeclarativeBase):
    pass


class Bookmark(IntegrationColumns, Base):
    __tablename__ = "bookmarks"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Cache:
    async def get(self, key: str) -> bytes | None:
        return None

    async def set(self, key: str, value: bytes, *, ttl: float) -> None: ...

    async def delete(self, key: str) -> None: ...

    async def clear(self) -> None: ...


CACHES: Sequence[CacheBackend] = (MemoryCache(max_entries=10), Cache())


def repositories(engine: Engine) -> Sequence[AppRepository]:
    upgrade(engine)
    return (
        InMemoryAppRepository([AppRecord(id="a", name="A")]),
        SqlAlchemyAppRepository(engine),
        SqlAlchemyAppRepository(engine, model=Bookmark),
    )


def registry() -> Registry:
    found = Registry.from_entry_points(allow=["here"], block=[], prefer={"here": "dashboard-here"})
    found.register(Service)
    found.register(Here(), replace=True)
    usable: list[PluginEntry] = [entry for entry in found.list() if entry.state is PluginState.AVAILABLE]
    names: list[str | None] = [entry.reason or entry.distribution for entry in usable]
    return found if names else Registry()


class Counting:
    """An observer of a host's own."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, str | None, str | None]] = []
        self.numbers: list[Callable[[], ServiceNumbers]] = []

    def follow(self, numbers: Callable[[], ServiceNumbers]) -> None:
        self.numbers.append(numbers)

    @contextmanager
    def calling(self, call: ObservedCall) -> Iterator[None]:
        self.calls.append((call.integration_id, call.app_id, call.endpoint_id))
        yield


def of_many_workers(apps: AppService, folder: Path, metrics: CollectorRegistry) -> Sequence[IntegrationService]:
    found = Registry.from_entry_points(catalogue=PluginCatalogue(folder))
    cache: CacheBackend = RedisCache("redis://127.0.0.1:6379/0", namespace="mine", timeout=0.5)
    observers: Sequence[Observer] = [OpenTelemetryObserver(), PrometheusObserver(metrics), Counting()]
    return [IntegrationService(apps=apps, registry=found, cache=cache, observer=observer) for observer in observers]


def declared(path: Path, text: str) -> Sequence[str]:
    try:
        integration: Integration = load_integration(path)
        views = parse_views(text, names=["key"])
    except DefinitionError as error:
        return [problem.place for problem in error.problems]
    known = registry()
    known.register(integration, replace=True, file=str(path))
    known.report(PluginEntry(id="odd", state=PluginState.BROKEN, origin=PluginOrigin.FILE))
    made: DeclaredIntegration = parse_integration(text, source="the form")
    return [made.source, *views.ids(ViewKind.GAUGE)]


def ciphers(ring: str) -> Sequence[ConfigCipher]:
    try:
        return (ConfigCipher.from_env(), ConfigCipher.from_env({"JWT_SECRET": "s"}), ConfigCipher.from_text(ring))
    except InvalidKeyError:
        return (ConfigCipher([bytes(32)]), ConfigCipher.from_text(ConfigCipher.generate_key()))


async def manage(apps: AppService, integration: Integration) -> AppDescription:
    try:
        record: AppRecord = await apps.create(name="A", integration=integration, config={"url": "http://a"})
    except AppExistsError:
        record = (await apps.list())[0]
    stop: Callable[[], None] = apps.on_change(set[str]().add)
    changed = await apps.update(record.id, integration=integration, config={"password": None}, enabled=False)
    stop()
    current: int = (await apps.migrated(changed, integration)).config_version
    opened: OpenedConfig = await apps.open(changed, integration)
    merged: Mapping[str, object] = await apps.merged(changed, integration, {"timeout": 5})
    checked: OpenedConfig = apps.validate(integration, merged)
    await apps.delete(checked.fingerprint or opened.fingerprint or str(current))
    return await apps.describe(changed, integration)


async def asked(engine: Engine) -> None:
    service = IntegrationService(
        apps=AppService(SqlAlchemyAppRepository(engine), cipher=ConfigCipher.from_env()),
        registry=registry(),
        cache=MemoryCache(),
        deadline=10,
        policy=FreshnessPolicy(base=2),
        rules=lambda app, shown: Rule(ttl=5, stale_for=60) if app.id == shown.id else None,
        network=NetworkPolicy(allow_loopback=False, only=["192.168.1.0/24", "nas.local"]),
    )
    async with service as running:
        listed: Envelope[Sequence[IntegrationInfo]] = await running.list_integrations()
        tested: Envelope[ConnectionReport] = await running.test_connection(integration_type="here", config={})
        fetched: Envelope[EndpointData] = await running.fetch_data("a", "load", parameters={"folder": "b"})
        many: Envelope[Sequence[Envelope[EndpointData]]] = await running.fetch_many(
            [DataRequest(app_id="a", endpoint_id="load")]
        )
        events: list[tuple[tuple[DataRequest, Envelope[EndpointData], bytes], str | None]] = []
        async with running.watch([DataRequest(app_id="a", endpoint_id="load")], after="x-1") as watch:
            async for change in watch:
                told: tuple[DataRequest, Envelope[EndpointData], bytes] = (
                    change.request,
                    change.envelope,
                    change.encoded,
                )
                last: str | None = watch.last_id
                events.append((told, last))
        running.end_watches()
        alerts: Envelope[Sequence[ActiveAlert]] = await running.alerts()
        retried: Envelope[None] = await running.retry("a")
        widget = IntegrationWidgetConfig(app_id="a", endpoint_id="load", refresh_interval=60)
        await check_widget(widget, apps=running.apps, registry=running.registry)
    bodies: list[bytes] = [item.to_json() for item in (listed, tested, many, alerts, retried)]
    shown(fetched, bodies, WidgetType.INTEGRATION)


def shown(envelope: Envelope[EndpointData], bodies: Sequence[bytes], kind: WidgetType) -> AnyView | ErrorBody | None:
    meta: Meta | None = envelope.meta
    if envelope.data is None:
        return envelope.error or (meta.refresh_error if meta else None)
    if isinstance(envelope.data.payload, StatCard):
        return any_view.validate_json(bodies[0] or kind.encode())
    return envelope.data.payload


def blocking(service: IntegrationService) -> Sequence[AppRecord]:
    with BlockingIntegrationService(service) as facade:
        envelope: Envelope[EndpointData] = facade.fetch_data("a", "load")
        return facade.run(service.apps.list) if envelope.success else []


def allow_all(request: Request, action: Action) -> bool:
    return action is Action.READ


async def look_it_up(request: Request, action: Action) -> Access:
    return Access.ALLOW if request.headers.get("authorization") else Access.UNAUTHENTICATED


AUTHORIZERS: Sequence[Authorize] = (allow_all, look_it_up)


def mounted(service: IntegrationService) -> tuple[FastAPI, IntegrationApp]:
    app = FastAPI()
    router: APIRouter = integration_router(service, authorize=look_it_up)
    app.include_router(router)
    return app, IntegrationApp(service, authorize=allow_all)


async def dispatched(service: IntegrationService) -> tuple[int, Sequence[tuple[str, str]], bytes]:
    routes = IntegrationRoutes(service, authorize=allow_all)
    response: Response = await routes.dispatch(Request(method="GET", path="/api/integrations"))
    return response.status, response.headers, response.body


def page(prefix: str) -> str:
    assets: Assets = packaged_assets()
    loaded: list[Asset] = list(assets.files.values())
    bodies: list[bytes] = [asset.body for asset in loaded] + [asset.encoded["gzip"] for asset in loaded]
    paths: list[str] = [
        elements_path(),
        forms_path(prefix),
        theme_path("paper", prefix),
        assets.path("base.js", prefix=prefix),
    ]
    return f"{CONTENT_SECURITY_POLICY} {paths} {assets.version} {len(bodies)}"


def informed(path: Path) -> tuple[Engine, AppInfo]:
    return sqlite_engine(path), AppInfo("a", "A")


class ProvedSyncthing(IntegrationContract):
    integration = HttpIntegration
    recordings = ("recordings/syncthing.json",)
    expected_failures: ClassVar = {"test_icon": "the project has no logo"}
    migrations = (OldConfig(version=1, config={"key": "k"}, becomes={"api_key": "k"}),)

    def declare(self, service: FakeService) -> None:
        super().declare(service)
        service.reply("GET", "/version", json={"version": "1"})


def proved(path: Path) -> tuple[Level | None, Sequence[Outcome], str]:
    report: ConformanceReport = ConformanceReport.load(path)
    found: Sequence[IntegrationReport] = report.integrations
    checks: list[CheckResult] = [result for item in found for result in item.checks]
    return report.level, [result.outcome for result in checks], report.to_markdown()

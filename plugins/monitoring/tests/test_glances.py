"""Glances, against recorded answers of version 4.5."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime

import pytest
from dashboard_monitoring.glances import Glances

from dashboard_integrations.testing import FakeReply, FakeRequest, FakeService, OpenedApp, open_app
from dashboard_integrations.views import AlertBanner, Gauge, Progress, Severity, StatCard, Status

API = "/api/4"

Play = Callable[[str], FakeService]


@pytest.fixture
def glances(play: Play) -> FakeService:
    """Play Glances with one disk and one ongoing alert."""
    return play("glances")


def open_glances(service: FakeService, **changes: object) -> AbstractAsyncContextManager[OpenedApp]:
    """Open an app for the service."""
    return open_app(Glances(), config={"url": service.url, **changes})


async def test_overview_shows_how_the_machine_is(glances: FakeService) -> None:
    """Shares are percent with a status by the limits Glances has, the uptime is seconds."""
    async with open_glances(glances) as app:
        card = await app.show("overview")
    assert isinstance(card, StatCard)
    assert [
        ("CPU", 10.1, "%", Status.OK),
        ("Memory", 2.2, "%", Status.OK),
        ("Swap", 0.0, "%", Status.OK),
        ("Load", 0.216796875, None, None),
        ("Uptime", 2_058, "s", None),
    ] == [(stat.label, stat.value, stat.unit, stat.status) for stat in card.stats]


async def test_the_first_answer_after_a_start_measured_nothing(glances: FakeService) -> None:
    """All times are 0 then, idle included: that is not known, and not an idle machine."""
    unmeasured = {"cpu": 0.0, "mem": 2.0, "swap": 0.0, "percpu": [{"cpu_number": 0, "total": 100.0, "idle": 0.0}]}
    glances.reply("GET", f"{API}/quicklook", json=unmeasured)
    async with open_glances(glances) as app:
        card = await app.show("overview")
    assert (None, Status.UNKNOWN) == (card.stats[0].value, card.stats[0].status)


async def test_an_idle_machine_is_idle(glances: FakeService) -> None:
    """A measured 0 is a 0."""
    idle = {"cpu": 0.0, "mem": 2.0, "swap": 0.0, "percpu": [{"cpu_number": 0, "total": 0.0, "idle": 100.0}]}
    glances.reply("GET", f"{API}/quicklook", json=idle)
    async with open_glances(glances) as app:
        card = await app.show("overview")
    assert (0, Status.OK) == (card.stats[0].value, card.stats[0].status)


async def test_limits_are_those_of_glances(glances: FakeService) -> None:
    """What its configuration calls critical is critical here."""
    limits = {"quicklook_cpu_warning": 5.0, "quicklook_cpu_critical": 10.0, "quicklook_mem_warning": 2.0}
    glances.reply("GET", f"{API}/quicklook/limits", json=limits)
    async with open_glances(glances) as app:
        card = await app.show("overview")
    assert [Status.CRITICAL, Status.WARNING, Status.OK] == [stat.status for stat in card.stats[:3]]


@pytest.mark.parametrize(
    ("told", "seconds"),
    [("0:00:07", 7), ("23:59:59", 86_399), ("1 day, 0:00:00", 86_400), ("400 days, 1:02:03", 34_563_723), ("?", None)],
)
async def test_the_uptime_is_counted_in_seconds(glances: FakeService, told: str, seconds: int | None) -> None:
    """Glances tells it in words."""
    glances.reply("GET", f"{API}/uptime", json=told)
    async with open_glances(glances) as app:
        card = await app.show("overview")
    assert card.stats[4].value == seconds


async def test_memory_is_a_gauge_with_the_limits_of_glances(glances: FakeService) -> None:
    """Percent in use, and from when on that is a problem."""
    async with open_glances(glances) as app:
        gauge = await app.show("memory")
    assert isinstance(gauge, Gauge)
    assert (2.3, "%", [(70, Status.WARNING), (90, Status.CRITICAL)]) == (
        gauge.value,
        gauge.unit,
        [(threshold.value, threshold.status) for threshold in gauge.thresholds],
    )


async def test_disks_show_bytes(glances: FakeService) -> None:
    """Used of all, with the device below."""
    async with open_glances(glances) as app:
        progress = await app.show("disks")
    assert isinstance(progress, Progress)
    assert [("/", 24_733_384_704, 270_553_174_016, "B", Status.OK, "/dev/sda1")] == [
        (bar.label, bar.value, bar.maximum, bar.unit, bar.status, bar.caption) for bar in progress.bars
    ]


async def test_a_disk_that_fills_up(glances: FakeService) -> None:
    """Its status is of the percentage Glances counts: what only root may use is not free. Empty ones are no disks."""
    full = {"mnt_point": "/srv", "size": 100, "used": 85, "free": 5, "percent": 94.4}
    none = {"mnt_point": "/run/x", "size": 0, "used": 0, "free": 0, "percent": 0.0}
    glances.reply("GET", f"{API}/fs", json=[full, none])
    async with open_glances(glances) as app:
        progress = await app.show("disks")
    assert [("/srv", Status.CRITICAL)] == [(bar.label, bar.status) for bar in progress.bars]


async def test_alerts_are_those_going_on(glances: FakeService) -> None:
    """Glances keeps a history; what has an end is over."""
    async with open_glances(glances) as app:
        banner = await app.show("alerts")
    assert isinstance(banner, AlertBanner)
    assert [("CPU_USER", Severity.WARNING, "CPU USER", "1.4 on average, 4.5 at most")] == [
        (alert.id, alert.severity, alert.title, alert.message) for alert in banner.alerts
    ]
    assert datetime.fromtimestamp(1_795_491_487, UTC) == banner.alerts[0].since


async def test_one_alert_for_each_kind(glances: FakeService) -> None:
    """The newest counts when two of one kind have no end."""
    events = [{"type": "MEM", "state": state, "begin": 1, "end": -1} for state in ("CRITICAL", "WARNING")]
    glances.reply("GET", f"{API}/alert", json=events)
    async with open_glances(glances) as app:
        banner = await app.show("alerts")
    assert [("MEM", Severity.CRITICAL, None)] == [(alert.id, alert.severity, alert.message) for alert in banner.alerts]


async def test_nothing_to_show(glances: FakeService) -> None:
    """No file system and no alert are answers."""
    for path in ("fs", "alert"):
        glances.reply("GET", f"{API}/{path}", json=[])
    async with open_glances(glances) as app:
        progress, banner = await app.show("disks"), await app.show("alerts")
    assert ([], "Glances reports no file systems", []) == (
        list(progress.bars),
        progress.empty_text,
        list(banner.alerts),
    )


async def test_the_connection_test_tells_version_and_machine(glances: FakeService) -> None:
    """Version, host and operating system."""
    async with open_glances(glances) as app:
        report = (await app.test()).data
    assert report is not None
    system = "Debian GNU/Linux 12 64bit / Linux 6.1.0-28-amd64"
    assert ("4.5.8", {"host": "nas", "system": system}) == (report.version, dict(report.details))


async def test_the_connection_test_proves_the_credentials(glances: FakeService) -> None:
    """``status`` answers everybody, even where everything else needs a password."""

    def protected(request: FakeRequest) -> FakeReply:
        return FakeReply(status=401, json={"detail": "Incorrect username or password"})

    for path in ("system", "version", "mem"):
        glances.reply("GET", f"{API}/{path}", protected)
    async with open_glances(glances, username="reader", password="wrong") as app:
        tested, shown = (await app.test()).error, await app.failure("memory")
    assert tested is not None
    assert ("auth-failed", "auth-failed") == (tested.code, shown.code)


@pytest.mark.parametrize(
    "answer", [FakeReply(body=b"Active"), FakeReply(status=401, text="Access denied")], ids=["open", "protected"]
)
async def test_glances_3_is_an_unsupported_version(service: FakeService, answer: FakeReply) -> None:
    """The test and the card say which version it takes."""
    service.reply("GET", "/api/3/status", answer)
    async with open_glances(service) as app:
        tested, shown = (await app.test()).error, await app.failure("overview")
    assert tested is not None
    assert ("unsupported-version", "unsupported-version") == (tested.code, shown.code)
    assert tested.message == f"{service.url} is Glances 3, whose answers differ: upgrade it to Glances 4"


async def test_another_service_is_not_found(service: FakeService) -> None:
    """What answers 404 to everything is no Glances of any version."""
    async with open_glances(service) as app:
        error = (await app.test()).error
    assert error is not None
    assert error.code == "not-found"

"""This machine, as cards: of a machine made up, and once of the real one."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager

import pytest
from dashboard_system.machine import Machine, Space
from dashboard_system.system import System, SystemConfig
from pydantic import ValidationError

from dashboard_integrations.testing import OpenedApp, open_app
from dashboard_integrations.views import (
    AlertBanner,
    AnyView,
    Chart,
    ChartStyle,
    Gauge,
    Progress,
    Severity,
    StatCard,
    Status,
)

NOW = 1_795_492_800.0


class MadeUpMachine(Machine):
    """Two processors, memory half in use, three disks."""

    def host(self) -> str:
        """Return a name."""
        return "nas"

    def system(self) -> str:
        """Return a system."""
        return "Linux-6.1"

    def cpu_percents(self, *, seconds: float = 0) -> Sequence[float] | None:
        """Return two numbers."""
        return [10.0, 40.0]

    def memory(self) -> Space | None:
        """Return half."""
        return Space(name="Memory", total=16_000, used=8_000, percent=50.0)

    def load(self) -> float | None:
        """Return a load."""
        return 0.5

    def booted_at(self) -> float | None:
        """Return a day ago."""
        return NOW - 86_400

    def disks(self) -> Sequence[Space]:
        """Return an empty, a filling and a full disk."""
        return [
            Space(name="/", total=1_000, used=100, percent=10.5, device="/dev/sda1"),
            Space(name="/boot/efi", total=1_000, used=990, percent=99.0, device="/dev/sda2"),
            Space(name="/srv", total=1_000, used=800, percent=85.0, device="/dev/sdb1"),
        ]


class SilentMachine(Machine):
    """A machine that tells nothing."""

    def cpu_percents(self, *, seconds: float = 0) -> Sequence[float] | None:
        """Return nothing."""
        return None

    def memory(self) -> Space | None:
        """Return nothing."""
        return None

    def load(self) -> float | None:
        """Return nothing."""
        return None

    def booted_at(self) -> float | None:
        """Return nothing."""
        return None

    def disks(self) -> Sequence[Space]:
        """Return nothing."""
        return []


def open_system(machine: Machine, **config: object) -> AbstractAsyncContextManager[OpenedApp]:
    """Open an app for a machine."""
    return open_app(System(machine=machine, clock=lambda: NOW), config=config)


async def shown(endpoint_id: str, machine: Machine | None = None, **config: object) -> AnyView:
    """Return what one endpoint shows."""
    async with open_system(machine or MadeUpMachine(), **config) as app:
        return await app.show(endpoint_id)


async def test_overview_shows_how_the_machine_is() -> None:
    """The processors together, memory, load and the seconds since the start."""
    card = await shown("overview")
    assert isinstance(card, StatCard)
    assert [
        ("CPU", 25.0, "%", None),
        ("Memory", 50.0, "%", Status.OK),
        ("Load", 0.5, None, None),
        ("Uptime", 86_400, "s", None),
    ] == [(stat.label, stat.value, stat.unit, stat.status) for stat in card.stats]


async def test_cpu_is_a_bar_for_each_processor() -> None:
    """From 0 to 100 percent."""
    chart = await shown("cpu")
    assert isinstance(chart, Chart)
    assert (["CPU 0", "CPU 1"], [10, 40], ChartStyle.BAR, 0, 100) == (
        list(chart.categories or ()),
        list(chart.series[0].values),
        chart.series[0].style,
        chart.minimum,
        chart.maximum,
    )


async def test_memory_is_a_gauge_with_the_configured_limits() -> None:
    """Percent in use, and from when on that is a problem."""
    gauge = await shown("memory", warning_percent=40, critical_percent=60)
    assert isinstance(gauge, Gauge)
    assert (50, [(40, Status.WARNING), (60, Status.CRITICAL)]) == (
        gauge.value,
        [(threshold.value, threshold.status) for threshold in gauge.thresholds],
    )


async def test_disks_show_bytes() -> None:
    """Used of all, with a status by the share that is in use; those of the system are hidden."""
    progress = await shown("disks")
    assert isinstance(progress, Progress)
    assert [("/", 100, 1_000, Status.OK, "/dev/sda1"), ("/srv", 800, 1_000, Status.WARNING, "/dev/sdb1")] == [
        (bar.label, bar.value, bar.maximum, bar.status, bar.caption) for bar in progress.bars
    ]


@pytest.mark.parametrize(
    ("hidden", "mounts"),
    [
        ("", ["/", "/boot/efi", "/srv"]),
        ("/srv", ["/", "/boot/efi"]),
        (" /boot/* , /srv,, ", ["/"]),
        ("*", []),
    ],
)
async def test_disks_that_are_hidden(hidden: str, mounts: list[str]) -> None:
    """Names or patterns, separated by commas."""
    progress = await shown("disks", hidden_mounts=hidden)
    assert mounts == [bar.label for bar in progress.bars]


async def test_problems_are_what_fills_up() -> None:
    """The most severe first, each under a name that stays; hidden disks are nobody's problem."""
    banner = await shown("problems", hidden_mounts="", warning_percent=45)
    assert isinstance(banner, AlertBanner)
    assert [
        ("disk:/boot/efi", Severity.CRITICAL, "Disk /boot/efi is almost full", "99 % in use"),
        ("disk:/srv", Severity.WARNING, "Disk /srv is almost full", "85 % in use"),
        ("memory", Severity.WARNING, "Memory is almost full", "50 % in use"),
    ] == [(alert.id, alert.severity, alert.title, alert.message) for alert in banner.alerts]


async def test_no_problems_is_good_news() -> None:
    """An empty banner is an answer."""
    banner = await shown("problems", warning_percent=90, critical_percent=95)
    assert [] == list(banner.alerts)


async def test_what_a_machine_does_not_tell_is_not_known() -> None:
    """Never 0, and never a failure."""
    async with open_system(SilentMachine()) as app:
        card, gauge, chart = await app.show("overview"), await app.show("memory"), await app.show("cpu")
        progress, banner = await app.show("disks"), await app.show("problems")
    assert [None, None, None, None] == [stat.value for stat in card.stats]
    assert (None, [], [], []) == (gauge.value, list(chart.series[0].values), list(progress.bars), list(banner.alerts))


async def test_the_connection_test_tells_system_and_host() -> None:
    """There is nothing to reach; it says which machine it is."""
    async with open_system(MadeUpMachine()) as app:
        report = (await app.test()).data
    assert report is not None
    assert ("Linux-6.1", {"host": "nas"}) == (report.version, dict(report.details))


async def test_the_configuration_has_defaults_for_everything() -> None:
    """A form can be saved as it opens."""
    async with open_system(MadeUpMachine()) as app:
        assert (await app.test()).success


def test_a_warning_comes_before_the_critical_state() -> None:
    """What is wrong stands at the field of the critical limit."""
    with pytest.raises(ValidationError) as caught:
        SystemConfig(warning_percent=90, critical_percent=90)
    assert [("critical_percent",)] == [error["loc"] for error in caught.value.errors()]

"""This machine: processor, memory, disks, load and uptime of where the dashboard runs."""

import time
from collections.abc import Callable, Sequence
from fnmatch import fnmatchcase
from typing import TypeVar

import anyio.to_thread
from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from dashboard_integrations import BaseIntegration, Connection, ConnectionReport, endpoint
from dashboard_integrations.views import (
    Alert,
    AlertBanner,
    Chart,
    ChartStyle,
    Gauge,
    Progress,
    ProgressBar,
    Series,
    Severity,
    Stat,
    StatCard,
    Status,
    Threshold,
)
from dashboard_system.machine import Machine, Space

__all__ = ["System", "SystemConfig"]

ReadingT = TypeVar("ReadingT")

_SEVERITIES = {Status.WARNING: Severity.WARNING, Status.CRITICAL: Severity.CRITICAL}


class SystemConfig(BaseModel):
    """What to show, and from when on something is a problem."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    hidden_mounts: str = Field(
        default="/boot*, /snap/*, /System/Volumes/*",
        max_length=2_000,
        title="Hidden mount points",
        description="Disks not to show: names separated by commas, * stands for anything.",
    )
    warning_percent: int = Field(
        default=80, ge=1, le=100, title="Warning from", description="Percent of a disk or of memory in use."
    )
    critical_percent: int = Field(
        default=90, ge=1, le=100, title="Critical from", description="Percent of a disk or of memory in use."
    )

    @field_validator("critical_percent")
    @classmethod
    def _follows_the_warning(cls, value: int, info: ValidationInfo) -> int:
        if value <= info.data.get("warning_percent", 0):
            raise ValueError("has to be more than where the warning begins")
        return value

    def hides(self, mount: str) -> bool:
        """Return whether a mount point is among the hidden ones."""
        patterns = (pattern.strip() for pattern in self.hidden_mounts.split(","))
        return any(fnmatchcase(mount, pattern) for pattern in patterns if pattern)

    def status(self, percent: float | None) -> Status:
        """Return what it means that so much is in use."""
        return Status.of(percent, warning=self.warning_percent, critical=self.critical_percent)


class System(BaseIntegration[SystemConfig]):
    """The machine on which the dashboard runs."""

    id = "system"
    name = "This machine"
    capabilities = ("system-monitor",)

    def __init__(self, *, machine: Machine | None = None, clock: Callable[[], float] = time.time) -> None:
        self._machine = machine or Machine()
        self._clock = clock

    async def test_connection(self, connection: Connection[SystemConfig]) -> ConnectionReport:
        """Return the operating system and the name of the machine."""
        host = await _in_thread(self._machine.host)
        return ConnectionReport(version=await _in_thread(self._machine.system), details={"host": host})

    @endpoint(ttl=5)
    async def overview(self, connection: Connection[SystemConfig]) -> StatCard:
        """Processor, memory, load and uptime."""
        cpus = await _in_thread(self._machine.cpu_percents)
        memory = await _in_thread(self._machine.memory)
        booted = await _in_thread(self._machine.booted_at)
        percent = memory.percent if memory else None
        return StatCard(
            stats=[
                Stat(label="CPU", value=sum(cpus) / len(cpus) if cpus else None, unit="%"),
                Stat(label="Memory", value=percent, unit="%", status=connection.config.status(percent)),
                Stat(label="Load", value=await _in_thread(self._machine.load)),
                Stat(label="Uptime", value=None if booted is None else max(self._clock() - booted, 0), unit="s"),
            ]
        )

    @endpoint(ttl=5, name="CPU")
    async def cpu(self, connection: Connection[SystemConfig]) -> Chart:
        """Load of each processor."""
        percents = await _in_thread(self._machine.cpu_percents) or ()
        return Chart(
            categories=[f"CPU {number}" for number in range(len(percents))],
            series=[Series(label="In use", values=percents, style=ChartStyle.BAR, unit="%")],
            minimum=0,
            maximum=100,
        )

    @endpoint(ttl=10)
    async def memory(self, connection: Connection[SystemConfig]) -> Gauge:
        """Memory in use."""
        config, memory = connection.config, await _in_thread(self._machine.memory)
        return Gauge(
            label="Memory",
            value=memory.percent if memory else None,
            unit="%",
            thresholds=[
                Threshold(value=config.warning_percent, status=Status.WARNING),
                Threshold(value=config.critical_percent, status=Status.CRITICAL),
            ],
        )

    @endpoint(ttl=60)
    async def disks(self, connection: Connection[SystemConfig]) -> Progress:
        """Space in use on each disk."""
        return Progress.of(
            (
                ProgressBar(
                    id=disk.name,
                    label=disk.name,
                    value=disk.used,
                    maximum=disk.total,
                    unit="B",
                    status=connection.config.status(disk.percent),
                    caption=disk.device,
                )
                for disk in await self._disks(connection)
            ),
            empty_text="No disk can be read here",
        )

    @endpoint(ttl=60)
    async def problems(self, connection: Connection[SystemConfig]) -> AlertBanner:
        """Disks that are nearly full, and memory that is."""
        config = connection.config
        memory = await _in_thread(self._machine.memory)
        spaces = [(f"disk:{disk.name}", f"Disk {disk.name}", disk) for disk in await self._disks(connection)]
        if memory is not None:
            spaces.append(("memory", "Memory", memory))
        return AlertBanner.of(
            Alert(
                id=alert_id,
                severity=_SEVERITIES[status],
                title=f"{title} is almost full",
                message=f"{space.percent:.0f} % in use",
            )
            for alert_id, title, space in spaces
            if (status := config.status(space.percent)) in _SEVERITIES
        )

    async def _disks(self, connection: Connection[SystemConfig]) -> Sequence[Space]:
        disks = await _in_thread(self._machine.disks)
        return [disk for disk in disks if not connection.config.hides(disk.name)]


async def _in_thread(read: Callable[[], ReadingT]) -> ReadingT:
    # A disk that hangs blocks its thread for good: the call has to end without it.
    return await anyio.to_thread.run_sync(read, abandon_on_cancel=True)

"""Glances: processor, memory, disks and ongoing alerts of the machine it watches."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from pydantic import AwareDatetime, BaseModel

from dashboard_integrations import (
    BasicAuth,
    Connection,
    ConnectionReport,
    HttpIntegration,
    LoginConfig,
    NotFoundError,
    UnsupportedVersionError,
    endpoint,
)
from dashboard_integrations.views import (
    Alert,
    AlertBanner,
    Gauge,
    Progress,
    ProgressBar,
    Severity,
    Stat,
    StatCard,
    Status,
    Threshold,
)

__all__ = ["Glances"]

AnswerT = TypeVar("AnswerT")

_UPTIME = re.compile(r"(?:(\d+) days?, )?(\d+):(\d\d):(\d\d)")


class _System(BaseModel):
    hostname: str
    hr_name: str = ""


class _Core(BaseModel):
    idle: float | None = None


class _QuickLook(BaseModel):
    cpu: float | None = None
    mem: float | None = None
    swap: float | None = None
    percpu: Sequence[_Core] = ()


class _Load(BaseModel):
    min1: float | None = None


class _Memory(BaseModel):
    percent: float


class _FileSystem(BaseModel):
    mnt_point: str
    device_name: str = ""
    size: int
    used: int
    percent: float


class _Event(BaseModel):
    type: str
    state: str
    begin: AwareDatetime
    end: float | None = None
    avg: float | None = None
    max: float | None = None


class Glances(HttpIntegration[LoginConfig]):
    """A machine's processor, memory, disks and alerts, by Glances 4."""

    id = "glances"
    name = "Glances"
    capabilities = ("monitoring", "alerting", "system-monitor")
    auth = BasicAuth("username", "password")

    async def test_connection(self, connection: Connection[LoginConfig]) -> ConnectionReport:
        """Return version, host and system; unlike ``status``, what is asked for here needs the credentials."""
        system = await _ask(connection, "system", _System)
        version = await _ask(connection, "version", str)
        details = {"host": system.hostname, "system": system.hr_name}
        return ConnectionReport(version=version, account=connection.config.username, details=details)

    @endpoint(ttl=5)
    async def overview(self, connection: Connection[LoginConfig]) -> StatCard:
        """Processor, memory, swap, load and uptime."""
        look = await _ask(connection, "quicklook", _QuickLook)
        limits = await _ask(connection, "quicklook/limits", dict[str, Any])
        load = await _ask(connection, "load", _Load)
        uptime = await _ask(connection, "uptime", str)
        # The first answer after a start has no times of the processor, not even of an idle one.
        measured = look.cpu or any(core.idle for core in look.percpu)
        shares = {"CPU": look.cpu if measured else None, "Memory": look.mem, "Swap": look.swap}
        levels = (_levels(limits, f"quicklook_{name}") for name in ("cpu", "mem", "swap"))
        return StatCard(
            stats=[
                *(
                    Stat(label=label, value=share, unit="%", status=Status.of(share, **level))
                    for (label, share), level in zip(shares.items(), levels, strict=True)
                ),
                Stat(label="Load", value=load.min1),
                Stat(label="Uptime", value=_seconds(uptime), unit="s"),
            ]
        )

    @endpoint(ttl=10)
    async def memory(self, connection: Connection[LoginConfig]) -> Gauge:
        """Memory in use."""
        memory = await _ask(connection, "mem", _Memory)
        levels = _levels(await _ask(connection, "mem/limits", dict[str, Any]), "mem")
        thresholds = [Threshold(value=value, status=Status(name)) for name, value in levels.items()]
        return Gauge(label="Memory", value=memory.percent, unit="%", thresholds=thresholds)

    @endpoint(ttl=60)
    async def disks(self, connection: Connection[LoginConfig]) -> Progress:
        """Space in use on each file system."""
        systems = await _ask(connection, "fs", list[_FileSystem])
        levels = _levels(await _ask(connection, "fs/limits", dict[str, Any]), "fs")
        return Progress.of(
            (
                ProgressBar(
                    id=system.mnt_point,
                    label=system.mnt_point,
                    value=system.used,
                    maximum=system.size,
                    unit="B",
                    status=Status.of(system.percent, **levels),
                    caption=system.device_name or None,
                )
                for system in systems
                if system.size > 0
            ),
            empty_text="Glances reports no file systems",
        )

    @endpoint(ttl=15)
    async def alerts(self, connection: Connection[LoginConfig]) -> AlertBanner:
        """Alerts that are going on now."""
        # It keeps a history, newest first, in which the event before of a kind may linger without an end.
        return AlertBanner.of(
            Alert(
                id=event.type,
                severity=Severity.CRITICAL if event.state.startswith("CRITICAL") else Severity.WARNING,
                title=event.type.replace("_", " "),
                message=None if event.avg is None else f"{event.avg:.1f} on average, {event.max:.1f} at most",
                since=event.begin,
                link=connection.config.url,
            )
            for event in await _ask(connection, "alert", list[_Event])
            if event.end is None or event.end < 0
        )


async def _ask(connection: Connection[LoginConfig], path: str, model: type[AnswerT]) -> AnswerT:
    try:
        return await connection.get_json(f"/api/4/{path}", model)
    except NotFoundError:
        older = await connection.request("GET", "/api/3/status", accept=range(300, 600))
        if older.status in {200, 401} and not older.is_html:
            raise UnsupportedVersionError(
                f"{connection.config.url} is Glances 3, whose answers differ: upgrade it to Glances 4"
            ) from None
        raise


def _levels(limits: Mapping[str, Any], name: str) -> dict[str, float]:
    """Return from when on a share is a warning, and from when on critical, by the configuration of Glances."""
    return {
        "warning": float(limits.get(f"{name}_warning", 70)),
        "critical": float(limits.get(f"{name}_critical", 90)),
    }


def _seconds(uptime: str) -> int | None:
    match = _UPTIME.fullmatch(uptime)
    if match is None:
        return None
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return ((days * 24 + hours) * 60 + minutes) * 60 + seconds

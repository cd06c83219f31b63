"""Netdata watching this machine, with one warning and one critical alarm that are always raised."""

import getpass
from collections.abc import Sequence
from typing import Any

from real_servers._base import RealServer
from real_servers._raw import ask

__all__ = ["NetdataServer"]

_CONFIGURATION = """\
[global]
    run as user = {user}
[directories]
    config = {state}/conf
    stock health config = {state}/none
    cache = {state}/cache
    lib = {state}/lib
    log = {state}/log
[web]
    bind to = 127.0.0.1:{port}
[health]
    run at least every seconds = 1
[statsd]
    enabled = no
[ml]
    enabled = no
[plugins]
    python.d = no
    charts.d = no
    go.d = no
    ebpf = no
    slabinfo = no
    enable running new plugins = no
"""

_ALARMS = """\
template: always_warning
      on: system.uptime
    calc: $uptime
   units: seconds
   every: 1s
    warn: $this > 0
    info: more than 0 & less than <infinity>
      to: silent

template: always_critical
      on: system.load
    calc: $load1
   units: load
   every: 1s
    crit: $this >= 0
    info: at least 0
      to: silent

template: never
      on: system.load
    calc: $load1
   units: load
   every: 1s
    crit: $this < 0
    info: less than 0
      to: silent
"""


class NetdataServer(RealServer):
    """An agent of its own, open to everybody, whose stock alarms are left out."""

    name = "netdata"
    executable = "netdata"
    packages = ("netdata",)
    ready_path = "/api/v1/info"

    def configure(self) -> None:
        """Write netdata.conf and the alarms."""
        for folder in ("conf/health.d", "none", "cache", "lib", "log"):
            (self.state / folder).mkdir(parents=True)
        (self.state / "conf" / "netdata.conf").write_text(
            _CONFIGURATION.format(state=self.state, port=self.port, user=getpass.getuser())
        )
        (self.state / "conf" / "health.d" / "house.conf").write_text(_ALARMS)
        (self.state / "conf" / ".opt-out-from-anonymous-statistics").touch()

    def command(self) -> Sequence[str]:
        """Run in the foreground with the state below one folder."""
        return [self.program, "-D", "-c", str(self.state / "conf" / "netdata.conf"), "-P", str(self.state / "pid")]

    def seed(self) -> None:
        """Wait until both alarms are raised and the processor was measured."""
        self.wait_until(self._is_settled, what="two raised alarms")

    def get(self, path: str) -> Any:
        """Ask the API directly."""
        return ask(self.port, f"/api/v1/{path}").json()

    def latest(self, chart: str) -> dict[str, float]:
        """Return the last value of each dimension of a chart."""
        dimensions = self.get(f"allmetrics?format=json&filter={chart}")[chart]["dimensions"]
        return {name: dimension["value"] for name, dimension in dimensions.items()}

    def history(self, dimension: str) -> dict[int, float | None]:
        """Return how ten minutes of the processor were spent on one thing, by time."""
        told = self.get("data?chart=system.cpu&after=-600&points=120")
        column = told["labels"].index(dimension)
        return {row[0]: row[column] for row in told["data"]}

    def _is_settled(self) -> bool:
        measured = ask(self.port, "/api/v1/data?chart=system.cpu")
        has_points = measured.status == 200 and len(measured.json()["data"]) > 2
        return has_points and len(self.get("alarms")["alarms"]) == 2

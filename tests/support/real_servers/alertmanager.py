"""Alertmanager with two active alerts, a silenced one, and silences that hold, wait and are over."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from real_servers._base import RealServer
from real_servers._raw import ask

__all__ = ["AlertmanagerServer"]

_CONFIGURATION = """\
route: { receiver: nobody, group_by: [alertname], group_wait: 1s, group_interval: 5s }
receivers: [ { name: nobody } ]
"""


class AlertmanagerServer(RealServer):
    """A server that notifies nobody and is open to everybody."""

    name = "alertmanager"
    executable = "prometheus-alertmanager"
    packages = ("prometheus-alertmanager",)
    ready_path = "/-/ready"

    active: ClassVar[Sequence[str]] = ("DiskFull", "Slow")
    silenced: ClassVar[str] = "Noisy"

    def configure(self) -> None:
        """Write alertmanager.yml."""
        (self.state / "alertmanager.yml").write_text(_CONFIGURATION)

    def command(self) -> Sequence[str]:
        """Run in the foreground, alone, with the data below one folder."""
        return [
            self.program,
            "--config.file=alertmanager.yml",
            "--storage.path=data",
            f"--web.listen-address=127.0.0.1:{self.port}",
            "--cluster.listen-address=",
        ]

    def seed(self) -> None:
        """Post three silences and three alerts."""
        self.silence(self.silenced, comment="known")
        self.silence("Planned", begins_in=timedelta(hours=1), ends_in=timedelta(hours=2))
        self.end_silence(self.silence("Over"))
        self.raise_alerts()

    def raise_alerts(self) -> None:
        """Post the three alerts; unlike silences, Alertmanager forgets them when it ends."""
        self.post("DiskFull", severity="critical", instance="nas:9100", summary="disk full on nas")
        self.post("Slow", severity="warning")
        self.post(self.silenced, severity="info")
        self.wait_until(lambda: len(self.alerts("suppressed")) == 1, what="the silence to take effect")

    def post(self, alertname: str, *, summary: str | None = None, resolved: bool = False, **labels: str) -> None:
        """Raise an alert that began an hour ago, or say that it is over."""
        now = datetime.now(UTC)
        alert = {
            "labels": {"alertname": alertname, **labels},
            "annotations": {} if summary is None else {"summary": summary},
            "startsAt": (now - timedelta(hours=1)).isoformat(),
            "endsAt": (now + timedelta(hours=0 if resolved else 1)).isoformat(),
        }
        assert ask(self.port, "/api/v2/alerts", json=[alert]).status == 200

    def silence(
        self,
        alertname: str,
        *,
        comment: str = "",
        begins_in: timedelta = timedelta(0),
        ends_in: timedelta = timedelta(hours=1),
    ) -> str:
        """Silence alerts of that name and return the id of the silence."""
        now = datetime.now(UTC)
        silence = {
            "matchers": [{"name": "alertname", "value": alertname, "isRegex": False}],
            "startsAt": (now + begins_in).isoformat(),
            "endsAt": (now + ends_in).isoformat(),
            "createdBy": "admin",
            "comment": comment,
        }
        answer: dict[str, str] = ask(self.port, "/api/v2/silences", json=silence).json()
        return answer["silenceID"]

    def end_silence(self, silence: str) -> None:
        """End a silence before its time."""
        assert ask(self.port, f"/api/v2/silence/{silence}", method="DELETE").status == 200

    def alerts(self, state: str) -> dict[str, dict[str, Any]]:
        """Return the alerts in a state, by their name."""
        found = self.get("alerts")
        return {alert["labels"]["alertname"]: alert for alert in found if alert["status"]["state"] == state}

    def get(self, path: str) -> Any:
        """Ask the API directly."""
        return ask(self.port, f"/api/v2/{path}").json()

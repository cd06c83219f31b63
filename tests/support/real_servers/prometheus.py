"""Prometheus with one target that answers, one that does not, and rules that fire or wait."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar
from urllib.parse import urlencode

from real_servers._base import RealServer
from real_servers._raw import RawAnswer, ask

__all__ = ["PrometheusServer"]

_CONFIGURATION = """\
global: {{ scrape_interval: 1s, evaluation_interval: 1s }}
rule_files: [rules.yml]
scrape_configs:
  - job_name: itself
    basic_auth: {{ username: "{username}", password: "{password}" }}
    static_configs: [ {{ targets: ["127.0.0.1:{port}"] }} ]
  - job_name: gone
    static_configs: [ {{ targets: ["127.0.0.1:{unused_port}"] }} ]
"""

_RULES = """\
groups:
  - name: house
    rules:
      - alert: Always
        expr: vector(1)
        labels: { severity: critical }
        annotations: { summary: "it fires", description: "value {{ $value }}" }
      - alert: TargetDown
        expr: up == 0
        for: 1s
        labels: { severity: warning }
      - alert: Waiting
        expr: vector(1)
        for: 24h
      - alert: Never
        expr: vector(0) > 1
"""

_BCRYPT = "$2b$04$saltsaltsaltsaltsaltseKkktXxztnelJFkhHJt7kUZEhVpZyrti"
"""Of the password below, at the lowest cost: each request pays it."""


class PrometheusServer(RealServer):
    """A server that scrapes itself every second and asks for a user and password."""

    name = "prometheus"
    executable = "prometheus"
    packages = ("prometheus",)
    port_count = 2
    ready_path = "/-/ready"

    username: ClassVar[str] = "reader"
    password: ClassVar[str] = "correct horse: battery & staple"

    @property
    def gone(self) -> str:
        """The instance that does not answer."""
        return f"127.0.0.1:{self.ports[1]}"

    def configure(self) -> None:
        """Write prometheus.yml, rules.yml and web.yml."""
        configuration = _CONFIGURATION.format(
            username=self.username, password=self.password, port=self.port, unused_port=self.ports[1]
        )
        (self.state / "prometheus.yml").write_text(configuration)
        (self.state / "rules.yml").write_text(_RULES)
        (self.state / "web.yml").write_text(f"basic_auth_users: {{ {self.username}: '{_BCRYPT}' }}\n")

    def command(self) -> Sequence[str]:
        """Run in the foreground with the data below one folder."""
        return [
            self.program,
            "--config.file=prometheus.yml",
            "--web.config.file=web.yml",
            "--storage.tsdb.path=data",
            f"--web.listen-address=127.0.0.1:{self.port}",
        ]

    def seed(self) -> None:
        """Wait until both targets were scraped and both alerts fire."""
        self.wait_until(self._is_settled, what="two scraped targets and two firing alerts")

    def ask(self, path: str, params: Mapping[str, str] | None = None) -> RawAnswer:
        """Ask the API directly, with the right credentials."""
        query = f"?{urlencode(params)}" if params else ""
        return ask(self.port, f"/api/v1/{path}{query}", basic=(self.username, self.password))

    def data(self, path: str, params: Mapping[str, str] | None = None) -> Any:
        """Return the data of an answer."""
        answer = self.ask(path, params).json()
        assert answer["status"] == "success", answer
        return answer["data"]

    def api_calls(self) -> int:
        """Return how many calls of its API the server itself has counted since it was started."""
        lines = ask(self.port, "/metrics", basic=(self.username, self.password)).text.splitlines()
        counted = [line for line in lines if line.startswith("prometheus_http_requests_total{") and "/api/v1/" in line]
        return sum(int(float(line.rsplit(" ", 1)[1])) for line in counted)

    def firing(self) -> list[dict[str, Any]]:
        """Return the alerts that are firing."""
        return [alert for alert in self.data("alerts")["alerts"] if alert["state"] == "firing"]

    def _is_settled(self) -> bool:
        if self.ask("targets").status != 200:
            return False
        health = {target["health"] for target in self.data("targets")["activeTargets"]}
        return health == {"up", "down"} and len(self.firing()) == 2

"""Record the servers of the lab again, for the tests of the plugins: ``python -m real_servers.record [NAME …]``.

Run it with ``tests/support`` on the path, from the root of the repository.
"""

import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from click.testing import CliRunner

from dashboard_integrations.cli.commands import commands
from real_servers._base import RealServer
from real_servers.alertmanager import AlertmanagerServer
from real_servers.glances import GlancesServer
from real_servers.netdata import NetdataServer
from real_servers.prometheus import PrometheusServer
from real_servers.qbittorrent import QBittorrentServer
from real_servers.transmission import TransmissionServer

_PASSWORD = "LAB_PASSWORD"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A server, the family of plugins its recording is for, and what an app of it is configured with."""

    server: type[RealServer]
    family: str
    settings: Mapping[str, str] = field(default_factory=dict)
    options: Sequence[str] = ()


SUBJECTS = (
    Subject(server=TransmissionServer, family="downloads"),
    Subject(server=QBittorrentServer, family="downloads"),
    Subject(server=PrometheusServer, family="monitoring", settings={"window": "1h", "query": "vector(time() % 600)"}),
    Subject(server=AlertmanagerServer, family="monitoring"),
    Subject(server=GlancesServer, family="monitoring"),
    Subject(server=NetdataServer, family="monitoring"),
)


def arguments(subject: Subject, server: RealServer, output: Path) -> list[str]:
    """Return the command line that records ``server``."""
    user = getattr(server, "username", None)
    login = [] if user is None else ["--set", f"username={user}", "--secret-env", f"password={_PASSWORD}"]
    settings = [text for key, value in subject.settings.items() for text in ("--set", f"{key}={value}")]
    what = ["record", server.name, "--url", server.url, *login, *settings, *subject.options]
    return [*what, "--scrub", str(server.state), "--output", str(output), "--yes", "--no-input"]


def record(subject: Subject, *, state: Path, installs: Path) -> None:
    """Start the server, record it, and stop it; print what the command says."""
    with subject.server(state=state / subject.server.name, installs=installs) as server:
        output = Path("plugins") / subject.family / "tests" / "recordings" / f"{server.name}.json"
        environment = {_PASSWORD: str(getattr(server, "password", ""))}
        result = CliRunner().invoke(commands, arguments(subject, server, output), env=environment)
    sys.stdout.write(result.output)
    if result.exit_code:
        raise SystemExit(result.exit_code)


def main() -> None:
    """Record the servers that are named, or all."""
    with tempfile.TemporaryDirectory() as folder:
        (installs := Path(folder) / "installs").mkdir()
        for subject in SUBJECTS:
            if len(sys.argv) == 1 or subject.server.name in sys.argv[1:]:
                record(subject, state=Path(folder), installs=installs)


if __name__ == "__main__":
    main()

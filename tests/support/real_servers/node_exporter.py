"""The Prometheus node exporter: a web page with status 200 at any path."""

from collections.abc import Sequence

from real_servers._base import RealServer

__all__ = ["NodeExporterServer"]


class NodeExporterServer(RealServer):
    """What a user reaches who confuses the exporter with the server that scrapes it."""

    name = "node-exporter"
    executable = "prometheus-node-exporter"
    packages = ("prometheus-node-exporter",)

    def command(self) -> Sequence[str]:
        """Run in the foreground; it keeps no state."""
        return [self.program, f"--web.listen-address=127.0.0.1:{self.port}", "--collector.disable-defaults"]

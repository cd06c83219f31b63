"""Metrics of several workers on one port: each leaves its own in a folder, and whoever is asked tells them all."""

import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from prometheus_client.metrics_core import Metric
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector

__all__ = ["WorkerMetrics"]

logger = logging.getLogger(__name__)

_SILENT_AFTER = 20.0


class WorkerMetrics(Collector):
    """The metrics of all workers that left some in ``folder`` lately, each with the label ``worker``: its process id.

    Numbers of different processes are not added up here. A counter that falls because a process has ended would look to
    Prometheus like one that began anew, and be counted twice: ``sum by (…) (rate(…))`` there is right.
    """

    def __init__(self, folder: Path, *, clock: Callable[[], float] = time.time, name: str | None = None) -> None:
        self._folder = folder
        self._clock = clock
        self._name = name or str(os.getpid())
        self._turn = threading.Lock()

    def publish(self, text: bytes) -> None:
        """Leave the metrics of this worker."""
        draft = self._folder / f".{self._name}.draft"
        try:
            with self._turn:
                self._folder.mkdir(mode=0o700, exist_ok=True)
                draft.touch(mode=0o600)
                draft.write_bytes(text)
                draft.replace(self._own)
        except OSError as error:
            logger.warning("metrics-not-shared", extra={"folder": str(self._folder), "error": type(error).__name__})

    def withdraw(self) -> None:
        """Take them away again."""
        self._own.unlink(missing_ok=True)

    def collect(self) -> Iterator[Metric]:
        """Return the metrics of all workers by family; those of a worker that fell silent are removed."""
        families: dict[str, Metric] = {}
        for path in sorted(self._folder.glob("*.prom")):
            for family in text_string_to_metric_families(self._text(path)):
                if family.name.endswith("_created"):  # of a counter: the text that workers exchange makes it a gauge
                    continue
                merged = families.setdefault(family.name, Metric(family.name, family.documentation, family.type))
                merged.samples += [
                    sample._replace(labels={**sample.labels, "worker": path.stem}) for sample in family.samples
                ]
        yield from families.values()

    @property
    def _own(self) -> Path:
        return self._folder / f"{self._name}.prom"

    def _text(self, path: Path) -> str:
        try:
            if self._clock() - path.stat().st_mtime > _SILENT_AFTER:
                path.unlink()
                return ""
            return path.read_text("utf-8")
        except OSError:  # it was replaced, or removed by another
            return ""

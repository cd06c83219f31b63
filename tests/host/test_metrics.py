"""The numbers that Prometheus reads, of one worker and of several."""

import os
import sys
from pathlib import Path

import httpx
import pytest
from host_address import TOKEN
from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest
from prometheus_client.openmetrics import exposition
from prometheus_client.openmetrics import parser as open_metrics
from prometheus_client.parser import text_string_to_metric_families
from running_dashboard import running_dashboard
from waiting import until_in_thread

from dashboard_integrations.host.settings import HostSettings
from dashboard_integrations.host.worker_metrics import WorkerMetrics

METRICS_TOKEN = "reads-metrics-and-nothing-else"
READER = {"authorization": f"Bearer {METRICS_TOKEN}"}


def samples(text):
    """Return the value of each sample by its name and labels."""
    return {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_calls_are_counted(start, backend):
    """An integration's calls, answers from the cache, and the process itself."""
    owner = {"authorization": f"Bearer {TOKEN}"}
    with start(backend=backend, metrics_token=METRICS_TOKEN) as client:
        app = {"name": "Views", "integrationType": "gallery", "config": {"url": "http://x"}}
        made = client.post("/api/apps", json=app, headers=owner).json()["data"]["id"]
        for _ in range(3):
            answer = client.get(f"/api/integrations/{made}/data/gauge", headers=owner).json()
            assert answer["error"] is None
        answer = client.get("/metrics", headers=READER)
    found = samples(answer.text)
    outcome = ("app", made), ("integration", "gallery"), ("outcome", "ok")
    assert 1 == found["dashboard_integrations_calls_total", *outcome]
    assert 2 == found["dashboard_integrations_cache_answers_total",]
    assert answer.headers["content-type"].startswith("text/plain; version=")
    assert sys.platform != "linux" or found["process_resident_memory_bytes",] > 0


@pytest.mark.parametrize("headers", [{}, {"authorization": "Bearer wrong"}, {"authorization": f"Bearer {TOKEN}"}])
def test_they_take_their_own_token(start, headers):
    """That of the dashboard opens everything else, and belongs into no scraper's configuration."""
    with start(metrics_token=METRICS_TOKEN) as client:
        answer = client.get("/metrics", headers=headers)
    assert (401, "Bearer") == (answer.status_code, answer.headers["www-authenticate"])
    assert "dashboard_integrations" not in answer.text


def test_the_metrics_token_opens_nothing_else(start):
    """It reads metrics."""
    with start(metrics_token=METRICS_TOKEN) as client:
        assert 401 == client.get("/api/integrations", headers=READER).status_code


def test_without_a_token_there_is_no_route(start):
    """Nothing is counted for nobody."""
    with start() as client:
        assert 404 == client.get("/metrics", headers=READER).status_code


def test_open_metrics_is_spoken(start):
    """To who asks for it."""
    with start(metrics_token=METRICS_TOKEN) as client:
        answer = client.get("/metrics", headers={**READER, "accept": "application/openmetrics-text; version=1.0.0"})
    assert answer.headers["content-type"].startswith("application/openmetrics-text")
    assert answer.text.endswith("# EOF\n")


def test_an_empty_token_is_none(tmp_path):
    """A setting that was left empty opens nothing to everybody."""
    with pytest.raises(ValueError, match="the metrics token is empty"):
        HostSettings(data=tmp_path, metrics_token=" ")


COUNTED = b"""# HELP calls_total Calls.
# TYPE calls_total counter
calls_total{app="a\\"1"} %d
# HELP open Watches.
# TYPE open gauge
open 1.0
"""


def text_of(metrics):
    return {
        (sample.name, sample.labels["worker"], sample.value)
        for family in metrics.collect()
        for sample in family.samples
    }


def test_workers_are_told_apart(tmp_path):
    """Each number keeps its labels, and says whose it is."""
    one, two = (WorkerMetrics(tmp_path / "metrics", name=name) for name in "12")
    one.publish(COUNTED % 5)
    two.publish(COUNTED % 7)
    both = {("calls_total", "1", 5), ("calls_total", "2", 7), ("open", "1", 1), ("open", "2", 1)}
    assert both == text_of(one) == text_of(two)
    assert {'a"1'} == {
        sample.labels["app"] for family in one.collect() if family.name == "calls" for sample in family.samples
    }


def test_open_metrics_of_several_workers_can_be_read(tmp_path):
    """When a counter began is no number of its own beside it, which readers refuse."""
    registry = CollectorRegistry()
    Counter("calls", "Calls.", registry=registry).inc()
    Gauge("open", "Watches.", registry=registry).set(1)
    one, two = (WorkerMetrics(tmp_path / "metrics", name=name) for name in "12")
    one.publish(generate_latest(registry))
    two.publish(generate_latest(registry))
    together = CollectorRegistry()
    together.register(one)
    read = list(open_metrics.text_string_to_metric_families(exposition.generate_latest(together).decode()))
    assert {"calls": 2, "open": 2} == {family.name: len(family.samples) for family in read}


def test_who_left_or_fell_silent_is_left_out(tmp_path):
    """A worker that ended tells no more; one that was killed is forgotten after a while."""
    one, two = (WorkerMetrics(tmp_path / "metrics", name=name) for name in "12")
    one.publish(COUNTED % 5)
    two.publish(COUNTED % 7)
    two.withdraw()
    assert {"1"} == {worker for _, worker, _ in text_of(one)}
    os.utime(tmp_path / "metrics" / "1.prom", (0, 0))
    assert set() == text_of(two)
    assert [] == list((tmp_path / "metrics").iterdir())


def test_a_folder_that_cannot_be_written_is_told(tmp_path, caplog):
    """The others' numbers are still there to read."""
    (tmp_path / "metrics").write_text("")
    WorkerMetrics(tmp_path / "metrics").publish(b"")
    assert "metrics-not-shared" in caplog.text


@pytest.mark.skipif(sys.platform == "win32", reason="workers are ended by signals here")
def test_whichever_worker_is_asked_tells_all(tmp_path: Path) -> None:
    """Two processes, one port, both in each answer."""
    with running_dashboard(tmp_path / "data", "--workers", "2", "--metrics-token", METRICS_TOKEN) as dashboard:

        def workers():
            text = httpx.get(f"{dashboard.address}/metrics", headers=READER, timeout=30).text
            return {dict(key[1:])["worker"] for key in samples(text) if key[0] == "process_start_time_seconds"}

        until_in_thread(lambda: len(workers()) == 2)
        assert 0 == dashboard.stop()
    assert [] == list((tmp_path / "data" / "metrics").glob("*.prom"))

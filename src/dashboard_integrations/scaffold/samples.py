"""Answers of a service that does not exist, one for each view: what to begin with without a real one."""

from collections.abc import Mapping

from dashboard_integrations.views import ViewKind

__all__ = ["CAPABILITY_VIEWS", "sample_answer"]

CAPABILITY_VIEWS: Mapping[str, ViewKind] = {
    "alerting": ViewKind.ALERT_BANNER,
    "dns-filter": ViewKind.STAT_CARD,
    "download-client": ViewKind.PROGRESS,
    "media-server": ViewKind.LIST,
    "monitoring": ViewKind.CHART,
    "system-monitor": ViewKind.GAUGE,
}
"""Families of integrations, each with the view that shows most of what they are about."""

_VERSION = {"version": "1.0.0"}
_SAMPLES: Mapping[ViewKind, Mapping[str, object]] = {
    ViewKind.STAT_CARD: {**_VERSION, "users": 3, "requests_per_second": 1.5, "size_bytes": 1_048_576},
    ViewKind.GAUGE: {**_VERSION, "storage": {"used_bytes": 750_000_000, "total_bytes": 1_000_000_000}},
    ViewKind.LIST: {
        **_VERSION,
        "items": [
            {"id": "1", "name": "First", "status": "online", "size_bytes": 1_048_576},
            {"id": "2", "name": "Second", "status": "offline", "size_bytes": 0},
        ],
    },
    ViewKind.PROGRESS: {
        **_VERSION,
        "tasks": [
            {"id": "1", "name": "First", "percent": 42.5, "status": "running", "download_speed": 250_000},
            {"id": "2", "name": "Second", "percent": 100, "status": "completed", "download_speed": 0},
        ],
    },
    ViewKind.ALERT_BANNER: {
        **_VERSION,
        "alerts": [
            {"id": "disk", "title": "Disk is almost full", "severity": "warning", "since": "2026-01-01T09:00:00Z"},
            {"id": "fan", "title": "Fan stands still", "severity": "critical", "since": "2026-01-01T10:00:00Z"},
        ],
    },
    ViewKind.CHART: {
        **_VERSION,
        "samples": [
            {"time": "2026-01-01T09:00:00Z", "value": 12.5},
            {"time": "2026-01-01T09:05:00Z", "value": 14.0},
            {"time": "2026-01-01T09:10:00Z", "value": 13.2},
        ],
    },
}


def sample_answer(kind: ViewKind) -> Mapping[str, object]:
    """Return an answer with something for ``kind``."""
    return _SAMPLES[kind]

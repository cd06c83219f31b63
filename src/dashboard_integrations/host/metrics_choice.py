"""Whether the dashboard has metrics."""

from typing import TYPE_CHECKING

from dashboard_integrations.host.data_folder import DataFolder
from dashboard_integrations.host.settings import HostSettings

if TYPE_CHECKING:
    from dashboard_integrations.host.metrics import Metrics

__all__ = ["chosen_metrics"]


def chosen_metrics(settings: HostSettings) -> "Metrics | None":
    """Return what counts and tells, if that is wanted; raise ``ImportError`` when the extra is missing."""
    if settings.metrics_token is None:
        return None
    # Its client is an extra, which who has no Prometheus does not need.
    from dashboard_integrations.host.metrics import Metrics  # noqa: PLC0415
    from dashboard_integrations.host.worker_metrics import WorkerMetrics  # noqa: PLC0415

    others = WorkerMetrics(DataFolder(settings.data).metrics) if settings.workers > 1 else None
    return Metrics(settings.metrics_token, failure_delay=settings.failure_delay, others=others)

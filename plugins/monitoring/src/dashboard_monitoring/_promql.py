"""A PromQL expression over time, as a chart."""

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from dashboard_integrations import BadResponseError, Connection, HttpResponse, InvalidConfigError, UpstreamError
from dashboard_integrations.views import Chart, Series
from dashboard_monitoring._labels import told

__all__ = ["PrometheusChart", "Window", "draw"]

_POINTS = 120
_MOST_SERIES = 50
_REFUSED = frozenset({400, 422})


class Window(StrEnum):
    """How far back a chart reaches."""

    HOUR = "1h"
    SIX_HOURS = "6h"
    DAY = "24h"
    WEEK = "7d"
    MONTH = "30d"

    @property
    def seconds(self) -> int:
        """Return the length in seconds."""
        return int(self[:-1]) * {"h": 3_600, "d": 86_400}[self[-1]]


class PrometheusChart(BaseModel):
    """What the chart shows."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    query: str = Field(
        default="up",
        min_length=1,
        max_length=4_000,
        description="PromQL expression to draw, such as sum by (instance) (rate(node_cpu_seconds_total[5m])).",
    )
    window: Window = Field(default=Window.DAY, title="Time range", description="How far back the chart reaches.")
    unit: str | None = Field(
        default=None, max_length=16, description="Unit of the values, such as B, B/s, %, s, °C or W."
    )


class _Row(BaseModel):
    metric: Mapping[str, str]
    values: Sequence[tuple[float, str]] = ()


class _Matrix(BaseModel):
    result: Sequence[_Row]


class _Answer(BaseModel):
    status: Literal["success"]
    data: _Matrix


class _Refusal(BaseModel):
    error: str


async def draw(connection: Connection[Any], chart: PrometheusChart, *, window: Window, now: float) -> Chart:
    """Run the chart's query over the window that ends now; a point without a finite value is a gap."""
    step = window.seconds // _POINTS
    # On multiples of the step, so that a refresh adds a point instead of moving them all.
    end = int(now) // step * step
    moments = range(end - window.seconds, end + 1, step)
    rows = await _query_range(connection, chart.query, moments)
    names = _names([row.metric for row in rows])
    return Chart(
        times=[datetime.fromtimestamp(moment, UTC) for moment in moments],
        series=[
            Series(label=name or chart.query, values=_values(row, moments), unit=chart.unit)
            for name, row in zip(names, rows, strict=True)
        ],
    )


async def _query_range(connection: Connection[Any], query: str, moments: range) -> Sequence[_Row]:
    response = await connection.request(
        "GET",
        "/api/v1/query_range",
        params={"query": query, "start": moments[0], "end": moments[-1], "step": moments.step},
        accept=_REFUSED,
    )
    if response.status in _REFUSED:
        raise _invalid_query(f"Prometheus refuses it: {_refusal(response)}")
    answer: _Answer = response.json(_Answer)
    rows = answer.data.result
    if len(rows) > _MOST_SERIES:
        raise _invalid_query(f"it has {len(rows)} series and a chart shows {_MOST_SERIES}: try topk(10, …)")
    return rows


def _refusal(response: HttpResponse) -> str:
    try:
        refusal: _Refusal = response.json(_Refusal)
    except BadResponseError as error:  # of something in front of Prometheus
        raise UpstreamError(f"{response.url} answered with status {response.status}") from error
    return refusal.error


def _invalid_query(problem: str) -> InvalidConfigError:
    return InvalidConfigError(f"change the query of the chart: {problem}", fields={"query": problem})


def _names(metrics: Sequence[Mapping[str, str]]) -> list[str]:
    """Name each series by the labels in which they differ; a single one by all it has."""
    if len(metrics) == 1:
        return [told(metrics[0]) or metrics[0].get("__name__", "")]
    common = set.intersection(*(set(metric.items()) for metric in metrics)) if metrics else set()
    differing = [{name: value for name, value in metric.items() if (name, value) not in common} for metric in metrics]
    if len({name for labels in differing for name in labels}) == 1:
        return [next(iter(labels.values()), "") for labels in differing]
    return [", ".join(f"{name}={value}" for name, value in sorted(labels.items())) for labels in differing]


def _values(row: _Row, moments: range) -> list[float | None]:
    samples = {round(moment): float(value) for moment, value in row.values}
    values = [samples.get(moment, math.nan) for moment in moments]
    return [value if math.isfinite(value) else None for value in values]

"""Measuring side by side: every candidate in turn, round after round, so that a busy machine is unfair to none."""

import statistics
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

__all__ = ["Figure", "measure", "show"]

Round = Callable[[int], Awaitable[None]]
"""Does it so many times."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """Microseconds of processor time for one time, over the rounds; ``ratio`` is the median of each round's own."""

    median: float
    low: float
    high: float
    ratio: float


async def measure(
    candidates: Mapping[str, Round], *, times: int, rounds: int = 15, limit: str | None = None
) -> dict[str, Figure]:
    """Return the figures of each; ``limit`` names the one that the ratios are against, the first unless given."""
    limit = next(iter(candidates)) if limit is None else limit
    found: dict[str, list[float]] = {name: [] for name in candidates}
    for round_number in range(rounds + 1):
        for name, candidate in candidates.items():
            began = time.process_time()
            await candidate(times)
            if round_number:  # the first one warms up
                found[name].append((time.process_time() - began) / times * 1e6)
    return {name: _figure(values, found[limit]) for name, values in found.items()}


def show(title: str, figures: Mapping[str, Figure], *, unit: str = "µs") -> None:
    """Print a table."""
    width = max(map(len, figures))
    print(f"\n{title}")
    print(f"{'':{width}}  {unit:>10}  {'quartiles':>17}  {'ratio':>7}")
    for name, figure in figures.items():
        spread = f"{figure.low:.3f}-{figure.high:.3f}"
        print(f"{name:{width}}  {figure.median:>10.3f}  {spread:>17}  {figure.ratio:>7.2f}")


def _figure(values: list[float], limit: list[float]) -> Figure:
    low, _, high = statistics.quantiles(values, n=4)
    ratios = [value / base for value, base in zip(values, limit, strict=True)]
    return Figure(median=statistics.median(values), low=low, high=high, ratio=statistics.median(ratios))

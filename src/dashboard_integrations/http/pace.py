"""Pace: how many calls a minute a service gets, spread out, with small bursts let through."""

import time
from collections.abc import Callable

__all__ = ["Pace"]

_BURST_SECONDS = 10.0


class Pace:
    """Spreads calls to ``per_minute``; ten seconds' worth of them may come at once, one at least.

    The algorithm is the generic cell rate algorithm in its virtual scheduling form (ITU-T I.371): one number is kept,
    the time at which the calls so far would have been made one after the other.
    """

    def __init__(self, per_minute: float, *, clock: Callable[[], float] = time.monotonic) -> None:
        if not per_minute > 0:
            raise ValueError(f"a service gets more than 0 calls a minute, not {per_minute}")
        self._interval = 60.0 / per_minute
        self._tolerance = max(_BURST_SECONDS - self._interval, 0.0)
        self._clock = clock
        self._scheduled = 0.0

    def delay(self) -> float:
        """Return how many seconds the next call has to wait; it is not counted yet."""
        return max(self._scheduled - self._tolerance - self._clock(), 0.0)

    def take(self) -> float:
        """Count a call and return how many seconds it has to wait before it is made."""
        delay = self.delay()
        self._scheduled = max(self._scheduled, self._clock()) + self._interval
        return delay

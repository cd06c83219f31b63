"""Tracks: what is remembered of failures, of one endpoint and of the app as a whole."""

import math
from dataclasses import dataclass

from dashboard_integrations.envelope import ErrorBody

__all__ = ["AppTrack", "EndpointTrack"]


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointTrack:
    """Failures in a row of one endpoint. Times are epoch seconds; nothing is called before ``next_try``.

    ``noted_at`` is when the last of them came; ``named_at`` is that by the clock of who noted it, where that was
    another worker.
    """

    failures: int = 0
    since: float | None = None
    next_try: float = 0.0
    error: ErrorBody | None = None
    noted_at: float = -math.inf
    named_at: float | None = None

    @property
    def name(self) -> float:
        """Tells it from other tracks of the same endpoint, in every worker."""
        return self.noted_at if self.named_at is None else self.named_at


@dataclass(frozen=True, slots=True, kw_only=True)
class AppTrack:
    """Failures in a row that concern the app as a whole, whichever endpoint met them.

    ``rounds`` counts them as well, but those of one moment once, when several endpoints fail together; the last began
    at ``failed_at``. ``strikes`` counts refused credentials in the same way. ``is_open`` is that of a circuit: calls
    wait for ``next_try``, and then one goes ahead of the others as a probe. ``noted_at`` is when all this was
    so, and ``named_at`` that by the clock of who noted it, where that was another worker.
    """

    failures: int = 0
    rounds: int = 0
    failed_at: float = -math.inf
    strikes: int = 0
    struck_at: float = -math.inf
    is_open: bool = False
    next_try: float = 0.0
    error: ErrorBody | None = None
    noted_at: float = -math.inf
    named_at: float | None = None

    @property
    def name(self) -> float:
        """Tells it from other tracks of the same app, in every worker."""
        return self.noted_at if self.named_at is None else self.named_at

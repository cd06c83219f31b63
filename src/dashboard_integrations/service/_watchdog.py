"""The watchdog: notices when the event loop does not get its turn, and who held it."""

import logging
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType, MappingProxyType

import anyio

from dashboard_integrations.service._culprits import Culprit

__all__ = ["BlockedLoop", "Watchdog"]

logger = logging.getLogger(__name__)

_BEATS_PER_THRESHOLD = 2
_LONGEST_SILENCE = 10.0
_UNSEEN = Culprit(integration_id=None, place="not seen")


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockedLoop:
    """How often the event loop was blocked, for how many seconds at most, and where the last time."""

    times: int
    longest: float
    last_place: str


@dataclass(slots=True, eq=False)
class _Incident:
    """What was seen while the beat after ``last_beat`` did not come."""

    last_beat: float
    culprit: Culprit
    is_told: bool = False


class Watchdog:
    """Logs one warning for each time that the event loop was held for longer than ``threshold`` seconds.

    Up to half as long again may pass unnoticed, and that much is missing from the seconds that are told.
    ``beat`` runs in the loop and ``watching`` a thread beside it, which looks at the loop's stack when a beat is late.
    What lasts is told after ten seconds, anything else when it is over and its length is known. ``find`` says whose
    code a frame is; no value on the stack is looked at.
    """

    def __init__(
        self,
        *,
        threshold: float,
        find: Callable[[FrameType], Culprit],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        if not threshold > 0:
            raise ValueError(f"blocking_threshold is more than 0 seconds, or None to switch it off, not {threshold}")
        self._threshold = threshold
        self._tick = threshold / _BEATS_PER_THRESHOLD
        self._find = find
        self._clock = clock
        self._last_beat = 0.0
        self._incident: _Incident | None = None
        self._blocked: dict[str | None, BlockedLoop] = {}

    @property
    def blocked(self) -> Mapping[str | None, BlockedLoop]:
        """What was noticed, by the id of the integration; under ``None`` what was none's."""
        return MappingProxyType(self._blocked)

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Watch the loop of this thread from another one, until left."""
        stop = threading.Event()
        self._last_beat = self._clock()
        loop_thread = threading.get_ident()
        thread = threading.Thread(
            target=self._watch, args=(stop, loop_thread), name="dashboard-integrations-watchdog", daemon=True
        )
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()

    async def beat(self) -> None:
        """Show that the loop gets its turn, until cancelled."""
        self._last_beat = self._clock()
        while True:
            await anyio.sleep(self._tick)
            last, self._last_beat = self._last_beat, self._clock()
            late = self._last_beat - last - self._tick
            if late > self._threshold:
                self._over(last, late)

    def _watch(self, stop: threading.Event, loop_thread: int) -> None:
        wait = self._threshold
        while not stop.wait(wait):
            last = self._last_beat
            late = self._clock() - last - self._tick
            # Looking again before the present beat can be late enough would only cost power.
            wait = max(self._threshold - late, self._tick / 4)
            if late > self._threshold:
                self._look(last, late, loop_thread)

    def _look(self, last_beat: float, late: float, loop_thread: int) -> None:
        incident = self._incident
        if incident is None or incident.last_beat != last_beat:
            self._incident = self._seen(last_beat, loop_thread)
        elif late > _LONGEST_SILENCE and not incident.is_told:
            incident.is_told = True
            _tell(incident.culprit, late)

    def _seen(self, last_beat: float, loop_thread: int) -> _Incident | None:
        frame = sys._current_frames().get(loop_thread)  # noqa: SLF001  (documented, for just this)
        if frame is None or self._last_beat != last_beat:
            return None
        return _Incident(last_beat, self._find(frame))

    def _over(self, last_beat: float, seconds: float) -> None:
        incident = self._incident
        if incident is None or incident.last_beat != last_beat:
            incident = _Incident(last_beat, _UNSEEN)
        if not incident.is_told:
            _tell(incident.culprit, seconds)
        key = incident.culprit.integration_id
        known = self._blocked.get(key)
        self._blocked[key] = BlockedLoop(
            times=1 if known is None else known.times + 1,
            longest=round(seconds if known is None else max(known.longest, seconds), 3),
            last_place=incident.culprit.place,
        )


def _tell(culprit: Culprit, seconds: float) -> None:
    extra = {"place": culprit.place, "seconds": round(seconds, 3)}
    if culprit.integration_id is None:
        logger.warning(
            "event-loop-blocked: for %.1f seconds at %s, by no integration that is known",
            seconds,
            culprit.place,
            extra={"event": "event-loop-blocked", **extra},
        )
        return
    logger.warning(
        "integration-blocks-loop: %s for %.1f seconds at %s; everything else had to wait",
        culprit.integration_id,
        seconds,
        culprit.place,
        extra={"event": "integration-blocks-loop", "integration": culprit.integration_id, **extra},
    )

"""Time for the watchdog of the event loop that passes on request only: no pause of the machine is an incident."""

from waiting import until, until_in_thread

__all__ = ["LoopClock"]


class LoopClock:
    """A clock that stands still unless the loop is held through it."""

    def __init__(self):
        self.now = 0.0
        self._watchdog = None

    def __call__(self):
        return self.now

    def drive(self, watchdog):
        """Be the clock of ``watchdog``, before it begins to watch; return it."""
        watchdog._clock = self
        self._watchdog = watchdog
        return watchdog

    def hold(self, seconds):
        """Hold the event loop until ``seconds`` have passed and the watching thread has seen who does it."""
        self.now += seconds
        until_in_thread(self._is_seen)

    async def beat(self):
        """Wait until the loop has shown that it gets its turn."""
        await until(lambda: self._watchdog._last_beat == self.now)

    def _is_seen(self):
        incident = self._watchdog._incident
        return incident is not None and incident.last_beat == self._watchdog._last_beat

"""Lanes: answers that can be given again for a moment, without asking anybody anything."""

import threading

from dashboard_integrations.service._boarding import Boarding
from dashboard_integrations.service._ledger import AppLedger
from dashboard_integrations.service._live import LiveData, LiveEnvelope

__all__ = ["Lane", "Lanes"]

_MOST = 20_000
_MOST_BYTES = 64 * 1024 * 1024


class Lane:
    """An endpoint's live data, to be answered from ``since`` until before ``until``, in epoch seconds."""

    __slots__ = ("ledger", "live", "since", "until")

    def __init__(self, live: LiveData, ledger: AppLedger, *, since: float, until: float) -> None:
        self.live = live
        self.ledger = ledger
        self.since = since
        self.until = until


class Lanes:
    """The lanes of a service, by app and endpoint.

    What leads to a lane (the app's record, its snapshot, the state of its calls) may have changed by the time that it
    is opened: take ``ticket`` before the first of it is read. Any thread may close lanes.
    """

    def __init__(self) -> None:
        self._apps: dict[str, dict[str, Lane]] = {}
        self._boarding: dict[str, dict[str, Boarding]] = {}
        self._ticket = 0
        self._count = 0
        self._bytes = 0
        self._lock = threading.Lock()

    @property
    def ticket(self) -> int:
        """A number that changes when lanes are closed."""
        return self._ticket

    def answer(self, app_id: str, endpoint_id: str, now: float) -> LiveEnvelope | None:
        """Return the envelope of a lane that is open at ``now``."""
        try:
            lane = self._apps[app_id][endpoint_id]
        except (KeyError, TypeError):  # no lane, or what cannot be an id
            return None
        if lane.since <= now < lane.until:
            lane.ledger.hits += 1
            return LiveEnvelope(lane.live, now)
        return None

    def boarding(self, app_id: str, endpoint_id: str, now: float) -> Boarding | None:
        """Return the wait for a first answer that may be joined at ``now``."""
        try:
            boarding = self._boarding[app_id][endpoint_id]
        except (KeyError, TypeError):
            return None
        return boarding if boarding.since <= now < boarding.until else None

    def board(self, app_id: str, endpoint_id: str, boarding: Boarding, *, ticket: int) -> bool:
        """Let others join ``boarding``, as ``open`` does; return whether they may."""
        with self._lock:
            if ticket != self._ticket:
                return False
            self._boarding.setdefault(app_id, {})[endpoint_id] = boarding
            return True

    def open(self, app_id: str, endpoint_id: str, lane: Lane, *, ticket: int) -> None:
        """Open a lane, unless one was closed since ``ticket``: the lane may rest on what is over."""
        with self._lock:
            if ticket != self._ticket:
                return
            size = len(lane.live.snapshot.encoded)
            if self._count >= _MOST or self._bytes + size > _MOST_BYTES:
                self._forget_all()
            lanes = self._apps.setdefault(app_id, {})
            known = lanes.get(endpoint_id)
            self._count += known is None
            self._bytes += size - (0 if known is None else len(known.live.snapshot.encoded))
            lanes[endpoint_id] = lane

    def close(self, app_id: str) -> None:
        """Close the lanes of an app."""
        with self._lock:
            self._ticket += 1
            self._boarding.pop(app_id, None)
            for lane in self._apps.pop(app_id, {}).values():
                self._count -= 1
                self._bytes -= len(lane.live.snapshot.encoded)

    def close_one(self, app_id: str, endpoint_id: str) -> None:
        """Close the lane of an endpoint whose snapshot is not the last any more."""
        with self._lock:
            boarding = self._boarding.get(app_id, {})
            boarding.pop(endpoint_id, None)
            if not boarding:
                self._boarding.pop(app_id, None)
            lanes = self._apps.get(app_id, {})
            lane = lanes.pop(endpoint_id, None)
            if lane is not None:
                self._count -= 1
                self._bytes -= len(lane.live.snapshot.encoded)
                if not lanes:
                    del self._apps[app_id]

    def close_all(self) -> None:
        """Close every lane."""
        with self._lock:
            self._ticket += 1
            self._forget_all()

    def _forget_all(self) -> None:
        self._boarding.clear()
        self._apps.clear()
        self._count = self._bytes = 0

"""Live data: a snapshot made ready to be answered with, however often and at whatever age."""

import math
from datetime import UTC, datetime

from pydantic_core import to_json

from dashboard_integrations.envelope import EndpointData, Envelope, ErrorBody, Meta, data_digest, state_tag
from dashboard_integrations.freshness import Snapshot

__all__ = ["LiveData", "LiveEnvelope", "RetriedEnvelope"]


class LiveData:
    """A snapshot of an endpoint with all that its envelopes have in common, made once.

    ``named_at`` is when it was fetched by the clock of who fetched it, where that is not the clock here.
    """

    __slots__ = ("_between", "_digest", "_expires", "_fresh", "_front", "_named_at", "_stale", "data", "snapshot")

    def __init__(self, endpoint_id: str, snapshot: Snapshot, *, named_at: float | None = None) -> None:
        self.snapshot = snapshot
        self._named_at = snapshot.fetched_at if named_at is None else named_at
        self.data = EndpointData(endpoint_id=endpoint_id, view=snapshot.view, encoded=snapshot.encoded)
        fetched, self._expires = _encoded_time(snapshot.fetched_at), _encoded_time(snapshot.expires_at)
        head = to_json({"endpointId": endpoint_id, "view": snapshot.view})
        self._front = b'{"success":true,"data":%b,"payload":' % head[:-1]
        self._between = b'},"error":null,"meta":{"fetchedAt":%b,"expiresAt":%b,"age":' % (fetched, self._expires)
        self._fresh = b',"stale":false,"refreshError":null,"nextRefresh":%b}}' % self._expires
        self._stale = b',"stale":true,"refreshError":null,"nextRefresh":%b}}' % self._expires
        self._digest: str | None = None

    @property
    def digest(self) -> str:
        """Names the snapshot: hexadecimal digits, the same in every process."""
        if self._digest is None:
            self._digest = data_digest(self.data, fetched_at=self._named_at)
        return self._digest

    def plain_json(self, now: float) -> bytes:
        """Return the JSON at ``now`` of an envelope without an error, put together from what is kept."""
        snapshot = self.snapshot
        age = now - snapshot.fetched_at
        end = self._fresh if now < snapshot.expires_at else self._stale
        return b"".join((self._front, snapshot.encoded, self._between, b"%.3f" % (age if age > 0 else 0.0), end))

    def to_json(self, now: float, *, refresh_error: ErrorBody | None, next_try: float) -> bytes:
        """Return the envelope's JSON at ``now``."""
        if refresh_error is None and next_try <= self.snapshot.expires_at:
            return self.plain_json(now)
        age = max(now - self.snapshot.fetched_at, 0.0)
        end = self._end(now, refresh_error, next_try)
        return b"".join((self._front, self.snapshot.encoded, self._between, b"%.3f" % age, end))

    def _end(self, now: float, refresh_error: ErrorBody | None, next_try: float) -> bytes:
        return b',"stale":%b,"refreshError":%b,"nextRefresh":%b}}' % (
            b"true" if now >= self.snapshot.expires_at else b"false",
            b"null" if refresh_error is None else refresh_error.to_json(),
            _encoded_time(max(self.snapshot.expires_at, next_try)),
        )


class LiveEnvelope(Envelope[EndpointData]):
    """The envelope of live data at one moment; what is rarely asked for is made when it is asked for.

    Making one is most of what a cached answer costs, so that it holds no more than it must.
    """

    __slots__ = ("_live", "_now")

    # A frozen dataclass sets its fields in a slow way. There are none of ours among them: they are properties here.
    __setattr__ = object.__setattr__

    success = True
    error = None
    _refresh_error: ErrorBody | None = None
    _next_try = 0.0

    def __init__(self, live: LiveData, now: float) -> None:
        self._live = live
        self._now = now

    @property
    def data(self) -> EndpointData:  # pyright: ignore[reportIncompatibleVariableOverride]
        """The data."""
        return self._live.data

    @property
    def meta(self) -> Meta:  # pyright: ignore[reportIncompatibleVariableOverride]
        """How old it is."""
        snapshot = self._live.snapshot
        return Meta.at(
            self._now,
            fetched_at=snapshot.fetched_at,
            expires_at=snapshot.expires_at,
            refresh_error=self._refresh_error,
            next_try=self._next_try,
        )

    @property
    def tag(self) -> str:
        """Names the data and its state: its age alone makes no new one."""
        stale = self._now >= self._live.snapshot.expires_at
        return state_tag(self._live.digest, stale=stale, refresh_error=self._refresh_error)

    def to_json(self) -> bytes:
        """Return the envelope's JSON in UTF-8."""
        return self._live.plain_json(self._now)


class RetriedEnvelope(LiveEnvelope):
    """The same where the last refresh failed, or the next one has to wait: ``next_try`` is when it may be."""

    __slots__ = ("_next_try", "_refresh_error")

    def __init__(self, live: LiveData, now: float, *, refresh_error: ErrorBody | None, next_try: float) -> None:
        super().__init__(live, now)
        self._refresh_error = refresh_error
        self._next_try = next_try

    def to_json(self) -> bytes:
        """Return the envelope's JSON in UTF-8."""
        return self._live.to_json(self._now, refresh_error=self._refresh_error, next_try=self._next_try)


def _encoded_time(seconds: float) -> bytes:
    return to_json(datetime.fromtimestamp(seconds, UTC)) if math.isfinite(seconds) else b"null"

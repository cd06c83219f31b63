"""Live data: a snapshot made ready to be answered with, however often and at whatever age."""

import math
from datetime import UTC, datetime

from pydantic_core import to_json

from dashboard_integrations.envelope import EndpointData, Envelope, ErrorBody, Meta, data_digest, state_tag
from dashboard_integrations.freshness import Snapshot

__all__ = ["LiveData", "LiveEnvelope"]


class LiveData:
    """A snapshot of an endpoint with all that its envelopes have in common, made once."""

    __slots__ = ("_before", "_between", "_digest", "_expires", "data", "snapshot")

    def __init__(self, endpoint_id: str, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.data = EndpointData(endpoint_id=endpoint_id, view=snapshot.view, encoded=snapshot.encoded)
        fetched, self._expires = _encoded_time(snapshot.fetched_at), _encoded_time(snapshot.expires_at)
        head = to_json({"endpointId": endpoint_id, "view": snapshot.view})
        self._before = b'{"success":true,"data":%b,"payload":' % head[:-1]
        self._between = b'},"error":null,"meta":{"fetchedAt":%b,"expiresAt":%b,"age":' % (fetched, self._expires)
        self._digest: str | None = None

    @property
    def digest(self) -> str:
        """Names the snapshot: hexadecimal digits, the same in every process."""
        if self._digest is None:
            self._digest = data_digest(self.data, fetched_at=self.snapshot.fetched_at)
        return self._digest

    def to_json(self, now: float, *, refresh_error: ErrorBody | None, next_try: float) -> bytes:
        """Return the envelope's JSON at ``now``, put together from what is kept."""
        snapshot = self.snapshot
        if refresh_error is None and next_try <= snapshot.expires_at:
            failure, next_refresh = b"null", self._expires
        else:
            failure = b"null" if refresh_error is None else refresh_error.to_json()
            next_refresh = _encoded_time(max(snapshot.expires_at, next_try))
        return b"".join(
            (
                self._before,
                snapshot.encoded,
                self._between,
                b"%r" % _age(snapshot, now),
                b',"stale":true,"refreshError":' if now >= snapshot.expires_at else b',"stale":false,"refreshError":',
                failure,
                b',"nextRefresh":',
                next_refresh,
                b"}}",
            )
        )


class LiveEnvelope(Envelope[EndpointData]):
    """The envelope of live data at one moment; what is rarely asked for is made when it is asked for."""

    __slots__ = ("_live", "_next_try", "_now", "_refresh_error")

    # A frozen dataclass sets its fields in a slow way. There are none of ours among them: they are properties here.
    __setattr__ = object.__setattr__

    success = True
    error = None

    def __init__(
        self, live: LiveData, now: float, refresh_error: ErrorBody | None = None, next_try: float = 0.0
    ) -> None:
        self._live = live
        self._now = now
        self._refresh_error = refresh_error
        self._next_try = next_try

    @property
    def data(self) -> EndpointData:  # type: ignore[override]
        """The data."""
        return self._live.data

    @property
    def meta(self) -> Meta:  # type: ignore[override]
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
        return self._live.to_json(self._now, refresh_error=self._refresh_error, next_try=self._next_try)


def _age(snapshot: Snapshot, now: float) -> float:
    return round(max(now - snapshot.fetched_at, 0.0), 3)


def _encoded_time(seconds: float) -> bytes:
    return to_json(datetime.fromtimestamp(seconds, UTC)) if math.isfinite(seconds) else b"null"

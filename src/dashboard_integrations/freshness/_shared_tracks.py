"""Tracks as workers share them: times count from when the value was set, so that no two clocks are compared."""

from dataclasses import fields, replace
from functools import lru_cache
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import to_json

from dashboard_integrations.freshness._tracks import AppTrack, EndpointTrack

__all__ = ["track_from_bytes", "track_to_bytes"]

TrackT = TypeVar("TrackT", AppTrack, EndpointTrack)

_FORMAT = b"1"
_TIMES = frozenset({"since", "next_try", "failed_at", "struck_at", "noted_at"})


def track_to_bytes(track: TrackT, *, now: float) -> bytes:
    """Return the form in which a track is set in a shared cache at ``now``: a format version, a line end, JSON."""
    return _FORMAT + b"\n" + to_json(replace(_moved(track, -now), named_at=track.name), inf_nan_mode="constants")


def track_from_bytes(kind: type[TrackT], value: bytes, *, set_at: float) -> TrackT | None:
    """Read what ``track_to_bytes`` made and was set at ``set_at``, by the clock of who reads.

    ``None`` for another format or what is damaged, as if it were missing.
    """
    version, _, encoded = value.partition(b"\n")
    if version != _FORMAT:
        return None
    try:
        track: TrackT = _adapter(kind.__name__).validate_json(encoded)
    except ValidationError:
        return None
    return _moved(track, set_at)


def _moved(track: TrackT, seconds: float) -> TrackT:
    times = {name: getattr(track, name) for name in (field.name for field in fields(track)) if name in _TIMES}
    return replace(track, **{name: time + seconds for name, time in times.items() if time is not None})


@lru_cache
def _adapter(name: str) -> TypeAdapter[Any]:
    return TypeAdapter({kind.__name__: kind for kind in (AppTrack, EndpointTrack)}[name])

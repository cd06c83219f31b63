"""What a number measures, guessed from its name: its unit, and what makes it the base unit."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from dashboard_integrations.scaffold.words import tokens

__all__ = ["UNIT_WORDS", "Measure", "is_numeric", "is_quantity", "is_share", "is_time", "measure_of", "number"]

_IDENTIFIERS = frozenset(
    [
        "id",
        "ids",
        "uid",
        "uuid",
        "guid",
        "gid",
        "pid",
        "port",
        "code",
        "index",
        "version",
        "build",
        "revision",
        "year",
        "serial",
        "lo",
        "hi",
        "epoch",
    ]
)
_TIMES = frozenset(
    [
        "time",
        "timestamp",
        "date",
        "at",
        "when",
        "since",
        "seen",
        "created",
        "updated",
        "modified",
        "started",
        "finished",
        "added",
    ]
)
_SHARES = frozenset(
    [
        "percent",
        "percentage",
        "pct",
        "perc",
        "progress",
        "completion",
        "ratio",
        "fraction",
        "utilization",
        "utilisation",
    ]
)
_FRACTIONS = frozenset({"ratio", "fraction", "progress", "completion"})
_PER_SECOND = frozenset(["rate", "speed", "bps", "throughput", "bandwidth", "persec"])
_AMOUNTS = frozenset(
    [
        "memory",
        "mem",
        "ram",
        "swap",
        "size",
        "disk",
        "storage",
        "space",
        "rss",
        "heap",
        "downloaded",
        "uploaded",
        "received",
        "sent",
        "traffic",
        "rx",
        "tx",
    ]
)
_WAYS = frozenset(
    [
        "download",
        "upload",
        "dl",
        "up",
        "ul",
        "down",
        "rx",
        "tx",
        "net",
        "network",
        "received",
        "sent",
        "dlspeed",
        "upspeed",
    ]
)
_EXACT: dict[str, tuple[str, float]] = {
    **dict.fromkeys(("byte", "bytes"), ("B", 1)),
    **dict.fromkeys(("kb", "kbytes"), ("B", 1_000)),
    **dict.fromkeys(("mb", "mbytes"), ("B", 1_000_000)),
    **dict.fromkeys(("gb", "gbytes"), ("B", 1_000_000_000)),
    "kib": ("B", 1_024),
    "mib": ("B", 1_024**2),
    "gib": ("B", 1_024**3),
    **dict.fromkeys(("second", "seconds", "sec", "secs", "uptime", "eta", "elapsed", "duration", "ttl"), ("s", 1)),
    **dict.fromkeys(("ms", "millis", "milliseconds", "msec", "latency", "ping"), ("s", 0.001)),
    **dict.fromkeys(("us", "usec", "microseconds"), ("s", 0.000_001)),
    **dict.fromkeys(("minutes", "minute", "mins"), ("s", 60)),
    **dict.fromkeys(("hours", "hour"), ("s", 3_600)),
    **dict.fromkeys(("temperature", "temp", "celsius"), ("°C", 1)),
    **dict.fromkeys(("watt", "watts"), ("W", 1)),
    "kw": ("W", 1_000),
    **dict.fromkeys(("volt", "volts", "voltage"), ("V", 1)),
    **dict.fromkeys(("amps", "amperes"), ("A", 1)),
    "wh": ("Wh", 1),
    "kwh": ("Wh", 1_000),
    **dict.fromkeys(("hz", "hertz"), ("Hz", 1)),
    "mhz": ("Hz", 1_000_000),
    **dict.fromkeys(("bps", "bits"), ("bit", 1)),
    "kbps": ("bit/s", 1_000),
    "mbps": ("bit/s", 1_000_000),
    "rpm": ("rpm", 1),
}
_GUESSED_FROM_NAME = frozenset(
    {"uptime", "eta", "elapsed", "duration", "latency", "ping", "temperature", "temp", "ttl"}
)
UNIT_WORDS = frozenset({*_EXACT, "percent", "percentage", "pct"} - _GUESSED_FROM_NAME)
"""The words of a name that say no more than the unit does."""

_LARGE = 10_000
_EXACT_IN_FLOAT = 2**53
_EPOCH = (631_152_000, 4_102_444_800)  # 1990 to 2100
_MILLISECONDS = 1_000


@dataclass(frozen=True, slots=True)
class Measure:
    """A unit, the factor that makes a value one of it, and whether the name says so or lets one only think so."""

    unit: str | None = None
    factor: float = 1
    is_sure: bool = True


def number(value: object) -> int | float | None:
    """Return a value as a finite number, also one that is written as text; ``None`` when it is none."""
    if isinstance(value, str):
        try:
            value = float(value) if not value.strip().lstrip("+-").isdecimal() else int(value)
        except ValueError:
            return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if abs(value) < _EXACT_IN_FLOAT and math.isfinite(value) else None


def is_numeric(values: Sequence[object]) -> bool:
    """Return whether all values are numbers, or all are numbers written as text."""
    return bool(values) and len({isinstance(value, str) for value in values}) == 1 and None not in map(number, values)


def is_time(key: str, values: Sequence[object]) -> bool:
    """Return whether numbers are points in time: seconds or milliseconds since 1970 under a name that says so."""
    words, found = set(tokens(key)), [number(value) for value in values]
    low, high = _EPOCH
    return bool(found and words & _TIMES) and all(
        value is not None and (low <= value < high or low * _MILLISECONDS <= value < high * _MILLISECONDS)
        for value in found
    )


def is_quantity(key: str, values: Sequence[object]) -> bool:
    """Return whether values are numbers that say how much, and no names, codes or points in time."""
    words = tokens(key)
    if not is_numeric(values) or is_time(key, values) or (words and words[-1] in _IDENTIFIERS):
        return False
    return not (isinstance(values[0], str) and set(words) & _IDENTIFIERS)


def is_share(key: str, values: Sequence[object]) -> bool:
    """Return whether numbers are a part of a whole: percent, or a fraction under a name that says so."""
    return is_quantity(key, values) and measure_of(key, values).unit == "%"


def measure_of(key: str, values: Sequence[object]) -> Measure:
    """Return what numbers under this name measure."""
    words = tokens(key)
    known = set(words)
    found = [value for value in map(number, values) if value is not None]
    if known & _SHARES or "%" in key:
        return _share(known, found)
    per_second = bool(known & _PER_SECOND) or words[-2:] in {("per", "second"), ("per", "sec"), ("per", "s")}
    for word in reversed(words[: words.index("per")] if "per" in words else words):
        if word in _EXACT:
            unit, factor = _EXACT[word]
            return _exact(unit, factor, per_second=per_second, is_sure=word not in _GUESSED_FROM_NAME)
    if per_second and known & (_WAYS | _AMOUNTS):
        return Measure("B/s", is_sure=False)
    if known & _AMOUNTS and not per_second and any(abs(value) >= _LARGE for value in found):
        return Measure("B", is_sure=False)
    return Measure()


def _share(words: set[str], found: Sequence[float]) -> Measure:
    is_fraction = bool(words & _FRACTIONS) and all(0 <= value <= 1 for value in found)
    if not all(0 <= value <= 100 for value in found):  # noqa: PLR2004
        return Measure()
    return Measure("%", 100 if is_fraction else 1, is_sure=not is_fraction)


def _exact(unit: str, factor: float, *, per_second: bool, is_sure: bool) -> Measure:
    if unit in {"B", "bit"} and per_second:
        return Measure(f"{unit}/s", factor, is_sure=is_sure)
    return Measure(None if unit == "bit" else unit, factor, is_sure=is_sure)

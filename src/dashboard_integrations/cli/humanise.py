"""Numbers and times for people, in English and without a locale: for terminals."""

from datetime import datetime

__all__ = ["age", "duration", "moment", "quantity"]

NOT_KNOWN = "not known"

_BINARY = ("", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei")
_DECIMAL = ("", "k", "M", "G", "T", "P", "E")
_PREFIXED = {
    "B": (1024, _BINARY),
    "B/s": (1024, _BINARY),
    "bit/s": (1000, _DECIMAL),
    "Hz": (1000, _DECIMAL),
    "W": (1000, _DECIMAL),
    "Wh": (1000, _DECIMAL),
}
_SPANS = (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1))
_NO_BREAK = "\N{NO-BREAK SPACE}"
_A_MOMENT = 2


def quantity(value: float | str | None, unit: str | None = None) -> str:
    """Return a view's value with its unit, as in ``1.5 GiB``, ``2 d 3 h`` or ``12.5 %``."""
    if value is None:
        return NOT_KNOWN
    if isinstance(value, str):
        return f"{value}{_NO_BREAK}{unit}" if unit else value
    if unit == "s":
        return duration(value)
    if unit in _PREFIXED:
        return _prefixed(value, unit, *_PREFIXED[unit])
    return f"{_number(value)}{_NO_BREAK}{unit}" if unit else _number(value)


def duration(seconds: float) -> str:
    """Return seconds in the two largest units that say something."""
    if seconds < 0:
        return f"-{duration(-seconds)}"
    if 0 < seconds < 1:
        return f"{_number(seconds * 1_000)}{_NO_BREAK}ms"
    left = round(seconds)
    parts: list[str] = []
    for name, size in _SPANS:
        count, left = divmod(left, size)
        if count or parts:
            parts.append(f"{count}{_NO_BREAK}{name}" if count else "")
    return " ".join(filter(None, parts[:2])) or f"0{_NO_BREAK}s"


def age(seconds: float) -> str:
    """Return how long ago something was, as in ``5 min ago``."""
    if seconds < _A_MOMENT:
        return "just now"
    return f"{duration(seconds).split(' ')[0]} ago"


def moment(value: datetime) -> str:
    """Return a point in time in UTC, to the minute."""
    return f"{value:%Y-%m-%d %H:%M} UTC"


def _prefixed(value: float, unit: str, base: int, prefixes: tuple[str, ...]) -> str:
    scaled, index = float(value), 0
    while abs(scaled) >= base and index < len(prefixes) - 1:
        scaled, index = scaled / base, index + 1
    return f"{_number(scaled)}{_NO_BREAK}{prefixes[index]}{unit}"


def _number(value: float) -> str:
    """Return a number with about three digits that count; whole numbers have all of theirs."""
    if float(value).is_integer():
        return f"{int(value):,}"
    size = abs(value)
    decimals = 0 if size >= 1000 else 1 if size >= 10 else 2 if size >= 0.01 else 6  # noqa: PLR2004
    text = f"{value:,.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text

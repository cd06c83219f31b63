"""What the fields of rows are for: title, status, progress, time, and so on, by their names and values."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from dashboard_integrations.scaffold.measures import is_share, is_time
from dashboard_integrations.scaffold.places import Column, Rows
from dashboard_integrations.scaffold.shapes import Scalar
from dashboard_integrations.scaffold.words import tokens

__all__ = ["AWARE", "Roles", "is_alert", "roles_of", "shared_words"]

AWARE = "AwareDatetime"

_TITLES = [
    "name",
    "title",
    "label",
    "hostname",
    "host",
    "display",
    "displayname",
    "summary",
    "subject",
    "filename",
    "file",
    "message",
    "path",
    "id",
    "key",
]
_IDS = ["id", "uuid", "guid", "hash", "uid", "fingerprint", "key"]
_STATUSES = [
    "status",
    "state",
    "health",
    "healthy",
    "severity",
    "level",
    "online",
    "up",
    "connected",
    "running",
    "active",
    "enabled",
    "result",
]
_TEXTS = [
    "description",
    "summary",
    "message",
    "detail",
    "details",
    "type",
    "kind",
    "category",
    "version",
    "address",
    "ip",
    "path",
    "reason",
]
_TIMES = [
    "updated",
    "modified",
    "seen",
    "since",
    "started",
    "finished",
    "created",
    "added",
    "date",
    "time",
    "timestamp",
    "at",
]
_RATES = ["speed", "rate", "throughput"]
_ALERTS = frozenset(
    [
        "severity",
        "alert",
        "alerts",
        "alarm",
        "alarms",
        "incident",
        "problem",
        "problems",
        "warning",
        "warnings",
        "error",
        "errors",
    ]
)
_MOST_STATES = 12
_LONGEST = 200
_LONGEST_STATE = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Roles:
    """Which column is for what; ``None`` where nothing looks like it."""

    title: Column | None
    id: Column | None
    status: Column | None
    share: Column | None
    rate: Column | None
    value: Column | None
    time: Column | None
    text: Column | None


def roles_of(rows: Rows) -> Roles:
    """Return what each field is for; no field is for two."""
    left = [column for column in rows.columns if column.values]

    def take(fits: Callable[[Column], bool], words: Sequence[str] = ()) -> Column | None:
        found = _best([column for column in left if fits(column)], words)
        if found is not None:
            left.remove(found)
        return found

    time = take(_is_time, _TIMES)
    status = take(_is_status, _STATUSES)
    share = take(lambda column: is_share(column.key, column.values))
    title = take(_is_title, _TITLES)
    return Roles(
        time=time,
        status=status,
        share=share,
        title=title,
        id=take(lambda column: _is_id(column, rows), _IDS),
        text=take(
            lambda column: column.is_text and all(len(str(value)) <= _LONGEST for value in column.values), _TEXTS
        ),
        rate=take(lambda column: column.is_quantity and bool(set(tokens(column.key)) & set(_RATES)), _RATES),
        value=take(lambda column: column.is_quantity),
    )


def is_alert(rows: Rows) -> bool:
    """Return whether rows are about what needs attention."""
    words = {
        *tokens(rows.word),
        *(word for column in rows.columns for word in tokens(column.key) if word == "severity"),
    }
    return bool(words & _ALERTS)


def shared_words(texts: Iterable[object], meanings: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Return for each text what it means, by the words in it; texts that say nothing are left out."""
    found: dict[str, str] = {}
    for text in texts:
        said = set(tokens(str(text)))
        meaning = next((name for name, words in meanings.items() if said & set(words)), None)
        if meaning is not None:
            found[str(text)] = meaning
    return found


def _best(columns: Sequence[Column], words: Sequence[str]) -> Column | None:
    """Return the column whose name has the first of the words, as its last one best; without words, the first."""

    def rank(column: Column) -> tuple[int, bool, bool]:
        said = tokens(column.key)
        places = [place for place, word in enumerate(words) if word in said]
        is_last = bool(said) and bool(places) and said[-1] == words[places[0]]
        return min(places, default=len(words)), not is_last, column.is_optional

    return min(columns, key=rank, default=None)


def _is_time(column: Column) -> bool:
    if column.is_text:
        return all(_is_aware(str(value)) for value in column.values)
    return column.kinds <= {Scalar.INT, Scalar.FLOAT} and is_time(column.key, column.values)


def _is_aware(text: str) -> bool:
    try:
        return "T" in text and datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def _is_status(column: Column) -> bool:
    if not set(tokens(column.key)) & set(_STATUSES):
        return False
    values = {str(value) for value in column.values}
    return column.is_flag or (
        column.is_text and len(values) <= _MOST_STATES and all(len(value) <= _LONGEST_STATE for value in values)
    )


def _is_title(column: Column) -> bool:
    if column.is_optional or any(len(str(value)) > _LONGEST for value in column.values):
        return False
    return column.is_text or (column.kinds == {Scalar.INT} and bool(set(tokens(column.key)) & set(_IDS)))


def _is_id(column: Column, rows: Rows) -> bool:
    if column.is_optional or not (column.is_text or column.kinds == {Scalar.INT}):
        return False
    different = len({str(value) for value in column.values}) == len(rows.rows)
    return different and bool(set(tokens(column.key)) & set(_IDS))

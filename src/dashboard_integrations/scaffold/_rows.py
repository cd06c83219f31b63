"""A list, a progress view or an alert banner, from the rows of an answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from dashboard_integrations.scaffold._roles import AWARE, Roles, is_alert, roles_of, shared_words
from dashboard_integrations.scaffold.first_view import FirstView, NothingToShowError
from dashboard_integrations.scaffold.places import Column, Rows, each_row, rows_of, scaled
from dashboard_integrations.scaffold.shapes import EACH, Path, Shape
from dashboard_integrations.scaffold.source import bracketed, literal
from dashboard_integrations.scaffold.words import attribute_names, label, tokens
from dashboard_integrations.views import ListItem, ViewKind

__all__ = ["alert_banner", "best_rows", "list_view", "progress", "rows_kind"]

_MOST = 100
_EXPECTED = 3
_MEANINGS = {
    "CRITICAL": [
        "critical",
        "error",
        "errors",
        "failed",
        "failure",
        "fail",
        "down",
        "offline",
        "fatal",
        "dead",
        "unhealthy",
        "broken",
        "stopped",
        "danger",
    ],
    "WARNING": ["warning", "warn", "degraded", "paused", "stalled", "unknown", "pending", "stale", "partial", "high"],
    "OK": [
        "ok",
        "up",
        "online",
        "healthy",
        "running",
        "active",
        "good",
        "success",
        "succeeded",
        "ready",
        "connected",
        "complete",
        "completed",
        "normal",
        "idle",
    ],
    "INFO": ["info", "information", "low", "queued", "downloading", "seeding"],
}
_WAYS_TO_GO = frozenset({"complete", "completed", "completion", "done", "progress"})
_PERCENT_WORDS = frozenset({"pct", "percent", "percentage"})
_GOOD_FLAGS = frozenset(["online", "up", "healthy", "connected", "running", "ok", "available", "reachable"])
_BOUNDED = """def _bounded(percent: float) -> float:
    return min(max(percent, 0), 100)
"""


@dataclass(slots=True, kw_only=True)
class _Row:
    """The source of a function that makes one item of a row, as far as it is written."""

    rows: Rows
    shape: Shape
    roles: Roles
    arguments: list[str] = field(default_factory=list)
    used: dict[Path, str | None] = field(default_factory=dict)
    helpers: list[str] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)

    def read(self, column: Column, kind: str | None = None) -> str:
        """Return the code that reads a field of the row, which is needed from now on."""
        self.used[column.path] = kind
        fields = self.shape.at((*self.rows.path, EACH)).fields or {}
        return f"row.{attribute_names(fields)[column.key]}"

    def add(self, name: str, code: str) -> None:
        """Give the item one more argument."""
        self.arguments.append(f"{name}={code}")

    def title(self) -> str:
        """Return the code for what the row is called."""
        column = self.roles.title
        if self.rows.keys is not None and (column is None or not _is_name(column)):
            return "key"
        if column is None:
            raise NothingToShowError(f"the rows at {_where(self.rows)} have no text to be their title")
        code = self.read(column)
        return code if column.is_text else f"str({code})"

    def titles(self) -> list[str]:
        """Return what the rows at hand are called, as views have it."""
        column = self.roles.title
        if self.rows.keys is not None and (column is None or not _is_name(column)):
            return [ListItem(title=key).title for key in self.rows.keys]
        return [] if column is None else [str(row[column.key]) for row in self.rows.rows]

    def identity(self) -> str | None:
        """Return the code for what tells the row from others."""
        column = self.roles.id
        if column is None:
            return "key" if self.rows.keys is not None else None
        return self.read(column) if column.is_text else f"str({self.read(column)})"

    def function(self, name: str, item: str) -> str:
        """Return the function."""
        key = "" if self.rows.keys is None else "key: str, "
        made = bracketed(item, self.arguments, indent=1)
        return f"def {name}({key}row: {{row}}) -> {item}:\n    return {made}\n"


def best_rows(value: object, shape: Shape) -> Rows | None:
    """Return the rows that an answer is about: the first ones, unless only later ones have anything in them."""
    found = list(rows_of(value, shape))
    return next((rows for rows in found if rows.rows), found[0] if found else None)


def rows_kind(rows: Rows) -> ViewKind:
    """Return which view shows rows best."""
    roles = roles_of(rows)
    if is_alert(rows):
        return ViewKind.ALERT_BANNER
    is_under_way = roles.share is not None and not roles.share.is_optional and _says_how_far(roles.share)
    return ViewKind.PROGRESS if is_under_way else ViewKind.LIST


def _says_how_far(column: Column) -> bool:
    """Return whether a share is of something under way, and not of a load or a space."""
    words = set(tokens(column.key))
    return bool(words & _WAYS_TO_GO) or words <= _PERCENT_WORDS


def list_view(value: object, shape: Shape) -> FirstView:
    """Return a list of the rows of an answer."""
    row = _row(value, shape, "list")
    row.add("title", row.title())
    roles = row.roles
    if (identity := row.identity()) is not None:
        row.add("id", identity)
    if roles.text is not None:
        row.add("subtitle", row.read(roles.text))
    if roles.status is not None:
        row.add("status", _status(row, roles.status))
    _add_value(row)
    if roles.share is not None and not roles.share.is_optional:
        row.add("progress", _percent(row, roles.share))
    if roles.time is not None:
        row.add("time", row.read(roles.time, AWARE))
    return _view(row, ViewKind.LIST, function="_item", item="ListItem", field_name="items", of="title")


def progress(value: object, shape: Shape) -> FirstView:
    """Return the rows of an answer as what is under way."""
    row = _row(value, shape, "progress view")
    roles = row.roles
    if roles.share is None or roles.share.is_optional:
        raise NothingToShowError(f"the rows at {_where(row.rows)} have no percentage for a progress view")
    row.add("label", row.title())
    row.add("value", _percent(row, roles.share))
    row.add("unit", '"%"')
    if (identity := row.identity()) is not None:
        row.add("id", identity)
    if roles.rate is not None and not roles.rate.is_optional:
        measure = roles.rate.measure
        row.add("rate", scaled(row.read(roles.rate, roles.rate.type), measure.factor))
        row.arguments += [] if measure.unit is None else [f"rate_unit={literal(measure.unit)}"]
    if roles.status is not None:
        row.add("status", _status(row, roles.status))
    if roles.text is not None:
        row.add("caption", row.read(roles.text))
    return _view(row, ViewKind.PROGRESS, function="_bar", item="ProgressBar", field_name="bars", of="label")


def alert_banner(value: object, shape: Shape) -> FirstView:
    """Return the rows of an answer as alerts."""
    row = _row(value, shape, "alert banner")
    roles, title = row.roles, row.title()
    identity = row.identity() or title
    row.add("id", identity if identity.startswith("str(") else f'{identity} or "-"')
    row.add("severity", _severity(row))
    row.add("title", title)
    if roles.text is not None:
        row.add("message", row.read(roles.text))
    if roles.time is not None:
        row.add("since", row.read(roles.time, AWARE))
    return _alerts(row)


def _row(value: object, shape: Shape, wanted: str) -> _Row:
    rows = best_rows(value, shape)
    if rows is None:
        raise NothingToShowError(
            f"the answer has no rows for a {wanted}: a list of objects, or objects under their ids"
        )
    return _Row(rows=rows, shape=shape, roles=roles_of(rows))


def _view(row: _Row, kind: ViewKind, *, function: str, item: str, field_name: str, of: str) -> FirstView:
    each = "row" if row.rows.keys is None else "key, row"
    word = label(row.rows.word).lower() if row.rows.word else "entries"
    arguments = [
        f"{field_name}=[{function}({each}) for {each} in rows[:{_MOST}]]",
        "total=len(rows)",
        f"empty_text={literal(f'No {word}')}",
    ]
    model = "ListView" if kind is ViewKind.LIST else "Progress"
    titles = bracketed("", [literal(title) for title in row.titles()[:_EXPECTED]], indent=1, brackets="[]")
    read = f"[item.{of} for item in view.{field_name}[:{_EXPECTED}]]"
    return FirstView(
        kind=kind,
        name=_name(row.rows, kind),
        description=f"The {word} there are.",
        body=[f"rows = {each_row(row.rows, row.shape, 'answer')}", f"return {bracketed(model, arguments, indent=2)}"],
        used=row.used or {row.rows.path: None},
        rows=row.rows.path,
        names=tuple(sorted({item, model, *row.names})),
        expected=[(read, titles), ("view.total", literal(len(row.rows.rows)))],
        helpers=[*row.helpers, row.function(function, item)],
        notes=row.notes,
    )


def _alerts(row: _Row) -> FirstView:
    each = "row" if row.rows.keys is None else "key, row"
    body = [
        f"rows = {each_row(row.rows, row.shape, 'answer')}",
        f"alerts = {{alert.id: alert for alert in (_alert({each}) for {each} in rows[:{_MOST}])}}",
        "return AlertBanner(alerts=list(alerts.values()))",
    ]
    titles = sorted(set(row.titles()[:_MOST]))
    expected = bracketed("", [literal(title) for title in titles], indent=1, brackets="[]") if titles else "[]"
    return FirstView(
        kind=ViewKind.ALERT_BANNER,
        name=_name(row.rows, ViewKind.ALERT_BANNER),
        description="What needs attention now.",
        body=body,
        used=row.used or {row.rows.path: None},
        rows=row.rows.path,
        names=tuple(sorted({"Alert", "AlertBanner", "Severity", *row.names})),
        expected=[("sorted({alert.title for alert in view.alerts})", expected)],
        helpers=[*row.helpers, row.function("_alert", "Alert")],
        notes=[*row.notes, "every row is taken for an alert that is active now: leave out those that are over"],
    )


def _add_value(row: _Row) -> None:
    column = row.roles.value or row.roles.rate
    if column is None or (column.is_optional and column.measure.factor != 1):
        return
    measure = column.measure
    row.add("value", scaled(row.read(column, column.type), measure.factor))
    row.arguments += [] if measure.unit is None else [f"unit={literal(measure.unit)}"]
    if not measure.is_sure:
        row.notes.append(f"{column.key} is taken for a value in {measure.unit}")


def _percent(row: _Row, column: Column) -> str:
    if _BOUNDED not in row.helpers:
        row.helpers.append(_BOUNDED)
    measure = column.measure
    if not measure.is_sure:
        row.notes.append(f"{column.key} is taken for a fraction, of which 1 is 100 %")
    return f"_bounded({scaled(row.read(column, column.type), measure.factor)})"


def _status(row: _Row, column: Column) -> str:
    row.names.add("Status")
    code = row.read(column)
    if column.is_flag:
        is_good = bool(set(tokens(column.key)) & _GOOD_FLAGS)
        return f"Status.OK if {code} else Status.{'CRITICAL' if is_good else 'INFO'}"
    meanings = shared_words(sorted({str(value) for value in column.values}), _MEANINGS)
    row.helpers.insert(0, _table("_STATUSES", "Status", meanings))
    row.notes.append(_table_note(column, meanings, "_STATUSES"))
    return f"_STATUSES.get({code}{_or_empty(column)}, Status.UNKNOWN)"


def _severity(row: _Row) -> str:
    column = row.roles.status
    if column is None or not column.is_text:
        return "Severity.WARNING"
    code = row.read(column)
    meanings = {
        text: meaning if meaning != "OK" else "INFO"
        for text, meaning in shared_words(sorted({str(value) for value in column.values}), _MEANINGS).items()
    }
    row.helpers.insert(0, _table("_SEVERITIES", "Severity", meanings))
    row.notes.append(_table_note(column, meanings, "_SEVERITIES"))
    return f"_SEVERITIES.get({code}{_or_empty(column)}, Severity.WARNING)"


def _or_empty(column: Column) -> str:
    return ' or ""' if column.is_optional else ""


def _table(name: str, enum: str, meanings: Mapping[str, str]) -> str:
    head = f"{name}: dict[str, {enum}] = "
    if not meanings:
        return f"{head}{{}}\n"
    return (
        bracketed(
            head, [f"{literal(text)}: {enum}.{value}" for text, value in meanings.items()], indent=0, brackets="{}"
        )
        + "\n"
    )


def _table_note(column: Column, meanings: Mapping[str, str], table: str) -> str:
    told = ", ".join(f"{text} is {value.lower()}" for text, value in meanings.items())
    unsaid = sorted({str(value) for value in column.values} - set(meanings))
    rest = f"; not understood: {', '.join(unsaid)}" if unsaid else ""
    return f"{column.key}: {told or 'no value says how good it is'}{rest}: complete {table}"


def _is_name(column: Column) -> bool:
    return column.is_text and bool(set(tokens(column.key)) & {"name", "title", "label", "hostname", "host"})


def _where(rows: Rows) -> str:
    return ".".join(map(str, rows.path)) or "the top"


def _name(rows: Rows, kind: ViewKind) -> str:
    fallback = {ViewKind.LIST: "entries", ViewKind.PROGRESS: "progress"}.get(kind, "alerts")
    words = tokens(rows.word)
    return "_".join(words)[:40] if words and words[0][0].isalpha() else fallback

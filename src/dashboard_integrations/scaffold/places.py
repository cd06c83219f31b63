"""Places in an answer: what can be read there, under which name, and how code gets there."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from dashboard_integrations.scaffold.measures import Measure, is_numeric, is_quantity, measure_of, number
from dashboard_integrations.scaffold.shapes import EACH, Each, Path, Scalar, Shape, is_keyed
from dashboard_integrations.scaffold.words import WRAPPERS, attribute_names

__all__ = ["Column", "Place", "Rows", "code_of", "counts", "each_row", "places", "rows_of", "scaled"]

_DEEPEST = 4
_MOST_PLACES = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A value that is always there: neither inside a list nor missing anywhere."""

    path: Path
    value: object

    @property
    def key(self) -> str:
        """The last key on the way to it."""
        return next((step for step in reversed(self.path) if isinstance(step, str)), "value")

    @property
    def parent(self) -> Path:
        """Where it stands."""
        return self.path[:-1]

    @property
    def measure(self) -> Measure:
        """What it measures."""
        return measure_of(self.key, [self.value])

    @property
    def is_quantity(self) -> bool:
        """Whether it says how much."""
        return is_quantity(self.key, [self.value])

    @property
    def type(self) -> str | None:
        """The type to read it with, when that is not the one of its shape."""
        return numeric_type([self.value]) if self.is_quantity else None

    @property
    def number(self) -> float:
        """The value as a number of the type that it is read with."""
        return number(self.value) or 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One field of all rows; ``values`` are those that are not null."""

    path: Path
    key: str
    values: Sequence[object]
    is_optional: bool
    kinds: frozenset[Scalar]

    @property
    def is_text(self) -> bool:
        """Whether it is text in all rows."""
        return self.kinds == {Scalar.TEXT}

    @property
    def is_flag(self) -> bool:
        """Whether it is true or false in all rows."""
        return self.kinds == {Scalar.BOOL}

    @property
    def is_quantity(self) -> bool:
        """Whether it says how much, in all rows."""
        return is_quantity(self.key, self.values)

    @property
    def measure(self) -> Measure:
        """What it measures."""
        return measure_of(self.key, self.values)

    @property
    def type(self) -> str | None:
        """The type to read it with, when that is not the one of its shape."""
        return numeric_type(self.values) if self.is_quantity else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Objects of one kind: a list, or a mapping whose keys are data. ``keys`` are those."""

    path: Path
    rows: Sequence[Mapping[str, object]]
    columns: Sequence[Column]
    keys: Sequence[str] | None

    @property
    def word(self) -> str:
        """What they are called; empty when that is a word for anything."""
        found = next((step for step in reversed(self.path) if isinstance(step, str)), "")
        return "" if found.lower() in WRAPPERS else found


def numeric_type(values: Sequence[object]) -> str | None:
    """Return the type for numbers that are written as text, or that may have a fraction another time."""
    if not is_numeric(values):
        return None
    is_text = any(isinstance(value, str) for value in values)
    has_fraction = any(isinstance(number(value), float) for value in values)
    return "float" if has_fraction or is_text else None


def places(value: object, shape: Shape, path: Path = ()) -> Iterator[Place]:
    """Yield the scalars of an answer, outermost first within each object."""
    if not isinstance(value, Mapping):
        if value is not None and not isinstance(value, list):
            yield Place(path=path, value=value)
        return
    if len(path) >= _DEEPEST or shape.at(path).fields is None:
        return
    inner = [(key, item) for key, item in value.items() if isinstance(item, Mapping) and not is_keyed(item)]
    for key, item in list(value.items())[:_MOST_PLACES]:
        if not isinstance(item, Mapping | list) and item is not None and not shape.at((*path, key)).absent:
            yield Place(path=(*path, key), value=item)
    for key, item in inner:
        yield from places(item, shape, (*path, key))


def rows_of(value: object, shape: Shape, path: Path = ()) -> Iterator[Rows]:
    """Yield the lists and mappings of objects, outermost first; none within another."""
    found = _rows_here(value, shape, path)
    if found is not None:
        yield found
    elif isinstance(value, Mapping) and len(path) < _DEEPEST and shape.at(path).fields is not None:
        for key, item in value.items():
            yield from rows_of(item, shape, (*path, key))


def counts(value: object, shape: Shape, path: Path = ()) -> Iterator[tuple[Path, int]]:
    """Yield the lists and mappings that are always there, with how many things are in them."""
    here = shape.at(path)
    if isinstance(value, list) or (isinstance(value, Mapping) and here.entries is not None):
        if not here.absent and not here.opaque:
            yield path, len(value)
    elif isinstance(value, Mapping) and len(path) < _DEEPEST and here.fields is not None:
        for key, item in value.items():
            yield from counts(item, shape, (*path, key))


def code_of(path: Path, shape: Shape, base: str) -> str:
    """Return the code that reads ``path``, which leads into no list, from what ``base`` stands for."""
    code, here = base, shape
    for step in path:
        if isinstance(step, Each) or here.fields is None:
            raise ValueError(f"{path} leads into a list")
        code, here = f"{code}.{attribute_names(here.fields)[step]}", here.fields[step]
    return code


def each_row(rows: Rows, shape: Shape, base: str) -> str:
    """Return the code for a list of the rows: of pairs of key and row for a mapping."""
    code = code_of(rows.path, shape, base)
    return code if rows.keys is None else f"list({code}.items())"


def scaled(code: str, factor: float) -> str:
    """Return the code for ``code`` in the base unit."""
    if factor == 1:
        return code
    return f"{code} / {round(1 / factor):_}" if factor < 1 else f"{round(factor):_} * {code}"


def _rows_here(value: object, shape: Shape, path: Path) -> Rows | None:
    here = shape.at(path)
    row = here.items or here.entries
    if row is None or row.fields is None or row.absent or row.scalars or row.items or row.entries or here.fields:
        return None
    if here.absent or not isinstance(value, list | Mapping):
        return None
    keys = [str(key) for key in value] if isinstance(value, Mapping) else None
    found: list[Mapping[str, object]] = list(value.values()) if isinstance(value, Mapping) else list(value)
    columns = [_column(key, field, found, path) for key, field in row.fields.items() if _is_plain(field)]
    return Rows(path=path, rows=found, columns=columns, keys=keys)


def _is_plain(shape: Shape) -> bool:
    return bool(shape.scalars) and not (shape.fields or shape.items or shape.entries or shape.opaque)


def _column(key: str, shape: Shape, rows: Sequence[Mapping[str, object]], path: Path) -> Column:
    values = [row[key] for row in rows if row.get(key) is not None]
    return Column(
        path=(*path, EACH, key), key=key, values=values, is_optional=shape.absent, kinds=frozenset(shape.scalars)
    )

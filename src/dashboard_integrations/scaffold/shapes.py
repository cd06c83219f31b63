"""The shape of an answer: what a value of JSON is made of, merged over everything that was seen."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import reduce

__all__ = ["EACH", "Each", "Path", "Scalar", "Shape", "is_keyed", "merged", "shape_of"]

_DEEPEST = 12
_MANY_KEYS = 16
_ID = re.compile(r"\d+|(?=.*\d)[0-9a-f]{8,}|(?=.*\d)[0-9A-Z]{5,}(-[0-9A-Z]{5,})+|[0-9a-f-]{36}|.*[:/@.\s].*", re.DOTALL)


class Each:
    """The step of a path from a list or a mapping to what it holds."""

    def __repr__(self) -> str:
        return "EACH"


EACH = Each()

Path = tuple[str | Each, ...]
"""From the whole answer to a value in it: keys, and ``EACH``."""


class Scalar(StrEnum):
    """What a value is that holds no other."""

    BOOL = "bool"
    INT = "int"
    FLOAT = "float"
    TEXT = "str"


_SCALARS: Mapping[type, Scalar] = {bool: Scalar.BOOL, int: Scalar.INT, float: Scalar.FLOAT, str: Scalar.TEXT}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What was seen in one place; several of its properties say that the place had several kinds of value.

    ``fields`` are those of objects, ``entries`` what objects hold whose keys are data, ``items`` what lists hold.
    ``absent`` says that it was ``null`` or missing somewhere; ``opaque`` that it is too deep to describe.
    """

    scalars: frozenset[Scalar] = frozenset()
    fields: Mapping[str, "Shape"] | None = None
    entries: "Shape | None" = None
    items: "Shape | None" = None
    absent: bool = False
    opaque: bool = False

    def at(self, path: Path) -> "Shape":
        """Return the shape at ``path``."""
        found: Shape | None = self
        for step in path:
            if found is not None:
                found = found.items or found.entries if isinstance(step, Each) else (found.fields or {}).get(step)
        if found is None:
            raise KeyError(path)
        return found


def shape_of(value: object, *, depth: int = 0) -> Shape:
    """Return the shape of a value of JSON."""
    if value is None:
        return Shape(absent=True)
    if type(value) in _SCALARS:
        return Shape(scalars=frozenset({_SCALARS[type(value)]}))
    if depth >= _DEEPEST:
        return Shape(opaque=True)
    if isinstance(value, Mapping):
        return _object(value, depth)
    if isinstance(value, Sequence):
        return Shape(items=_all(value, depth))
    raise TypeError(f"{type(value).__name__} is not a type of JSON")


def is_keyed(value: Mapping[str, object]) -> bool:
    """Return whether the keys of an object look like data, such as ids, over values that are objects."""
    if not value or not all(isinstance(item, Mapping) for item in value.values()):
        return False
    alike = len({frozenset(item) for item in value.values() if isinstance(item, Mapping)}) == 1
    return all(_ID.fullmatch(key) for key in value) or (len(value) >= _MANY_KEYS and alike)


def merged(one: Shape, other: Shape) -> Shape:
    """Return the shape of what may be either."""
    one, other = _settled(one, other)
    return Shape(
        scalars=one.scalars | other.scalars,
        fields=_merged_fields(one.fields, other.fields),
        entries=_either(one.entries, other.entries),
        items=_either(one.items, other.items),
        absent=one.absent or other.absent,
        opaque=one.opaque or other.opaque,
    )


def _object(value: Mapping[str, object], depth: int) -> Shape:
    if is_keyed(value):
        return Shape(entries=_all(value.values(), depth))
    return Shape(fields={str(key): shape_of(item, depth=depth + 1) for key, item in value.items()})


def _all(values: Iterable[object], depth: int) -> Shape:
    return reduce(merged, (shape_of(item, depth=depth + 1) for item in values), Shape())


def _either(one: Shape | None, other: Shape | None) -> Shape | None:
    if one is None or other is None:
        return one or other
    return merged(one, other)


def _merged_fields(one: Mapping[str, Shape] | None, other: Mapping[str, Shape] | None) -> Mapping[str, Shape] | None:
    if one is None or other is None:
        return other if one is None else one
    return {
        key: merged(one[key], other[key])
        if key in one and key in other
        else replace(one.get(key) or other[key], absent=True)
        for key in {**one, **other}
    }


def _settled(one: Shape, other: Shape) -> tuple[Shape, Shape]:
    """Take objects for mappings on both sides when they are so on one."""
    if one.entries is None and other.entries is None:
        return one, other
    return _as_mapping(one), _as_mapping(other)


def _as_mapping(shape: Shape) -> Shape:
    if shape.fields is None:
        return shape
    entries = reduce(merged, shape.fields.values(), shape.entries or Shape())
    return replace(shape, fields=None, entries=entries)

"""Pydantic models for an answer, as Python source."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from dashboard_integrations.scaffold.shapes import EACH, Each, Path, Scalar, Shape
from dashboard_integrations.scaffold.source import call, literal, prose
from dashboard_integrations.scaffold.words import attribute_names, class_name, singular

__all__ = ["AnswerModels", "answer_models"]

_MOST_CLASSES = 60
_MOST_FIELDS = 150
_LONGEST_TYPE = 70
_ORDER = (Scalar.BOOL, Scalar.INT, Scalar.FLOAT, Scalar.TEXT)
_ADVICE = (
    "What a card reads is required: take ``| None = None`` off a field when you begin to read it, and an answer\n"
    "without it is an error that is told. Delete what you do not read."
)
_WORD = re.compile(r"\w+")
_IMPORTED = ("AwareDatetime", "BaseModel", "Field", "Mapping", "Sequence")


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerModels:
    """``source`` is a module, empty when no class is needed; ``root`` the answer's type, its classes as ``answers.X``.

    ``row`` is the type of what a list or mapping at the top or at the wanted place holds, likewise. ``left_out`` names
    what was too much or too deep to describe.
    """

    source: str
    root: str
    row: str | None
    left_out: Sequence[str] = ()


def answer_models(
    shape: Shape,
    *,
    name: str,
    used: Mapping[Path, str | None],
    rows: Path | None = None,
    docstring: str = "What the service answers.",
) -> AnswerModels:
    """Return models that parse every value of ``shape``.

    ``used`` are the places that a view reads, with a type of their own where they have one; they, and what they stand
    in, are required when they were always there. Everything else may be missing: a service that leaves out what
    nobody reads breaks nothing.
    """
    writer = _Writer(used=used)
    root = writer.annotation(shape, (), name)
    row = None if rows is None else writer.types.get((*rows, EACH))
    return AnswerModels(
        source=writer.module(docstring),
        root=writer.outside(root),
        row=None if row is None else writer.outside(row),
        left_out=tuple(writer.left_out),
    )


@dataclass(slots=True, kw_only=True)
class _Writer:
    used: Mapping[Path, str | None]
    classes: dict[str, str] = field(default_factory=dict)
    by_fields: dict[tuple[str, ...], str] = field(default_factory=dict)
    types: dict[Path, str] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    imported: set[str] = field(default_factory=set)
    _needed: frozenset[Path] = field(init=False)

    def __post_init__(self) -> None:
        self._needed = frozenset(path[:length] for path in self.used for length in range(1, len(path) + 1))

    def annotation(self, shape: Shape, path: Path, name: str) -> str:
        """Return the type of ``shape`` without ``None``; write the classes it needs."""
        self.types[path] = found = self.used.get(path) or self._annotation(shape, path, name)
        self.imported |= {name for name in ("AwareDatetime", "Mapping", "Sequence") if name in _WORD.findall(found)}
        return found

    def _annotation(self, shape: Shape, path: Path, name: str) -> str:
        if shape.opaque:
            self._leave_out(path)
            return "object"
        parts = [scalar.value for scalar in _ORDER if scalar in shape.scalars]
        if shape.items is not None:
            parts.append(f"Sequence[{self._inside(shape.items, (*path, EACH), name)}]")
        if shape.entries is not None:
            parts.append(f"Mapping[str, {self._inside(shape.entries, (*path, EACH), name)}]")
        if shape.fields is not None:
            parts.append(self._model(shape.fields, path, name))
        text = " | ".join(parts)
        return text if 0 < len(text) <= _LONGEST_TYPE else "object"

    def _inside(self, shape: Shape, path: Path, name: str) -> str:
        found = self.annotation(shape, path, class_name(singular(name), taken=(*self.classes, *_IMPORTED)))
        return f"{found} | None" if shape.absent and found != "object" else found

    def _model(self, fields: Mapping[str, Shape], path: Path, name: str) -> str:
        if len(self.classes) >= _MOST_CLASSES and path not in self._needed:
            self._leave_out(path)
            return "object"
        name = class_name(name, taken=(*self.classes, *_IMPORTED))
        self.classes[name] = ""  # its place among the others is after those it needs
        names = attribute_names(fields)
        kept = [key for place, key in enumerate(fields) if place < _MOST_FIELDS or (*path, key) in self._needed]
        if len(kept) < len(fields):
            self.left_out.append(f"{len(fields) - len(kept)} fields of {name}")
        lines = tuple(self._field(key, names[key], fields[key], (*path, key)) for key in kept)
        del self.classes[name]
        if lines in self.by_fields and path:
            return self.by_fields[lines]
        self.by_fields[lines] = name
        body = "\n".join(f"    {line}" for line in lines)
        self.classes[name] = f'class {name}(BaseModel):\n    """{_told(path)}"""\n' + (f"\n{body}\n" if body else "")
        return name

    def _field(self, key: str, name: str, shape: Shape, path: Path) -> str:
        kind = self.annotation(shape, path, class_name(key, taken=(*self.classes, *_IMPORTED)))
        optional = shape.absent or path not in self._needed
        arguments = [*(["default=None"] if optional else []), *([f"alias={literal(key)}"] if name != key else [])]
        declared = f"{name}: {kind}{' | None' if optional and kind != 'object' else ''}"
        if name == key:
            return f"{declared} = None" if optional else declared
        self.imported.add("Field")
        return f"{declared} = {call('Field', arguments, indent=1, lead=len(declared) + len(' = '))}"

    def _leave_out(self, path: Path) -> None:
        self.left_out.append(prose(_where(path)) or "everything")

    def outside(self, annotation: str) -> str:
        """Return ``annotation`` as another module writes it without imports, for calls that want a type to make."""
        concrete = annotation.replace("Sequence[", "list[").replace("Mapping[", "dict[")
        return _WORD.sub(lambda word: f"answers.{word[0]}" if word[0] in self.classes else word[0], concrete)

    def module(self, docstring: str) -> str:
        """Return the source of all classes, in an order in which each knows those it needs."""
        if not self.classes:
            return ""
        from_abc = sorted(self.imported & {"Mapping", "Sequence"})
        from_pydantic = sorted({"BaseModel", *(self.imported - {"Mapping", "Sequence"})})
        imports = f"from pydantic import {', '.join(from_pydantic)}"
        if from_abc:
            imports = f"from collections.abc import {', '.join(from_abc)}\n\n{imports}"
        body = "\n\n".join(self.classes.values())
        return f'"""{prose(docstring)}\n\n{_ADVICE}\n"""\n\n{imports}\n\n\n{body}'


def _where(path: Path) -> str:
    return ".".join("…" if isinstance(step, Each) else step for step in path)


def _told(path: Path) -> str:
    where = prose(_where(path), longest=60)
    return f"At ``{where}``." if where else "The whole answer."

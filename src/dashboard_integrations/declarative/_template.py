"""Placeholders: text with names in braces, and no other thing that a program would have."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Annotated, Self

from pydantic import BeforeValidator, InstanceOf

__all__ = ["Name", "Template", "TemplateText", "check_name"]

_NAME = re.compile(r"[a-z][a-z0-9_]{0,49}")
_PIECE = re.compile(r"\{\{|\}\}|\{(?P<name>[^{}]*)\}|[{}]|[^{}]+")
_LONGEST = 2_000


@dataclass(frozen=True, slots=True)
class Name:
    """A place that a value goes to."""

    name: str


@dataclass(frozen=True, slots=True)
class Template:
    """Text whose ``{name}`` stands for a value; ``{{`` and ``}}`` stand for one brace each."""

    text: str
    parts: tuple[str | Name, ...]

    @classmethod
    def parse(cls, text: object) -> Self:
        """Return the template that ``text`` is; raise ``ValueError``."""
        if isinstance(text, cls):
            return text
        if not isinstance(text, str):
            raise ValueError("should be text")  # noqa: TRY004  (pydantic reports a ValueError)
        if len(text) > _LONGEST:
            raise ValueError(f"is longer than {_LONGEST:,} characters")
        return cls(text, tuple(_parts(text)))

    @property
    def names(self) -> tuple[str, ...]:
        """The names in it, in their order."""
        return tuple(part.name for part in self.parts if isinstance(part, Name))

    @property
    def only_name(self) -> str | None:
        """The name that is all there is to it, if so."""
        return self.names[0] if len(self.parts) == 1 and self.names else None

    def filled(self, value_of: Callable[[str], str]) -> str:
        """Return the text with what ``value_of`` returns for each name."""
        return "".join(part if isinstance(part, str) else value_of(part.name) for part in self.parts)


TemplateText = Annotated[InstanceOf[Template], BeforeValidator(Template.parse)]
"""A field that is read as a template."""


def check_name(name: str) -> str:
    """Return ``name`` when a placeholder can have it; raise ``ValueError``."""
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name[:60]!r} is no name: use lower-case letters, digits and '_', as in 'api_key'")
    return name


def _parts(text: str) -> Iterator[str | Name]:
    for match in _PIECE.finditer(text):
        piece, name = match.group(), match.group("name")
        if name is not None:
            yield Name(check_name(name))
        elif piece in ("{{", "}}"):
            yield piece[0]
        elif piece in ("{", "}"):
            raise ValueError(
                f"has a single {piece!r}: a placeholder is {{name}}, and '{piece * 2}' is the brace itself"
            )
        else:
            yield piece

"""ES modules as a bundle needs them: what each takes from others, what it offers, and the code that is left."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from dashboard_integrations.ui.bundles.shorter import shorter
from dashboard_integrations.ui.bundles.syntax import Role, Syntax
from dashboard_integrations.ui.bundles.tokens import Kind, Token, read_tokens

__all__ = ["Module", "Origin"]

Origin = tuple[str, str]
"""A module's name, and that of something in it."""

_DECLARATIONS = frozenset({"async", "class", "const", "function", "let"})


@dataclass(slots=True)
class Module:
    """A module, read: ``Module.of(name, code)``."""

    name: str
    syntax: Syntax
    imports: dict[str, Origin] = field(default_factory=dict)
    """What its own names of imported things stand for."""
    exports: dict[str, Origin] = field(default_factory=dict)
    """What others may take from it; some of that is of other modules."""
    all_of: list[str] = field(default_factory=list)
    """The modules whose exports are this one's too."""
    outermost: set[str] = field(default_factory=set)
    """The names that it declares outside of all brackets."""
    inner: set[tuple[int, str]] = field(default_factory=set)
    """Those that it declares inside of brackets, each with the unit of its syntax."""
    _left_out: set[int] = field(default_factory=set)

    @classmethod
    def of(cls, name: str, code: str) -> "Module":
        """Read a module; raise ``ValueError`` for one that is written in a way that cannot be joined."""
        syntax = Syntax(tuple(shorter(read_tokens(code))))
        module = cls(name, syntax)
        for place in syntax.outermost:
            module._read(place)
        module.inner = {(unit, name) for place, unit in enumerate(syntax.units) for name in syntax.declared_at(place)}
        return module

    @property
    def needs(self) -> list[str]:
        """The modules that have to be there before it, in its order."""
        return list(dict.fromkeys([*(name for name, _ in self.imports.values()), *self.all_of, *self._passed_on()]))

    def _passed_on(self) -> Iterator[str]:
        return (name for name, _ in self.exports.values() if name != self.name)

    def variables(self) -> Iterator[tuple[int, str]]:
        """Yield the places of names that can be replaced, and the names."""
        for place, role in self.syntax.roles.items():
            if role is not Role.PROPERTY and place not in self._left_out:
                yield place, self.syntax.text(place)

    def renamed(self, names: Mapping[int, str]) -> Iterator[Token]:
        """Yield the code that is left, with other names at these places."""
        for place, token in enumerate(self.syntax.tokens):
            if place in self._left_out:
                continue
            name = names.get(place, token.text)
            if name != token.text and self.syntax.roles.get(place) is Role.BOTH:
                yield from (token, Token(Kind.MARK, ":"))
            yield Token(token.kind, name)

    def _read(self, place: int) -> None:
        text = self.syntax.text(place)
        if text in _DECLARATIONS:
            self.outermost |= set(self.syntax.declared_at(place))
        elif text == "export" and self.syntax.text(place + 1) in _DECLARATIONS:
            at = place + (2 if self.syntax.text(place + 1) == "async" else 1)
            self.exports |= {name: (self.name, name) for name in self.syntax.declared_at(at)}
            self._left_out.add(place)
        elif text in {"import", "export"} and self.syntax.text(place + 1) != ".":
            self._read_clause(place)

    def _read_clause(self, place: int) -> None:
        """Read ``import {…} from "…";``, ``export {…} from "…";``, ``export {…};`` or ``export * from "…";``."""
        end = next(at for at in self.syntax.outermost if at > place and self.syntax.text(at) == ";")
        kind, *words = (self.syntax.text(at) for at in range(place, end))
        source = words[-1][1:-1].removeprefix("./") if words[-1][0] == '"' else self.name
        names = list(_pairs(words[1 : words.index("}")])) if words[0] == "{" else []
        if words[0] == "{" and kind == "import":
            self.imports |= {own: (source, theirs) for theirs, own in names}
        elif words[0] == "{":
            self.exports |= {public: (source, own) for own, public in names}
        elif kind == "export" and words[:2] == ["*", "from"]:
            self.all_of.append(source)
        else:
            raise ValueError(f"{self.name} has an {kind} without a list of names in braces: {' '.join(words)}")
        self._left_out |= set(range(place, end + 1))


def _pairs(words: list[str]) -> Iterator[tuple[str, str]]:
    """Read ``a, b as c``."""
    for item in " ".join(words).split(","):
        first, *_, last = item.split() * 2 or ("", "")
        if first:
            yield first, last

"""What the names of a JavaScript module are: properties, or names of its own that another name could replace."""

from collections.abc import Iterator, Sequence
from enum import Enum

from dashboard_integrations.ui.bundles.tokens import Kind, Token

__all__ = ["Role", "Syntax"]

_MODIFIERS = frozenset({"async", "get", "set", "static"})
_CONTROL = frozenset({"if", "for", "while", "switch"})
_BEFORE_OBJECT = frozenset({"(", "[", ",", ":", "?", "...", "&&", "||", "??", "return", "of", "in", "const", "let"})
_STARTS = {"object": frozenset({"{", ","}), "class": frozenset({"{", "}", ";"})}


class Role(Enum):
    """What a name does at its place."""

    PROPERTY = "property"
    VARIABLE = "variable"
    BOTH = "both"
    """``{ name }`` and ``{ name = 1 }``: the property of this name, and the variable."""


class Syntax:
    """The brackets of a module, and the roles of its names."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens = tokens
        self.partners: dict[int, int] = {}
        """Where each bracket is closed or was opened."""
        self.roles: dict[int, Role] = {}
        self.outermost: list[int] = []
        """The places outside of all brackets."""
        self.units: list[int] = []
        """For each place where the statement or the member of a class begins that it is in, whose names are its own."""
        self._holders: dict[int, str] = {}
        self._read()

    def text(self, place: int) -> str:
        """Return the token's text, nothing beyond the ends."""
        return self.tokens[place].text if 0 <= place < len(self.tokens) else ""

    def declared_at(self, place: int) -> Iterator[str]:
        """Yield the names that are declared by what begins here: a keyword, or the end of parameters."""
        text = self.text(place)
        if text in {"const", "let"}:
            yield from self._declarators(place + 1)
        elif text in {"class", "function"} and self.tokens[place + 1].kind is Kind.NAME:
            yield self.text(place + 1)
        elif text == "=>" or (text == "{" and self.text(place - 1) == ")" and not self._is_control(place - 1)):
            yield from self._bindings(self.partners.get(place - 1, place - 1))

    def _is_control(self, end: int) -> bool:
        return self.text(self.partners[end] - 1) in _CONTROL

    def _declarators(self, place: int) -> Iterator[str]:
        yield from self._bindings(place)
        while self.text(place) not in {",", ";", ")", "of", "in", ""}:
            place = max(place, self.partners.get(place, place)) + 1
        if self.text(place) == ",":
            yield from self._declarators(place + 1)

    def _bindings(self, place: int) -> Iterator[str]:
        """Yield the names in a pattern, less those in defaults."""
        end = self.partners.get(place, place)
        while place <= end:
            if self.text(place) == "=":
                while self.text(place) not in {",", ")", "]", "}"}:
                    place = max(place, self.partners.get(place, place)) + 1
            if self.roles.get(place) in {Role.VARIABLE, Role.BOTH}:
                yield self.text(place)
            place += 1

    def _read(self) -> None:
        opened: list[int] = []
        is_class = is_start = False
        for place, token in enumerate(self.tokens):
            if token.closes:
                start = opened.pop()
                self.partners |= {start: place, place: start}
            if not opened:
                self.outermost.append(place)
            self.units.append(self._unit(place, opened))
            if token.kind is Kind.NAME:
                holder = self._holders[opened[-1]] if opened else ""
                is_start = self._is_start(place, holder, after_modifier=is_start)
                self.roles[place] = self._role(place, holder, is_start=is_start)
                is_class |= token.text == "class" and self.roles[place] is Role.VARIABLE
            if token.opens:
                self._holders[place] = self._holder(place, is_class=is_class)
                is_class = is_class and token.text != "{"
                opened.append(place)

    def _holder(self, place: int, *, is_class: bool) -> str:
        before = self.text(place - 1)
        if self.text(place) != "{":
            return ""
        if is_class:
            return "class"
        is_block = before == ":" and self.text(place - 3) == "case"
        is_object = before in _BEFORE_OBJECT or before.endswith(("${", "="))
        return "object" if is_object and not is_block else ""

    def _unit(self, place: int, opened: Sequence[int]) -> int:
        is_outer = not opened or (len(opened) == 1 and self._holders[opened[0]] == "class")
        is_word = self.tokens[place].kind in {Kind.NAME, Kind.PRIVATE}
        begins = not place or (is_outer and is_word and self.text(place - 1) in _STARTS["class"])
        return place if begins else self.units[-1]

    def _is_start(self, place: int, holder: str, *, after_modifier: bool) -> bool:
        before = self.text(place - 1)
        return before in _STARTS.get(holder, ()) or (bool(holder) and after_modifier and before in _MODIFIERS)

    def _role(self, place: int, holder: str, *, is_start: bool) -> Role:
        after = self.text(place + 1)
        if self.text(place - 1) in {".", "?."}:
            return Role.PROPERTY
        if holder == "class" and is_start:
            return Role.PROPERTY
        if holder == "object" and is_start and after in {":", "("}:
            return Role.PROPERTY
        if holder == "object" and is_start and after in {",", "}", "="}:
            return Role.BOTH
        return Role.VARIABLE

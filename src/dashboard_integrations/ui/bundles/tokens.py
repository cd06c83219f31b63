"""The tokens of a JavaScript module, and the shortest text that has the same ones."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

__all__ = ["Kind", "Token", "read_tokens", "write_tokens"]


class Kind(Enum):
    """What a token is; a template is a token for each piece between its ``${…}``."""

    NAME = "name"
    PRIVATE = "private"
    NUMBER = "number"
    STRING = "string"
    PATTERN = "pattern"
    TEMPLATE = "template"
    MARK = "mark"


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of code that white space must not divide."""

    kind: Kind
    text: str

    @property
    def opens(self) -> bool:
        """Whether it is an opening bracket, or ends with one."""
        return self.text[-1] in "([{" and (self.kind is Kind.MARK or self.kind is Kind.TEMPLATE)

    @property
    def closes(self) -> bool:
        """Whether it is a closing bracket, or begins with one."""
        return self.text[0] in ")]}" and (self.kind is Kind.MARK or self.kind is Kind.TEMPLATE)


_SKIPPED = re.compile(r"(?:\s+|//[^\n]*|/\*.*?\*/)+", re.DOTALL)
_TOKEN = re.compile(
    r"""(?P<name>[A-Za-z_$][\w$]*)
      | (?P<private>\#[A-Za-z_$][\w$]*)
      | (?P<number>(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:e[+-]?\d+)?)
      | (?P<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
      | (?P<mark>\.\.\.|=>|\?\.(?!\d)|\+\+|--|[!=]==?|[<>]=|(?:\*\*|\?\?|\|\||&&|<<|>>>?|[-+*/%&|^])=?
                |[][{}();,:?.~!<>=])
    """,
    re.VERBOSE,
)
_PATTERN = re.compile(r"/(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/[a-z]*")
_PIECE = re.compile(r"[`}](?:[^`\\$]|\\.|\$(?!\{))*(?:`|\$\{)", re.DOTALL)
_OPERATORS = frozenset(
    {"await", "case", "delete", "else", "in", "instanceof", "of", "return", "throw", "typeof", "void"}
)
_ENDS = frozenset({")", "]", "}"})


def read_tokens(code: str) -> tuple[Token, ...]:
    """Read a module; raise ``ValueError`` where it holds what is no token.

    A slash after ``}`` divides: a statement of these modules does not begin with a regular expression.
    """
    return tuple(_read(code))


def _read(code: str) -> Iterator[Token]:
    place, holes, last = 0, list[int](), None
    while True:
        skipped = _SKIPPED.match(code, place)
        place = skipped.end() if skipped else place
        if place == len(code):
            return
        last = _next(code, place, holes, last)
        place += len(last.text)
        _count(last, holes)
        yield last


def _next(code: str, place: int, holes: list[int], last: Token | None) -> Token:
    """Return the token at this place; ``holes`` counts the braces that are open in each ``${…}``."""
    if code[place] == "`" or (code[place] == "}" and holes and not holes[-1]):
        kind, found = Kind.TEMPLATE, _PIECE.match(code, place)
    elif code[place] == "/" and not _is_value(last):
        kind, found = Kind.PATTERN, _PATTERN.match(code, place)
    else:
        found = _TOKEN.match(code, place)
        kind = Kind(found.lastgroup) if found else Kind.MARK
    if not found:
        line = code.count("\n", 0, place) + 1
        raise ValueError(f"no token begins in line {line} with {code[place : place + 20]!r}")
    return Token(kind, found[0])


def _is_value(token: Token | None) -> bool:
    if token is None or token.kind is Kind.MARK:
        return token is not None and token.text in _ENDS
    return token.text not in _OPERATORS and not (token.kind is Kind.TEMPLATE and token.text.endswith("${"))


def _count(token: Token, holes: list[int]) -> None:
    if token.kind is Kind.TEMPLATE:
        if token.closes:
            holes.pop()
        if token.text.endswith("${"):
            holes.append(0)
    elif holes and token.text in {"{", "}"}:
        holes[-1] += 1 if token.text == "{" else -1


def write_tokens(tokens: Iterable[Token]) -> str:
    """Write tokens as one line, with space only where two would become one.

    That takes modules whose statements all end in semicolons, none of them empty.
    """
    written: list[str] = []
    for token in tokens:
        last = written[-1] if written else " "
        if (last == ";" and token.text == "}") or (last == "," and token.text in _ENDS):
            written.pop()
        elif _would_merge(last[-1], token.text[0]):
            written.append(" ")
        written.append(token.text)
    return "".join(written)


def _would_merge(left: str, right: str) -> bool:
    def is_word(char: str) -> bool:
        return char.isalnum() or char in "_$#"

    return (is_word(left) and is_word(right)) or (left == right and left in "+-")

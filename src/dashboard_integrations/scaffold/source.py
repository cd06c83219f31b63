"""Python source that formatters leave as it is: literals, calls, and lists of lines."""

from collections.abc import Sequence

__all__ = ["WIDTH", "bracketed", "call", "literal", "prose"]

WIDTH = 120
_INDENT = "    "


def literal(value: object) -> str:
    """Return ``value``, made of JSON's types, as a literal; nothing of a text ends the literal it stands in."""
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, dict):
        return f"{{{', '.join(f'{literal(key)}: {literal(item)}' for key, item in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(literal, value))}]"
    if value is None or isinstance(value, bool | int | float):
        return repr(value)
    raise TypeError(f"{value!r} is not made of JSON's types")


def call(head: str, arguments: Sequence[str], *, indent: int, lead: int = 0, brackets: str = "()") -> str:
    """Return ``head(arguments)``, in one line when ``lead`` more columns leave room for it."""
    opened, closed = brackets[0], brackets[1]
    flat = f"{head}{opened}{', '.join(arguments)}{closed}"
    if len(flat) + lead + len(_INDENT) * indent < WIDTH and "\n" not in flat:
        return flat
    return bracketed(head, arguments, indent=indent, brackets=brackets)


def bracketed(head: str, arguments: Sequence[str], *, indent: int, brackets: str = "()") -> str:
    """Return ``head(arguments)`` with each argument in a line of its own."""
    opened, closed = brackets[0], brackets[1]
    lines = (f"{_INDENT * (indent + 1)}{argument},\n" for argument in arguments)
    return f"{head}{opened}\n{''.join(lines)}{_INDENT * indent}{closed}"


def prose(text: str, *, longest: int = 90) -> str:
    """Return ``text`` as one plain line for docstrings and comments: nothing in it ends them."""
    plain = "".join(character if character.isprintable() else " " for character in text)
    line = " ".join(plain.replace("\\", "/").replace('"', "'").split())
    return line if len(line) <= longest else f"{line[: longest - 1].rstrip()}…"


def _text(value: str) -> str:
    quote = "'" if value.count('"') > value.count("'") else '"'
    return f"{quote}{''.join(_escaped(character, quote) for character in value)}{quote}"


def _escaped(character: str, quote: str) -> str:
    if character in {quote, "\\"}:
        return f"\\{character}"
    return character if character.isprintable() else repr(character)[1:-1]

"""Tokens that say the same in fewer characters: numbers, declarations, and style sheets in templates for ``css``."""

import re
from collections.abc import Iterable, Iterator

from dashboard_integrations.ui.bundles.tokens import Kind, Token

__all__ = ["merged", "shorter"]

_SPACE = re.compile(r"\s+")
_AROUND = re.compile(r" ?([{};,>]) ?|(:) ")
_ZERO = re.compile(r"(?<![\w.])0(?=\.\d)")


def shorter(tokens: Iterable[Token]) -> Iterator[Token]:
    """Yield the tokens; what other templates hold stays as it is."""
    before, open_sheets = "", list[bool]()
    for token in tokens:
        yield _shorter(token, before, open_sheets)
        before = token.text


def _shorter(token: Token, before: str, open_sheets: list[bool]) -> Token:
    if token.kind is Kind.NUMBER:
        return Token(Kind.NUMBER, _ZERO.sub("", token.text.replace("_", "")))
    if token.text == "const" and before not in {".", "?."}:
        return Token(Kind.NAME, "let")  # that nobody assigns to it has been seen to before
    if token.kind is not Kind.TEMPLATE:
        return token
    is_sheet = open_sheets.pop() if token.text.startswith("}") else before == "css"
    end = "${" if token.text.endswith("${") else "`"
    if end == "${":
        open_sheets.append(is_sheet)
    inner = token.text[1:].removesuffix(end)
    return Token(Kind.TEMPLATE, token.text[0] + _sheet(inner) + end) if is_sheet else token


def _sheet(text: str) -> str:
    packed = _AROUND.sub(lambda found: found[1] or found[2], _SPACE.sub(" ", text))
    return _ZERO.sub("", packed.replace(";}", "}"))


def merged(tokens: Iterable[Token]) -> Iterator[Token]:
    """Yield the tokens with declarations that follow each other made one: ``let a = 1, b = 2;``."""
    declares = [False]  # for each open bracket, whether the statement in it is a declaration
    end: Token | None = None
    for token in tokens:
        if end is not None:
            declares[-1] = token.text == "let"
            yield Token(Kind.MARK, ",") if declares[-1] else end
            end = None
        elif token.text == "let":
            declares[-1] = True
            yield token
        if token.text == ";" and declares[-1]:
            end = token
        elif token.text != "let":
            if token.closes:
                declares.pop()
            if token.opens:
                declares.append(False)
            yield token
    if end is not None:
        yield end

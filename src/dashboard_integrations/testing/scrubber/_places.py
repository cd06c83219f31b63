"""Places in a recording: the strings and numbers of plain JSON with the path to each, and the paths to leave alone."""

import re
from collections.abc import Collection, Iterator, Mapping

__all__ = ["Kept", "leaves", "names"]

_STEP = re.compile(r"\.\.|\[\*\]|\.\*|.", re.DOTALL)
_STEPS: dict[str, str] = {"..": r"(?:\..*)?\.", "[*]": r"\[\d+\]", ".*": r"\.[^.\[]+"}


def leaves(value: object, place: str = "$", name: str = "") -> Iterator[tuple[str, str, object]]:
    """Yield path, name and value of everything that is neither an object nor a list.

    The name is the key it has, or the one of the list it is in.
    """
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from leaves(item, f"{place}.{key}", str(key))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from leaves(item, f"{place}[{number}]", name)
    else:
        yield place, name, value


def names(value: object) -> Iterator[str]:
    """Yield every key of every object."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield str(key)
            yield from names(item)
    elif isinstance(value, list):
        for item in value:
            yield from names(item)


class Kept:
    """What is to be left as it is: values, and JSON paths such as ``$..hostname`` with all below them."""

    def __init__(self, wishes: Collection[str]) -> None:
        self.values = frozenset(wish for wish in wishes if not wish.startswith("$"))
        self._paths = [re.compile(_pattern(wish)) for wish in wishes if wish.startswith("$")]

    def has_place(self, place: str) -> bool:
        """Return whether what is at ``place`` is left alone."""
        return any(path.match(place) for path in self._paths)


def _pattern(path: str) -> str:
    steps = "".join(_STEPS.get(match[0], re.escape(match[0])) for match in _STEP.finditer(path))
    return rf"{steps}(?=$|[.\[])"

"""Stand-ins: one for each value, the same wherever the value stands."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from dashboard_integrations.testing.scrubber._jwt import parsed_jwt
from dashboard_integrations.testing.scrubber._shapes import Shape, by_character, shape_of

__all__ = ["Fakes", "Replaced", "ScrubError"]

_MOST_TRIES = 10_000
_MOST_SECRETS = 1_000
_NOT_IN_A_TOKEN = re.compile(r"[^A-Za-z0-9_-]+")
_MADE_UP = ("recorded-{}-{}", "recorded_{}_{}", "recorded{}x{}", "standin-{}-{}", "{}_{}_z")


class ScrubError(ValueError):
    """A secret cannot be kept out of the recording; the message says which one and what to do next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replaced:
    """A value and what stands in its place. Of a secret ``original`` is ``None``."""

    kind: str
    original: str | None
    fake: str


class Fakes:
    """Makes stand-ins; ``is_taken`` tells which text may not be one, because it is there already or holds a secret."""

    def __init__(self, is_taken: Callable[[str], bool]) -> None:
        self._is_taken = is_taken
        self._used: set[str] = set()
        self._counts: dict[str, int] = {}
        self._numbers: dict[tuple[str, str], int] = {}
        self._made: dict[str, str] = {}
        self._replaced: dict[tuple[str, str], Replaced] = {}

    @property
    def replaced(self) -> tuple[Replaced, ...]:
        """Every value that got a stand-in, in the order in which they were met."""
        return tuple(self._replaced.values())

    def is_fake(self, text: str) -> bool:
        """Return whether ``text`` is a stand-in."""
        return text in self._used

    def shaped(self, original: str, shape: Shape) -> str:
        """Return a stand-in of the same shape."""
        key = shape.kind, shape.canonical(original)
        if key not in self._numbers:
            self._numbers[key] = self._next(shape.kind, lambda number: shape.make(original, number))
        made = shape.make(original, self._numbers[key])
        self._note(shape.kind, original, made)
        return made

    def named(self, original: str, kind: str, pattern: str) -> str:
        """Return a stand-in after a pattern such as ``user-{}``; upper and lower case are the same."""
        key = f"{kind} {original.lower()}"
        if key not in self._made:
            number = self._next(pattern, pattern.format)
            self._made[key] = pattern.format(number)
        self._note(kind, original, self._made[key])
        return self._made[key]

    def like(self, original: str, kind: str) -> str:
        """Return a stand-in with letters and digits in the same places."""
        shape = shape_of(original)
        if shape is not None:
            return self.shaped(original, shape)
        key = f"{kind} {original}"
        if key not in self._made:
            form = by_character(original, 0)
            number = self._next(form, lambda tried: by_character(original, tried))
            self._made[key] = by_character(original, number)
        self._note(kind, original, self._made[key])
        return self._made[key]

    def secret(self, original: str, label: str, *, of_its_shape: bool = False, shared: bool = False) -> str:
        """Return a stand-in for a secret.

        With ``shared`` it is the same for every secret of that label: a login made again yields another session, and a
        recording has to answer in whatever order it is asked.
        """
        key = f"shared {label}" if shared else f"secret {original}"
        if key not in self._made:
            self._made[key] = self._secret(original, label, of_its_shape=of_its_shape)
        self._note("secret", None, self._made[key])
        return self._made[key]

    def _secret(self, original: str, label: str, *, of_its_shape: bool) -> str:
        shape = shape_of(original)
        if of_its_shape or (shape is not None and shape.kind == "UUID"):
            make = by_character if shape is None else shape.make
            number = self._next(f"shape {label}", lambda tried: make(original, tried))
            return make(original, number)
        jwt = parsed_jwt(original)
        if jwt is not None:
            number = self._next("jwt", jwt.made)
            return jwt.made(number)
        plain = _NOT_IN_A_TOKEN.sub("-", label).strip("-") or "secret"
        made_up = (pattern.format(plain, number) for pattern in _MADE_UP for number in range(1, _MOST_SECRETS))
        made = next((made for made in made_up if made not in self._used and not self._is_taken(made)), None)
        if made is None:
            raise ScrubError(f"no stand-in can be made for {label!r}: choose a secret that is no ordinary word")
        self._used.add(made)
        return made

    def _next(self, count: str, make: Callable[[int], str]) -> int:
        for number in range(self._counts.get(count, 0) + 1, self._counts.get(count, 0) + _MOST_TRIES):
            made = make(number)
            if made not in self._used and not self._is_taken(made):
                self._counts[count] = number
                self._used.add(made)
                return number
        raise ScrubError(f"there are not enough stand-ins like {make(1)!r}: leave the others with --keep")

    def _note(self, kind: str, original: str | None, fake: str) -> None:
        self._replaced.setdefault((original or "", fake), Replaced(kind=kind, original=original, fake=fake))

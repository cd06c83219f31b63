"""What looks like a secret and nobody knows: long strings in which no letter follows from the one before."""

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dashboard_integrations.testing.scrubber._fakes import Fakes
from dashboard_integrations.testing.scrubber._places import leaves

__all__ = ["Suspect", "suspects_in"]

_RUN = re.compile(r"[A-Za-z0-9+/_=~-]{20,}")
# Bytes; and headers of which every credential has been replaced.
_IS_DONE = re.compile(r"\.base64$|\.headers\.(authorization|cookie|set-cookie)\b")
_LEAST_BITS = 3.5
_MOST = 50
_WORD = re.compile(r"[a-z]{4,}|[A-Z][a-z]{3,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspect:
    """A string that may be a secret, with the JSON path to it; ``shown`` is its beginning."""

    place: str
    value: str = field(repr=False)

    @property
    def shown(self) -> str:
        """Its beginning and its length: enough to find it."""
        return f"{self.value[:4]}… ({len(self.value)} characters)"


def suspects_in(done: Mapping[str, Any], fakes: Fakes) -> Sequence[Suspect]:
    """Return what is left in a scrubbed recording and looks like a secret, each value once."""
    found: dict[str, Suspect] = {}
    for place, _, value in leaves(done):
        for match in _RUN.finditer(value) if isinstance(value, str) and not _IS_DONE.search(place) else ():
            if _is_random(match[0]) and not fakes.is_fake(match[0]):
                found.setdefault(match[0], Suspect(place=place, value=match[0]))
    return list(found.values())[:_MOST]


def _is_random(text: str) -> bool:
    kinds = [any(test(character) for character in text) for test in (str.isdecimal, str.islower, str.isupper)]
    return sum(kinds) > 1 and kinds[0] and _bits(text) >= _LEAST_BITS and not _is_made_of_words(text)


def _bits(text: str) -> float:
    """Return the entropy of a character of ``text``, by how often each occurs."""
    return -sum(count / len(text) * math.log2(count / len(text)) for count in Counter(text).values())


def _is_made_of_words(text: str) -> bool:
    return sum(len(word) for word in _WORD.findall(text)) * 2 > len(text)

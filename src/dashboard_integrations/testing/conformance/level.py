"""Levels: how far an integration has come, by the checks that it stands."""

from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from typing import TypeVar

__all__ = ["Level", "check", "checks_of", "level_reached"]

CheckT = TypeVar("CheckT", bound=Callable[..., object])

_MARK = "__conformance_level__"


class Level(StrEnum):
    """What an integration is worth to who installs it."""

    BRONZE = "bronze"
    """It works, and what it shows is true."""
    SILVER = "silver"
    """It fails as it should: in our words, in time, without a secret, at each of its calls."""
    GOLD = "gold"
    """It is documented, and a good neighbour to everything else in the dashboard."""

    @property
    def rank(self) -> int:
        """Return 1 for bronze."""
        return list(Level).index(self) + 1


def check(level: Level) -> Callable[[CheckT], CheckT]:
    """Say which level a check of the contract is part of."""

    def mark(method: CheckT) -> CheckT:
        setattr(method, _MARK, level)
        return method

    return mark


def checks_of(contract: type) -> Mapping[str, Level]:
    """Return the checks of a class with their levels, those that do not apply to its integration left out."""
    return dict(_checks(contract))


def level_reached(levels: Mapping[str, Level], fulfilled: Mapping[str, bool]) -> Level | None:
    """Return the highest level below and at which every check is fulfilled; one that did not run is not."""
    reached: Level | None = None
    for level in Level:
        if not all(fulfilled.get(name, False) for name, of in levels.items() if of is level):
            break
        reached = level
    return reached


def _checks(contract: type) -> Iterator[tuple[str, Level]]:
    for name in dir(contract):
        level = getattr(getattr(contract, name, None), _MARK, None)
        if isinstance(level, Level):
            yield name, level

"""A check: what was looked at, what was found, and what to do about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Check", "Verdict"]

_WIDTH = 26


class Verdict(StrEnum):
    """How it is."""

    OK = "ok"
    NOTE = "note"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One finding; ``fix`` says what to do, or why it is so."""

    name: str
    told: str
    verdict: Verdict = Verdict.OK
    fix: str | None = None

    def lines(self) -> Sequence[str]:
        """Return the finding for a person."""
        below = [f"{'':7}-> {self.fix}"] if self.fix else []
        return [f"{self.verdict:<6} {self.name:<{_WIDTH}} {self.told}", *below]

    def as_json(self) -> dict[str, str | None]:
        """Return the finding for a program."""
        return {"name": self.name, "verdict": self.verdict.value, "told": self.told, "fix": self.fix}

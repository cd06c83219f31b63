"""What a check found."""

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Finding", "Verdict"]


class Verdict(StrEnum):
    """How a check ended: all is well, it could be better, or it has to be mended."""

    OK = "ok"
    ADVICE = "advice"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was found about one topic; ``message`` says what to do unless all is well."""

    topic: str
    verdict: Verdict
    message: str

    @classmethod
    def of(cls, topic: str, *, wrong: str = "", advice: str = "", ok: str = "") -> "Finding":
        """Return the worst of what there is to say."""
        verdict = Verdict.WRONG if wrong else Verdict.ADVICE if advice else Verdict.OK
        return cls(topic=topic, verdict=verdict, message=wrong or advice or ok)

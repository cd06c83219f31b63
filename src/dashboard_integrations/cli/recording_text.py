"""A scrubbed recording as lines to look at before it is kept."""

import difflib
import re
from collections.abc import Collection, Iterable, Iterator, Sequence

import click

from dashboard_integrations.cli.output import safe, table
from dashboard_integrations.redaction import MASK, Redactor
from dashboard_integrations.testing.recorder import Take
from dashboard_integrations.testing.scrubber import Scrubbed

__all__ = ["difference_lines", "replaced_lines", "suspect_lines"]

_LONGEST_LINE = 300
_LONGEST_CELL = 60
_PIECES = re.compile(r"(?<=[,;>])(?=.)|(?<=\S)(?=\s)")
_COLOURS = {"-": "red", "+": "green", "@": "cyan"}


def difference_lines(take: Take, scrubbed: Scrubbed) -> Iterator[str]:
    """Yield a unified difference of the recording before and after, coloured; secrets are masked before as well."""
    redactor = Redactor(scrubbed.hidden, users=take.users)
    before = _pieces(redactor.text(line) for line in take.recording.to_json().splitlines())
    after = _pieces(scrubbed.recording.to_json().splitlines())
    for line in difflib.unified_diff(before, after, "recorded", "scrubbed", n=1, lineterm=""):
        yield click.style(_indented(line), fg=_COLOURS.get(line[:1]))


def replaced_lines(scrubbed: Scrubbed) -> Sequence[str]:
    """Return a table of what was replaced by what."""
    rows = [
        (item.kind, _short(MASK if item.original is None else item.original), _short(item.fake))
        for item in scrubbed.replaced
    ]
    return table(("what", "was", "is now"), rows) if rows else ["Nothing was replaced."]


def suspect_lines(scrubbed: Scrubbed, *, known: Collection[str] = ()) -> Sequence[str]:
    """Return a line for each string that may be a secret."""
    return [f"  {suspect.place}: {suspect.shown}" for suspect in scrubbed.suspects if suspect.value not in known]


def _pieces(lines: Iterable[str]) -> list[str]:
    """Return lines with the long ones in pieces: a difference shows where it is."""
    return [part for line in lines for part in (_PIECES.split(line) if len(line) > _LONGEST_LINE else [line])]


def _indented(line: str) -> str:
    """Return ``line`` fit for a terminal, its indentation kept and its end cut off."""
    text = safe(line)
    return text if len(text) <= _LONGEST_LINE else f"{text[:_LONGEST_LINE]}…"


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_CELL else f"{text[: _LONGEST_CELL - 1]}…"

"""The tape: what a wiretap heard, with who asked, up to a number of bytes."""

from dataclasses import dataclass

from dashboard_integrations.http import WireExchange

__all__ = ["MOST_BYTES", "TEST", "TakenExchange", "Tape"]

MOST_BYTES = 4_000_000
"""How much of bodies is kept at most, unless said otherwise."""

TEST = "test"

_MOST_EXCHANGES = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenExchange:
    """An exchange; ``during`` is ``test`` or the id of an endpoint."""

    during: str
    exchange: WireExchange


class Tape:
    """Keeps exchanges in the order of their end; a ``Wiretap``.

    Who is recorded does not notice when it is full: ``full_since`` says during what that was.
    """

    def __init__(self, *, max_bytes: int = MOST_BYTES) -> None:
        self.during = TEST
        self.full_since: str | None = None
        self._room = max_bytes
        self._taken: list[TakenExchange] = []

    @property
    def taken(self) -> tuple[TakenExchange, ...]:
        """What was kept."""
        return tuple(self._taken)

    def __call__(self, exchange: WireExchange) -> None:
        size = len(exchange.content) + len(exchange.response_content)
        if self.full_since is None and (size > self._room or len(self._taken) >= _MOST_EXCHANGES):
            self.full_since = self.during
        if self.full_since is None:
            self._room -= size
            self._taken.append(TakenExchange(during=self.during, exchange=exchange))

"""A torrent as every download client shows it, whichever program loads it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from dashboard_integrations.views import Alert, ListItem, ListView, Progress, ProgressBar, Severity, Status

__all__ = ["MOST_ALERTS", "Torrent", "as_list", "as_progress"]

MOST_ALERTS = 20
_MOST_ROWS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Torrent:
    """What is known of a torrent; ``size`` and ``done`` in bytes, ``None`` as long as they are not known.

    ``order`` sorts what is under way, the lowest first; ``added`` is in epoch seconds.
    """

    id: str
    name: str
    state: str
    status: Status
    order: tuple[int, int]
    finished: bool
    size: int | None
    done: int | None
    rate: int
    time_left: int | None
    added: int

    def alert(self, severity: Severity, *, link: str) -> Alert:
        """Return that its state is a problem."""
        return Alert(id=f"torrent-{self.id}", severity=severity, title=self.name, message=self.state, link=link)


def as_progress(torrents: Iterable[Torrent]) -> Progress:
    """Show what is not complete."""
    unfinished = sorted((torrent for torrent in torrents if not torrent.finished), key=lambda torrent: torrent.order)
    return Progress.of(map(_bar, unfinished), most=_MOST_ROWS, empty_text="Nothing to download")


def as_list(torrents: Iterable[Torrent]) -> ListView:
    """Show all, the newest first."""
    newest = sorted(torrents, key=lambda torrent: torrent.added, reverse=True)
    return ListView.of(map(_item, newest), most=_MOST_ROWS, empty_text="No torrents")


def _bar(torrent: Torrent) -> ProgressBar:
    return ProgressBar(
        id=torrent.id,
        label=torrent.name,
        value=torrent.done,
        maximum=torrent.size or 100,
        unit="B" if torrent.size else None,
        rate=torrent.rate,
        rate_unit="B/s",
        time_left=torrent.time_left,
        status=torrent.status,
        caption=torrent.state,
    )


def _item(torrent: Torrent) -> ListItem:
    return ListItem(
        id=torrent.id,
        title=torrent.name,
        subtitle=torrent.state,
        status=torrent.status,
        value=torrent.size,
        unit="B" if torrent.size else None,
        progress=100 * torrent.done / torrent.size if torrent.size and torrent.done is not None else None,
        time=datetime.fromtimestamp(torrent.added, UTC) if torrent.added > 0 else None,
    )

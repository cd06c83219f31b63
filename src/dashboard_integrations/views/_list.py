"""List: rows with a title, and what is known of each."""

from collections.abc import Iterable, Sequence
from typing import Literal, Self

from pydantic import Field

from dashboard_integrations.views._base import Link, Number, Part, ShortText, Status, Text, Time, Unit, View

__all__ = ["ListItem", "ListView"]


class ListItem(Part):
    """One row. ``progress`` runs from 0 to 100; ``id`` is stable over refreshes when the service has one."""

    title: ShortText
    id: ShortText | None = None
    subtitle: ShortText | None = None
    description: Text | None = None
    status: Status | None = None
    value: Number | ShortText | None = None
    unit: Unit | None = None
    progress: Number | None = Field(default=None, ge=0, le=100)
    time: Time | None = None
    link: Link | None = None


class ListView(View):
    """Rows in the order to show; ``total`` when there are more than are sent."""

    kind: Literal["list"] = "list"
    items: Sequence[ListItem] = Field(max_length=1_000)
    total: int | None = Field(default=None, ge=0)
    empty_text: ShortText | None = None

    @classmethod
    def of(cls, items: Iterable[ListItem], *, most: int = 1_000, empty_text: str | None = None) -> Self:
        """Show the first ``most`` of any number of rows, and how many there are."""
        rows = list(items)
        return cls(items=rows[:most], total=len(rows), empty_text=empty_text)

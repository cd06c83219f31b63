"""Alert banner: what needs a person's attention."""

from collections.abc import Iterable, Sequence
from typing import Literal, Self

from pydantic import Field

from dashboard_integrations.views._base import Link, Part, Severity, ShortText, Text, Time, View

__all__ = ["Alert", "AlertBanner"]

_MORE = "more"


class Alert(Part):
    """One alert. ``id`` is stable while the alert lasts, so that a person can dismiss it."""

    id: ShortText = Field(min_length=1)
    severity: Severity
    title: ShortText
    message: Text | None = None
    since: Time | None = None
    link: Link | None = None


class AlertBanner(View):
    """The alerts that are active now; none is good news. Their ids differ."""

    kind: Literal["alert-banner"] = "alert-banner"
    alerts: Sequence[Alert] = Field(max_length=1_000)

    def _check_whole(self) -> None:
        ids = [alert.id for alert in self.alerts]
        if len(ids) != len(set(ids)):
            raise ValueError("alert ids must differ")

    @classmethod
    def of(cls, alerts: Iterable[Alert], *, most: int = 1_000) -> Self:
        """Show the most severe of any number of alerts; where there are more, the last one counts them.

        Of alerts with the same id, the first is shown.
        """
        by_id: dict[str, Alert] = {}
        for alert in alerts:
            by_id.setdefault(alert.id, alert)
        found = sorted(by_id.values(), key=lambda alert: alert.severity.rank)
        if len(found) <= most:
            return cls(alerts=found)
        rest = found[most - 1 :]
        counted = Alert(id=_MORE, severity=rest[0].severity, title=f"{len(rest)} more problems", link=rest[0].link)
        return cls(alerts=[*found[: most - 1], counted])

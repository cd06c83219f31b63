"""Labels of apps, of which there are only so many: each is kept by whoever stores metrics."""

__all__ = ["MOST_APPS", "OTHERS", "AppLabels"]

MOST_APPS = 500
OTHERS = "other"


class AppLabels:
    """Gives the first ``most`` apps that are called their ids, and all others ``other``."""

    def __init__(self, most: int = MOST_APPS) -> None:
        self._most = most
        self._known: set[str] = set()

    def of(self, app_id: str | None) -> str:
        """Return the label of an app; that of one not saved is empty."""
        if app_id is None or app_id in self._known:
            return app_id or ""
        if len(self._known) >= self._most:
            return OTHERS
        self._known.add(app_id)
        return app_id

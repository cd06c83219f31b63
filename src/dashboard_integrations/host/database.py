"""Where a dashboard keeps its apps: a file in its data folder, or a PostgreSQL server."""

from dataclasses import dataclass, field

from sqlalchemy import Engine, make_url

from dashboard_integrations.host.data_folder import DataFolder
from dashboard_integrations.storage import postgresql_engine, sqlite_engine

__all__ = ["Database"]


@dataclass(frozen=True, slots=True)
class Database:
    """The database of a dashboard: the one at ``url``, else that of its folder."""

    folder: DataFolder
    url: str | None = field(default=None, repr=False)

    def engine(self) -> Engine:
        """Return an engine, to be disposed of; nothing is connected yet.

        Raise ``ValueError`` for a URL that is none, and ``ImportError`` when the extra is missing.
        """
        return sqlite_engine(self.folder.database) if self.url is None else postgresql_engine(self.url)

    @property
    def is_there(self) -> bool:
        """Whether there is something to connect to, as far as that is known."""
        return self.url is not None or self.folder.database.is_file()

    def __str__(self) -> str:
        """Name it, without what is secret."""
        if self.url is None:
            return str(self.folder.database)
        return make_url(self.url).render_as_string(hide_password=True)

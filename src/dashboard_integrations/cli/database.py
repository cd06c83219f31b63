"""The database of a dashboard, for commands that neither make nor change its tables."""

from sqlalchemy import Engine, inspect

from dashboard_integrations.errors import ErrorSource, InternalError
from dashboard_integrations.storage import AppRow

__all__ = ["require_columns"]


def require_columns(engine: Engine) -> None:
    """Raise ``InternalError`` when the table of apps lacks what this version of the library reads."""
    found = inspect(engine)
    present = {column["name"] for column in found.get_columns("apps")} if found.has_table("apps") else set[str]()
    if not {column.name for column in AppRow.__table__.columns} <= present:
        raise InternalError(
            "an earlier version of dashboard-integrations made this dashboard: start it once, which brings its"
            " database up to date",
            source=ErrorSource.HOST,
            reason="data-folder",
        )

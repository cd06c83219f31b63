"""The database of a dashboard, for commands that neither make nor change its tables."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, inspect
from sqlalchemy.exc import SQLAlchemyError

from dashboard_integrations.cipher import InvalidKeyError
from dashboard_integrations.errors import ErrorSource, InternalError
from dashboard_integrations.host.database import Database
from dashboard_integrations.storage import AppRow

__all__ = ["opened"]


@contextmanager
def opened(database: Database, *, and_then: str = "") -> Iterator[Engine]:
    """Yield an engine for the database of a dashboard, which may be running.

    Raise ``InternalError`` when there is none, or when it, or a key that is read meanwhile, cannot be used;
    ``and_then`` is said after that.
    """
    if not database.is_there:
        raise _unusable(f"there is no dashboard in {database.folder.path}: choose its folder with --data")
    try:
        engine = database.engine()
    except (ImportError, ValueError) as error:
        raise _unusable(str(error)) from error
    try:
        _require_columns(engine)
        yield engine
    except (OSError, InvalidKeyError, SQLAlchemyError) as error:
        cause = str(getattr(error, "orig", None) or error).strip()
        what = f"the data folder {database.folder.path}" if database.url is None else f"the database {database}"
        raise _unusable("; ".join(filter(None, (f"{what} cannot be used: {cause}", and_then)))) from error
    finally:
        engine.dispose()


def _unusable(message: str) -> InternalError:
    return InternalError(message, source=ErrorSource.HOST, reason="data-folder")


def _require_columns(engine: Engine) -> None:
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

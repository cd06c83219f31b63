"""Apps, boards and widgets in a database, through SQLAlchemy: extra ``sqlalchemy``."""

try:
    import sqlalchemy as _sqlalchemy  # noqa: F401  (only to tell what to install when it is missing)
except ModuleNotFoundError as error:
    if error.name != "sqlalchemy":
        raise
    raise ImportError("storage needs SQLAlchemy: pip install 'dashboard-integrations[sqlalchemy]'") from error

from dashboard_integrations.storage._app_repository import SqlAlchemyAppRepository
from dashboard_integrations.storage._board_repository import (
    BoardExistsError,
    BoardRecord,
    SqlAlchemyBoardRepository,
    UnknownBoardError,
)
from dashboard_integrations.storage._columns import IntegrationColumns
from dashboard_integrations.storage._engine import sqlite_engine
from dashboard_integrations.storage._postgresql import postgresql_engine
from dashboard_integrations.storage._tables import AppRow, Base, BoardRow, WidgetRow
from dashboard_integrations.storage._widget_repository import (
    SqlAlchemyWidgetRepository,
    WidgetExistsError,
    WidgetRecord,
)

__all__ = [
    "AppRow",
    "Base",
    "BoardExistsError",
    "BoardRecord",
    "BoardRow",
    "IntegrationColumns",
    "SqlAlchemyAppRepository",
    "SqlAlchemyBoardRepository",
    "SqlAlchemyWidgetRepository",
    "UnknownBoardError",
    "WidgetExistsError",
    "WidgetRecord",
    "WidgetRow",
    "postgresql_engine",
    "sqlite_engine",
]

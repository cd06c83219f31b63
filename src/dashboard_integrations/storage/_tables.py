"""The tables of the reference dashboard."""

from typing import Any

from sqlalchemy import JSON, ForeignKey, Integer, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from dashboard_integrations.storage._columns import IntegrationColumns

__all__ = ["AppRow", "Base", "BoardRow", "WidgetRow"]


class Base(DeclarativeBase):
    """Base of the reference dashboard's models."""


class AppRow(IntegrationColumns, Base):
    """An app."""

    __tablename__ = "apps"

    id: Mapped[str] = mapped_column(String(100), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))


class BoardRow(Base):
    """A board."""

    __tablename__ = "dashboard_boards"

    id: Mapped[str] = mapped_column(String(100), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    position: Mapped[int] = mapped_column(Integer)


class WidgetRow(Base):
    """A widget; it goes with its board, and with ``app_id``, the app it shows. Its size is in cells of the grid."""

    __tablename__ = "dashboard_widgets"

    id: Mapped[str] = mapped_column(String(100), primary_key=True)
    board_id: Mapped[str] = mapped_column(ForeignKey("dashboard_boards.id", ondelete="CASCADE"), index=True)
    type: Mapped[str] = mapped_column(String(50))
    title: Mapped[str] = mapped_column(String(200))
    config: Mapped[dict[str, Any]] = mapped_column(JSON().with_variant(JSONB(), "postgresql"))
    position: Mapped[int] = mapped_column(Integer)
    width: Mapped[int] = mapped_column(Integer)
    height: Mapped[int] = mapped_column(Integer)
    app_id: Mapped[str | None] = mapped_column(ForeignKey("apps.id", ondelete="CASCADE"), index=True)

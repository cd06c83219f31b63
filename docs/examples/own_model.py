"""Apps in a host's own table: a few columns more, and its own code untouched."""

from sqlalchemy import Engine, ForeignKey, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from dashboard_integrations import AppService, ConfigCipher
from dashboard_integrations.storage import IntegrationColumns, SqlAlchemyAppRepository


class Base(DeclarativeBase):
    """Base of the host's models."""


class Category(Base):
    """Something of the host's own."""

    __tablename__ = "categories"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100))


class Bookmark(IntegrationColumns, Base):
    """What the host calls an app; ``id`` and ``name`` have to be there, the rest is its own."""

    __tablename__ = "bookmarks"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    address: Mapped[str] = mapped_column(String(2_000), default="")
    category_id: Mapped[int | None] = mapped_column(ForeignKey("categories.id"))


def app_service(engine: Engine, cipher: ConfigCipher) -> AppService:
    """Return the apps of the host, for an ``IntegrationService``."""
    return AppService(SqlAlchemyAppRepository(engine, model=Bookmark), cipher=cipher)

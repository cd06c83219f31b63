"""The columns that make a host's table a table of apps."""

from sqlalchemy import Boolean, Integer, String, Text, true
from sqlalchemy.orm import Mapped, mapped_column

__all__ = ["IntegrationColumns"]


class IntegrationColumns:
    """Mixin for a host's own declarative model, which needs ``id`` (text or integer) and ``name`` beside them.

    ``integration_config`` is sealed: write it, and its version, through ``AppService`` only.
    """

    integration_type: Mapped[str | None] = mapped_column(String(100), index=True)
    integration_config: Mapped[str | None] = mapped_column(Text)
    integration_enabled: Mapped[bool] = mapped_column(Boolean, default=True, server_default=true())
    integration_config_version: Mapped[int] = mapped_column(Integer, default=1, server_default="1")

"""The version that each app's configuration was written with; those that are there are of the first."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_COLUMN = "integration_config_version"


def upgrade() -> None:
    """Add the column, unless a host has added it."""
    present = {column["name"] for column in sa.inspect(op.get_bind()).get_columns("apps")}
    if _COLUMN not in present:
        op.add_column("apps", sa.Column(_COLUMN, sa.Integer, nullable=False, server_default="1"))

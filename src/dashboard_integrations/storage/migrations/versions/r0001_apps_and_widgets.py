"""Apps and widgets; a table of apps that is there keeps its rows and gains the columns it lacks."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    if sa.inspect(op.get_bind()).has_table("apps"):
        _complete_apps()
    else:
        op.create_table(
            "apps",
            sa.Column("id", sa.String(100), primary_key=True),
            sa.Column("name", sa.String(200), nullable=False),
            *_integration_columns(),
        )
        op.create_index("ix_apps_integration_type", "apps", ["integration_type"])
    op.create_table(
        "dashboard_widgets",
        sa.Column("id", sa.String(100), primary_key=True),
        sa.Column("type", sa.String(50), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("config", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("app_id", sa.String(100), sa.ForeignKey("apps.id", ondelete="CASCADE")),
    )
    op.create_index("ix_dashboard_widgets_app_id", "dashboard_widgets", ["app_id"])


def _complete_apps() -> None:
    found = sa.inspect(op.get_bind())
    present = {column["name"] for column in found.get_columns("apps")}
    for column in _integration_columns():
        if column.name not in present:
            op.add_column("apps", column)
    if ["integration_type"] not in [index["column_names"] for index in found.get_indexes("apps")]:
        op.create_index("ix_apps_integration_type", "apps", ["integration_type"])


def _integration_columns() -> list[sa.Column[object]]:
    return [
        sa.Column("integration_type", sa.String(100)),
        sa.Column("integration_config", sa.Text),
        sa.Column("integration_enabled", sa.Boolean, nullable=False, server_default=sa.true()),
    ]

"""Boards; the widgets that are there come to stand on the first one, which is called Home."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_WIDGETS = "dashboard_widgets"


def upgrade() -> None:
    """Make the table of boards, and give each widget its board and size."""
    boards = op.create_table(
        "dashboard_boards",
        sa.Column("id", sa.String(100), primary_key=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
    )
    op.bulk_insert(boards, [{"id": "home", "name": "Home", "position": 0}])
    # SQLite adds no column that must have a value, and no key, to a table that is there: batches copy it.
    with op.batch_alter_table(_WIDGETS) as widgets:
        widgets.add_column(sa.Column("board_id", sa.String(100)))
        widgets.add_column(sa.Column("width", sa.Integer))
        widgets.add_column(sa.Column("height", sa.Integer))
    # one column and two rows have room for every kind of view
    op.execute("UPDATE dashboard_widgets SET board_id = 'home', width = 1, height = 2")
    with op.batch_alter_table(_WIDGETS) as widgets:
        for name, kind in (("board_id", sa.String(100)), ("width", sa.Integer()), ("height", sa.Integer())):
            widgets.alter_column(name, existing_type=kind, nullable=False)
        widgets.create_foreign_key(
            "fk_dashboard_widgets_board_id", "dashboard_boards", ["board_id"], ["id"], ondelete="CASCADE"
        )
    op.create_index("ix_dashboard_widgets_board_id", _WIDGETS, ["board_id"])

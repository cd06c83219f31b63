"""Alembic's entry: run on the connection that ``upgrade`` made, in its transaction."""

from alembic import context

from dashboard_integrations.storage import Base
from dashboard_integrations.storage.migrations._run import VERSION_TABLE

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    version_table=VERSION_TABLE,
    compare_server_default=True,
)
with context.begin_transaction():
    context.run_migrations()

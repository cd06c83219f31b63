"""The tables of a database, made and brought up to date from code: extra ``sqlalchemy``."""

try:
    import alembic as _alembic  # noqa: F401  (only to tell what to install when it is missing)
except ModuleNotFoundError as error:
    if error.name != "alembic":
        raise
    raise ImportError("migrations need Alembic: pip install 'dashboard-integrations[sqlalchemy]'") from error

from dashboard_integrations.storage.migrations._run import NewerDatabaseError, alembic_config, upgrade

__all__ = ["NewerDatabaseError", "alembic_config", "upgrade"]

"""An engine for PostgreSQL that survives restarts of the server and waits for nothing for long."""

from sqlalchemy import URL, Engine, create_engine, make_url
from sqlalchemy.exc import ArgumentError

__all__ = ["postgresql_engine"]

_SCHEMES = frozenset({"postgresql", "postgres", "postgresql+psycopg"})
_MILLISECONDS = 1_000


def postgresql_engine(url: str, *, pool_size: int = 5, patience: float = 10.0) -> Engine:
    """Return an engine for ``postgresql://user:password@host:5432/database``, through psycopg in worker threads.

    Nothing is connected yet. ``patience`` bounds the wait for a connection, a lock and a statement, in seconds; up to
    twice ``pool_size`` connections are open at a time. Raise ``ValueError`` for another URL, without showing it, and
    ``ImportError`` when the extra ``postgresql`` is missing.
    """
    parsed = _parsed(url)
    try:
        import psycopg as _psycopg  # noqa: F401, PLC0415  (SQLAlchemy would say less about what to install)
    except ImportError as error:
        raise ImportError(
            "PostgreSQL needs the extra 'postgresql': pip install 'dashboard-integrations[postgresql]'",
            name="psycopg",
        ) from error
    limit = max(int(patience * _MILLISECONDS), 1)
    settings = {"statement_timeout": limit, "lock_timeout": limit, "idle_in_transaction_session_timeout": 6 * limit}
    return create_engine(
        parsed,
        connect_args={
            "connect_timeout": max(int(patience), 2),
            "application_name": "dashboard-integrations",
            "options": " ".join(f"-c {name}={value}" for name, value in settings.items()),
        },
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=patience,
        pool_pre_ping=True,
        hide_parameters=True,
    )


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise ValueError(_WHAT_IT_IS) from None
    if parsed.drivername not in _SCHEMES or not parsed.database:
        raise ValueError(_WHAT_IT_IS)
    return parsed.set(drivername="postgresql+psycopg")


_WHAT_IT_IS = "the URL of the database is postgresql://user:password@host:5432/database"

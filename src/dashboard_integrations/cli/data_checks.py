"""Checks of a dashboard's data folder: permissions, database, apps, keys."""

import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import anyio
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from dashboard_integrations.apps import AppRecord
from dashboard_integrations.apps.rotation import KeyUsage
from dashboard_integrations.cipher import ConfigCipher, InvalidKeyError
from dashboard_integrations.cli.app_checks import app_checks
from dashboard_integrations.cli.checks import Check, Verdict
from dashboard_integrations.host.data_folder import KEY_VARIABLE, DataFolder, readable_by_others
from dashboard_integrations.host.database import Database
from dashboard_integrations.registry import Registry
from dashboard_integrations.storage import SqlAlchemyAppRepository
from dashboard_integrations.storage.migrations import alembic_config
from dashboard_integrations.storage.migrations._run import VERSION_TABLE

__all__ = ["data_checks"]


def data_checks(database: Database, *, registry: Registry, environ: Mapping[str, str] = os.environ) -> Iterator[Check]:
    """Yield what there is to say about a dashboard's folder and database; ``registry`` has imported what can be."""
    folder, path = database.folder, database.folder.path
    if not database.is_there:
        yield Check(
            name="data folder",
            told=f"{path}: no dashboard has started here yet",
            verdict=Verdict.NOTE,
            fix="start one with 'dashboard-integrations serve'",
        )
        return
    for file in (path, folder.database, folder.key_file, folder.token_file):
        if file.exists():
            yield _permissions(file)
    try:
        engine = database.engine()
    except (ImportError, ValueError) as error:
        yield Check(name="database", told="cannot be used", verdict=Verdict.WRONG, fix=str(error))
        return
    try:
        migrations = _migrations(engine)
        yield migrations
        if migrations.verdict is Verdict.OK:  # else the table of apps is not what we read
            apps = anyio.run(SqlAlchemyAppRepository(engine).list)
            yield Check(name="apps", told=str(len(apps)))
            yield from app_checks(apps, registry)
            yield from _keys(folder, apps, environ)
    except SQLAlchemyError as error:
        cause = str(getattr(error, "orig", None) or type(error).__name__).strip()
        fix = "restore it from a backup" if database.url is None else f"see that {database} runs and lets this user in"
        yield Check(name="database", told=cause, verdict=Verdict.WRONG, fix=fix)
    finally:
        engine.dispose()


def _permissions(path: Path) -> Check:
    mode = stat.filemode(path.stat().st_mode)
    if readable_by_others(path):
        right = "700" if path.is_dir() else "600"
        return Check(name="permissions", told=f"{mode} {path}", verdict=Verdict.WRONG, fix=f"chmod {right} {path}")
    return Check(name="permissions", told=f"{mode} {path}")


def _migrations(engine: Engine) -> Check:
    with engine.connect() as connection:
        options = {"version_table": VERSION_TABLE}
        current = MigrationContext.configure(connection, opts=options).get_current_revision()
        newest = ScriptDirectory.from_config(alembic_config(connection)).get_current_head()
    if current == newest:
        return Check(name="database", told=f"up to date ({current})")
    fix = "start the dashboard: it brings the database up to date"
    return Check(name="database", told=f"at {current}, newest is {newest}", verdict=Verdict.NOTE, fix=fix)


def _keys(folder: DataFolder, apps: Sequence[AppRecord], environ: Mapping[str, str]) -> Iterator[Check]:
    source = KEY_VARIABLE if environ.get(KEY_VARIABLE, "").strip() else str(folder.key_file)
    try:
        cipher = folder.existing_cipher(environ)
    except (InvalidKeyError, OSError) as error:
        yield Check(name="keys", told=f"{source} cannot be used", verdict=Verdict.WRONG, fix=str(error))
        return
    yield Check(name="keys", told=f"{', '.join(cipher.key_ids)} from {source}")
    yield _keys_in_use(KeyUsage.of(apps), cipher)


def _keys_in_use(usage: KeyUsage, cipher: ConfigCipher) -> Check:
    told = ", ".join(f"{key} ({count} of {sum(usage.keys.values())} apps)" for key, count in usage.keys.items())
    told += f"; {usage.malformed} malformed" if usage.malformed else ""
    missing = [key for key in usage.keys if key not in cipher.key_ids]
    fix, verdict = None, Verdict.OK
    if missing:
        fix = f"add key {', '.join(missing)} to {KEY_VARIABLE}, or type the secrets of those apps again"
        verdict = Verdict.WRONG
    elif usage.malformed:
        fix, verdict = "restore the database from a backup, or type the secrets of those apps again", Verdict.WRONG
    elif set(usage.keys) - {cipher.key_ids[0]}:
        fix, verdict = "seal them all with the first key: 'dashboard-integrations rotate-keys'", Verdict.NOTE
    return Check(name="keys in use", told=told or "none", verdict=verdict, fix=fix)

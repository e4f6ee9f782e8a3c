"""Opening the database of a campaign: SQLite beside the campaign, or any address given, at the right version."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import DatabaseError
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, create_engine, event, inspect
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, OperationalError, SQLAlchemyError


class StoreError(Exception):
    """The database cannot be used; the message says why and what to do."""


def open_database(address: str) -> Engine:
    """An engine for a database address (`sqlite:///file`, `postgresql+psycopg://…`), brought to this version.

    Raises StoreError when the address is wrong, the folder cannot be written, or the database is of a later version.
    """
    try:
        engine = create_engine(address)
    except ModuleNotFoundError as error:
        raise StoreError(
            f"{_shown(address)}: the driver {error.name} is not installed; pip install 'civicprobe[postgres]'"
        ) from None
    except (ArgumentError, NoSuchModuleError, ValueError) as error:
        raise StoreError(f"{_shown(address)}: not a database address this machine can open ({error})") from None
    address = str(engine.url)  # without its password, for messages
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _tune_sqlite)
    try:
        with engine.connect() as connection:
            sqlite = engine.dialect.name == "sqlite"
            if sqlite:  # a table can only be rebuilt while nothing watches its references; all of it in one step
                connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
                connection.exec_driver_sql("BEGIN")
            _bring_forward(connection, address)
            connection.commit()
            if sqlite:
                connection.exec_driver_sql("PRAGMA foreign_keys=ON")
    except StoreError:
        engine.dispose()
        raise
    except (OperationalError, CommandError) as error:
        engine.dispose()
        raise StoreError(
            f"{address}: cannot be opened for writing ({first_line(error)}); choose another folder with --out, "
            "or another database with --db"
        ) from None
    except (SQLAlchemyError, DatabaseError) as error:
        engine.dispose()
        raise StoreError(
            f"{address}: is not a database of CivicProbe ({first_line(error)}); choose another folder with --out, "
            "or another database with --db"
        ) from None
    return engine


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction. Raises StoreError when the database cannot take it: disk full, locked, lost."""
    try:
        with engine.begin() as connection:
            yield connection
    except OperationalError as error:
        raise StoreError(f"{engine.url}: cannot be written ({first_line(error)}); this step was not kept") from None


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection to read by. Raises StoreError when the database does not answer."""
    try:
        with engine.connect() as connection:
            yield connection
    except OperationalError as error:
        raise StoreError(f"{engine.url}: cannot be read ({first_line(error)})") from None


def _bring_forward(connection: Connection, address: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    scripts = ScriptDirectory.from_config(config)
    current = MigrationContext.configure(connection).get_current_revision()
    if current is None and (strange := inspect(connection).get_table_names()):
        raise StoreError(
            f"{address}: holds tables of another program ({', '.join(sorted(strange)[:3])}); choose another database"
        )
    if current == scripts.get_current_head():
        return
    if current is not None and current not in {script.revision for script in scripts.walk_revisions()}:
        raise StoreError(
            f"{address}: was written by a later version of CivicProbe ({current}); use that version, or another folder"
        )
    command.upgrade(config, "head")


def _tune_sqlite(connection: Any, _record: object) -> None:
    # WAL lets readers look while the one writer works; NORMAL loses nothing on a crash of the process.
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=10000"):
        connection.execute(f"PRAGMA {pragma}")


def _shown(address: str) -> str:
    """An address for messages: without user and password, whatever its form."""
    return re.sub(r"//[^/@]*@", "//…@", address)


def first_line(error: Exception) -> str:
    """The first line of what the database itself said."""
    return str(getattr(error, "orig", None) or error).splitlines()[0]


def sqlite_version() -> str:
    """The version of SQLite that this Python was built with."""
    import sqlite3

    return sqlite3.sqlite_version

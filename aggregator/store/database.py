"""The database itself: SQLite with one writer, or PostgreSQL; a transaction is `with db.writing() as tx`."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Insert, create_engine, event, text
from sqlalchemy.dialects import postgresql, sqlite

from aggregator.store.secrets import Vault

MIGRATIONS = Path(__file__).parent / "migrations"
_BUSY_MS = 30_000


class NotEmbeddedError(Exception):
    """PostgreSQL dicadangkan dengan pg_dump dan dipulihkan dengan pg_restore."""


class Database:
    """An engine, a vault, and the two kinds of transaction. Verbs are methods of its subclasses."""

    def __init__(self, url: str, vault: Vault) -> None:
        self.vault = vault
        self.engine = _engine(url)
        self.postgres = self.engine.dialect.name == "postgresql"
        # SQLite has one writer: in this process they queue here, in order, instead of polling the file's lock.
        self._turnstile = nullcontext() if self.postgres else threading.Lock()

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction that writes; commits at the end, rolls back upon any exception."""
        with self._turnstile, self.engine.connect() as connection:
            connection = connection.execution_options(elapor_writes=True)  # noqa: PLW2901  # the same one
            with connection.begin():
                yield connection

    @contextmanager
    def trying(self) -> Iterator[Connection]:
        """One transaction that writes like any other and is taken back at its end: nothing of it stays."""
        with self._turnstile, self.engine.connect() as connection:
            connection = connection.execution_options(elapor_writes=True)  # noqa: PLW2901  # the same one
            with connection.begin() as begun:
                yield connection
                begun.rollback()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One transaction that only reads, on a snapshot of its own."""
        with self.engine.connect() as connection, connection.begin():
            yield connection

    def insert(self, table: Any) -> Any:
        """An INSERT of this dialect, which knows ON CONFLICT."""
        statement: Insert = postgresql.insert(table) if self.postgres else sqlite.insert(table)
        return statement

    def lock(self, tx: Connection, name: str) -> None:
        """Hold `name` until the transaction ends, so that look-up and insert are one step; SQLite's writer holds all."""
        if self.postgres:
            tx.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": name})

    def migrate(self) -> None:
        """Bring the schema to the newest revision."""
        from alembic import command  # noqa: PLC0415  # half a second that only this needs
        from alembic.config import Config  # noqa: PLC0415

        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        with self.writing() as tx:
            self.lock(tx, "migrate")
            config.attributes["connection"] = tx
            command.upgrade(config, "head")

    def ping(self) -> None:
        """Raise unless the database answers."""
        with self.reading() as tx:
            tx.execute(text("SELECT 1"))

    def backup(self, target: Path) -> None:
        """A consistent copy of a running SQLite database."""
        if self.postgres:
            raise NotEmbeddedError(NotEmbeddedError.__doc__)
        self._outside("VACUUM INTO ?", str(target))

    def forget(self) -> None:
        """Leave nothing of what was erased in SQLite's log; PostgreSQL's vacuum does so in its own time."""
        if not self.postgres:
            self._outside("PRAGMA wal_checkpoint(TRUNCATE)")

    def _outside(self, statement: str, *parameters: str) -> None:
        """Run on SQLite what no transaction may hold."""
        with closing(self.engine.raw_connection()) as connection:
            connection.cursor().execute(statement, parameters)

    def close(self) -> None:
        """Give back all connections."""
        self.engine.dispose()


def _engine(url: str) -> Engine:
    if not url.startswith("sqlite"):
        return create_engine(url, pool_size=8, max_overflow=8, pool_pre_ping=True, hide_parameters=True)
    waits = {"timeout": _BUSY_MS / 1000}
    engine = create_engine(url, pool_size=8, max_overflow=8, hide_parameters=True, connect_args=waits)

    @event.listens_for(engine, "connect")
    def _prepare(dbapi: Any, _record: Any) -> None:
        dbapi.isolation_level = None  # we say BEGIN ourselves
        _patiently(dbapi, "PRAGMA journal_mode=WAL")
        for pragma in ("synchronous=FULL", "foreign_keys=ON", f"busy_timeout={_BUSY_MS}", "secure_delete=ON"):
            dbapi.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("elapor_writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _patiently(dbapi: Any, statement: str, tries: int = 50) -> None:
    """Switching to WAL ignores the busy timeout, so two programs starting at once would fail here."""
    for left in range(tries, 0, -1):
        try:
            dbapi.execute(statement)
        except Exception as error:  # the driver's own class, before SQLAlchemy wraps it
            if left == 1 or "locked" not in str(error):
                raise
            time.sleep(0.1)
        else:
            return

"""Runs migrations on the connection that Database.migrate hands over."""

from typing import Any, Literal

from alembic import context
from sqlalchemy import False_
from sqlmodel import AutoString, SQLModel

import aggregator.store.tables  # noqa: F401  # fills the metadata
from aggregator.store.columns import Moment


def _plainly(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Migrations name the database's own types: they must not change when ours do."""
    if kind == "type" and isinstance(item, Moment):
        return "sa.BigInteger()"
    if kind == "type" and isinstance(item, AutoString):
        return "sa.String()"
    if kind == "server_default" and isinstance(item.arg, False_):
        return "sa.false()"  # SQLite's 0 is no boolean to PostgreSQL
    return False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=SQLModel.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    render_item=_plainly,
)
with context.begin_transaction():
    context.run_migrations()

"""Kinds of columns: aware times, sealed bytes, JSON, and words, flags and numbers that the database itself defaults."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, LargeBinary, false
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field


class Moment(TypeDecorator[datetime]):
    """An aware time, kept as whole microseconds since 1970 (UTC): the same, and in order, on SQLite and PostgreSQL."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """To microseconds; a naive time is an error of ours."""
        del dialect
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without zone")
        since = value - _EPOCH
        return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """Back to an aware time in UTC."""
        del dialect
        return None if value is None else datetime.fromtimestamp(value / 1_000_000, UTC)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def moment(*, index: bool = False, nullable: bool = False) -> Any:
    """A column of aware times."""
    return Field(default=None, sa_column=Column(Moment, index=index, nullable=nullable))


def words(default: str = "", *, index: bool = False) -> Any:
    """A column of words with a default that the database itself knows."""
    return Field(default=default, index=index, sa_column_kwargs={"server_default": default})


def flag() -> Any:
    """A column that is false unless said otherwise."""
    return Field(default=False, sa_column_kwargs={"server_default": false()})


def number() -> Any:
    """A column of numbers that begin at 0."""
    return Field(default=0, sa_column_kwargs={"server_default": "0"})


def sealed() -> Any:
    """Encrypted bytes (see secrets.Vault); null once erased."""
    return Field(default=None, sa_column=Column(LargeBinary, nullable=True))


def json_value() -> Any:
    """A column of JSON, null where nothing is known."""
    return Field(default=None, sa_column=Column(JSON, nullable=True))

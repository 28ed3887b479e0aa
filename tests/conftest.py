"""Fixtures for all tests: real databases (SQLite and PostgreSQL), a store on each, and a guard that keeps tests at home."""

from __future__ import annotations

import ipaddress
import shutil
import socket
import tempfile
from pathlib import Path

import pytest
import sqlalchemy
from postgres import Cluster

from aggregator.store import database
from aggregator.store.secrets import Vault
from aggregator.store.store import Store, open_store

SECRET = "a secret invented for the tests"
DATABASES = ("sqlite", "postgresql")


def _new_cluster(*, durable: bool):
    folder = Path(tempfile.mkdtemp(prefix="elapor-pg-", dir="/tmp"))
    cluster = Cluster(folder, durable=durable)
    try:
        cluster.make()
        cluster.start()
        yield cluster
    finally:
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def cluster():
    """The session's PostgreSQL, quick and forgetful."""
    yield from _new_cluster(durable=False)


@pytest.fixture
def durable_cluster():
    """A PostgreSQL that syncs as in production, for tests that crash it: `stop(signal.SIGQUIT)`, then `start()`."""
    yield from _new_cluster(durable=True)


@pytest.fixture(scope="session", autouse=True)
def compiled_once():
    """Stores of one kind of database share what SQLAlchemy compiled, as the one store of a program does: a fifth of the tests' time."""
    first = {}

    def engine_like_the_first(url, **how):
        engine = sqlalchemy.create_engine(url, query_cache_size=10_000, **how)
        name = engine.dialect.name
        if name in first:
            engine.dialect, engine._compiled_cache = first[name].dialect, first[name]._compiled_cache
        else:  # a dialect knows its server once it is connected
            sqlalchemy.event.listen(engine, "engine_connect", lambda _: first.setdefault(name, engine), once=True)
        return engine

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "create_engine", engine_like_the_first)
        yield


@pytest.fixture(scope="session")
def migrated_postgres(cluster):
    """The name of a migrated database."""
    name = cluster.create()
    open_store(cluster.url(name), SECRET).close()
    return name


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory):
    """A migrated SQLite file to copy."""
    path = tmp_path_factory.mktemp("migrated") / "elapor.db"
    open_store(f"sqlite:///{path}", SECRET).close()
    return path


@pytest.fixture
def secret():
    """What the vaults of all tests are made of (ELAPOR_SECRET_KEY)."""
    return SECRET


@pytest.fixture
def sqlite_url(migrated_sqlite, tmp_path):
    """A fresh migrated SQLite database in a data folder of its own."""
    data = tmp_path / "var"
    data.mkdir()
    shutil.copy(migrated_sqlite, data / "elapor.db")
    return f"sqlite:///{data / 'elapor.db'}"


@pytest.fixture
def postgres_url(cluster, migrated_postgres):
    """A migrated PostgreSQL database without rows."""
    yield cluster.url(migrated_postgres)
    cluster.wipe(migrated_postgres)


@pytest.fixture(params=DATABASES)
def database_url(request):
    """A fresh migrated database of each kind, for tests that start processes."""
    return request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")


@pytest.fixture
def store(database_url):
    """An open store on a fresh migrated database of each kind."""
    opened = Store(database_url, Vault(SECRET))
    yield opened
    opened.close()


@pytest.fixture(autouse=True)
def at_home(monkeypatch):
    """Let tests reach only loopback and Unix sockets."""

    def guarded(method):
        real = getattr(socket.socket, method)

        def only_home(self, *arguments):
            if self.family in (socket.AF_INET, socket.AF_INET6):
                _check_home(arguments[-1][0])
            return real(self, *arguments)

        return only_home

    for method in ("connect", "connect_ex", "bind", "sendto"):
        monkeypatch.setattr(socket.socket, method, guarded(method))
    real_lookup = socket.getaddrinfo

    def lookup(host, *arguments, **named):
        _check_home(host)
        return real_lookup(host, *arguments, **named)

    monkeypatch.setattr(socket, "getaddrinfo", lookup)


class LeftHomeError(BaseException):
    """Not an Exception: code under test that survives network failures must not survive this one."""


def _check_home(host):
    name = host.decode() if isinstance(host, bytes) else str(host)
    if name == "localhost":
        return
    try:
        home = ipaddress.ip_address(name.partition("%")[0]).is_loopback
    except ValueError:
        home = False
    if not home:
        raise LeftHomeError(f"a test reached for {name!r}: tests may use only loopback and Unix sockets")

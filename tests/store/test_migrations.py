"""Migrations: from an empty database they make what the models say, on both databases, once."""

import subprocess
import sys
import warnings
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlmodel import SQLModel

from aggregator.store.database import MIGRATIONS, Database
from aggregator.store.secrets import Vault
from aggregator.store.store import open_store

ROOT = Path(__file__).parents[2]


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request, tmp_path):
    """A database of each kind without tables."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'new' / 'elapor.db'}"
    cluster = request.getfixturevalue("cluster")
    return cluster.url(cluster.create())


def test_models_and_migrations_say_the_same(store):
    with store.reading() as tx, warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Skipped unsupported reflection")  # partial indexes on SQLite
        # Alembic cannot tell '' from '' on SQLite.
        context = MigrationContext.configure(tx, opts={"compare_type": True, "compare_server_default": store.postgres})
        assert compare_metadata(context, SQLModel.metadata) == []


def test_an_empty_database_is_upgraded_and_stays_as_it_is(empty_url, secret):
    for logins in (["a"], ["a", "b"]):
        store = open_store(empty_url, secret)
        store.add_account(logins[-1], "", "reviewer", "", "", datetime.now(UTC))
        assert [account.login for account in store.accounts()] == logins
        store.close()


def test_two_programs_may_start_at_once_on_nothing(empty_url, secret):
    start = "import sys; from aggregator.store.store import open_store; open_store(*sys.argv[1:]).close()"
    programs = [subprocess.Popen([sys.executable, "-c", start, empty_url, secret], cwd=ROOT) for _ in range(2)]
    assert [program.wait(60) for program in programs] == [0, 0]


def test_a_database_of_the_first_version_keeps_what_stands_in_it(empty_url, secret):
    folder = empty_url.removeprefix("sqlite:///")
    if folder != empty_url:
        Path(folder).parent.mkdir(parents=True)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    old = Database(empty_url, Vault(secret))
    with old.writing() as tx:
        config.attributes["connection"] = tx
        command.upgrade(config, "0001")
        named = "INSERT INTO contact (channel, fingerprint) VALUES ('sms', 'a')"
        tx.exec_driver_sql(named)
    old.close()
    store = open_store(empty_url, secret)
    with store.reading() as tx:
        assert tx.exec_driver_sql("SELECT fingerprint, volunteer FROM contact").all() == [("a", "")]
        assert tx.exec_driver_sql("SELECT count(*) FROM attachment").scalar_one() == 0
    store.close()

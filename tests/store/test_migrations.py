"""Migrations: from an empty database they make what the models say, on both databases, once."""

import threading
import warnings
from datetime import UTC, datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlmodel import SQLModel

from aggregator.store.secrets import Vault
from aggregator.store.store import Store, open_store


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


def test_two_programs_may_start_at_once_on_what_is_migrated(database_url, secret):
    raised = []

    def start():
        store = Store(database_url, Vault(secret))
        try:
            store.ping()
        except Exception as error:  # noqa: BLE001  # the test shows it
            raised.append(error)
        finally:
            store.close()

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert raised == []

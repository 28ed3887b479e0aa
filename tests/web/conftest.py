"""Fixtures of the web tests: a stage on SQLite, and a browser for each of its people."""

from __future__ import annotations

import shutil

import pytest
from browser import Browser
from fastapi import Response
from stage import Stage

from aggregator.store.secrets import Vault
from aggregator.store.store import Store
from aggregator.web.app import create_app, furnish
from aggregator.web.session import fresh_nonce, proof_of, write_cookie

SECRET = "a secret invented for the web tests"


@pytest.fixture(scope="session")
def put_on(migrated_sqlite, tmp_path_factory):
    """A SQLite file with a stage on it to copy, and the codes and numbers of what stands there."""
    path = tmp_path_factory.mktemp("stage") / "elapor.db"
    shutil.copy(migrated_sqlite, path)
    store = Store(f"sqlite:///{path}", Vault(SECRET))
    stage = Stage(store)
    store.close()
    return path, (stage.finding, stage.report, stage.voice)


@pytest.fixture
def stage(put_on, tmp_path):
    """An office on SQLite with invented findings and reports."""
    path, known = put_on
    shutil.copy(path, tmp_path / "elapor.db")
    store = Store(f"sqlite:///{tmp_path / 'elapor.db'}", Vault(SECRET))
    yield Stage(store, put_on=known)
    store.close()


@pytest.fixture(scope="session")
def made():
    """The applications made so far: FastAPI takes a fifth of a second to build one."""
    return []


@pytest.fixture
def app(stage, made):
    """The application over this test's stage."""
    if not made:
        made.append(create_app(stage.office))
    furnish(made[0], stage.office)
    return made[0]


@pytest.fixture
def browser(app):
    """A new browser: `browser()`; signed in: `await browser("peninjau")`."""

    def fresh(login=None, **where):
        made = Browser(app, **where)
        return made if login is None else _signed_in(made, app, login)

    return fresh


async def _signed_in(made, app, login):
    """With the cookie and the proof that signing in gives; test_signing_in goes the whole way."""
    office, nonce, paper = app.state.office, fresh_nonce(), Response()
    write_cookie(paper, office, nonce, office.store.account(login))
    made.client.headers["cookie"] = paper.headers["set-cookie"].split(";")[0]
    made.proof = proof_of(office, nonce)
    return made

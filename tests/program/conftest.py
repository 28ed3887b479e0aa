"""Fixtures for tests of the running program: an App on each database, and the trained engine that all share."""

from __future__ import annotations

import pytest
from feeds import SECRETS

from aggregator.app import DATA, App
from aggregator.settings import ROOT, load_settings
from nlu.embedded import load_engine

MODELS = ROOT / "var" / "models"


@pytest.fixture(scope="session")
def engine():
    """The built-in engine, trained once where the product keeps its model too."""
    return load_engine(DATA, MODELS)


@pytest.fixture
def app_on(engine, secret, tmp_path):
    """Apps on a database whose channels all have secrets: `app_on(url)`, `app_on(url, more_connectors=…)`."""
    opened = []

    def build(url, env=SECRETS, **more):
        given = {"DATABASE_URL": url, "SECRET_KEY": secret, "MODELS": str(MODELS), "TURN_SETTLE_S": "0", **env}
        settings = load_settings({f"ELAPOR_{name}": value for name, value in given.items()}, data=tmp_path / "var")
        made = App(settings, **more)
        made.__dict__["engine"] = engine  # as a running program holds it: read once
        opened.append(made)
        return made

    yield build
    for made in opened:
        if "store" in made.__dict__:
            made.store.close()


@pytest.fixture
def app(app_on, database_url):
    """An App on a fresh database of each kind."""
    return app_on(database_url)

"""Fixtures for tests of the running program: an App on each database, and the trained engine that all share."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from feeds import MODELS, SECRETS

from aggregator.app import App
from aggregator.demo.player import FEED
from aggregator.knowledge import DATA
from aggregator.settings import ROOT, load_settings
from nlu.embedded import load_engine


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


@dataclass(frozen=True)
class Running:
    """A program that runs `elapor up --demo` on a part of the feed."""

    data: Path
    feed: list[dict]
    log: Path
    """What it wrote to standard error."""
    process: subprocess.Popen
    address: str


PART = (*range(1, 31), 37, 43, 44, 45, 46, 68)
"""Lines of the recorded feed: every channel, edits, moves with notices, and the import of a group's export."""


@pytest.fixture(scope="session")
def running(engine, tmp_path_factory):
    """`elapor up --demo` with a part of the demonstration loaded; ended when all tests are done."""
    folder = tmp_path_factory.mktemp("running")
    lines = FEED.read_text("utf-8").splitlines(keepends=True)
    part = [lines[number - 1] for number in PART]
    (folder / "feed.jsonl").write_text("".join(part), "utf-8")
    for export in FEED.parent.glob("*.txt"):
        shutil.copy(export, folder)
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = str(door.getsockname()[1])
    env = {**os.environ, "ELAPOR_MODELS": str(MODELS), "ELAPOR_TURN_SETTLE_S": "0.1", "OPENBLAS_NUM_THREADS": "1"}
    script = Path(__file__).with_name("playing.py")
    command = [sys.executable, str(script), str(folder / "feed.jsonl"), "--data", str(folder / "var")]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([*command, "up", "--demo", "--port", port], stderr=log, env=env, cwd=ROOT)
    try:
        _wait_for(folder / "log", "Peragaan selesai dimuat.", process)
        feed = [json.loads(line) for line in part]
        yield Running(folder / "var", feed, folder / "log", process, f"http://127.0.0.1:{port}")
    finally:
        process.terminate()
        process.wait(30)


def _wait_for(log, words, process):
    until = time.monotonic() + 120
    while words not in log.read_text("utf-8"):
        assert process.poll() is None, log.read_text("utf-8")
        assert time.monotonic() < until, log.read_text("utf-8")
        time.sleep(0.1)

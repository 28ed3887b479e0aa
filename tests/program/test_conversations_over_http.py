"""The conversation scripts before the running program, through python-telegram-bot, pywa and the SMS gateway's interface."""

from __future__ import annotations

import sys

import pytest
from feeds import MODELS
from performing import Performance
from processes import Program, environment, free_port
from scripted import load_scripts

from aggregator.app import App
from aggregator.demo.platforms.server import serving
from aggregator.settings import load_settings

SCRIPTS = {name: script for name, script in load_scripts().items() if not script.apart}
"""But for those in which hours pass, or with a limit of their own: the running program goes by the true time and one limit."""


@pytest.fixture
def performance(engine, sqlite_url, tmp_path):
    """The whole program, and the scripts before it."""
    log, port = tmp_path / "log", free_port()
    with serving() as platforms:
        env = environment(sqlite_url, platforms.base_url, MODELS) | {"ELAPOR_TURN_SETTLE_S": "1.5"}
        program = Program(MODELS, log)
        kill = {"trace": str(tmp_path / "reached"), "point": "", "nth": 0}
        program.start({"env": env, "data": str(tmp_path / "var"), "port": port, "at_once": 8, "kill": kill})
        app = App(load_settings(env, data=tmp_path / "var"))
        app.__dict__["engine"] = engine
        yield Performance(SCRIPTS, platforms, app, f"http://127.0.0.1:{port}")
        program.close()
        app.store.close()
    sys.stderr.write(log.read_text())


async def test_the_conversations_go_the_same_over_http(performance):
    await performance.run()
    assert "\n".join(performance.wrong) == ""

"""The conversation scripts, each on a database of its own, against real connectors, store, engine and pipeline."""

from __future__ import annotations

import pytest
from scripted import load_scripts, spoken
from staging import Clock, Ear, Stage, connectors, play

SCRIPTS = load_scripts()


@pytest.fixture
def stage_for(app_on, sqlite_url):
    def build(script):
        clock = Clock()
        ears = {channel: Ear(channel) for channel in connectors()}
        env = {"TURN_SETTLE_S": "4"} | ({"TURNS_PER_HOUR": str(script.limit)} if script.limit else {})
        app = app_on(sqlite_url, env, clock=clock, more_connectors=connectors(), more_bots=ears)
        return Stage(app, clock, script)

    return build


@pytest.mark.parametrize("name", SCRIPTS)
async def test_the_conversation_goes_as_it_is_written(name, stage_for):
    stage = stage_for(SCRIPTS[name])
    region = stage.app.region
    numbers = ", ".join(f"{one.purpose} {one.number}" for one in region.emergency)
    await play(SCRIPTS[name], stage, {"region": region.name, "numbers": numbers})


def test_there_are_enough_scripts_and_together_they_hear_what_the_bot_can_say():
    by_language = {file: sum(name.startswith(file) for name in SCRIPTS) for file in ("indonesia", "banjar", "lain")}
    assert sum(by_language.values()) >= 60
    assert min(by_language.values()) >= 10
    assert {
        "danger",
        "outside",
        "supervised",
        "hide_offer",
        "erased",
        "reopened",
        "remarked",
        "left",
        "voice_added",
    } <= set(spoken(SCRIPTS))

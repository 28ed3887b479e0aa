"""kill -9 of the whole program at named points of the way, on both databases: nothing accepted is lost, nothing done twice."""

from __future__ import annotations

import sys

import pytest
from crashing import HOLE, POINTS, Run
from feeds import MODELS
from processes import Program, platforms


@pytest.fixture(scope="module")
def base_url(tmp_path_factory):
    """The stand-ins of the platforms: a process of their own, which no kill of the program reaches."""
    with platforms(tmp_path_factory.mktemp("platforms") / "ledger.jsonl") as address:
        yield address


@pytest.fixture(scope="module")
def program(engine, tmp_path_factory):
    """The whole program, ready to be started; what it logs is shown where a test fails."""
    log = tmp_path_factory.mktemp("program") / "log"
    started = Program(MODELS, log)
    yield started
    started.close()
    sys.stderr.write(log.read_text())


@pytest.fixture(scope="module")
def calm(program, base_url, engine, tmp_path_factory):
    """What comes of the feed when nobody disturbs it."""
    data = tmp_path_factory.mktemp("calm")
    return Run(program, base_url, f"sqlite:///{data / 'elapor.db'}", data, MODELS).play(engine)


@pytest.fixture
def play(program, base_url, database_url, engine, tmp_path):
    """Play the feed on a fresh database, killed at the nth reach of a point."""
    return lambda point, nth: Run(program, base_url, database_url, tmp_path / "var", MODELS).play(engine, point, nth)


def test_what_comes_of_the_feed_undisturbed(calm):
    assert not calm.killed
    assert calm.faults(calm) == []
    assert (calm.deliveries, calm.events) == (8, {"opened": 5, "joined": 1, "moved": 5})
    assert len(calm.submissions) == 6
    assert {state for *_, state, _ in calm.replies} == {"sent"}
    assert {channel for _, channel, *_ in calm.replies} == {"telegram", "whatsapp", "facebook", "sms"}
    assert all(calm.reached[point] >= 7 for point in POINTS)


@pytest.mark.parametrize(("point", "nth"), [(point, 2 + place) for place, point in enumerate(POINTS)])
def test_a_kill_loses_nothing_and_doubles_nothing(play, calm, point, nth):
    struck = play(point, nth)
    assert struck.killed
    assert struck.faults(calm) == []


def test_the_hole_between_a_platforms_word_and_our_note_costs_one_reply_at_most(play, calm):
    """Most platforms take nothing back and know no repetition: here alone a reply may go out twice, never less than once."""
    struck = play(HOLE, 3)
    assert struck.killed
    assert struck.doubled in (0, 1)
    assert set(struck.faults(calm)) <= {"ledger", "refs"}
    taken = {(entry["platform"], entry["id"]) for entry in struck.ledger}
    assert {(channel, platform_id) for channel, platform_id, _ in struck.sent} <= taken

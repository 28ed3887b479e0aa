"""A stormy run on both databases: what the platforms' ledgers tell is what ours tell; nothing is lost, nothing is twice."""

from __future__ import annotations

import sys

import pytest
from feeds import MODELS
from processes import Program
from storming import Storm
from weather import Weather

from aggregator.demo.platforms.server import serving


@pytest.fixture(scope="module")
def platforms():
    """The stand-ins, which no kill of the program reaches."""
    with serving() as served:
        yield served


@pytest.fixture(scope="module")
def program(engine, tmp_path_factory):
    """The whole program, ready to be started; what it logs is shown where a test fails."""
    log = tmp_path_factory.mktemp("program") / "log"
    started = Program(MODELS, log)
    yield started
    started.close()
    sys.stderr.write(log.read_text())


async def test_a_storm_loses_nothing_and_doubles_nothing(program, platforms, database_url, engine, tmp_path):
    storm = Storm(program, platforms, database_url, tmp_path / "var", MODELS, Weather())
    figures = await storm.run(engine)
    print(figures)  # noqa: T201
    assert figures.wrong == []
    assert figures.kills == 1

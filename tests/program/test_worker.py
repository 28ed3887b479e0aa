"""The worker: a channel whose platform keeps it waiting has its share of hands and no more."""

import asyncio
from datetime import UTC, datetime

import pytest

from aggregator.store.jobs import add_jobs
from aggregator.worker import Worker

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


@pytest.fixture
def owed(store):
    """Twenty jobs of each channel, the first channel's before the second's."""

    def owe(*channels):
        names = [(channel, n) for channel in channels for n in range(20)]
        rows = [
            {"task": "send", "subject": f"{channel} {n}", "lane": None, "run_at": NOW, "channel": channel}
            for channel, n in names
        ]
        with store.writing() as tx:
            add_jobs(store, tx, rows)

    return owe


@pytest.mark.parametrize("silent", [("whatsapp",), ("whatsapp", "facebook")])
async def test_channels_that_do_not_answer_leave_hands_to_the_others(store, owed, silent):
    owed(*silent, "telegram")
    held, done, answer = [], [], asyncio.Event()

    async def send(job):
        if job.channel in silent:
            held.append(job.channel)
            await answer.wait()
        else:
            done.append(job.subject)
        await asyncio.to_thread(store.done, job)

    worker = Worker(store, {"send": send}, lambda: NOW, concurrency=8)
    working = asyncio.create_task(worker.run())
    async with asyncio.timeout(60):
        while len(done) < 20:
            await asyncio.sleep(0.02)
    assert sorted(held) == sorted(silent * 3)
    answer.set()
    async with asyncio.timeout(60):
        while store.busy():
            await asyncio.sleep(0.02)
    worker.stop()
    await working
    assert len(held) == 20 * len(silent)

"""The worker: claims jobs, has each done by its task's handler, and puts back what failed."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

from aggregator.store.conversing import StaleTurnError
from aggregator.store.jobs import Claimed, LostLeaseError
from aggregator.store.store import Store

log = logging.getLogger("elapor.worker")

Handler = Callable[[Claimed], Awaitable[None]]
IDLE_S = 1.0
"""Seconds between looks at the table when nobody announces jobs."""
BLOCKED_S = 0.1
"""The same while something is due that cannot be done yet: its lane is busy, or its channel has its share of hands."""


class Worker:
    """Does jobs, `concurrency` at a time, until told to stop."""

    def __init__(
        self, store: Store, handlers: Mapping[str, Handler], clock: Callable[[], datetime], concurrency: int = 8
    ) -> None:
        self._store = store
        self._handlers = handlers
        self._clock = clock
        self._concurrency = concurrency
        self._share = max(1, concurrency * 3 // 8)
        """How many at once may wait for one channel's platform: one that does not answer leaves hands to the others."""
        self._doing: dict[asyncio.Task[None], Claimed] = {}
        self._news = asyncio.Event()
        self._stopping = False

    def wake(self) -> None:
        """There may be something to do (from the event loop's thread)."""
        self._news.set()

    def stop(self) -> None:
        """Claim no more; `run` returns when what was begun is done."""
        self._stopping = True
        self._news.set()

    async def run(self) -> None:
        """Work until stopped."""
        while not self._stopping:
            self._news.clear()
            free = self._concurrency - len(self._doing)
            claimed = await self._claim(free) if free else []
            for job in claimed:
                task = asyncio.create_task(self._do(job))
                self._doing[task] = job
                task.add_done_callback(self._done)
            if not claimed:
                await self._rest()
        await asyncio.gather(*self._doing, return_exceptions=True)

    async def _claim(self, free: int) -> list[Claimed]:
        busy = Counter(job.channel for job in self._doing.values() if job.channel)
        full = [channel for channel, hands in busy.items() if hands >= self._share]
        most = max((hands for hands in busy.values() if hands < self._share), default=0)
        limit = min(free, self._share - most)  # all of them may be of one channel
        try:
            return await asyncio.to_thread(self._store.claim, self._clock(), limit, tuple(self._handlers), full)
        except Exception as error:  # noqa: BLE001  # the database may be away for a moment; the worker outlives it
            log.warning("claim failed: %s", where(error))
            await asyncio.sleep(IDLE_S)
            return []

    async def _rest(self) -> None:
        """Wait for news, or until the next job is due."""
        due = await asyncio.to_thread(self._store.next_due)
        left = IDLE_S if due is None else (due - self._clock()).total_seconds()
        wait = min(IDLE_S, left) if left > 0 else BLOCKED_S
        try:
            await asyncio.wait_for(self._news.wait(), IDLE_S if self._doing and not self._free() else wait)
        except TimeoutError:
            return

    def _free(self) -> bool:
        return len(self._doing) < self._concurrency

    def _done(self, task: asyncio.Task[None]) -> None:
        del self._doing[task]
        self._news.set()

    async def _do(self, job: Claimed) -> None:
        try:
            await self._handlers[job.task](job)
        except LostLeaseError:
            log.info("job %s %s went to another worker", job.task, job.id)
        except StaleTurnError:
            await asyncio.to_thread(self._store.postpone, job, self._clock())
        except Exception as error:  # noqa: BLE001  # whatever a step fails of, it is tried again, then kept aside
            log.warning("job %s %s failed at try %s: %s", job.task, job.id, job.tries, where(error))
            await asyncio.to_thread(self._store.fail, job, where(error), self._clock())


def where(error: BaseException) -> str:
    """What failed and where, without the error's own words: they may hold a text or an identity."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {frames[-1].name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{place}"

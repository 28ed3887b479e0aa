"""The job "look_up": what a platform only pointed at is fetched and comes in as a delivery of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from aggregator.pipeline.alarm import Alarm
from aggregator.store.deliveries import Delivered
from aggregator.store.intake import pointer_of
from aggregator.store.jobs import Claimed
from aggregator.store.store import Store
from connectors.base import Pointer
from connectors.poll import Finder, NotAllowed, PollError

AGAIN = timedelta(minutes=5)
"""When to ask again where the platform does not say; however often it fails, what it pointed at is not given up."""
LONGEST = timedelta(days=1)


class LookUp:
    """Fetches what pointers name, with the finder of their channel."""

    def __init__(self, store: Store, finders: Mapping[str, Finder], clock: Callable[[], datetime]) -> None:
        self._store = store
        self._finders = finders
        self._clock = clock
        self._alarm = Alarm(store, clock)

    def look_up(self, job: Claimed) -> None:
        """Fetch one thing: stored as a delivery first, then the job is done; what is gone is counted."""
        pointer = pointer_of(job.subject)
        finder = self._finders.get(pointer.channel)
        if finder is None:
            self._store.found_nothing(job, pointer.channel, "no way to ask")
            return
        try:
            body = finder.look_up(pointer, self._clock())
        except PollError as error:
            self._put_back(job, pointer, error)
            return
        self._alarm.works(pointer.channel)
        if body is None:
            self._store.found_nothing(job, pointer.channel, "gone")
            return
        self._store.keep([Delivered(pointer.channel, body, self._clock())])
        self._store.done(job)

    def _put_back(self, job: Claimed, pointer: Pointer, error: PollError) -> None:
        if isinstance(error, NotAllowed):
            self._alarm.refused(pointer.channel, error.reason)
        wait = (
            AGAIN if error.retry_after is None else timedelta(seconds=min(error.retry_after, LONGEST.total_seconds()))
        )
        self._store.postpone(job, self._clock() + wait)

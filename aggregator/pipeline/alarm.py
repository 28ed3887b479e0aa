"""The one alarm of a channel that refuses us: raised when it begins, not at every try, and over when it works again."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from aggregator.store.store import Store

log = logging.getLogger("elapor.polling")


class Alarm:
    """Remembers, for one way of asking, which channels answer: only the first answer after a refusal is written down."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock
        self._well: set[str] = set()

    def refused(self, channel: str, reason: str) -> None:
        """The channel's credentials are refused, or a person must prove something."""
        self._well.discard(channel)
        if self._store.trouble(channel, reason, self._clock()):
            log.error("%s cannot be asked until somebody mends it: %s", channel, reason)

    def works(self, channel: str) -> None:
        """The channel answers."""
        if channel not in self._well:
            self._store.trouble_over(channel)
            self._well.add(channel)

"""The turnstile: how often one address may send a public form; kept in memory, named in no log."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

WITHIN = timedelta(minutes=10)
MOST = 40
"""Forms of one address within WITHIN: many phones of one mobile network share an address."""


class Turnstile:
    """Counts by address (or whatever it is asked for) in this process; bounded."""

    def __init__(self, clock: Callable[[], datetime], most_kept: int = 10_000, most: int = MOST) -> None:
        self._clock = clock
        self._most = most
        self._most_kept = most_kept
        self._passed: dict[str, list[datetime]] = {}
        self._lock = threading.Lock()

    def wait(self, address: str) -> timedelta:
        """How long this address must wait; zero, and counted, where it may pass."""
        now = self._clock()
        with self._lock:
            recent = [at for at in self._passed.get(address, ()) if now - at < WITHIN]
            if len(recent) >= self._most:
                return recent[0] + WITHIN - now
            if len(self._passed) >= self._most_kept:
                self._passed.clear()
            self._passed[address] = [*recent, now]
            return timedelta()

"""A circuit breaker: what keeps failing is left alone for a while, then tried once."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock


class Breaker:
    """Closed until `failures` in a row, then open for `rest_s` seconds of `clock`; after each rest one caller may try, and its
    success closes it. Threads may share it.
    """

    def __init__(self, failures: int = 3, rest_s: float = 30.0, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = failures
        self._rest = rest_s
        self._clock = clock
        self._failed = 0
        self._again = 0.0
        self._turn = Lock()

    def allows(self) -> bool:
        """Whether the caller may try now; who may must tell how it went."""
        with self._turn:
            if self._failed < self._most:
                return True
            now = self._clock()
            if now < self._again:
                return False
            self._again = now + self._rest  # one tries; the others wait, and wait no longer should it never tell
            return True

    def succeeded(self) -> bool:
        """Note a success; true where it closes the circuit again."""
        with self._turn:
            was_open, self._failed = self._failed >= self._most, 0
            return was_open

    def failed(self) -> None:
        """Note a failure; the one too many, and every one after it, begins a rest."""
        with self._turn:
            self._failed += 1
            self._again = self._clock() + self._rest

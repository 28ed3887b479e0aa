"""What a Telegram bot fetches by getUpdates: a queue that a test fills, with offsets as Telegram knows them."""

from __future__ import annotations

import threading
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Updates:
    """Updates that wait for the bot, shared by the server's thread and whoever fills it."""

    waiting: list[dict[str, Any]] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)
    """What each call of getUpdates said, in order."""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, update: dict[str, Any]) -> None:
        """Let something happen; `update` carries its update_id."""
        with self._lock:
            self.waiting.append(update)

    def begin(self, said: dict[str, Any]) -> int:
        """Note a call and give its number: a later one ends it."""
        with self._lock:
            self.asked.append(said)
            return len(self.asked)

    def from_on(self, offset: int, limit: int, kinds: Collection[str]) -> list[dict[str, Any]]:
        """Give what waits, forgetting all before `offset`, which the caller thereby confirms; unwanted kinds never come."""
        with self._lock:
            self.waiting = [one for one in self.waiting if one["update_id"] >= offset and _wanted(one, kinds)]
            return self.waiting[:limit]

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self.waiting, self.asked = [], []


def _wanted(update: dict[str, Any], kinds: Collection[str]) -> bool:
    return not kinds or any(kind in update for kind in kinds)

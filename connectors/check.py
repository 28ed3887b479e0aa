"""What a channel's self-test finds: one line for a person, and whether anything must be done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

Level = Literal["good", "warn", "bad"]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at; `words` are Indonesian, say what is so and, where it is not good, what to do."""

    name: str
    """A short English key, the same at every run (token, webhook, privacy_mode, permission, template…)."""
    level: Level
    words: str
    expires_at: datetime | None = None
    """Until when what was looked at is valid, where the platform says so."""


class Checker(Protocol):
    """Looks whether one channel hears and may speak; asks the platform itself."""

    @property
    def channel(self) -> str:
        """The channel's name."""
        ...

    async def check(self, now: datetime) -> tuple[Check, ...]:
        """Look at everything that can be looked at; never raises: what could not be asked is a Check that says so."""
        ...

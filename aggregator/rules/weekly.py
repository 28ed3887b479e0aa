"""The hour of the week at which groups that asked for it are told what became of what was raised there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Self

DAYS = ("senin", "selasa", "rabu", "kamis", "jumat", "sabtu", "minggu")
_TOLD = re.compile(rf"({'|'.join(DAYS)})\s+((?:[01]\d|2[0-3]):[0-5]\d)")


@dataclass(frozen=True, slots=True)
class Weekly:
    """A day (0 is Monday) and a local time of it."""

    day: int
    clock: time

    @classmethod
    def parse(cls, told: str) -> Self:
        """Read "senin 08:00". Raises ValueError."""
        found = _TOLD.fullmatch(told.strip().casefold())
        if found is None:
            raise ValueError("an hour of the week is written like senin 08:00")
        return cls(DAYS.index(found[1]), time.fromisoformat(found[2]))

    def last(self, now: datetime, zone: tzinfo) -> datetime:
        """The newest such moment that is not after `now`."""
        here = now.astimezone(zone)
        date = here.date() - timedelta(days=(here.weekday() - self.day) % 7)
        moment = datetime.combine(date, self.clock, zone)
        return (moment if moment <= here else moment - timedelta(days=7)).astimezone(UTC)

"""When a reply may leave: quiet hours, how long changes of one report are gathered, and which of them one notice tells."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Any, Self

from aggregator.rules.status import STATES

_CLOCK = r"((?:[01]\d|2[0-3]):[0-5]\d)"
_HOURS = re.compile(rf"{_CLOCK}\s*-\s*{_CLOCK}")
SPREAD_S = 15 * 60
"""Seconds over which the notices of a night leave in the morning."""
MOST_WORDS = 2_000
"""Characters of units' words in one notice (the wording takes 3,000 a value); what would exceed them is told in the next."""


@dataclass(frozen=True, slots=True)
class QuietHours:
    """The hours of a day, local time, in which no notice leaves; over midnight where `begin` is after `end`."""

    begin: time
    end: time
    """From then on notices leave again."""

    @classmethod
    def parse(cls, told: str) -> Self | None:
        """Read "21:00-06:00"; None for "off". Raises ValueError."""
        if told.strip().casefold() in ("", "off", "false", "no"):  # YAML takes a bare off for False
            return None
        found = _HOURS.fullmatch(told.strip())
        if found is None or found[1] == found[2]:
            raise ValueError("hours are written like 21:00-06:00")
        return cls(time.fromisoformat(found[1]), time.fromisoformat(found[2]))

    def until(self, now: datetime, zone: tzinfo) -> datetime | None:
        """When the quiet that reigns `now` ends, or None where none does."""
        here = now.astimezone(zone)
        clock, over_midnight = here.time(), self.begin > self.end
        early, late = clock < self.end, clock >= self.begin
        if not (early or late if over_midnight else early and late):
            return None
        morning = here.date() if early else here.date() + timedelta(days=1)
        return datetime.combine(morning, self.end, zone).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Pace:
    """What holds replies back; by default nothing does."""

    quiet: QuietHours | None = None
    zone: tzinfo = UTC
    """The region's."""
    bundle: timedelta = timedelta()
    """How long further changes of a report are waited for before the first is told."""
    stopped: bool = False
    """Nothing at all leaves, by the settings."""

    def due(self, say: Mapping[str, Any], owed_at: datetime, now: datetime, whose: int) -> datetime:
        """When a notice that was owed at `owed_at` may leave; `whose` spreads citizens over the morning, each as a whole."""
        due = owed_at + self.bundle if gathers(say) else owed_at
        morning = self.quiet.until(max(due, now), self.zone) if self.quiet else None
        if morning is None:
            return due
        return morning + timedelta(seconds=whose * 2_654_435_761 % SPREAD_S)  # Knuth's multiplicative hash


def gathers(say: Mapping[str, Any]) -> bool:
    """Whether a notice tells the status of a report, so that several can be told as one."""
    return say.get("params", {}).get("status") in STATES and not say.get("courtesy")


def told_at_once(says: Sequence[Mapping[str, Any]]) -> int:
    """How many of these notices of one voice, in order, are told in one: never across a final state and a reopening."""
    words, before = 0, ""
    for count, say in enumerate(says):
        params = say.get("params", {})
        words += len(params.get("note", "")) + 1
        if not gathers(say) or (count and (words > MOST_WORDS or _reopened(before, params["status"]))):
            return max(count, 1)
        before = params["status"]
    return len(says)


def _reopened(before: str, status: str) -> bool:
    return STATES[before].final and not STATES[status].final


def as_one(says: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The notice that tells the last state, and all words of the units in order."""
    notes = [note for say in says if (note := say["params"].get("note", ""))]
    return {**says[-1], "params": {**says[-1]["params"], "note": "\n".join(notes)}}

"""Until when a report is to be verified, followed up and done: time limits as dated data, counted in working days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import holidays
import yaml

from aggregator.rules.report import Dues
from aggregator.rules.tables import read_table

CLOSES = time(16, 0)
"""The end of the working day, local time; our choice, as offices differ by half an hour."""


@dataclass(frozen=True, slots=True)
class TimeLimit:
    """One row of `data/sla.yml`, in working days from the day of receipt."""

    report_class: str
    supervised: bool
    verify: int
    follow: int
    done: int
    cited: str
    sure: str
    since: date
    until: date | None = None
    urgency: str = ""

    def holds(self, report_class: str, supervised: bool, urgency: str, day: date) -> bool:
        """Whether the row is in force for such a report received on `day`."""
        same = self.report_class == report_class and self.supervised == supervised
        return same and self.urgency in {"", urgency} and self.since <= day and (self.until is None or day < self.until)


class BadTimeLimitsError(ValueError):
    """The table of time limits is wrong."""


class NoTimeLimitError(LookupError):
    """No time limit holds for this kind of report on this day."""


def load_sla(path: Path) -> tuple[TimeLimit, ...]:
    """Read `data/sla.yml`; BadTimeLimitsError where it is missing, not YAML, or a row is not as it must be."""
    try:
        return tuple(_row(dict(row)) for row in read_table(path))
    except (OSError, yaml.YAMLError, KeyError, TypeError, ValueError) as error:
        raise BadTimeLimitsError(f"{path.name}: {error!r}") from error


def due_dates(
    sla: Sequence[TimeLimit], report_class: str, supervised: bool, urgency: str, start: datetime, timezone: str
) -> Dues:
    """The due times of a report received at `start` (aware), in the IANA `timezone` of its region.

    Working days are Monday to Friday without Indonesia's national holidays and collective leave. What arrives after
    16:00 or on a free day counts as received on the next working day. A due time is 16:00 of the working day that many
    working days later; all three count from receipt. An accusation that is filed as a wish or question has the limit of
    an accusation. NoTimeLimitError where no row holds; ValueError for a naive `start`.
    """
    if start.tzinfo is None:
        raise ValueError("start must be aware")
    zone = ZoneInfo(timezone)
    first = _received(start.astimezone(zone))
    limit = _limit(sla, "pengaduan" if supervised else report_class, supervised, urgency, first)
    verify, follow, done = (_after(first, days, zone) for days in (limit.verify, limit.follow, limit.done))
    return Dues(verify, follow, done)


def is_working_day(day: date) -> bool:
    """Monday to Friday, neither a national holiday nor collective leave of Indonesia (as far as decreed and known)."""
    return day.weekday() < 5 and day not in _free_days()


def _row(row: dict[str, Any]) -> TimeLimit:
    limit = TimeLimit(report_class=row.pop("class"), **row)
    if not 0 <= limit.verify <= limit.follow <= limit.done:
        raise ValueError("verify, follow and done must not go backwards")
    if not isinstance(limit.since, date):
        raise TypeError("since must be a date")
    return limit


def _limit(sla: Sequence[TimeLimit], report_class: str, supervised: bool, urgency: str, day: date) -> TimeLimit:
    """The row in force: one for the urgency before a general one, then the newest."""
    fitting = [row for row in sla if row.holds(report_class, supervised, urgency, day)]
    if not fitting:
        raise NoTimeLimitError(f"{report_class}, supervised: {supervised}, {day}")
    return max(fitting, key=lambda row: (row.urgency != "", row.since))


def _received(local: datetime) -> date:
    """The working day on which something that arrived at a local time counts as received."""
    day = local.date() if local.time() < CLOSES else local.date() + timedelta(days=1)
    return day if is_working_day(day) else _next_working_day(day)


def _after(day: date, working_days: int, zone: ZoneInfo) -> datetime:
    for _ in range(working_days):
        day = _next_working_day(day)
    return datetime.combine(day, CLOSES, zone)


def _next_working_day(day: date) -> date:
    day += timedelta(days=1)
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


@cache
def _free_days() -> holidays.HolidayBase:
    """Indonesia's free days; the package adds a year when it is first asked for."""
    return holidays.country_holidays("ID", categories=("public", "government"))

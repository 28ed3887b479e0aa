"""The forms in which phones begin a message of an exported chat: date, clock, and what stands between and behind them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Literal

DateOrder = Literal["dmy", "mdy", "ymd"]

MARKS = re.compile("[\u061c\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
"""Signs that steer the writing direction; phones strew them over dates, names and remarks."""

_HALVES = {
    "am": "am", "pm": "pm",  # a.m., a. m., A M
    "pg": "am", "ptg": "pm",  # Malay
    "ص": "am", "م": "pm",  # Arabic
    "قظ": "am", "بظ": "pm",  # Persian
    "上午": "am", "下午": "pm", "早上": "am", "中午": "pm", "凌晨": "am", "晚上": "night",  # Chinese
    "午前": "am", "午後": "pm",  # Japanese
    "오전": "am", "오후": "pm",  # Korean
    "sa": "am", "ch": "pm",  # Vietnamese
    "पूर्वाह्न": "am", "अपराह्न": "pm",  # Hindi
    "öö": "am", "ös": "pm",  # Turkish
    "πμ": "am", "μμ": "pm",  # Greek
    "de": "am", "du": "pm",  # Hungarian
    "fm": "am", "em": "pm",  # Swedish
    "inthemorning": "am", "intheafternoon": "pm", "intheevening": "pm", "atnight": "night",
}  # fmt: skip
"""Halves of the day as the Unicode CLDR writes them, without dots and spaces."""
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan",
            "feb peb",
            "mar mac",
            "apr",
            "mei may",
            "jun",
            "jul",
            "agu agt ags aug ogo",
            "sep",
            "okt oct",
            "nov nop",
            "des dec dis",
        ),
        1,
    )
    for name in names.split()
}
"""The beginnings of the months' names: Indonesian, English, Malay."""
_HALF = "|".join(r"\.?\s?".join(half) + r"\.?" for half in sorted(_HALVES, key=len, reverse=True))
_AT = r"pukul|pkl\.?|jam|at|um|klo|kl\.|à|às|om|alle|ore"
_NAME = r"[^\W\d_]{3,9}\.?"
_DATES = (
    r"(?P<a>%(a)s)(?P<sep>%(sep)s)\s?(?P<b>\d{1,2})(?P=sep)\s?(?P<c>[HR]?\d{1,4})(?:\s?(?:BE|AP|\u0433))?\.?",
    rf"(?P<a>\d{{1,2}})(?P<sep>[ /.\-])(?P<b>{_NAME})(?P=sep)(?P<c>\d{{4}}|\d{{2}})",
    rf"(?P<a>{_NAME})(?P<sep>\s)(?P<b>\d{{1,2}}),\s(?P<c>\d{{4}})",
)
_CLOCK = r"%(before)s(?P<h>\d{1,2})(?P<colon>%(colon)s)(?P<m>\d{2})%(seconds)s(?:\s\u0447\.)?%(after)s"
_SECONDS = r"(?:[:.]|\smin\s)(?P<s>\d{2})(?:\ss)?"
_BEFORE, _AFTER = rf"(?P<before>{_HALF})\s?", rf"\s?(?P<after>{_HALF})"
_ANY = {
    "a": r"\d{1,4}",
    "sep": r"[/.\-]",
    "pause": rf"[,،]\s?(?:(?:{_AT})\s)?|\s(?:(?:{_AT})\s)?",
    "colon": r"[:.]|\s?h\s?",
    "seconds": f"(?:{_SECONDS})?",
    "before": f"(?:{_BEFORE})?",
    "after": f"(?:{_AFTER})?",
}
"""What may stand at each place of a header as long as the file has not told what does."""
_DATE_FIRST = rf"%(date)s(?P<pause>%(pause)s){_CLOCK}"
_TIME_FIRST = rf"{_CLOCK}(?P<pause>,\s)%(date)s"
_DASH = "[-\u2013\u2014]"
_DASHED = re.compile(rf"\s{MARKS.pattern}*{_DASH}{MARKS.pattern}*\s")
_BRACKET, _COLON = re.compile(r"\]\s?"), re.compile(r":\s")
_WAYS = (
    (rf"\[{_DATE_FIRST}\]\s?", _BRACKET),  # iOS
    (rf"{_DATE_FIRST}\s{_DASH}\s", _DASHED),  # Android
    (rf"\[{_TIME_FIRST}\]\s?", _BRACKET),  # messages copied from WhatsApp Web
    (rf"{_TIME_FIRST}\s{_DASH}\s", _DASHED),  # Android, Vietnamese
    (rf"{_DATE_FIRST}(?:(?<=:\d\d:\d\d)|(?<=m)):\s", _COLON),  # iOS until 2016, with seconds or a 12-hour clock
)
"""The ways to build a header, each with what ends it in a line that still has its marks."""


def _pattern(way: str, dates: str, places: dict[str, str]) -> re.Pattern[str]:
    return re.compile(way % (places | {"date": dates % places}), re.IGNORECASE)


_KINDS = tuple((_pattern(way, dates, _ANY), way, dates, end) for dates in _DATES for way, end in _WAYS)
_FIRST = frozenset("[\u061c\u200e\u200f\u202a\u202b\u2066\u2067\u2068\ufeff")
_PREAMBLE = 50  # lines in which the first header must stand
_FIRST_YEAR = 2009  # of WhatsApp itself
_ERAS = {"H": 1988, "R": 2018}  # Heisei, Reiwa: the Japanese calendar of iOS


class NotAnExport(Exception):
    """The file is not a chat exported by WhatsApp (menu, More, Export chat): no line begins with date, time and name."""


@dataclass(frozen=True, slots=True)
class Header:
    """The beginning of one message, its numbers as they stand; `rest` is author and text with all marks."""

    numbers: tuple[int, int, int]
    clock: tuple[int, int, int]
    rest: str

    def date(self, order: DateOrder) -> datetime | None:
        """Give the local time under an order, or None where no such day exists (or it is before WhatsApp)."""
        day = _day(self.numbers, order)
        return datetime(day.year, day.month, day.day, *self.clock) if day else None  # noqa: DTZ001 - local


@lru_cache(maxsize=64)
def _day(numbers: tuple[int, int, int], order: DateOrder) -> date | None:
    year, month, day = (numbers[order.index(part)] for part in "ymd")
    try:
        found = date(*_gregorian(year, month, day))
    except (ValueError, OverflowError):
        return None
    return found if found.year >= _FIRST_YEAR else None


def _gregorian(year: int, month: int, day: int) -> tuple[int, int, int]:
    """Give the day in the common calendar; the years of the others do not overlap with its own since 2009.

    Thai phones count from the Buddha's death (543 before), also in two digits; Persian ones in solar years of the Hijra.
    """
    if year < 100:
        return year + (1957 if year >= 52 else 2000), month, day
    if year > 2400:
        return year - 543, month, day
    return _from_persian(year, month, day) if 1388 <= year <= 1430 else (year, month, day)


def _from_persian(year: int, month: int, day: int) -> tuple[int, int, int]:
    """Give the day in the common calendar by the 33-year rule, exact from 1799 to 2256."""
    if not (1 <= month <= 12 and 1 <= day <= 31):
        raise ValueError
    cycles, rest = divmod(year + 1595, 33)
    days = 365 * (year + 1595) + 8 * cycles + (rest + 3) // 4
    days += day + (31 * (month - 1) if month < 7 else 30 * (month - 7) + 186)
    found = date.fromordinal(days - 356_033)
    return found.year, found.month, found.day


@dataclass(frozen=True, slots=True)
class Form:
    """How the headers of one file are written; it is fixed by the first one, so that a pasted line of another is text."""

    pattern: re.Pattern[str]
    end: re.Pattern[str]
    lettered: bool
    """Whether headers may begin with a letter: the name of a month, or of half a day."""

    def header(self, line: str) -> Header | None:
        """Read a line that begins a message."""
        first = line[:1]
        if first not in _FIRST and not first.isdecimal() and not (self.lettered and first.isalpha()):
            return None
        plain = line if line.isascii() else MARKS.sub("", line)
        found = self.pattern.match(plain)
        return _header(found, self.end, line) if found else None


def form_of(lines: Iterable[str]) -> Form:
    """Find the form of a file's headers in its first lines; raises NotAnExport."""
    for _, line in zip(range(_PREAMBLE), lines, strict=False):
        plain = MARKS.sub("", line)
        for pattern, way, dates, end in _KINDS:
            found = pattern.match(plain)
            if found and _header(found, end, line):
                return Form(_pattern(way, dates, _places(found)), end, plain[:1].isalpha())
    raise NotAnExport


def _places(found: re.Match[str]) -> dict[str, str]:
    """Give what stands at each place in all headers of one file."""
    a, sep, pause, colon = found.group("a", "sep", "pause", "colon")
    return {
        "a": r"\d{3,4}" if len(a) > 2 else r"\d{1,2}",
        "sep": re.escape(sep),
        "pause": re.escape(pause),
        "colon": re.escape(colon),
        "seconds": _SECONDS if found["s"] else "(?P<s>)",
        "before": _BEFORE if found["before"] else "(?P<before>)",
        "after": _AFTER if found["after"] else "(?P<after>)",
    }


def _header(found: re.Match[str], end: re.Pattern[str], line: str) -> Header | None:
    a, b, c, h, m, s, before, after = found.group("a", "b", "c", "h", "m", "s", "before", "after")
    numbers, half = _numbers(a, b, c), before or after
    clock = _hour(int(h), half) if half else int(h), int(m), int(s or 0)
    if numbers is None or clock[0] > 23 or clock[1] > 59 or clock[2] > 59:
        return None
    rest = line[found.end() :] if found.string is line else end.split(line, maxsplit=1)[-1]
    return Header(numbers, clock, rest)


@lru_cache(maxsize=64)
def _numbers(a: str, b: str, c: str) -> tuple[int, int, int] | None:
    """Give the numbers in their order; a month that is named leaves only one order, the year in front."""
    if a.isdecimal() and b.isdecimal():
        return int(a), int(b), int(c) if c.isdecimal() else _ERAS[c[0].upper()] + int(c[1:])
    day, name = (a, b) if a.isdecimal() else (b, a)
    month = _MONTHS.get(name[:3].casefold())
    year = int(c) + (2000 if len(c) == 2 else 0)
    return (year, month, int(day)) if month else None


def _hour(hour: int, half: str) -> int:
    """Give the hour of 24 by the half of the day."""
    which = _HALVES.get(re.sub(r"[.\s]", "", half).casefold(), "pm")
    later = which == "pm" or (which == "night" and 6 <= hour < 12)
    return hour % 12 + (12 if later else 0) if hour <= 12 else hour

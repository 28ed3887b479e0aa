"""Reads the header lines of WhatsApp's "Export chat": their form, whether day or month stands first, and their messages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal, get_args

DateOrder = Literal["dmy", "mdy", "ymd"]

MARKS = re.compile("[\u200b\u200e\u200f\u202a-\u202e\ufeff]")
"""Signs that steer the writing direction; phones strew them over dates, names and remarks."""
_DATE = r"(?P<a>\d{1,4})(?P<sep>[/.\-])\s?(?P<b>\d{1,2})(?P=sep)\s?(?P<c>\d{1,4})\.?"
_CLOCK = (
    r"(?P<h>\d{1,2})(?P<colon>[:.])(?P<m>\d{2})(?:[:.](?P<s>\d{2}))?"
    r"(?:\s?(?P<half>[AaPp]\.?\s?[Mm]\.?|[Pp][Gg]|[Pp][Tt][Gg]|\u0635|\u0645))?"
)
_PAUSE = r"[,\u060c]?\s(?:pukul\s|at\s)?"
_HEADERS = tuple(
    re.compile(form)
    for form in (
        rf"\[{_DATE}{_PAUSE}{_CLOCK}\]",  # iOS
        rf"{_DATE}{_PAUSE}{_CLOCK}\s[-\u2013]\s",  # Android
        rf"\[{_CLOCK},\s{_DATE}\]",  # messages copied from WhatsApp Web
    )
)
_FIRST = frozenset("[\u200e\u200f\u202a\u202b\ufeff")
_HEADER_END = re.compile(rf"\]\s?|\s{MARKS.pattern}*[-\u2013]{MARKS.pattern}*\s")
_AFTERNOON = ("p", "\u0645", "ptg")
_FIRST_YEAR = 2009  # of WhatsApp itself
_LATE = timedelta(days=2)  # a message may arrive late and yet stand where it was received
_LONGEST = 65_536  # characters that WhatsApp takes; what follows is no message any more
_PREAMBLE = 50  # lines in which the first header must stand


class NotAnExport(Exception):
    """The file is not a chat exported by WhatsApp (menu, More, Export chat): no line begins with date, time and name."""


class AmbiguousDates(Exception):
    """Every date in this export can be read with the day or the month first; please say which: dmy or mdy."""


class ImpossibleDates(Exception):
    """The dates in this export cannot be in the order that was given."""


@dataclass(frozen=True, slots=True)
class Header:
    """The beginning of one message, its numbers as they stand; `rest` is author and text with all marks."""

    numbers: tuple[int, int, int]
    clock: tuple[int, int, int]
    rest: str

    def date(self, order: DateOrder) -> datetime | None:
        """Give the local time under an order, or None where no such day exists (or it is before WhatsApp)."""
        year, month, day = (self.numbers[order.index(part)] for part in "ymd")
        try:
            found = datetime(year + 2000 if year < 100 else year, month, day, *self.clock)  # noqa: DTZ001 - local
        except ValueError:
            return None
        return found if found.year >= _FIRST_YEAR else None


@dataclass(slots=True)
class Form:
    """How the headers of one file are written; it is fixed by the first one, so that a pasted line of another is text."""

    pattern: re.Pattern[str]
    signs: tuple[str | bool, ...]

    def header(self, line: str) -> Header | None:
        """Read a line that begins a message."""
        if line[:1] not in _FIRST and not line[:1].isdecimal():
            return None
        plain = line if line.isascii() else MARKS.sub("", line)
        found = self.pattern.match(plain)
        return _header(found, line) if found and _signs(found) == self.signs else None


def _signs(found: re.Match[str]) -> tuple[str | bool, ...]:
    """Give what all headers of one file share: separators, seconds, 12-hour clock, a leading year."""
    return found["sep"], found["colon"], found["s"] is not None, found["half"] is not None, len(found["a"]) > 2


def _header(found: re.Match[str], line: str) -> Header | None:
    hour = int(found["h"])
    if found["half"]:
        afternoon = found["half"].casefold().startswith(_AFTERNOON) and found["half"].casefold() != "pg"
        hour = hour % 12 + (12 if afternoon else 0)
    clock = hour, int(found["m"]), int(found["s"] or 0)
    numbers = int(found["a"]), int(found["b"]), int(found["c"])
    rest = _HEADER_END.split(line, maxsplit=1)[1]
    return Header(numbers, clock, rest) if clock[0] < 24 and clock[1] < 60 and clock[2] < 60 else None


def form_of(lines: Iterable[str]) -> Form:
    """Find the form of a file's headers in its first lines; raises NotAnExport."""
    for _, line in zip(range(_PREAMBLE), lines, strict=False):
        plain = MARKS.sub("", line)
        for pattern in _HEADERS:
            found = pattern.match(plain)
            if found and _header(found, line):
                return Form(pattern, _signs(found))
    raise NotAnExport


@dataclass(slots=True)
class Dates:
    """What a whole file tells about the order of its dates."""

    headers: int = 0
    days: int = 0
    """How many runs of messages of one date there are; each counts once."""
    latest: tuple[int, int, int] = (0, 0, 0)
    absent: Counter[DateOrder] = field(default_factory=Counter)
    """How many would be no day at all under an order."""
    backward: Counter[DateOrder] = field(default_factory=Counter)
    """How often time would run backwards under an order."""
    last: dict[DateOrder, datetime] = field(default_factory=dict)
    differ: bool = False
    """Whether any date reads otherwise with the month first."""

    def add(self, header: Header) -> None:
        """Hold one date against each order."""
        self.headers += 1
        if header.numbers == self.latest:
            return
        self.days, self.latest = self.days + 1, header.numbers
        self.differ = self.differ or header.numbers[0] != header.numbers[1]
        for order in get_args(DateOrder):
            found = header.date(order)
            if found is None:
                self.absent[order] += 1
                continue
            self.backward[order] += found < self.last.get(order, found) - _LATE
            self.last[order] = found

    def order(self, given: DateOrder | None) -> DateOrder:
        """Decide; raises AmbiguousDates where two orders fit alike and none was given, ImpossibleDates where none fits."""
        orders: tuple[DateOrder, ...] = get_args(DateOrder)
        fitting = [order for order in orders if self.absent[order] * 2 < self.days]  # a pasted line is no proof
        best = min(self.absent.values(), default=0) if len(self.absent) == len(orders) else 0
        if given in fitting and self.absent[given] == best:
            return given
        if given is not None or not fitting:
            raise ImpossibleDates
        # a year of two digits in front is believed only where nothing else fits
        spoken = [order for order in fitting if order != "ymd"] or fitting
        counts = {order: self.absent[order] + self.backward[order] for order in spoken}
        if len(set(counts.values())) < len(counts) and self.differ:
            raise AmbiguousDates
        return min(spoken, key=counts.__getitem__)


@dataclass(frozen=True, slots=True)
class Written:
    """One message as it is written in the file: local time, author ("" for a remark of the phone), text with its lines and marks."""

    at: datetime
    author: str
    text: str


def written(lines: Iterable[str], form: Form, order: DateOrder) -> Iterator[Written]:
    """Put lines together to messages: a line without header, or of an impossible day, goes on with the one before."""
    begun: Written | None = None
    more: list[str] = []
    room = 0
    for line in lines:
        header = form.header(line)
        at = header.date(order) if header else None
        if header is None or at is None:
            more += [line.rstrip("\n")] if room > 0 else []
            room -= len(line)
            continue
        if begun:
            yield _joined(begun, more)
        begun, more, room = _begin(header, at), [], _LONGEST
    if begun:
        yield _joined(begun, more)


def _begin(header: Header, at: datetime) -> Written:
    rest = header.rest.rstrip()
    author, colon, text = rest.partition(": ")
    if not colon and rest.endswith(":"):
        author, colon = rest[:-1], ":"
    return Written(at, MARKS.sub("", author) if colon else "", text if colon else rest)


def _joined(begun: Written, more: list[str]) -> Written:
    return replace(begun, text="\n".join((begun.text, *more)).rstrip()[:_LONGEST]) if more else begun

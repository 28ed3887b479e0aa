"""Reads the lines of WhatsApp's "Export chat": whether day or month stands first in them, and their messages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import get_args

from connectors.export_headers import MARKS, DateOrder, Form, Header

_LATE = timedelta(days=2)  # a message may arrive late and yet stand where it was received
_LONGEST = 65_536  # characters that WhatsApp takes; what follows is no message any more


class AmbiguousDates(Exception):
    """Every date in this export can be read with the day or the month first; please say which: dmy or mdy."""

    def __init__(self, numbers: tuple[int, int, int]) -> None:
        super().__init__()
        self.numbers = numbers
        """A date of the file as it stands there, which is two different days."""


class ImpossibleDates(Exception):
    """The dates in this export cannot be in the order that was given."""


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
    differing: tuple[int, int, int] | None = None
    """The first date that reads otherwise with the month first."""

    def add(self, header: Header) -> None:
        """Hold one date against each order."""
        self.headers += 1
        if header.numbers == self.latest:
            return
        self.days, self.latest = self.days + 1, header.numbers
        if self.differing is None and header.numbers[0] != header.numbers[1]:
            self.differing = header.numbers
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
        if len(set(counts.values())) < len(counts) and self.differing:
            raise AmbiguousDates(self.differing)
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
    if not colon:
        return Written(at, "", rest)
    return Written(at, author if author.isascii() else MARKS.sub("", author), text)


def _joined(begun: Written, more: list[str]) -> Written:
    return replace(begun, text="\n".join((begun.text, *more)).rstrip()[:_LONGEST]) if more else begun

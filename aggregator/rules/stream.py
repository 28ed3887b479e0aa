"""A queue in memory that answers, message by message, which report each one joins: what `elapor match` runs on."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from aggregator.rules.course import mended
from aggregator.rules.match import MatchSettings, block, nearest
from aggregator.rules.report import Candidate, Traits

RECENT = timedelta(hours=6)
"""For so long a thread's next message may answer its last report, whatever it is read as."""
WITHIN = timedelta(days=90)
DOUBTFUL = 0.24
"""A message read as chatter is compared with what is known from this confidence of a report on."""
_SURE = 0.76
"""Below this confidence of a report, what says that a thing is mended is news of it."""
AT_MOST = 400
"""Voices of a block that are compared, the newest."""


@dataclass(frozen=True, slots=True)
class Placed:
    """What became of one message: its report (None for chatter), or the one that a person would be offered."""

    id: object
    is_report: bool
    report: int | None = None
    joined: bool = False
    offered: int | None = None
    score: float | None = None
    reasons: tuple[str, ...] = ()


class Stream:
    """Takes messages in order of arrival; reports are numbered from 1. `home` is the kabupaten of unknown places."""

    def __init__(self, settings: MatchSettings, home: str) -> None:
        self._settings = settings
        self._home = home
        self._blocks: dict[str, deque[Candidate]] = defaultdict(lambda: deque(maxlen=AT_MOST))
        self._where: dict[int, str] = {}
        """The block of each report."""
        self._threads: dict[str, dict[str, datetime]] = defaultdict(dict)
        """The blocks of which each thread spoke, and when last."""
        self._reports = 0

    def take(
        self, key: object, new: Traits, *, is_report: bool, mergeable: bool = True, confidence: float | None = None
    ) -> Placed:
        """Place one message by what came before it; `mergeable` is False for accusations: they stay alone.

        What is hardly no report by itself (`confidence` that it is one, by default certainty) is one where it surely means a
        report that is known.
        Chatter that says a thing is mended closes the report it means, so that later trouble there is another event.
        """
        likely = float(is_report) if confidence is None else confidence
        recent = [at for at, since in self._threads[new.thread].items() if new.thread and new.sent_at - since <= RECENT]
        over = mended(new.text) and not (is_report and likely >= _SURE)
        if over:
            self._close(new)
        if over or not (is_report or (likely >= DOUBTFUL and mergeable)):
            return Placed(key, is_report=False)
        where = block(new.location or self._home, new.category)
        blocks = dict.fromkeys((where, *(block(new.location or self._home, rival) for rival in new.rivals), *recent))
        known = [c for at in blocks for c in self._blocks[at] if new.sent_at - c.traits.sent_at <= WITHIN]
        match = nearest(new, known, self._settings)
        joined = match is not None and match.sure and mergeable
        if not (is_report or joined):
            return Placed(key, is_report=False)
        report = match.report if match is not None and joined else self._open()
        where = self._where.setdefault(report, where)
        self._blocks[where].append(Candidate(report, new, mergeable=mergeable))
        if new.thread:
            self._threads[new.thread][where] = new.sent_at
        if match is None:
            return Placed(key, is_report=True, report=report)
        offered = None if joined or not mergeable else match.report
        return Placed(key, True, report, joined, offered, match.score, match.reasons)

    def _open(self) -> int:
        self._reports += 1
        return self._reports

    def _close(self, new: Traits) -> None:
        """Mark the open report that a mended thing most likely belongs to as done, whatever its own category was guessed to be."""
        alike: dict[str, list[Candidate]] = defaultdict(list)
        for voice in self._open_ones(new):
            alike[voice.traits.category].append(voice)
        found = [
            match
            for category, voices in alike.items()
            if (match := nearest(replace(new, category=category, rivals=(), faint=()), voices, self._settings))
        ]
        if not found:
            return
        closed = max(found, key=lambda match: match.score).report
        for voices in self._blocks.values():
            for place, voice in enumerate(voices):
                if voice.report == closed:
                    voices[place] = replace(voice, open=False)

    def _open_ones(self, new: Traits) -> Iterator[Candidate]:
        kabupaten = (new.location or self._home)[:5]
        for where, voices in self._blocks.items():
            if where.startswith(kabupaten):
                yield from (voice for voice in voices if voice.open)

"""One new voice beside one known report: all evidence for and against both meaning the same problem."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta

from aggregator.rules.blocks import half_life, reach
from aggregator.rules.company import together, weigh_company, weigh_doubt
from aggregator.rules.course import again, contrasts
from aggregator.rules.evidence import (
    Evidence,
    details,
    weigh_category,
    weigh_matter,
    weigh_moment,
    weigh_place,
    weigh_point,
    weigh_slots,
    weigh_time,
    weigh_whole,
    weigh_words,
)
from aggregator.rules.lasting import lasting, still
from aggregator.rules.photo import weigh_photos
from aggregator.rules.report import Candidate, Traits
from aggregator.rules.vocabulary import Vocabulary
from aggregator.rules.weights import WEIGHTS

_ELSEWHERE = ("beside:", "apart:", "other_named:", "other_counted:", "other_detail:", "other_mark:")
_AGAIN_AFTER_DAYS = 1.0
_AGAIN_AFTER_SHARE = 0.25
"""Trouble is new again after a day, or after a quarter of its half-life where that is shorter."""


class KnownReport:
    """The voices of one report among the candidates, built of the first."""

    __slots__ = ("first", "voices")

    def __init__(self, first: Candidate) -> None:
        self.first = first
        self.voices = [first.traits]

    @property
    def places(self) -> list[str]:
        """Where it is known to be, the finest codes only."""
        codes = {code for voice in self.voices for code in (voice.location, *voice.also) if code}
        return [code for code in codes if not any(other != code and other.startswith(code) for other in codes)]


def grouped(candidates: Iterable[Candidate]) -> Iterable[KnownReport]:
    """The reports of candidates, in order of their first voices."""
    reports: dict[int, KnownReport] = {}
    for candidate in candidates:
        known = reports.get(candidate.report)
        if known is None:
            reports[candidate.report] = KnownReport(candidate)
        else:
            known.voices.append(candidate.traits)
    return reports.values()


def compare(new: Traits, report: KnownReport, vocabulary: Vocabulary, *, only: bool = False) -> list[Evidence]:
    """All evidence for and against `new` meaning `report`; `only`: no other report could be meant."""
    here = together(new, report.voices)
    unlike = _closest(weigh_category(new, voice, here=here) for voice in report.voices)
    if new.category != report.first.traits.category:
        new = replace(new, category=report.first.traits.category)  # what speaks for its being that, if it is
    outside = _outside(new, report, vocabulary, unlike)
    if only:
        outside.append(Evidence(f"only:{reach(new.category)}", 1.0, "tidak ada aduan serupa lain di sini"))
    if doubt := weigh_doubt(new, here=here):
        outside.append(doubt)
    return [*outside, *_inside(new, report, vocabulary, _elsewhere(outside))]


def _outside(new: Traits, report: KnownReport, vocabulary: Vocabulary, unlike: Evidence | None) -> list[Evidence]:
    """Evidence from all but the words: place, category, time, company."""
    where = _place(new, report)
    known = [detail for voice in report.voices for detail in details(voice, vocabulary)]
    own = details(new, vocabulary)
    pieces = [where, *weigh_slots(new, own, known)]
    if contrasts(new.text) and (new.location or own) and not _agreed(pieces):
        pieces.append(Evidence(f"contrast:{reach(new.category)}", 1.0, "menyebut titik lain"))
    photo = weigh_photos(new, report.voices, _elsewhere(pieces))
    gap = _gap(new, report)
    stale = weigh_time(gap, new.category, shown=photo is not None)
    pieces += [stale, Evidence("still", stale.amount)] if still(new.text) else [stale]
    pieces += weigh_company(new, report.voices, elsewhere=_elsewhere(pieces))
    if photo:
        pieces.append(photo)
    if unlike:
        pieces.append(unlike)
    if unlike is None or not unlike.kind.startswith("other_category"):
        pieces += weigh_moment(gap, where.kind, new.category)
    if piece := _closest(weigh_point(new, v) for v in report.voices):
        pieces.append(piece)
    if gap > _fresh(new.category) and again(new.text) and not any(again(v.text) for v in report.voices):
        pieces.append(Evidence("again", 1.0, "rusak lagi setelah diperbaiki"))
    return pieces


def _place(new: Traits, report: KnownReport) -> Evidence:
    """How the new voice's places lie to the report's; what only a thread's name tells, all voices of that thread share."""
    if new.by_thread and together(new, report.voices):
        return weigh_place(new.location, [new.location], new.category)
    if not new.also:
        return weigh_place(new.location, report.places, new.category)
    pieces = [weigh_place(code, report.places, new.category) for code in (new.location, *new.also)]
    return max(pieces, key=weight_of)


def _agreed(pieces: Iterable[Evidence]) -> bool:
    """Whether a detail of the new voice is the report's."""
    return any(piece.kind in ("name", "mark", "number") for piece in pieces)


def _gap(new: Traits, report: KnownReport) -> timedelta:
    """The time between the voice nearest to the new one and the time since when, by its words, its trouble has lasted."""
    gap = min((new.sent_at - voice.sent_at for voice in report.voices), key=abs)
    if gap < timedelta(0) or again(new.text):
        return gap
    return max(gap - lasting(new.text, new.sent_at), timedelta(0))


def _elsewhere(pieces: Iterable[Evidence]) -> bool:
    """Whether the new voice names another spot."""
    return any(piece.kind.startswith(_ELSEWHERE) for piece in pieces)


def _fresh(category: str) -> timedelta:
    return timedelta(days=min(_AGAIN_AFTER_DAYS, _AGAIN_AFTER_SHARE * half_life(category)))


def _inside(new: Traits, report: KnownReport, vocabulary: Vocabulary, elsewhere: bool) -> Iterator[Evidence]:
    """Evidence from the words: of the voice that is most alike. A copied text about another spot is no sign of one event."""
    yield from max(
        (weigh_words(new, voice, vocabulary, _names(new, voice, vocabulary)) for voice in report.voices), key=total
    )
    if piece := weigh_matter(new, report.voices, vocabulary):
        yield piece
    if not elsewhere and (piece := _closest(weigh_whole(new, voice) for voice in report.voices)):
        yield piece


def _names(new: Traits, voice: Traits, vocabulary: Vocabulary) -> frozenset[str]:
    """The words of both voices' details, which are no further sign of one event when they agree."""
    return vocabulary.names(details(new, vocabulary)) | vocabulary.names(details(voice, vocabulary))


def _closest(pieces: Iterable[Evidence | None]) -> Evidence | None:
    """The piece that speaks most for the report; None (nothing to say) counts as zero."""
    return max(pieces, key=lambda piece: weight_of(piece) if piece else 0.0, default=None)


def weight_of(piece: Evidence) -> float:
    """What a piece adds to the log-odds."""
    return WEIGHTS[piece.kind] * piece.amount


def total(pieces: Iterable[Evidence]) -> float:
    """The log-odds that both mean the same problem."""
    return WEIGHTS["base"] + sum(map(weight_of, pieces))

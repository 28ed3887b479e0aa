"""One new voice beside one known report: all evidence for and against both meaning the same problem."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta

from aggregator.rules.blocks import half_life, reach
from aggregator.rules.course import again, contrasts
from aggregator.rules.evidence import (
    Evidence,
    details,
    weigh_category,
    weigh_company,
    weigh_moment,
    weigh_place,
    weigh_point,
    weigh_slots,
    weigh_time,
    weigh_whole,
    weigh_words,
)
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
        codes = {voice.location for voice in self.voices if voice.location}
        return [code for code in codes if not any(other != code and other.startswith(code) for other in codes)]


def meant(new: Traits, report: KnownReport) -> str:
    """The category that a voice has if it means a report: the report's where reading thought that likely too."""
    known = report.first.traits.category
    return known if known in new.rivals else new.category


def compare(new: Traits, report: KnownReport, vocabulary: Vocabulary, *, only: bool = False) -> list[Evidence]:
    """All evidence for and against `new` meaning `report`; `only`: no other report could be meant."""
    unlike = _closest(weigh_category(new, voice) for voice in report.voices)
    new = replace(new, category=meant(new, report))
    outside = _outside(new, report, vocabulary, unlike)
    if only:
        outside.append(Evidence(f"only:{reach(new.category)}", 1.0, "tidak ada aduan serupa lain di sini"))
    return [*outside, *_inside(new, report, vocabulary, _elsewhere(outside))]


def _outside(new: Traits, report: KnownReport, vocabulary: Vocabulary, unlike: Evidence | None) -> list[Evidence]:
    """Evidence from all but the words: place, category, time, company."""
    where = weigh_place(new.location, report.places, new.category)
    known = [detail for voice in report.voices for detail in details(voice, vocabulary)]
    pieces = [where, *weigh_slots(new, details(new, vocabulary), known)]
    if _sets_apart(new, pieces, vocabulary):
        pieces.append(Evidence(f"contrast:{reach(new.category)}", 1.0, "menyebut titik lain"))
    photo = weigh_photos(new, report.voices, _elsewhere(pieces))
    voice = min(report.voices, key=lambda v: abs(new.sent_at - v.sent_at))
    gap = new.sent_at - voice.sent_at
    pieces += [weigh_time(gap, new.category, shown=photo is not None), *weigh_company(new, voice, _elsewhere(pieces))]
    if photo:
        pieces.append(photo)
    if unlike:
        pieces.append(unlike)
    if unlike is None or unlike.kind != "other_category":
        pieces += weigh_moment(gap, where.kind, new.category)
    if piece := _closest(weigh_point(new, v) for v in report.voices):
        pieces.append(piece)
    if gap > _fresh(new.category) and again(new.text) and not any(again(v.text) for v in report.voices):
        pieces.append(Evidence("again", 1.0, "rusak lagi setelah diperbaiki"))
    return pieces


def _sets_apart(new: Traits, pieces: Iterable[Evidence], vocabulary: Vocabulary) -> bool:
    """Whether the new voice sets a spot of its own beside another trouble, and it is not the report's."""
    agreed = any(piece.kind in ("name", "mark", "number") for piece in pieces)
    return not agreed and contrasts(new.text) and bool(new.location or details(new, vocabulary))


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

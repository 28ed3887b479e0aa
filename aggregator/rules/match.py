"""Whether a new voice means a problem that the queue already knows: the nearest report with a score and its reasons."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cache
from typing import Any

from aggregator.rules.blocks import block, half_life, reach
from aggregator.rules.course import again, contrasts
from aggregator.rules.evidence import (
    Evidence,
    details,
    relation,
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
from aggregator.rules.hopes import Hopes, near
from aggregator.rules.photo import shared, weigh_photos
from aggregator.rules.report import Candidate, Match, Traits
from aggregator.rules.vocabulary import Vocabulary
from aggregator.rules.weights import WEIGHTS

__all__ = ["KnownReport", "MatchSettings", "block", "compare", "nearest", "score", "showing"]

_ELSEWHERE = ("beside:", "apart:", "other_named:", "other_counted:", "other_detail:", "other_mark:")
_DOUBTED = (
    *("abroad:", "other_category", "contrast:spot", "other_named:spot", "other_named:service"),
    *("other_counted:spot", "other_counted:service"),
)
"""Evidence against which no rule joins by itself, however much speaks for it."""
_RECENT = 3.0
_TOLD = 6
_AGAIN_AFTER_DAYS = 1.0
_AGAIN_AFTER_SHARE = 0.25
"""Trouble is new again after a day, or after a quarter of its half-life where that is shorter."""


@dataclass(frozen=True, slots=True)
class MatchSettings:
    """Thresholds of the three outcomes, in 0..1, and what is known of words."""

    join: float = 0.6
    """From here the rule joins by itself."""
    offer: float = 0.35
    """From here a person is shown the report."""
    margin: float = 0.05
    """A second report this near to the best makes the best unsure."""
    vocabulary: Vocabulary = field(default_factory=Vocabulary, repr=False)

    @classmethod
    def of(cls, section: Mapping[str, Any], vocabulary: Vocabulary) -> MatchSettings:
        """From the `match` section of config.yml; ValueError where the thresholds make no sense."""
        found = cls(**section, vocabulary=vocabulary)
        if not 0 < found.offer <= found.join <= 1 or not 0 <= found.margin < 1:
            raise ValueError("match: 0 < offer ≤ join ≤ 1 and 0 ≤ margin < 1")
        return found


def nearest(new: Traits, candidates: Sequence[Candidate], settings: MatchSettings) -> Match | None:
    """The report that `new` most likely means, from `offer` on, else None; candidates are voices of the same block.

    Sure from `join` on, unless the report is confidential, was done before (a recurrence: another event), or another
    report is as near.
    """
    hopes = {
        category: Hopes(replace(new, category=category), settings.vocabulary, settings.offer)
        for category in (new.category, *new.rivals)
    }
    reports = list(_reports(candidates if new.photos else near(new, candidates, [*hopes.values()])))
    single = only(new, reports)
    likely = [
        _judge(new, report, settings, only=report is single)
        for report in reports
        if hopes[_meant(new, report)].reaches(report.voices, only=report is single)
    ]
    found = [match for match in likely if match.score >= settings.offer]
    if not found:
        return None
    found.sort(key=lambda match: (match.sure, match.score), reverse=True)
    best = found[0]
    rivals = [other.score for other in found[1:] if other.sure]
    if best.sure and rivals and best.score - max(rivals) < settings.margin:
        return Match(best.report, best.score, (*best.reasons, "laporan lain sama dekatnya"), sure=False)
    return best


def _meant(new: Traits, report: KnownReport) -> str:
    """The category that a voice has if it means a report: the report's where reading thought that likely too."""
    known = report.first.traits.category
    return known if known in new.rivals else new.category


def showing(new: Traits, candidates: Sequence[Candidate], settings: MatchSettings) -> list[Match]:
    """The reports that show a photo of `new`, the likeliest first: for a person to see, however unlikely, and never sure."""
    found = [_judge(new, report, settings) for report in _reports(candidates) if _shows(new, report)]
    return [replace(match, sure=False) for match in sorted(found, key=lambda match: -match.score)]


def score(new: Traits, known: Traits, settings: MatchSettings) -> tuple[float, tuple[str, ...]]:
    """How likely (0..1) two voices mean the same event, with the reasons in Indonesian, weightiest first."""
    report = KnownReport(Candidate(0, known))
    pieces = compare(new, report, settings.vocabulary, only=only(new, [report]) is report)
    return _sigmoid(_sum(pieces)), _reasons(pieces)


def only(new: Traits, reports: Iterable[KnownReport]) -> KnownReport | None:
    """The one open report of the same category at the place of `new` within some half-lives, None where there are more or none."""
    since = new.sent_at - timedelta(days=_RECENT * half_life(new.category))
    here = cache(lambda code: relation(new.location, code) in ("same", "inside"))
    found = [
        report
        for report in reports
        if report.first.open
        and report.voices[-1].sent_at >= since
        and any(here(voice.location) for voice in report.voices)
        and any(_alike(new, voice) for voice in report.voices)
    ]
    return found[0] if len(found) == 1 else None


def _alike(new: Traits, voice: Traits) -> bool:
    """Whether both may be of one category."""
    piece = weigh_category(new, voice)
    return piece is None or piece.kind != "other_category"


def compare(new: Traits, report: KnownReport, vocabulary: Vocabulary, *, only: bool = False) -> list[Evidence]:
    """All evidence for and against `new` meaning `report`; `only`: no other report could be meant."""
    unlike = _closest(weigh_category(new, voice) for voice in report.voices)
    new = replace(new, category=_meant(new, report))
    outside = _outside(new, report, vocabulary, unlike)
    if only:
        outside.append(Evidence(f"only:{reach(new.category)}", 1.0, "tidak ada aduan serupa lain di sini"))
    return [*outside, *_inside(new, report, vocabulary, _elsewhere(outside))]


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


def _reports(candidates: Sequence[Candidate]) -> Iterable[KnownReport]:
    reports: dict[int, KnownReport] = {}
    for candidate in candidates:
        known = reports.get(candidate.report)
        if known is None:
            reports[candidate.report] = KnownReport(candidate)
        else:
            known.voices.append(candidate.traits)
    return reports.values()


def _judge(new: Traits, report: KnownReport, settings: MatchSettings, *, only: bool = False) -> Match:
    """The report as a match, however unlikely."""
    pieces = compare(new, report, settings.vocabulary, only=only)
    likely = _sigmoid(_sum(pieces))
    doubt = any(piece.kind.startswith(_DOUBTED) for piece in pieces)
    sure = likely >= settings.join and report.first.open and report.first.mergeable and not doubt
    closed = () if report.first.open else ("laporan itu sudah selesai: mungkin kejadian baru",)
    return Match(report.first.report, likely, _reasons(pieces) + closed, sure)


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


def _shows(new: Traits, report: KnownReport) -> bool:
    return any(shared(new.photos, voice.photos) for voice in report.voices)


def _elsewhere(pieces: Iterable[Evidence]) -> bool:
    """Whether the new voice names another spot."""
    return any(piece.kind.startswith(_ELSEWHERE) for piece in pieces)


def _fresh(category: str) -> timedelta:
    return timedelta(days=min(_AGAIN_AFTER_DAYS, _AGAIN_AFTER_SHARE * half_life(category)))


def _inside(new: Traits, report: KnownReport, vocabulary: Vocabulary, elsewhere: bool) -> Iterator[Evidence]:
    """Evidence from the words: of the voice that is most alike. A copied text about another spot is no sign of one event."""
    yield from max(
        (weigh_words(new, voice, vocabulary, _names(new, voice, vocabulary)) for voice in report.voices), key=_sum
    )
    if not elsewhere and (piece := _closest(weigh_whole(new, voice) for voice in report.voices)):
        yield piece


def _names(new: Traits, voice: Traits, vocabulary: Vocabulary) -> frozenset[str]:
    """The words of both voices' details, which are no further sign of one event when they agree."""
    return vocabulary.names(details(new, vocabulary)) | vocabulary.names(details(voice, vocabulary))


def _closest(pieces: Iterable[Evidence | None]) -> Evidence | None:
    """The piece that speaks most for the report; None (nothing to say) counts as zero."""
    return max(pieces, key=lambda piece: _weight(piece) if piece else 0.0, default=None)


def _weight(piece: Evidence) -> float:
    return WEIGHTS[piece.kind] * piece.amount


def _sum(pieces: Iterable[Evidence]) -> float:
    return WEIGHTS["base"] + sum(map(_weight, pieces))


def _reasons(pieces: Iterable[Evidence]) -> tuple[str, ...]:
    told = sorted((p for p in pieces if p.reason), key=lambda p: -abs(_weight(p)))
    return tuple(piece.reason for piece in told[:_TOLD])


def _sigmoid(total: float) -> float:
    return 1.0 / (1.0 + math.exp(-total))

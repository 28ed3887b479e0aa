"""Whether a new voice means a problem that the queue already knows: the nearest report with a score and its reasons."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from aggregator.rules.blocks import block, half_life, reach
from aggregator.rules.evidence import (
    STALE_MOST,
    Evidence,
    again,
    details,
    likeness_of,
    relation,
    weigh_category,
    weigh_company,
    weigh_place,
    weigh_point,
    weigh_slots,
    weigh_time,
    weigh_whole,
    weigh_words,
)
from aggregator.rules.report import Candidate, Match, Traits
from aggregator.rules.vocabulary import Vocabulary

__all__ = ["WEIGHTS", "KnownReport", "MatchSettings", "block", "compare", "nearest", "score"]

WEIGHTS: dict[str, float] = {
    "base": -1.54, "same:spot": 0.19, "inside:spot": 0.03, "unknown:spot": -1.12, "beside:spot": -2.36,
    "apart:spot": -5.11, "same:area": 3.17, "inside:area": 1.86, "unknown:area": -0.21, "beside:area": -0.14,
    "apart:area": -2.72, "same:service": 0.1, "inside:service": 0.44, "unknown:service": -0.49,
    "beside:service": -2.06, "apart:service": -4.03, "name": 1.16, "number": 1.55, "mark": 2.7, "weak_name": 0.0,
    "other_detail:spot": -2.02, "other_detail:area": -0.92, "other_detail:service": -0.21, "other_named:spot": -3.51,
    "other_named:area": -1.06, "other_named:service": -3.0, "other_counted:spot": -3.51, "other_counted:area": -0.81,
    "other_counted:service": -1.78, "other_mark:spot": -1.1, "other_mark:area": -0.13, "other_mark:service": -0.5,
    "kin": -1.99, "other_category": -2.45, "stale": -1.75, "thread": 1.73, "thread_elsewhere:spot": 1.33,
    "thread_elsewhere:area": 2.02, "thread_elsewhere:service": 0.3, "echo": 1.32, "too:spot": -0.4, "too:area": 1.16,
    "too:service": -0.3, "author": 0.8, "point_near": 3.0, "point_far:spot": -3.0, "point_far:area": -1.0,
    "point_far:service": -0.5, "words": 2.08, "overlap": 3.89, "no_words": -0.57, "forwarded": 3.0, "again": -4.12, "abroad:spot": -20.0, "abroad:area": -20.0, "abroad:service": -20.0,
}  # fmt: skip
"""Log-odds of each kind of evidence, fitted on tests/corpus/stream.jsonl (split fit) by bench/fit_match.py."""

_THREAD_MOST = max(weight for kind, weight in WEIGHTS.items() if kind.startswith("thread")) + max(
    weight for kind, weight in WEIGHTS.items() if kind.startswith(("echo", "too"))
)
_WHOLE_FROM = 0.4
"""Nearly identical texts share at least this of their telling words."""
_TEXT_MOST = sum(WEIGHTS[kind] for kind in ("words", "overlap", "forwarded"))
_ELSEWHERE = ("beside:", "apart:", "other_named:", "other_counted:", "other_detail:", "other_mark:")
_TOLD = 6
_AGAIN_AFTER_DAYS = 1.0
_AGAIN_AFTER_SHARE = 0.25
"""Trouble is new again after a day, or after a quarter of its half-life where that is shorter."""


@dataclass(frozen=True, slots=True)
class MatchSettings:
    """Thresholds of the three outcomes, in 0..1, and what is known of words."""

    join: float = 0.65
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
    hopes = _Hopes(new, settings)
    likely = [_judge(new, report, settings) for report in _reports(candidates) if hopes.reaches(report)]
    found = [match for match in likely if match.score >= settings.offer]
    if not found:
        return None
    found.sort(key=lambda match: (match.sure, match.score), reverse=True)
    best = found[0]
    rivals = [other.score for other in found[1:] if other.sure]
    if best.sure and rivals and best.score - max(rivals) < settings.margin:
        return Match(best.report, best.score, (*best.reasons, "laporan lain sama dekatnya"), sure=False)
    return best


def score(new: Traits, known: Traits, settings: MatchSettings) -> tuple[float, tuple[str, ...]]:
    """How likely (0..1) two voices mean the same event, with the reasons in Indonesian, weightiest first."""
    pieces = compare(new, KnownReport(Candidate(0, known)), settings.vocabulary)
    return _sigmoid(_sum(pieces)), _reasons(pieces)


def compare(new: Traits, report: KnownReport, vocabulary: Vocabulary) -> list[Evidence]:
    """All evidence for and against `new` meaning `report`."""
    return [*_outside(new, report, vocabulary), *_inside(new, report, vocabulary)]


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


def _judge(new: Traits, report: KnownReport, settings: MatchSettings) -> Match:
    """The report as a match, however unlikely."""
    pieces = compare(new, report, settings.vocabulary)
    likely = _sigmoid(_sum(pieces))
    sure = likely >= settings.join and report.first.open and report.first.mergeable
    closed = () if report.first.open else ("laporan itu sudah selesai: mungkin kejadian baru",)
    return Match(report.first.report, likely, _reasons(pieces) + closed, sure)


class _Hopes:
    """Tells cheaply which reports cannot reach `offer`: bounds from above what `compare` would find for a new voice."""

    def __init__(self, new: Traits, settings: MatchSettings) -> None:
        self._new, self._vocabulary = new, settings.vocabulary
        self._own = settings.vocabulary.telling(new.text)
        where = reach(new.category)
        self._place = {r: WEIGHTS[f"{r}:{where}"] for r in ("same", "inside", "unknown", "beside", "apart", "abroad")}
        self._half_life_s = half_life(new.category) * 86400
        found = {slot for slot, _ in details(new, settings.vocabulary)}
        self._details = len(found) * max(WEIGHTS["name"], WEIGHTS["number"], WEIGHTS["mark"])
        self._enough = _logit(settings.offer)

    def reaches(self, report: KnownReport) -> bool:
        """Whether `compare` may still find enough."""
        new, voices = self._new, report.voices
        gap = min(abs((new.sent_at - voice.sent_at).total_seconds()) for voice in voices)
        bound = WEIGHTS["base"] + max(self._place[relation(new.location, voice.location)] for voice in voices)
        bound += WEIGHTS["stale"] * min(math.log2(1.0 + gap / self._half_life_s), STALE_MOST) + self._details
        bound += max(self._company(voice) for voice in voices)
        return bound + _TEXT_MOST >= self._enough and bound + max(map(self._words, voices)) >= self._enough

    def _company(self, voice: Traits) -> float:
        new = self._new
        found = 0.0 if voice.category == new.category else WEIGHTS["kin"]
        found += _THREAD_MOST if new.thread and new.thread == voice.thread else 0.0
        found += WEIGHTS["author"] if new.author == voice.author else 0.0
        return found + (WEIGHTS["point_near"] if new.point and voice.point else 0.0)

    def _words(self, voice: Traits) -> float:
        other = self._vocabulary.telling(voice.text)
        shared = self._own.weights.keys() & other.weights.keys()
        if not shared:
            return 0.0
        words, overlap = likeness_of(self._own, other, shared)
        whole = WEIGHTS["forwarded"] if overlap > _WHOLE_FROM else 0.0
        return WEIGHTS["words"] * words + WEIGHTS["overlap"] * overlap + whole


def _outside(new: Traits, report: KnownReport, vocabulary: Vocabulary) -> list[Evidence]:
    """Evidence from all but the words: place, category, time, company."""
    where = weigh_place(new.location, report.places, new.category)
    known = [detail for voice in report.voices for detail in details(voice, vocabulary)]
    pieces = [where, *weigh_slots(new, details(new, vocabulary), known)]
    elsewhere = any(piece.kind.startswith(_ELSEWHERE) for piece in pieces)
    voice = min(report.voices, key=lambda v: abs(new.sent_at - v.sent_at))
    gap = new.sent_at - voice.sent_at
    pieces += [weigh_time(gap, new.category), *weigh_company(new, voice, elsewhere)]
    if piece := _closest(weigh_category(new.category, v.category) for v in report.voices):
        pieces.append(piece)
    if piece := _closest(weigh_point(new, v) for v in report.voices):
        pieces.append(piece)
    if gap > _fresh(new.category) and again(new.text) and not again(voice.text):
        pieces.append(Evidence("again", 1.0, "rusak lagi setelah diperbaiki"))
    return pieces


def _fresh(category: str) -> timedelta:
    return timedelta(days=min(_AGAIN_AFTER_DAYS, _AGAIN_AFTER_SHARE * half_life(category)))


def _inside(new: Traits, report: KnownReport, vocabulary: Vocabulary) -> Iterator[Evidence]:
    """Evidence from the words: of the voice that is most alike."""
    yield from max((list(weigh_words(new, voice, vocabulary)) for voice in report.voices), key=_sum)
    if piece := _closest(weigh_whole(new, voice) for voice in report.voices):
        yield piece


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


def _logit(share: float) -> float:
    return math.log(share / (1.0 - share)) if share < 1 else math.inf

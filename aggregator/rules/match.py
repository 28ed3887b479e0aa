"""Whether a new voice means a problem that the queue already knows: the nearest report with a score and its reasons."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, get_args

from aggregator.rules.alone import only
from aggregator.rules.blocks import Reach, block
from aggregator.rules.comparing import KnownReport, compare, grouped, total, weight_of
from aggregator.rules.evidence import Evidence
from aggregator.rules.hopes import Hopes
from aggregator.rules.photo import shared
from aggregator.rules.report import Candidate, Match, Traits
from aggregator.rules.vocabulary import Vocabulary

__all__ = ["KnownReport", "MatchSettings", "block", "compare", "nearest", "only", "score", "showing"]

_DOUBTED = frozenset(
    (
        *(f"abroad:{reach}" for reach in get_args(Reach)),
        *(f"{how}:{reach}" for how in ("beside", "apart") for reach in ("spot", "service")),
        *(f"{how}:{reach}" for how in ("other_named", "other_counted") for reach in ("spot", "service")),
        *("contrast:spot", "photo_elsewhere", "other_category", "other_category:here", "kin:here"),
    )
)
"""Evidence against which no rule joins by itself, however much speaks for it."""
_TOLD = 6


@dataclass(frozen=True, slots=True)
class MatchSettings:
    """Thresholds of the three outcomes, in 0..1, and what is known of words."""

    join: float = 0.65
    """From here the rule joins by itself."""
    offer: float = 0.4
    """From here a person is shown the report."""
    vocabulary: Vocabulary = field(default_factory=Vocabulary, repr=False)

    @classmethod
    def of(cls, section: Mapping[str, Any], vocabulary: Vocabulary) -> MatchSettings:
        """From the `match` section of config.yml; ValueError where the thresholds make no sense."""
        try:
            found = cls(**section, vocabulary=vocabulary)
        except TypeError as error:
            raise ValueError("match: join, offer") from error
        if not 0 < found.offer <= found.join <= 1:
            raise ValueError("match: 0 < offer ≤ join ≤ 1")
        return found


def nearest(new: Traits, candidates: Sequence[Candidate], settings: MatchSettings) -> Match | None:
    """The report that `new` most likely means, from `offer` on, else None; candidates are voices of the same block.

    Sure from `join` on, unless the report is confidential or was done before (a recurrence: another event).
    """
    likely = Hopes(new, settings.vocabulary, settings.offer).likely(candidates)
    judged = [_judge(new, report, settings, only=single) for report, single in likely]
    found = [match for match in judged if match.score >= settings.offer]
    return max(found, key=lambda match: (match.sure, match.score), default=None)


def showing(new: Traits, candidates: Sequence[Candidate], settings: MatchSettings) -> list[Match]:
    """The reports that show a photo of `new`, the likeliest first: for a person to see, however unlikely, and never sure."""
    reports = grouped(candidates)
    found = [_judge(new, report, settings) for report in reports if _shows(new, report)]
    return [replace(match, sure=False) for match in sorted(found, key=lambda match: -match.score)]


def score(new: Traits, known: Traits, settings: MatchSettings) -> tuple[float, tuple[str, ...]]:
    """How likely (0..1) two voices mean the same event, with the reasons in Indonesian, weightiest first."""
    report = KnownReport(Candidate(0, known))
    pieces = compare(new, report, settings.vocabulary, only=only(new, [report]) is report)
    return _sigmoid(total(pieces)), _reasons(pieces)


def _judge(new: Traits, report: KnownReport, settings: MatchSettings, *, only: bool = False) -> Match:
    """The report as a match, however unlikely."""
    pieces = compare(new, report, settings.vocabulary, only=only)
    likely = _sigmoid(total(pieces))
    doubt = any(piece.kind in _DOUBTED for piece in pieces)
    sure = likely >= settings.join and report.first.open and report.first.mergeable and not doubt
    closed = () if report.first.open else ("laporan itu sudah selesai: mungkin kejadian baru",)
    return Match(report.first.report, likely, _reasons(pieces) + closed, sure)


def _shows(new: Traits, report: KnownReport) -> bool:
    return any(shared(new.photos, voice.photos) for voice in report.voices)


def _reasons(pieces: Iterable[Evidence]) -> tuple[str, ...]:
    told = sorted((p for p in pieces if p.reason), key=lambda p: -abs(weight_of(p)))
    return tuple(piece.reason for piece in told[:_TOLD])


def _sigmoid(total: float) -> float:
    return 1.0 / (1.0 + math.exp(-total))

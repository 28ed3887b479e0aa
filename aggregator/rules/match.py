"""Whether a new voice means a problem that the queue already knows: the nearest report with a score and its reasons."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, get_args

from aggregator.rules.blocks import Reach, block, half_life
from aggregator.rules.comparing import KnownReport, compare, total, weight_of
from aggregator.rules.evidence import Evidence
from aggregator.rules.hopes import Hopes
from aggregator.rules.photo import shared
from aggregator.rules.relations import HERE, kinship_of, lying
from aggregator.rules.report import Candidate, Match, Traits
from aggregator.rules.vocabulary import Vocabulary

__all__ = ["KnownReport", "MatchSettings", "block", "compare", "nearest", "score", "showing"]

_DOUBTED = frozenset(
    (
        *(f"abroad:{reach}" for reach in get_args(Reach)),
        *("other_category", "contrast:spot", "other_named:spot", "other_named:service"),
        *("other_counted:spot", "other_counted:service"),
    )
)
"""Evidence against which no rule joins by itself, however much speaks for it."""
_RECENT = 3.0
_TOLD = 6


@dataclass(frozen=True, slots=True)
class MatchSettings:
    """Thresholds of the three outcomes, in 0..1, and what is known of words."""

    join: float = 0.6
    """From here the rule joins by itself."""
    offer: float = 0.35
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
    hopes = Hopes(new, settings.vocabulary, settings.offer)
    near = hopes.near(candidates)
    reports = _reports(candidate for candidate in candidates if candidate.report in near)
    likely = [report for report in reports if hopes.reaches(report.voices, near[report.first.report])]
    if not likely:
        return None
    single = only(new, _reports(_here(new, candidates)))
    number = single.first.report if single else None
    judged = (_judge(new, report, settings, only=report.first.report == number) for report in likely)
    found = [match for match in judged if match.score >= settings.offer]
    return max(found, key=lambda match: (match.sure, match.score), default=None)


def showing(new: Traits, candidates: Sequence[Candidate], settings: MatchSettings) -> list[Match]:
    """The reports that show a photo of `new`, the likeliest first: for a person to see, however unlikely, and never sure."""
    reports = _reports(candidates)
    found = [_judge(new, report, settings) for report in reports if _shows(new, report)]
    return [replace(match, sure=False) for match in sorted(found, key=lambda match: -match.score)]


def score(new: Traits, known: Traits, settings: MatchSettings) -> tuple[float, tuple[str, ...]]:
    """How likely (0..1) two voices mean the same event, with the reasons in Indonesian, weightiest first."""
    report = KnownReport(Candidate(0, known))
    pieces = compare(new, report, settings.vocabulary, only=only(new, [report]) is report)
    return _sigmoid(total(pieces)), _reasons(pieces)


def only(new: Traits, reports: Iterable[KnownReport]) -> KnownReport | None:
    """The one open report of the same category at the place of `new` within some half-lives, None where there are more or none."""
    since = new.sent_at - timedelta(days=_RECENT * half_life(new.category))
    lies, alike = lying(new.location, new.also), kinship_of(new.category, new.rivals, new.faint)
    found = [
        report
        for report in reports
        if report.first.open
        and report.voices[-1].sent_at >= since
        and any(lies[voice.location, voice.also] in HERE for voice in report.voices)
        and any(alike[voice.category, voice.rivals] != "other_category" for voice in report.voices)
    ]
    return found[0] if len(found) == 1 else None


def _here(new: Traits, candidates: Sequence[Candidate]) -> list[Candidate]:
    """The candidates of reports that are known at the place of `new`."""
    lies = lying(new.location, new.also)
    here = {
        candidate.report for candidate in candidates if lies[candidate.traits.location, candidate.traits.also] in HERE
    }
    return [candidate for candidate in candidates if candidate.report in here]


def _reports(candidates: Iterable[Candidate]) -> Iterable[KnownReport]:
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

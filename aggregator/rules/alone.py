"""Whether a new voice can mean but one report: the only open one of its category at its place."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from datetime import timedelta

from aggregator.rules.blocks import half_life
from aggregator.rules.comparing import KnownReport, grouped
from aggregator.rules.relations import HERE, kinship_of, lying
from aggregator.rules.report import Candidate, Traits

_RECENT = 3.0


def only(new: Traits, reports: Iterable[KnownReport]) -> KnownReport | None:
    """The one open report of the same category at the place of `new` within some half-lives, None where there are more or none."""
    since = new.sent_at - timedelta(days=_RECENT * half_life(new.category))
    lies, alike = lying(new.location, new.also), kinship_of(new.category, new.rivals, new.faint)
    found = [
        report
        for report in reports
        if report.first.open
        and report.voices[-1].sent_at >= since
        and any(lies[voice.stand] in HERE for voice in report.voices)
        and any(alike[voice.kind] != "other_category" for voice in report.voices)
    ]
    return found[0] if len(found) == 1 else None


def only_number(new: Traits, candidates: Sequence[Candidate], several: Container[int]) -> int | None:
    """The number of that report; what lies elsewhere or is of another category is passed by before reports are put together,
    but for those of `several` voices.
    """
    lies, alike = lying(new.location, new.also), kinship_of(new.category, new.rivals, new.faint)
    meant = [
        candidate
        for candidate in candidates
        if (alike[candidate.traits.kind] != "other_category" and lies[candidate.traits.stand] in HERE)
        or candidate.report in several
    ]
    found = only(new, grouped(meant))
    return found.first.report if found else None

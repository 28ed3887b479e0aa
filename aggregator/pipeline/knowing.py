"""What the queue knows already of a complaint that is about to be filed, as far as its author may know it."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from aggregator.pipeline.filing import Filer
from aggregator.rules.report import Candidate, Match, NewSubmission, token_in
from aggregator.store.conversing import StaleTurnError
from aggregator.store.handshakes import LinkView
from aggregator.store.store import Store
from aggregator.store.voicing import SeenReport
from bots.dialogue import Dialogue, Heard, Known, Link, Similar, link_meant


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What filing will find by rule; `choose` is the same rule, held to it: what is told is what is done."""

    filer: Filer
    match: Match | None = None
    apart_from: int | None = None
    """The report that it is not about, by its author's word."""

    def choose(self, new: NewSubmission, candidates: Sequence[Candidate]) -> Match | None:
        """The nearest of the candidates; raises StaleTurnError where it is another than was foreseen."""
        match = self.filer.choose(new, [one for one in candidates if one.report != self.apart_from])
        if _told(match) != _told(self.match):
            raise StaleTurnError(StaleTurnError.__doc__)
        return match


def foresee(store: Store, filer: Filer, new: NewSubmission, apart_from: str = "") -> Foreseen:
    """Look up what a submission would join or be offered with, if it were filed now; never the report of `apart_from`."""
    told = store.submission(apart_from) if apart_from else None
    other = told.report_id if told is not None else None
    compared, candidates = store.compared(new)
    return Foreseen(filer, filer.choose(compared, [one for one in candidates if one.report != other]), other)


def similar(
    store: Store, match: Match | None, new: NewSubmission, names: Mapping[str, str], zone: tzinfo, now: datetime
) -> Similar | None:
    """The report that was found, as the author of `new` may know it; None where there is none, or it is not to be told."""
    if match is None or new.confidential:
        return None
    seen = store.seen_report(match.report, new.contact_id)
    return as_told(seen, names, zone, now, sure=match.sure) if seen is not None else None


def as_told(seen: SeenReport, names: Mapping[str, str], zone: tzinfo, now: datetime, *, sure: bool) -> Similar:
    """A report in the words of the dialogue; `zone` says when a day begins."""
    days = (now.astimezone(zone).date() - seen.opened_at.astimezone(zone).date()).days
    return Similar(names.get(seen.category, seen.category), seen.location_name, seen.status, days, sure, seen.own_code)


def with_link(
    store: Store, known: Known, state: Dialogue, heard: Heard, contact_id: int | None, now: datetime
) -> Known:
    """What is known, with what the link in the text leads to, or the one that a choice is about."""
    token = token_in(heard.text)
    number = "" if token else link_meant(state, heard.button)
    found = store.link(contact_id, now, token=token, number=number)
    return replace(known, followed=bool(token), link=_as_link(found, known.category_names) if found else None)


def _as_link(found: LinkView, names: Mapping[str, str]) -> Link:
    """What a link leads to in the words of the dialogue: of the text how its first line begins, and nobody else's words."""
    line = textwrap.shorten(next(iter(found.text.splitlines()), ""), 80, placeholder=" ...")
    place = ", ".join(part for part in (found.location_name, found.place) if part)
    category = names.get(found.category, found.category)
    return Link(str(found.id), category, place, line, found.code, found.category, found.location, found.taken)


def _told(match: Match | None) -> tuple[int, bool] | None:
    return None if match is None else (match.report, match.sure)

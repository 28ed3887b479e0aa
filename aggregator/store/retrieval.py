"""Retrieval: the voices that a new one is compared with, by index and in bounded number, however many reports are kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Subquery, bindparam, select, true, union

from aggregator.rules.report import Candidate, NewSubmission, Traits
from aggregator.rules.status import STATES
from aggregator.store.alike import Alike
from aggregator.store.tables import reports, submissions

MATCH_WITHIN = timedelta(days=90)
NEWEST, OF_PLACE, OF_REPORT = 80, 40, 12
"""At most so many reports of the block wherever they are, reports of one place, voices of one report: always the newest."""
_KECAMATAN = 8
"""Characters of a kecamatan's code: 63.04.05."""


class Retrieval(Alike):
    """Finds candidates: on a busy day the newest reports of a block alone would hide last month's of the same village."""

    def candidates(self, block: str, since: datetime, location: str | None = None) -> list[Candidate]:
        """The voices of a block's newest reports since a moment, and of those at `location`: bounded, by index."""
        with self.reading() as tx:
            return self.candidates_within(tx, block, since, location)

    def candidates_within(self, tx: Connection, block: str, since: datetime, location: str | None) -> list[Candidate]:
        """The same as part of a transaction."""
        rows = tx.execute(*self.candidates_query(block, since, location)).all()
        return [_candidate(row) for row in sorted(rows, key=lambda row: row.id)]

    def compared(self, new: NewSubmission) -> tuple[NewSubmission, list[Candidate]]:
        """A submission with its photos that are here by now, and what it is compared with if it were filed now."""
        with self.reading() as tx:
            return self.compared_within(tx, new)

    def compared_within(self, tx: Connection, new: NewSubmission) -> tuple[NewSubmission, list[Candidate]]:
        """The same as part of a transaction; what shows the same photo in another block is offered, never joined."""
        since = new.sent_at - MATCH_WITHIN
        photos = () if new.confidential else self.photos_of_turn(tx, new.turn_id)
        shown = self.alike(tx, new.block, photos, since, new.turn_id)
        rows = tx.execute(*self.candidates_query(new.block, since, new.location)).all()
        near = [_candidate(row, shown.get(row.id, ())) for row in sorted(rows, key=lambda row: row.id)]
        others = self.showing(tx, {voice: shown[voice] for voice in shown.keys() - {row.id for row in rows}})
        return replace(new, photos=photos), [*near, *(replace(other, mergeable=False) for other in others)]

    def showing(self, tx: Connection, shown: dict[int, tuple[int, ...]]) -> list[Candidate]:
        """The voices of these numbers with these photos, as candidates."""
        if not shown:
            return []
        columns = (submissions.c[name] for name in _COMPARED)
        voices = select(*columns, reports.c.status, reports.c.confidential)
        voices = voices.join(reports, reports.c.id == submissions.c.report_id).where(submissions.c.id.in_(shown))
        return [_candidate(row, shown[row.id]) for row in tx.execute(voices.order_by(submissions.c.id))]

    def candidates_query(
        self, block: str, since: datetime, location: str | None
    ) -> tuple[Select[Any], dict[str, object]]:
        """The statement and what it asks for."""
        places = dict.fromkeys((location, location[:_KECAMATAN])) if location is not None else ()
        asked = {f"place_{n}": code for n, code in enumerate(places)}
        return _statement(len(places), postgres=self.postgres), {"block": block, "since": since, **asked}


@cache
def _statement(places: int, *, postgres: bool) -> Select[Any]:
    """Made once: that takes longer than to run it.

    PostgreSQL needs LATERAL to read no more than the newest voices of each report, SQLite has none.
    """
    near = _near(places)
    newest = select(submissions.c.id).where(submissions.c.report_id == near.c.id).correlate(near)
    newest = newest.order_by(submissions.c.id.desc()).limit(OF_REPORT)
    voice = submissions.alias("voice")
    if postgres:
        told = newest.lateral("told")
        found = near.join(told, true()).join(voice, voice.c.id == told.c.id)
    else:
        found = near.join(voice, voice.c.id.in_(newest))
    columns = (voice.c[name] for name in _COMPARED)
    wanted = select(*columns, near.c.status, near.c.confidential).select_from(found)
    return wanted.where(voice.c.withdrawn_at.is_(None), voice.c.removed_at.is_(None))


def _near(places: int) -> Subquery:
    """The reports to compare with, each once."""
    arms = [_newest(NEWEST), *(_newest(OF_PLACE, at) for at in _around(places))]
    return union(*(select(arm.subquery()) for arm in arms)).subquery("near")


def _newest(limit: int, *where: ColumnElement[bool]) -> Select[Any]:
    since = bindparam("since", type_=reports.c.last_voice_at.type)
    living = select(reports.c.id, reports.c.status, reports.c.confidential)
    living = living.where(reports.c.block == bindparam("block"), reports.c.last_voice_at >= since)
    living = living.where(reports.c.merged_into.is_(None), *where)
    return living.order_by(reports.c.last_voice_at.desc()).limit(limit)


def _around(places: int) -> Iterator[ColumnElement[bool]]:
    """Reports of the same place, of its kecamatan without a village, of no known place."""
    for n in range(places):
        yield reports.c.location == bindparam(f"place_{n}")
    if places:
        yield reports.c.location.is_(None)


_COMPARED = (
    "id", "report_id", "text", "category", "sent_at", "location", "place", "slots", "lat", "lon", "conversation_id",
    "contact_id",
)  # fmt: skip


_kept: dict[int, tuple[tuple[Any, ...], Candidate]] = {}
"""Candidates without photos by the submission's number, each with the row that it was made of."""
_KEPT_MOST = 16384


def _candidate(row: Any, photos: Sequence[int] = ()) -> Candidate:
    """The row as a candidate: the one made before where the row is still the same, with all that matching keeps of it."""
    if photos:
        return _made(row, photos)
    told, kept = tuple(row), _kept.get(row.id)
    if kept is None or kept[0] != told:
        if kept is None and len(_kept) >= _KEPT_MOST:
            _kept.clear()
        kept = _kept[row.id] = told, _made(row)
    return kept[1]


def _made(row: Any, photos: Sequence[int] = ()) -> Candidate:
    final = STATES[row.status].final
    return Candidate(row.report_id, traits_of(row, photos), open=not final, mergeable=not row.confidential)


def traits_of(row: Any, photos: Iterable[int] = ()) -> Traits:
    """What matching compares of a submission's row, and of its photos."""
    return Traits(
        text=row.text,
        category=row.category,
        sent_at=row.sent_at,
        location=row.location,
        place=row.place,
        slots=row.slots or {},
        point=(row.lat, row.lon) if row.lat is not None else None,
        thread=str(row.conversation_id or ""),
        author=str(row.contact_id or ""),
        photos=tuple(photos),
    )

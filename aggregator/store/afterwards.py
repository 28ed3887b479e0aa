"""Afterwards: what citizens may still say once their complaint is done: how satisfied they are, and that it is not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, exists, func, select, update

from aggregator.rules.status import STATES, may_reopen
from aggregator.store.asking import was_asked
from aggregator.store.filing import Filed
from aggregator.store.tables import events, reports, submissions
from aggregator.store.voicing import Voicing

_REOPENABLE = tuple(s.code for s in STATES.values() if s.final and "in_progress" in s.moves)


@dataclass(frozen=True, slots=True)
class Rate:
    """How satisfied a citizen is with what became of a submission: 1 to 4."""

    code: str
    stars: int


@dataclass(frozen=True, slots=True)
class Remark:
    """The one line of words beside a rating."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Reopen:
    """A citizen has a report worked on again; `text` says why."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Done:
    """A submission whose report was told as done or closed, and what its author did since."""

    code: str
    category: str
    asked: bool
    rated: bool
    in_time: bool
    reopened_before: bool


class Afterwards(Voicing):
    """The verbs of what is done."""

    def done_of(self, contact_id: int, now: datetime, limit: int = 10) -> list[Done]:
        """A citizen's own submissions that are done, the last one first."""
        own = _DONE.where(submissions.c.contact_id == contact_id, reports.c.status.in_(_REOPENABLE)).limit(limit)
        with self.reading() as tx:
            return [
                Done(
                    row.code, row.category, row.asked, row.rated, may_reopen(row.status, row.closed_at, now), row.before
                )
                for row in tx.execute(own)
            ]

    def say_afterwards(self, tx: Connection, deed: Rate | Remark | Reopen, row: Any, now: datetime) -> bool:
        """Carry out what a citizen said of an own submission that is done; whether it could be."""
        voice = self.hold_voice(tx, row.id)
        if isinstance(deed, Reopen):
            return self._reopen(tx, deed, voice, now)
        kind, note = ("rated", str(deed.stars)) if isinstance(deed, Rate) else ("remarked", deed.text)
        kept = select(events.c.id).where(events.c.submission_id == voice.id, events.c.kind == kind).limit(1)
        if tx.execute(kept).first() is not None:
            return kind == "remarked"  # a second line is left out, a second rating is told as too late
        self.note_event(tx, voice.report_id, kind, now, voice.channel, note=note, submission_id=voice.id)
        return True

    def _reopen(self, tx: Connection, deed: Reopen, voice: Any, now: datetime) -> bool:
        """Back to work, once a report and citizen: a move like any other, and why, for those who may see the report."""
        row = tx.execute(select(reports).where(reports.c.id == voice.report_id)).one()
        before = select(_REOPENED).where(submissions.c.id == voice.id)
        if not may_reopen(row.status, row.closed_at, now) or tx.execute(before).scalar():
            return False
        back = {"status": "in_progress", "came_from": "", "changed_at": now, "closed_at": None}
        tx.execute(update(reports).where(reports.c.id == row.id).values(back))
        about = {"now": now, "by": voice.channel, "submission_id": voice.id}
        moved = self.note_event(tx, row.id, "moved", **about, from_status=row.status, to_status="in_progress")
        self.note_event(tx, row.id, "reopened", **about, note=deed.text)
        others = select(submissions.c.id, submissions.c.code, submissions.c.contact_id)
        for other in tx.execute(others.where(submissions.c.report_id == row.id)).all():
            if other.contact_id is None or other.contact_id != voice.contact_id:
                params = {"code": other.code, "status": "in_progress"}
                say = {"key": "status_in_progress+reopened_too", "params": params}
                self.owe_notice(tx, moved, other.id, say, now)
        return True

    def take_up(self, tx: Connection, filed: Filed, before: str, contact_id: int | None, now: datetime) -> None:
        """Write into both histories that a new complaint takes up an earlier one of the same citizen."""
        own = submissions.c.contact_id == contact_id
        earlier = tx.execute(select(submissions).where(submissions.c.code == before, own)).one_or_none()
        if earlier is None or filed.repeated:
            return
        about = {"now": now, "by": earlier.channel}
        self.note_event(tx, filed.report_id, "took_up", **about, note=before, submission_id=filed.submission_id)
        self.note_event(tx, earlier.report_id, "taken_up", **about, note=filed.code, submission_id=earlier.id)


def _said(kind: str) -> Any:
    return exists().where(events.c.submission_id == submissions.c.id, events.c.kind == kind)


_OWN = submissions.alias("own")
_REOPENED = (
    exists()
    .where(events.c.kind == "reopened", events.c.report_id == submissions.c.report_id)
    .where(events.c.submission_id == _OWN.c.id, _OWN.c.contact_id == submissions.c.contact_id)
)
_DONE = (
    select(submissions.c.code, submissions.c.category, reports.c.status, reports.c.closed_at)
    .add_columns(was_asked().label("asked"), _said("rated").label("rated"), _REOPENED.label("before"))
    .join(reports, reports.c.id == submissions.c.report_id)
    .where(submissions.c.withdrawn_at.is_(None), submissions.c.removed_at.is_(None))
    .order_by(func.coalesce(reports.c.closed_at, reports.c.changed_at).desc(), submissions.c.id.desc())
)

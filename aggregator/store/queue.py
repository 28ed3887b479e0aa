"""The queue: reports as each viewer may see them, and the moves from state to state that people make."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, or_, select, update

from aggregator.rules.report import Viewer
from aggregator.rules.status import check_move
from aggregator.store.carrying import CARRIED
from aggregator.store.lookup import may_see
from aggregator.store.reviewing import Reviewing
from aggregator.store.tables import events, findings, outbox, reports, submissions


@dataclass(frozen=True, slots=True)
class Filters:
    """What the queue is narrowed to; empty means all."""

    statuses: tuple[str, ...] = ()
    unit: str = ""
    category: str = ""
    location: str = ""
    words: str = ""
    late_at: datetime | None = None
    """Only reports whose due date is before this moment and that are not closed."""


Say = Callable[[str, str, str], dict[str, Any]]
"""(code, status, note) → what a notice says."""


class Queue(Reviewing):
    """The verbs of the queue."""

    def queue(self, viewer: Viewer, filters: Filters | None = None, limit: int = 10_000) -> list[Any]:
        """Reports newest first, each a row of the report table with `voices`."""
        f = filters or Filters()
        voices = (
            select(func.count())
            .where(submissions.c.report_id == reports.c.id, submissions.c.withdrawn_at.is_(None))
            .scalar_subquery()
        )
        wanted = select(reports, voices.label("voices")).where(reports.c.merged_into.is_(None), may_see(viewer))
        if f.statuses:
            wanted = wanted.where(reports.c.status.in_(f.statuses))
        if f.unit:
            wanted = wanted.where(reports.c.unit == f.unit)
        if f.category:
            wanted = wanted.where(reports.c.category == f.category)
        if f.location:
            below = reports.c.location.like(f"{f.location}.%")
            wanted = wanted.where(or_(reports.c.location == f.location, below))
        if f.words:
            wanted = wanted.where(reports.c.text.icontains(f.words, autoescape=True))
        if f.late_at is not None:
            wanted = wanted.where(reports.c.due < f.late_at, reports.c.closed_at.is_(None))
        with self.reading() as tx:
            return list(tx.execute(wanted.order_by(reports.c.opened_at.desc(), reports.c.id.desc()).limit(limit)))

    def queue_counts(self, viewer: Viewer) -> dict[str, int]:
        """How many reports this viewer may see, by status."""
        grouped = select(reports.c.status, func.count().label("n")).where(
            reports.c.merged_into.is_(None), may_see(viewer)
        )
        with self.reading() as tx:
            return {row.status: row.n for row in tx.execute(grouped.group_by(reports.c.status))}

    def report(self, viewer: Viewer, code: str) -> Any:
        """The report of a code (its own, a merged one's, or any of its submissions'); raises UnknownCodeError."""
        with self.reading() as tx:
            return self.resolve(tx, viewer, code)

    def timeline(self, viewer: Viewer, report_id: int) -> list[Any]:
        """A report's events in order, without the single voices of each act."""
        wanted = select(events, submissions.c.code.label("submission"))
        wanted = wanted.outerjoin(submissions, submissions.c.id == events.c.submission_id)
        wanted = wanted.join(reports, reports.c.id == events.c.report_id).where(may_see(viewer))
        with self.reading() as tx:
            return list(
                tx.execute(
                    wanted.where(events.c.report_id == report_id, events.c.kind != CARRIED).order_by(events.c.id)
                )
            )

    def voices(self, viewer: Viewer, report_id: int) -> list[dict[str, Any]]:
        """A report's submissions in order; names only for reviewers and administrators, and only of public voices."""
        found = findings.c.channel.label("said_on")  # where its author wrote it, who took it over elsewhere since
        wanted = select(submissions, found).join(reports, reports.c.id == submissions.c.report_id)
        wanted = wanted.outerjoin(findings, findings.c.turn_id == submissions.c.turn_id)
        wanted = wanted.where(submissions.c.report_id == report_id, may_see(viewer)).order_by(submissions.c.id)
        with self.reading() as tx:
            return [self._voice(tx, viewer, row) for row in tx.execute(wanted)]

    def _voice(self, tx: Connection, viewer: Viewer, row: Any) -> dict[str, Any]:
        voice = {name: value for name, value in row._mapping.items() if name not in ("original", "contact_id")}  # noqa: SLF001
        may_know = viewer.role in ("reviewer", "administrator") and row.visibility == "public"
        if not may_know:
            return voice | {"author": "", "permalink": ""}  # the page behind it names the author
        if row.taken_over_at is not None:  # who it is in private, the one who speaks in public need not know
            return voice | {"author": ""}
        return voice | {"author": self.name_of(tx, row.contact_id)}

    def submission(self, code: str) -> Any:
        """A submission with its report's state, by its code, for whoever holds the code; None if unknown."""
        columns = select(
            submissions,
            reports.c.status,
            reports.c.unit,
            reports.c.due,
            reports.c.changed_at,
            reports.c.code.label("report_code"),
        ).join(reports, reports.c.id == submissions.c.report_id)
        with self.reading() as tx:
            return tx.execute(columns.where(submissions.c.code == code)).one_or_none()

    def submissions_of(self, contact_id: int, limit: int = 10) -> list[Any]:
        """A citizen's own submissions, newest first, with their reports' states."""
        columns = select(
            submissions.c.code, submissions.c.category, submissions.c.report_id, reports.c.status, reports.c.unit
        )
        columns = columns.join(reports, reports.c.id == submissions.c.report_id)
        wanted = columns.where(submissions.c.contact_id == contact_id, submissions.c.withdrawn_at.is_(None))
        with self.reading() as tx:
            return list(tx.execute(wanted.order_by(submissions.c.id.desc()).limit(limit)))

    def voice_replied_to(self, channel: str, conversation_id: int, platform_id: str) -> str:
        """The code of the submission that a message of ours in a conversation was about; "" for any other message."""
        ref = self.vault.fingerprint(channel, "sent", platform_id)
        about = select(submissions.c.code).join(outbox, outbox.c.submission_id == submissions.c.id)
        ours = about.where(outbox.c.platform_ref == ref, outbox.c.conversation_id == conversation_id)
        with self.reading() as tx:
            return tx.execute(ours.limit(1)).scalar() or ""

    def last_public_note(self, report_id: int) -> str:
        """What a unit last said publicly of a report."""
        said = select(events.c.note).where(
            events.c.report_id == report_id, events.c.kind == "moved", events.c.note != ""
        )
        with self.reading() as tx:
            return tx.execute(said.order_by(events.c.id.desc()).limit(1)).scalar() or ""

    def reports_by_id(self, viewer: Viewer, ids: Sequence[int]) -> dict[int, Any]:
        """Those of these reports that a viewer may see."""
        with self.reading() as tx:
            rows = tx.execute(select(reports).where(reports.c.id.in_(ids), may_see(viewer)))
            return {row.id: row for row in rows}

    def public_answers(self, report_id: int) -> list[Any]:
        """What the units said publicly: the moves of a report with their notes."""
        wanted = select(events).where(events.c.report_id == report_id, events.c.kind.in_(("opened", "moved")))
        with self.reading() as tx:
            return list(tx.execute(wanted.order_by(events.c.id)))

    def public_voices(self, ids: Sequence[int]) -> dict[int, int]:
        """How many voices of these reports anybody may know of: the confidential and the withdrawn do not count."""
        s = submissions.c
        known = s.withdrawn_at.is_(None), s.visibility != "rahasia", s.supervised.is_(False)
        counted = select(s.report_id, func.count().label("n")).where(s.report_id.in_(ids), *known)
        with self.reading() as tx:
            return dict.fromkeys(ids, 0) | {row.report_id: row.n for row in tx.execute(counted.group_by(s.report_id))}

    def move(self, viewer: Viewer, code: str, to: str, note: str, say: Say, now: datetime, *, told: bool = True) -> Any:
        """Change a report's status; an event, and with `told` one notice owed to every voice.

        Raises UnknownCodeError, or MoveRefusedError naming the allowed moves.
        """
        with self.writing() as tx:
            self.move_within(tx, viewer, code, to, note, say, now, told=told)
            return self.resolve(tx, viewer, code)

    def move_within(
        self, tx: Connection, viewer: Viewer, code: str, to: str, note: str, say: Say, now: datetime, *, told: bool
    ) -> tuple[int, int]:
        """Do what `move` does as part of a transaction; the report's number and the event's."""
        row = self.resolve(tx, viewer, code, lock=True)
        check_move(row.status, to, row.came_from, closed_at=row.closed_at, now=now)
        changed = {
            "status": to,
            "came_from": row.status if to == "needs_info" else "",
            "changed_at": now,
            "closed_at": now if to in ("closed", "resolved", "rejected", "transferred") else None,
        }
        tx.execute(update(reports).where(reports.c.id == row.id).values(changed))
        about = {"from_status": row.status, "to_status": to, "note": note}
        event_id = self.note_event(tx, row.id, "moved", now, viewer.name, **about)
        if told:
            voices = select(submissions.c.id, submissions.c.code).where(submissions.c.report_id == row.id)
            for voice in tx.execute(voices):
                self.owe_notice(tx, event_id, voice.id, say(voice.code, to, note), now)
        return row.id, event_id

    def assign(self, viewer: Viewer, code: str, unit: str, reason: str, now: datetime) -> None:
        """Give a report to another unit, with the reason."""
        with self.writing() as tx:
            row = self.resolve(tx, viewer, code, lock=True)
            given = {"unit": unit, "unit_reason": reason, "changed_at": now}
            tx.execute(update(reports).where(reports.c.id == row.id).values(given))
            self.note_event(tx, row.id, "assigned", now, viewer.name, note=f"{row.unit} → {unit}: {reason}")

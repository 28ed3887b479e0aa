"""Regrouping: reports joined, voices split off or moved by people; each can be undone and stands in the history."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from aggregator.rules.report import Viewer, new_code
from aggregator.store.carrying import ACT, CARRIED, confidential, speaking
from aggregator.store.lookup import CannotJoinError, UnknownCodeError, may_see
from aggregator.store.queue import Queue
from aggregator.store.tables import events, reports, submissions

ACTS = ("merged", "split", "regrouped", "undone")
"""Kinds of events that take voices from one report to another: told to both, with the other's code as the note."""


class Regrouping(Queue):
    """The verbs that take voices from one report to another.

    A report that is left without a voice is merged into where its last ones went, so that its code keeps working and
    the queue never shows it empty. Merges form a tree; `resolve` follows it to the one that lives.
    """

    def join(self, viewer: Viewer, code: str, into: str, now: datetime) -> Any:
        """Join one report to another as the same problem: its voices move, its code keeps working.

        Raises CannotJoinError for the same report, where one is an accusation or confidential and the other is not, and
        into a report that was withdrawn.
        """
        with self.writing() as tx:
            row, target = self._two(tx, viewer, code, into)
            if (row.confidential, row.supervised) != (target.confidential, target.supervised):
                raise CannotJoinError(CannotJoinError.__doc__)
            voices = tx.execute(select(submissions.c.id).where(submissions.c.report_id == row.id)).scalars().all()
            self.carry(tx, viewer.name, "merged", voices, row, target, now)
            return self.resolve(tx, viewer, target.code)

    def split(self, viewer: Viewer, submission_code: str, prefix: str, now: datetime) -> Any:
        """Take one voice out of its report: back into the report that it came with, else into a new one.

        Raises CannotJoinError where it is the only voice (an empty report would stay behind) or was withdrawn.
        """
        with self.writing() as tx:
            self.lock(tx, ACT)
            row, voice = self._voice_in(tx, viewer, submission_code)
            others = speaking(submissions.c.report_id == row.id, submissions.c.id != voice.id)
            if voice.withdrawn_at is not None or tx.execute(others.limit(1)).first() is None:
                raise CannotJoinError("Aduan ini satu-satunya di laporannya: tidak ada yang dipisahkan.")
            target = self.carry_apart(tx, viewer.name, voice, row, new_code(prefix), now)
            return self.resolve(tx, viewer, target.code)

    def regroup(self, viewer: Viewer, submission_code: str, into: str, now: datetime) -> Any:
        """Move one voice to another report; raises CannotJoinError like `join`, of the voice instead of its report."""
        with self.writing() as tx:
            row, target = self._two(tx, viewer, submission_code, into)
            row, voice = self._voice_in(tx, viewer, submission_code)
            if (confidential(voice), voice.supervised) != (target.confidential, target.supervised):
                raise CannotJoinError(CannotJoinError.__doc__)
            self.carry(tx, viewer.name, "regrouped", [voice.id], row, target, now)
            return self.resolve(tx, viewer, target.code)

    def undo(self, viewer: Viewer, event_id: int, now: datetime) -> Any:
        """Take back a join, split or move (or an undoing), named by its event in either report's history.

        The voices that still stand where it brought them go back; who came later stays. Returns the report that they
        went back to. Raises UnknownCodeError where there is no such act for this viewer, CannotJoinError where nothing is left
        to take back.
        """
        with self.writing() as tx:
            self.lock(tx, ACT)
            act = self._act(tx, event_id)
            code_of = select(reports.c.code).where(reports.c.id == act.report_id)
            row = self.resolve(tx, viewer, tx.execute(code_of).scalar_one(), lock=True)
            back = select(reports).where(reports.c.code == act.note, may_see(viewer)).with_for_update()
            target = tx.execute(back).one_or_none()
            if target is None:
                raise UnknownCodeError(UnknownCodeError.__doc__)
            brought = select(events.c.submission_id).where(events.c.kind == CARRIED, events.c.note == str(act.id))
            still = select(submissions.c.id).where(submissions.c.report_id == row.id, submissions.c.id.in_(brought))
            voices = tx.execute(still).scalars().all()
            if not voices or row.id == target.id:
                raise CannotJoinError("Tidak ada lagi yang dapat dikembalikan.")
            self.carry(tx, viewer.name, "undone", voices, row, target, now)
            return self.resolve(tx, viewer, target.code)

    def spent(self, report_id: int) -> set[int]:
        """The acts in a report's history that brought voices here which have all left again: nothing to take back."""
        carried = select(events.c.note, submissions.c.report_id).join(
            submissions, submissions.c.id == events.c.submission_id
        )
        with self.reading() as tx:
            rows = tx.execute(carried.where(events.c.kind == CARRIED, events.c.report_id == report_id)).all()
        return {int(row.note) for row in rows} - {int(row.note) for row in rows if row.report_id == report_id}

    def _two(self, tx: Connection, viewer: Viewer, code: str, into: str) -> tuple[Any, Any]:
        """The reports of two codes, held; one act at a time, so that two people never wait for each other."""
        self.lock(tx, ACT)
        row, target = (self.resolve(tx, viewer, each, lock=True) for each in (code, into))
        if row.id == target.id:
            raise CannotJoinError(CannotJoinError.__doc__)
        return row, target

    def _voice_in(self, tx: Connection, viewer: Viewer, code: str) -> tuple[Any, Any]:
        """A submission and its report, held; UnknownCodeError where the code is a report's."""
        row = self.resolve(tx, viewer, code, lock=True)
        voice = tx.execute(select(submissions).where(submissions.c.code == code)).one_or_none()
        if voice is None:
            raise UnknownCodeError(UnknownCodeError.__doc__)
        return row, voice

    def _act(self, tx: Connection, event_id: int) -> Any:
        """The event of an act in the report that the voices went to, whichever side's is named."""
        named = tx.execute(select(events).where(events.c.id == event_id, events.c.kind.in_(ACTS))).one_or_none()
        carried = select(events.c.id).where(events.c.kind == CARRIED, events.c.note == str(event_id)).limit(1)
        if named is None or tx.execute(carried).first() is not None:
            if named is None:
                raise UnknownCodeError(UnknownCodeError.__doc__)
            return named
        there = select(reports.c.id).where(reports.c.code == named.note).scalar_subquery()
        twin = select(events).where(events.c.report_id == there, events.c.kind == named.kind, events.c.id < event_id)
        found = tx.execute(twin.order_by(events.c.id.desc()).limit(1)).one_or_none()
        if found is None:
            raise UnknownCodeError(UnknownCodeError.__doc__)
        return found

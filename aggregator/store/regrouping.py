"""Regrouping: reports joined, voices split off or moved by people; each can be undone and stands in the history."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, select, update

from aggregator.rules.report import Viewer, new_code
from aggregator.rules.status import STATES
from aggregator.store.lookup import CannotJoinError, UnknownCodeError, may_see
from aggregator.store.queue import CARRIED, Queue
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
            return self._carry(tx, viewer, "merged", voices, row, target, now)

    def split(self, viewer: Viewer, submission_code: str, prefix: str, now: datetime) -> Any:
        """Take one voice out of its report: back into the report that it came with, else into a new one.

        Raises CannotJoinError where it is the only voice (an empty report would stay behind) or was withdrawn.
        """
        with self.writing() as tx:
            self.lock(tx, _ACT)
            row, voice = self._voice_in(tx, viewer, submission_code)
            others = _speaking(submissions.c.report_id == row.id, submissions.c.id != voice.id)
            if voice.withdrawn_at is not None or tx.execute(others.limit(1)).first() is None:
                raise CannotJoinError("Aduan ini satu-satunya di laporannya: tidak ada yang dipisahkan.")
            target = self._home(tx, row, voice) or self._copy(tx, row, voice, new_code(prefix), now)
            own = update(submissions).where(submissions.c.id == voice.id)
            tx.execute(own.values(first_report_id=target.id))
            return self._carry(tx, viewer, "split", [voice.id], row, target, now)

    def regroup(self, viewer: Viewer, submission_code: str, into: str, now: datetime) -> Any:
        """Move one voice to another report; raises CannotJoinError like `join`, of the voice instead of its report."""
        with self.writing() as tx:
            row, target = self._two(tx, viewer, submission_code, into)
            row, voice = self._voice_in(tx, viewer, submission_code)
            if (_confidential(voice), voice.supervised) != (target.confidential, target.supervised):
                raise CannotJoinError(CannotJoinError.__doc__)
            return self._carry(tx, viewer, "regrouped", [voice.id], row, target, now)

    def undo(self, viewer: Viewer, event_id: int, now: datetime) -> Any:
        """Take back a join, split or move (or an undoing), named by its event in either report's history.

        The voices that still stand where it brought them go back; who came later stays. Returns the report that they
        went back to. Raises UnknownCodeError where there is no such act for this viewer, CannotJoinError where nothing is left
        to take back.
        """
        with self.writing() as tx:
            self.lock(tx, _ACT)
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
            return self._carry(tx, viewer, "undone", voices, row, target, now)

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
        self.lock(tx, _ACT)
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

    def _home(self, tx: Connection, row: Any, voice: Any) -> Any | None:
        """The report that a voice was filed in, where that lives beside this one or lives on in it."""
        if voice.first_report_id in (None, row.id):
            return None
        lives = self.living(tx, voice.first_report_id)
        if lives.id not in (row.id, voice.first_report_id) or lives.status == "withdrawn":
            return None
        return tx.execute(select(reports).where(reports.c.id == voice.first_report_id).with_for_update()).one()

    def _carry(
        self, tx: Connection, viewer: Viewer, kind: str, voices: Sequence[int], source: Any, target: Any, now: datetime
    ) -> Any:
        """Take voices from one held report to another, which lives again if it was merged; told in both histories."""
        self._check(tx, voices, target)
        alone = voices[0] if kind in ("split", "regrouped") else None
        tx.execute(update(reports).where(reports.c.id == target.id).values(merged_into=None, changed_at=now))
        act = self.note_event(tx, target.id, kind, now, viewer.name, note=source.code, submission_id=alone)
        self.note_event(tx, source.id, kind, now, viewer.name, note=target.code, submission_id=alone)
        emptied = self._empties(tx, voices, source)
        going = submissions.c.report_id == source.id
        going = going if emptied else going & submissions.c.id.in_(voices)
        went = update(submissions).where(going).values(report_id=target.id, likely_report_id=None)
        rows = tx.execute(went.returning(submissions.c.id)).scalars().all()
        brought = {"report_id": target.id, "kind": CARRIED, "at": now, "by": viewer.name, "note": str(act)}
        tx.execute(self.insert(events), [brought | {"submission_id": voice} for voice in sorted(rows)])
        changed = {"changed_at": now, "merged_into": target.id if emptied else None}
        tx.execute(update(reports).where(reports.c.id == source.id).values(changed))
        for report in (source, target):
            self._sum_up(tx, report.id)
        return self.resolve(tx, viewer, target.code)

    def _check(self, tx: Connection, voices: Sequence[int], target: Any) -> None:
        """Nobody who still complains is put where the complaint was taken back, nor opened again for nobody."""
        speaks = tx.execute(_speaking(submissions.c.id.in_(voices)).limit(1)).first() is not None
        if target.status == "withdrawn" if speaks else not STATES[target.status].final:
            raise CannotJoinError(CannotJoinError.__doc__)

    def _empties(self, tx: Connection, voices: Sequence[int], source: Any) -> bool:
        """Whether a report ends when these voices leave: voices that were withdrawn go along with the last that speak."""
        others = submissions.c.report_id == source.id, submissions.c.id.not_in(voices)
        if tx.execute(_speaking(*others).limit(1)).first() is not None:
            return False
        silent = tx.execute(select(submissions.c.id).where(*others).limit(1)).first()
        return silent is None or not STATES[source.status].final

    def _sum_up(self, tx: Connection, report_id: int) -> None:
        """Have a report say what its voices say: how urgent, how fresh, whether confidential, in whose words."""
        s = submissions.c
        told = select(s.urgency, s.sent_at, s.supervised, s.visibility).where(s.report_id == report_id)
        rows = tx.execute(told).all()
        if not rows:
            return
        graver = min((row.urgency for row in rows), key=("darurat", "tinggi", "normal").index)
        says = {"urgency": graver, "last_voice_at": max(row.sent_at for row in rows)}
        says["confidential"] = any(map(_confidential, rows))
        tx.execute(update(reports).where(reports.c.id == report_id).values(says))
        self.retell(tx, report_id)

    def _copy(self, tx: Connection, row: Any, voice: Any, code: str, now: datetime) -> Any:
        """A new report for one voice, where the other's stands."""
        values = {c.name: getattr(row, c.name) for c in reports.columns if c.name != "id"}
        values |= {name: getattr(voice, name) for name in ("category", "report_class", "location", "location_name")}
        values |= {"place": voice.place, "text": voice.text, "urgency": voice.urgency, "code": code}
        values |= {"opened_at": voice.received_at, "last_voice_at": voice.sent_at, "changed_at": now}
        return tx.execute(self.insert(reports).values(values).returning(*reports.c)).one()


_ACT = "regrouping"


def _speaking(*which: ColumnElement[bool]) -> Select[tuple[int]]:
    """Those of these voices that were not withdrawn."""
    return select(submissions.c.id).where(*which, submissions.c.withdrawn_at.is_(None))


def _confidential(voice: Any) -> bool:
    return bool(voice.supervised or voice.visibility == "rahasia")

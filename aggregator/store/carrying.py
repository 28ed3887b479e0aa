"""Carrying: voices go from one report to another; both then say what theirs say, and the history tells where each stands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, select, update

from aggregator.rules.status import STATES
from aggregator.store.lookup import CannotJoinError
from aggregator.store.tables import events, reports, submissions
from aggregator.store.threads import Threads

ACT = "regrouping"
"""What whoever takes voices from one report to another holds: one at a time, so that nobody waits for each other."""
CARRIED = "carried"
"""Events that say for each voice which act brought it to the report (`note` is that act's number): not shown, but kept."""


class Carrying(Threads):
    """What citizens and people share who take voices from one report to another, as parts of a transaction holding ACT."""

    def carry(
        self, tx: Connection, by: str, kind: str, voices: Sequence[int], source: Any, target: Any, now: datetime
    ) -> None:
        """Take voices from one held report to another, which lives again if it was merged; told in both histories.

        Raises CannotJoinError where the voices do not belong there.
        """
        self._check(tx, voices, target)
        about: dict[str, Any] = {"now": now, "by": by}
        about["submission_id"] = voices[0] if kind in ("split", "regrouped") else None
        tx.execute(update(reports).where(reports.c.id == target.id).values(merged_into=None, changed_at=now))
        act = self.note_event(tx, target.id, kind, **about, note=source.code)
        self.note_event(tx, source.id, kind, **about, note=target.code)
        emptied = self._empties(tx, voices, source)
        going = submissions.c.report_id == source.id
        going = going if emptied else going & submissions.c.id.in_(voices)
        went = update(submissions).where(going).values(report_id=target.id, likely_report_id=None)
        rows = tx.execute(went.returning(submissions.c.id)).scalars().all()
        brought = {"report_id": target.id, "kind": CARRIED, "at": now, "by": by, "note": str(act)}
        tx.execute(self.insert(events), [brought | {"submission_id": voice} for voice in sorted(rows)])
        changed = {"changed_at": now, "merged_into": target.id if emptied else None}
        tx.execute(update(reports).where(reports.c.id == source.id).values(changed))
        for report in (source, target):
            self.sum_up(tx, report.id)

    def carry_apart(self, tx: Connection, by: str, voice: Any, source: Any, code: str, now: datetime) -> Any:
        """Take a voice back into the report that it came with, else into a new one of this code; returns that report."""
        target = self._home(tx, source, voice) or self.copy(tx, source, voice, code, now)
        self.carry(tx, by, "split", [voice.id], source, target, now)
        tx.execute(update(submissions).where(submissions.c.id == voice.id).values(first_report_id=target.id))
        return target

    def retell(self, tx: Connection, report_id: int) -> None:
        """A report's own words are its first remaining voice's."""
        voice = select(submissions.c.text).where(submissions.c.report_id == report_id, submissions.c.text != "")
        told = tx.execute(voice.order_by(submissions.c.id).limit(1)).scalar() or ""
        tx.execute(update(reports).where(reports.c.id == report_id).values(text=told))

    def _check(self, tx: Connection, voices: Sequence[int], target: Any) -> None:
        """Nobody who still complains is put where the complaint was taken back, nor opened again for nobody."""
        speaks = tx.execute(speaking(submissions.c.id.in_(voices)).limit(1)).first() is not None
        if target.status == "withdrawn" if speaks else not STATES[target.status].final:
            raise CannotJoinError(CannotJoinError.__doc__)

    def _empties(self, tx: Connection, voices: Sequence[int], source: Any) -> bool:
        """Whether a report ends when these voices leave: voices that were withdrawn go along with the last that speak."""
        others = submissions.c.report_id == source.id, submissions.c.id.not_in(voices)
        if tx.execute(speaking(*others).limit(1)).first() is not None:
            return False
        silent = tx.execute(select(submissions.c.id).where(*others).limit(1)).first()
        return silent is None or not STATES[source.status].final

    def sum_up(self, tx: Connection, report_id: int) -> None:
        """Have a report say what its voices say: how urgent, how fresh, whether confidential, in whose words."""
        s = submissions.c
        told = select(s.urgency, s.sent_at, s.supervised, s.visibility).where(s.report_id == report_id)
        rows = tx.execute(told).all()
        if not rows:
            return
        graver = min((row.urgency for row in rows), key=("darurat", "tinggi", "normal").index)
        says = {"urgency": graver, "last_voice_at": max(row.sent_at for row in rows)}
        says["confidential"] = any(map(confidential, rows))
        tx.execute(update(reports).where(reports.c.id == report_id).values(says))
        self.retell(tx, report_id)

    def _home(self, tx: Connection, row: Any, voice: Any) -> Any | None:
        """The report that a voice was filed in, where that lives beside this one or lives on in it."""
        first = voice.first_report_id
        if first in (None, row.id) or self.living(tx, first).id not in (row.id, first):
            return None
        home = tx.execute(select(reports).where(reports.c.id == first).with_for_update()).one()
        return None if home.status == "withdrawn" else home

    def copy(self, tx: Connection, row: Any, voice: Any, code: str, now: datetime) -> Any:
        """A new report for one voice, where the other's stands."""
        values = {c.name: getattr(row, c.name) for c in reports.columns if c.name != "id"}
        own = ("category", "report_class", "location", "location_name", "place", "text", "urgency")
        values |= {name: getattr(voice, name) for name in own}
        values |= {"code": code, "opened_at": voice.received_at, "last_voice_at": voice.sent_at, "changed_at": now}
        return tx.execute(self.insert(reports).values(values).returning(*reports.c)).one()


def speaking(*which: ColumnElement[bool]) -> Select[tuple[int]]:
    """Those of these voices that were not withdrawn."""
    return select(submissions.c.id).where(*which, submissions.c.withdrawn_at.is_(None))


def confidential(voice: Any) -> bool:
    """Whether a voice's content is for few eyes."""
    return bool(voice.supervised or voice.visibility == "rahasia")

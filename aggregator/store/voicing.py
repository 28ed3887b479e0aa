"""Voicing: what citizens decide of their own voice: that it joins the report that it seems to be, or stands apart again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, false, or_, select, update

from aggregator.rules.status import STATES
from aggregator.store.tables import events, reports, submissions
from aggregator.store.threads import Threads

CHOOSE_WITHIN = timedelta(days=1)
"""How long after filing its author may join a voice to what it seems to be, or take it out of what it was joined to."""


ACT = "regrouping"
"""What whoever takes voices from one report to another holds: one at a time, so that nobody waits for each other."""
CARRIED = "carried"
"""Events that say for each voice which act brought it to the report (`note` is that act's number)."""
_CAME = ("opened", "joined", "split", "regrouped")


@dataclass(frozen=True, slots=True)
class AddVoice:
    """A citizen's own submission joins the report that it seems to be."""

    code: str


@dataclass(frozen=True, slots=True)
class StandApart:
    """A citizen's own submission leaves the report that it was joined to; `report_code` is for a report that is opened."""

    code: str
    report_code: str


@dataclass(frozen=True, slots=True)
class SeenReport:
    """What everybody may know of an open report that is neither confidential nor an accusation."""

    id: int
    category: str
    location_name: str
    status: str
    opened_at: datetime
    own_code: str = ""
    """The code of the asking citizen's own voice in it."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What the author of a submission may still decide: `joined` to this report, or beside it."""

    code: str
    joined: bool
    report: SeenReport


class Voicing(Threads):
    """The verbs by which citizens join and leave reports."""

    def seen_report(self, report_id: int, contact_id: int | None = None) -> SeenReport | None:
        """What a citizen may know of a report; None where its very existence is not to be told."""
        with self.reading() as tx:
            return self._seen(tx, report_id, contact_id)

    def choices(self, contact_id: int, now: datetime) -> list[Choice]:
        """What a citizen may still decide of the own submissions, newest first."""
        with self.reading() as tx:
            return self._choices(tx, tx.execute(_recent(now).where(submissions.c.contact_id == contact_id)).all())

    def choice(self, code: str, now: datetime) -> Choice | None:
        """What whoever sent a submission may still decide of it."""
        with self.reading() as tx:
            found = self._choices(tx, tx.execute(_recent(now).where(submissions.c.code == code)).all())
        return found[0] if found else None

    def decide(self, deed: AddVoice | StandApart, now: datetime) -> bool:
        """Carry out what somebody decided who was shown to have sent the submission; whether it could be."""
        with self.writing() as tx:
            row = tx.execute(select(submissions).where(submissions.c.code == deed.code)).one_or_none()
            return row is not None and self.decide_within(tx, deed, row, now)

    def decide_within(self, tx: Connection, deed: AddVoice | StandApart, row: Any, now: datetime) -> bool:
        """The same as part of a transaction, for a row of the submission table; what may not be any more is left as it is."""
        block = tx.execute(select(reports.c.block).where(reports.c.id == row.report_id)).scalar_one()
        for name in (block, ACT):  # nobody joins either report, or takes voices from it, meanwhile
            self.lock(tx, name)
        current = tx.execute(_recent(now).where(submissions.c.id == row.id)).one_or_none()
        choices = self._choices(tx, [current] if current is not None else [])
        if not choices or choices[0].joined is not isinstance(deed, StandApart):
            return False
        if isinstance(deed, StandApart):
            self._stand_apart(tx, current, deed.report_code, now)
        else:
            self._add_voice(tx, current, choices[0].report.id, now)
        return True

    def _add_voice(self, tx: Connection, voice: Any, into: int, now: datetime) -> None:
        """Move a voice; the report that nobody is left in ends in the other one, and its code goes on working."""
        left, target = self.living(tx, voice.report_id), self.living(tx, into)
        self._join_report(tx, target, voice)
        last = tx.execute(_living(left.id).where(submissions.c.id != voice.id)).first() is None
        going = submissions.c.report_id == left.id if last else submissions.c.id == voice.id
        moved = update(submissions).where(going).values(report_id=target.id).returning(submissions.c.id)
        self._note_act(tx, "regrouped", voice, tx.execute(moved).scalars().all(), left, target, now)
        ended = {"merged_into": target.id if last else None, "changed_at": now}
        tx.execute(update(reports).where(reports.c.id == left.id).values(ended))
        self.retell(tx, left.id)

    def _stand_apart(self, tx: Connection, voice: Any, code: str, now: datetime) -> None:
        """Back into the report that the voice came with, else into one of its own; a reviewer sees where it was."""
        left = self.living(tx, voice.report_id)
        free = or_(reports.c.merged_into == left.id, reports.c.merged_into.is_(None))
        came = select(reports).where(reports.c.id == voice.first_report_id, reports.c.id != left.id, free)
        home = tx.execute(came).one_or_none() or self._copy_for(tx, left, voice, code, now)
        tx.execute(update(reports).where(reports.c.id == home.id).values(merged_into=None, changed_at=now))
        there = {"report_id": home.id, "first_report_id": home.id, "likely_report_id": left.id}
        tx.execute(update(submissions).where(submissions.c.id == voice.id).values(there))
        self._note_act(tx, "split", voice, [voice.id], left, home, now)
        self.retell(tx, left.id)

    def _note_act(
        self, tx: Connection, kind: str, voice: Any, voices: Sequence[int], left: Any, target: Any, now: datetime
    ) -> None:
        """Write into both histories where voices went by their author's word, so that a person can undo it."""
        about = {"now": now, "by": voice.channel}
        act = self.note_event(tx, target.id, kind, **about, note=left.code, submission_id=voice.id)
        self.note_event(tx, left.id, kind, **about, note=target.code, submission_id=voice.id)
        for one in sorted(voices):
            self.note_event(tx, target.id, CARRIED, **about, note=str(act), submission_id=one)

    def _copy_for(self, tx: Connection, row: Any, voice: Any, code: str, now: datetime) -> Any:
        """A report like the one that a voice leaves, with the voice's own words and place."""
        values = {c.name: getattr(row, c.name) for c in reports.columns if c.name != "id"}
        own = ("category", "report_class", "location", "location_name", "place", "text", "urgency")
        values |= {name: getattr(voice, name) for name in own}
        values |= {"code": code, "opened_at": voice.received_at, "last_voice_at": voice.sent_at, "changed_at": now}
        return tx.execute(self.insert(reports).values(values).returning(reports.c.id, reports.c.code)).one()

    def retell(self, tx: Connection, report_id: int) -> None:
        """A report's own words are its first remaining voice's."""
        voice = select(submissions.c.text).where(submissions.c.report_id == report_id, submissions.c.text != "")
        told = tx.execute(voice.order_by(submissions.c.id).limit(1)).scalar() or ""
        tx.execute(update(reports).where(reports.c.id == report_id).values(text=told))

    def _choices(self, tx: Connection, rows: Sequence[Any]) -> list[Choice]:
        found = (self._choice(tx, row) for row in rows)
        return [choice for choice in found if choice is not None]

    def _choice(self, tx: Connection, row: Any) -> Choice | None:
        came = select(events.c.kind, events.c.by).where(events.c.report_id == row.report_id)
        came = came.where(events.c.submission_id == row.id, events.c.kind.in_(_CAME)).order_by(events.c.id.desc())
        how = tx.execute(came.limit(1)).one_or_none()
        if how is not None and (how.kind == "joined" or tuple(how) == ("regrouped", row.channel)):
            others = tx.execute(_living(row.report_id).where(submissions.c.id != row.id)).first()
            seen = self._seen(tx, row.report_id) if others is not None else None
            return Choice(row.code, joined=True, report=seen) if seen is not None else None
        seen = self._seen(tx, row.likely_report_id, row.contact_id) if row.likely_report_id is not None else None
        if seen is None or seen.id == row.report_id:
            return None
        return Choice(row.code, joined=False, report=seen)

    def _seen(self, tx: Connection, report_id: int, contact_id: int | None = None) -> SeenReport | None:
        row = tx.execute(select(reports).where(reports.c.id == report_id)).one()
        if row.merged_into is not None:
            return self._seen(tx, row.merged_into, contact_id)
        if (
            row.confidential
            or row.supervised
            or STATES[row.status].final
            or tx.execute(_living(row.id)).first() is None
        ):
            return None
        own = select(submissions.c.code).where(
            submissions.c.report_id == row.id, submissions.c.contact_id == contact_id
        )
        code = tx.execute(own.where(submissions.c.withdrawn_at.is_(None)).limit(1)).scalar() if contact_id else None
        return SeenReport(row.id, row.category, row.location_name, row.status, row.opened_at, code or "")


def _recent(now: datetime) -> Any:
    """Submissions of which their authors may still decide, newest first; never one that no rule may join."""
    alive = submissions.c.withdrawn_at.is_(None), submissions.c.removed_at.is_(None)
    recent = select(submissions, false().label("confidential")).where(*alive)
    recent = recent.where(submissions.c.supervised.is_(False), submissions.c.visibility != "rahasia")
    recent = recent.where(submissions.c.received_at >= now - CHOOSE_WITHIN)
    return recent.order_by(submissions.c.id.desc()).limit(10)


def _living(report_id: int) -> Any:
    """Of a report, the voices that were not taken back."""
    alive = submissions.c.withdrawn_at.is_(None), submissions.c.removed_at.is_(None)
    return select(submissions.c.id).where(submissions.c.report_id == report_id, *alive).limit(1)

"""Voicing: what citizens decide of their own voice: that it joins the report that it seems to be, or stands apart again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, false, select, update

from aggregator.rules.status import STATES
from aggregator.store.carrying import ACT, CARRIED, Carrying
from aggregator.store.tables import events, reports, submissions

CHOOSE_WITHIN = timedelta(days=1)
"""How long after filing its author may join a voice to what it seems to be, or take it out of what it was joined to."""
_CAME = ("opened", "joined", CARRIED)


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


class Voicing(Carrying):
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
        self.carry(tx, voice.channel, "regrouped", [voice.id], left, target, now)

    def _stand_apart(self, tx: Connection, voice: Any, code: str, now: datetime) -> None:
        """Back into the report that the voice came with, else into one of its own; a reviewer sees where it was."""
        left = self.living(tx, voice.report_id)
        self.carry_apart(tx, voice.channel, voice, left, code, now)
        tx.execute(update(submissions).where(submissions.c.id == voice.id).values(likely_report_id=left.id))

    def _choices(self, tx: Connection, rows: Sequence[Any]) -> list[Choice]:
        found = (self._choice(tx, row) for row in rows)
        return [choice for choice in found if choice is not None]

    def _choice(self, tx: Connection, row: Any) -> Choice | None:
        if self._joined(tx, row):
            others = tx.execute(_living(row.report_id).where(submissions.c.id != row.id)).first()
            seen = self._seen(tx, row.report_id) if others is not None else None
            return Choice(row.code, joined=True, report=seen) if seen is not None else None
        seen = self._seen(tx, row.likely_report_id, row.contact_id) if row.likely_report_id is not None else None
        if seen is None or seen.id == row.report_id:
            return None
        return Choice(row.code, joined=False, report=seen)

    def _joined(self, tx: Connection, row: Any) -> bool:
        """Whether a rule, or its author's own word, brought a voice to its report: what a person decided stands."""
        came = select(events).where(events.c.submission_id == row.id, events.c.kind.in_(_CAME))
        how = tx.execute(came.order_by(events.c.id.desc()).limit(1)).one()
        if how.kind == CARRIED:
            how = tx.execute(select(events).where(events.c.id == int(how.note))).one()
        return how.kind == "joined" or (how.kind, how.by) == ("regrouped", row.channel)

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

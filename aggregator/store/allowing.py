"""Allowing: how much somebody wrote within the hour, and the day's leave that a person gives to write more."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select, update

from aggregator.rules.report import Viewer
from aggregator.store.corrections import Corrections
from aggregator.store.reviewing import may_review
from aggregator.store.tables import contacts, findings, turns
from aggregator.store.turns import TurnView

COUNTED = timedelta(hours=1)
LEAVE = timedelta(days=1)


class Allowing(Corrections):
    """The verbs of the limit for each sender."""

    def over_limit(self, turn: TurnView, limit: int, now: datetime) -> bool:
        """Whether the author of a turn began more than `limit` turns within the hour without leave; volunteers may."""
        if turn.contact_id is None or turn.volunteer or not limit:
            return False
        t, mine = turns.c, contacts.c.id == turn.contact_id
        recent = select(t.id).where(t.conversation_id == turn.conversation_id, t.contact_id == turn.contact_id)
        begun = recent.where(t.last_sent_at > now - 2 * COUNTED, t.opened_at > now - COUNTED).limit(limit + 1)
        with self.reading() as tx:
            if tx.execute(select(func.count()).select_from(begun.subquery())).scalar_one() <= limit:
                return False
            return tx.execute(select(contacts.c.id).where(mine, contacts.c.allowed_until > now)).first() is None

    def allow(self, viewer: Viewer, finding_id: int, now: datetime) -> bool:
        """Give the author of a finding that this viewer may see leave to write more for a day; whether there is one."""
        whose = select(findings.c.contact_id).where(findings.c.id == finding_id, may_review(viewer))
        leave = {"allowed_until": now + LEAVE, "allowed_by": viewer.name}
        with self.writing() as tx:
            given = update(contacts).where(contacts.c.id.in_(whose)).values(leave)
            return tx.execute(given).rowcount == 1

    def leave_of(self, contact_id: int | None, now: datetime) -> tuple[datetime, str] | None:
        """Until when somebody may write more, and who gave leave; None without it."""
        asked = select(contacts.c.allowed_until, contacts.c.allowed_by).where(contacts.c.id == contact_id)
        with self.reading() as tx:
            row = tx.execute(asked.where(contacts.c.allowed_until > now)).one_or_none()
            return (row.allowed_until, row.allowed_by) if row else None

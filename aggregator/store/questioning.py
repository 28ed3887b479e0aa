"""Questioning: what an officer asks whoever sent a form, and what an answer at the page of the code must carry."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from aggregator.rules.elsewhere import FORM
from aggregator.store.noting import Noting
from aggregator.store.tables import contacts, conversations, events, reports, submissions


@dataclass(frozen=True, slots=True)
class Question:
    """An open question to the author of a form."""

    code: str
    text: str
    """The officer's words."""
    thread: str
    author: str
    """By which id the author stands in the store; with `name` and `phone` as they were given."""
    name: str
    phone: str
    contact: str
    """The phone number or e-mail address that was left, "" where none was: whoever answers must know it."""
    answered: int
    """How often it was answered already."""


class Questioning(Noting):
    """The verb of the page that takes answers."""

    def question(self, code: str) -> Question | None:
        """What is asked about a submission; None where nothing is, or where its author answers elsewhere or is erased."""
        columns = select(submissions, contacts.c.identity, conversations.c.address)
        columns = columns.join(reports, reports.c.id == submissions.c.report_id)
        columns = columns.join(contacts, contacts.c.id == submissions.c.contact_id)
        columns = columns.join(conversations, conversations.c.id == submissions.c.conversation_id)
        alive = submissions.c.withdrawn_at.is_(None), submissions.c.removed_at.is_(None)
        asked = columns.where(submissions.c.code == code, submissions.c.channel == FORM, *alive)
        moved = select(events).where(events.c.kind == "moved", events.c.to_status == "needs_info")
        with self.reading() as tx:
            row = tx.execute(asked.where(reports.c.status == "needs_info")).one_or_none()
            identity = self.vault.open_json(row.identity) if row is not None else {}
            thread = self.vault.open_json(row.address).get("thread", "") if row is not None else ""
            if row is None or not identity or not thread:
                return None
            last = moved.where(events.c.report_id == row.report_id).order_by(events.c.id.desc()).limit(1)
            asking = tx.execute(last).one_or_none()  # none where a voice was split off meanwhile
            said = select(func.count()).where(events.c.submission_id == row.id, events.c.kind == "added")
            return Question(
                code,
                asking.note if asking is not None else "",
                thread,
                str(identity.get("id", "")),
                str(identity.get("name", "")),
                str(identity.get("phone", "")),
                self.address_of(tx, row.contact_id),
                tx.execute(said.where(events.c.id > (asking.id if asking is not None else 0))).scalar_one(),
            )

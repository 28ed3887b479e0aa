"""Ingesting: messages that another program hands us one by one, each with its outcome at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from aggregator.rules.report import INGESTED, NewSubmission
from aggregator.store.filing import Choose
from aggregator.store.findings import NewFinding
from aggregator.store.intake import content_of
from aggregator.store.people import People
from aggregator.store.tables import messages, reports, submissions, turns
from connectors.base import Inbound


@dataclass(frozen=True, slots=True)
class Ingested:
    """What became of one ingested message: filed, review, ignored or repeated, with the codes where it was filed."""

    outcome: str
    submission: str | None = None
    report: str | None = None


class Ingesting(People):
    """The verb of `elapor ingest`."""

    def ingest(self, item: Inbound, what: NewSubmission | NewFinding | None, choose: Choose, now: datetime) -> Ingested:
        """Take in one message under (channel, external id): as a submission, as a finding, or (None) as chatter."""
        with self.writing() as tx:
            ref = self.vault.fingerprint(item.channel, INGESTED, item.external_id)
            turn_id = self._ingest_message(tx, item, ref, now)
            if turn_id is None:
                return self._known(tx, ref)
            self.count(tx, {("inbound", item.channel): 1})
            if isinstance(what, NewSubmission):
                filed = self.file_within(tx, what, choose, now, by=item.channel)
                tx.execute(update(submissions).where(submissions.c.id == filed.submission_id).values(turn_id=turn_id))
                tx.execute(update(turns).where(turns.c.id == turn_id).values(state="done"))
                return Ingested("filed", filed.code, filed.report_code)
            if what is None:
                return Ingested("ignored")
            self.insert_finding(tx, turn_id, what, now)
            return Ingested("ignored" if what.set_aside else "review")

    def _ingest_message(self, tx: Connection, item: Inbound, ref: str, now: datetime) -> int | None:
        conversation_id = self.conversation_of(tx, item, now)
        contact_id = self.contact_of(tx, item.channel, item.author, now)
        message: dict[str, Any] = {"key": self.vault.fingerprint(ref, "message", ""), "ref": ref, "kind": "message"}
        message |= {"channel": item.channel, "conversation_id": conversation_id, "contact_id": contact_id}
        message |= {"sent_at": item.sent_at, "received_at": now, "content": self.vault.seal_json(content_of(item))}
        made = self.insert(messages).values(message).on_conflict_do_nothing(index_elements=["key"])
        message_id = tx.execute(made.returning(messages.c.id)).scalar_one_or_none()
        if message_id is None:
            return None
        turn = {"conversation_id": conversation_id, "contact_id": contact_id, "direct": False, "opened_at": now}
        turn |= {"settle_at": now, "last_sent_at": item.sent_at}
        turn_id = int(tx.execute(self.insert(turns).values(turn).returning(turns.c.id)).scalar_one())
        tx.execute(update(messages).where(messages.c.id == message_id).values(turn_id=turn_id))
        return turn_id

    def _known(self, tx: Connection, ref: str) -> Ingested:
        turn_id = select(messages.c.turn_id).where(messages.c.ref == ref).scalar_subquery()
        codes = select(submissions.c.code, reports.c.code.label("report"))
        codes = codes.join(reports, reports.c.id == submissions.c.report_id)
        row = tx.execute(codes.where(submissions.c.turn_id == turn_id)).first()
        return Ingested("repeated", row.code if row else None, row.report if row else None)

"""Findings: what waits for a person's decision, as the verbs that make them write it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from aggregator.store.filing import Filing
from aggregator.store.tables import conversations, findings, reports, submissions, turns


@dataclass(frozen=True, slots=True)
class NewFinding:
    """What reading a harvested turn gives review."""

    text: str
    original: str
    reading: Mapping[str, Any]
    confidence: float
    urgency: str
    supervised: bool
    sent_at: datetime
    permalink: str = ""
    unit: str = ""
    """Who alone reviews it, for an accusation."""
    set_aside: bool = False
    """The reading takes it for no report: kept a week for those who look, not put before the reviewer."""
    about_submission_id: int | None = None
    """The submission that a private answer belongs to: who may see its report, reviews it."""
    thread_name: str = ""
    """What to call the place where it was said, instead of the conversation's name."""


class Findings(Filing):
    """Writes findings inside a transaction."""

    def insert_finding(
        self, tx: Connection, turn_id: int, new: NewFinding, received_at: datetime, relay_id: int | None = None
    ) -> None:
        """Write or renew the finding of a turn as part of a transaction; `relay_id` is a volunteer's conversation."""
        whose = select(turns.c.conversation_id, turns.c.contact_id, conversations.c.channel, conversations.c.name)
        whose = whose.join(conversations, conversations.c.id == turns.c.conversation_id)
        turn = tx.execute(whose.where(turns.c.id == turn_id)).one()
        row = {
            "turn_id": turn_id,
            "channel": turn.channel,
            "conversation_id": turn.conversation_id,
            "contact_id": turn.contact_id,
            "state": "set_aside" if new.set_aside else "waiting",
            "text": new.text,
            "original": self.vault.seal_json({"text": new.original}),
            "text_print": self.vault.fingerprint("said", new.original),
            "thread_name": new.thread_name or turn.name,
            "permalink": new.permalink,
            "sent_at": new.sent_at,
            "received_at": received_at,
            "reading": dict(new.reading),
            "confidence": new.confidence,
            "urgency": new.urgency,
            "supervised": new.supervised,
            "unit": new.unit,
            "relay_id": relay_id,
            "about_submission_id": new.about_submission_id,
            **self._seen_with(tx, new.about_submission_id),
            "decided_by": "",
            "reason": "",
        }
        statement = self.insert(findings).values(row)
        tx.execute(statement.on_conflict_do_update(index_elements=["turn_id"], set_=row))
        if not new.set_aside:
            self.want_media(tx, turn_id, received_at)

    def reword_finding(self, tx: Connection, turn_id: int, text: str, original: str) -> None:
        """Have a decided finding read as its author says it now; nothing of it is kept where that is nothing."""
        said: dict[str, Any] = {"text": text, "original": self.vault.seal_json({"text": original})}
        gone: dict[str, Any] = {"text": "", "original": None, "contact_id": None, "reading": {}}
        decided = update(findings).where(findings.c.turn_id == turn_id, findings.c.text != "")
        tx.execute(decided.values(said if original else gone))

    def _seen_with(self, tx: Connection, submission_id: int | None) -> dict[str, Any]:
        """What of an accusation goes over to a private answer to it: nobody else may read that either."""
        voice = select(submissions.c.supervised, reports.c.unit).join(reports, reports.c.id == submissions.c.report_id)
        row = tx.execute(voice.where(submissions.c.id == submission_id)).one_or_none() if submission_id else None
        return {"supervised": True, "unit": row.unit} if row is not None and row.supervised else {}

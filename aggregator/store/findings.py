"""Findings: what waits for a person's decision, as the verbs that make them write it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from aggregator.store.filing import Filing
from aggregator.store.tables import conversations, findings, turns


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


class Findings(Filing):
    """Writes findings inside a transaction."""

    def insert_finding(self, tx: Connection, turn_id: int, new: NewFinding, received_at: datetime) -> None:
        """Write or renew the finding of a turn as part of a transaction."""
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
            "thread_name": turn.name,
            "permalink": new.permalink,
            "sent_at": new.sent_at,
            "received_at": received_at,
            "reading": dict(new.reading),
            "confidence": new.confidence,
            "urgency": new.urgency,
            "supervised": new.supervised,
            "unit": new.unit,
            "decided_by": "",
            "reason": "",
        }
        statement = self.insert(findings).values(row)
        tx.execute(statement.on_conflict_do_update(index_elements=["turn_id"], set_=row))

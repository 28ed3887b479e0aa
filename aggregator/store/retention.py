"""Retention: what need not be kept goes by itself (design: privacy by construction)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, select, update

from aggregator.store.questioning import Questioning
from aggregator.store.tables import deliveries, early_receipts, findings, handshakes, jobs, messages

DONE_JOBS = timedelta(days=30)
UNCLAIMED = timedelta(days=2)
"""After which a platform's word about a message that we know nothing of is dropped."""


class Retention(Questioning):
    """The verb of the daily sweep."""

    def sweep(self, now: datetime, raw: timedelta, chatter: timedelta) -> dict[str, int]:
        """Forget raw deliveries `raw` after reading, and who said what was no report `chatter` after it came.

        Keys stay, so that nothing comes back; malformed deliveries stay until they could be read. Returns how many
        deliveries and findings were emptied.
        """
        old = deliveries.c.read_at < now - raw
        emptied = update(deliveries).where(old, deliveries.c.body.is_not(None), deliveries.c.outcome != "malformed")
        no_report = findings.c.state.in_(("set_aside", "refused")), findings.c.received_at < now - chatter
        turns = select(findings.c.turn_id).where(*no_report)
        with self.writing() as tx:
            raw_gone = tx.execute(emptied.values(body=None)).rowcount
            nameless = {"content": None, "contact_id": None, "removed_at": now}
            said = messages.c.turn_id.in_(turns), messages.c.content.is_not(None)
            self.drop_media(tx, and_(*said), now)
            tx.execute(update(messages).where(*said).values(nameless))
            wordless: dict[str, Any] = {
                "text": "",
                "original": None,
                "contact_id": None,
                "reading": {},
                "text_print": "",
            }
            kept = update(findings).where(*no_report, findings.c.text != "")
            gone = tx.execute(kept.values(wordless)).rowcount
            lapsed = handshakes.c.until < now, handshakes.c.state != "taken"
            tx.execute(handshakes.delete().where(*lapsed))
            tx.execute(early_receipts.delete().where(early_receipts.c.at < now - UNCLAIMED))
            finished = (
                jobs.c.state == "done",
                jobs.c.run_at < now - DONE_JOBS,
                jobs.c.task.in_(("send", "media", "unlink", "alike")),
            )
            tx.execute(jobs.delete().where(*finished))
        self.forget()
        return {"deliveries": raw_gone, "findings": gone}

"""Arriving: that a platform took a reply, as it answered us or, where we never heard the answer, as it tells later."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from aggregator.store.owing import Owing
from aggregator.store.tables import jobs, outbox
from connectors.base import Receipt

PASSED_ON = "passed on by hand by a volunteer"
"""What stands at a reply that went to a volunteer: the group gets it from a person, not from us."""


class Arriving(Owing):
    """Notes inside a transaction what has left."""

    def note_sent(
        self, tx: Connection, identity: int, account: str, platform_id: str, say: dict[str, Any], now: datetime
    ) -> None:
        """Note that the platform took a reply, and what it said of it before we got here; "" where its id is unknown."""
        channel = tx.execute(select(outbox.c.channel).where(outbox.c.id == identity)).scalar_one()
        row: dict[str, Any] = {"state": "sent", "sent_at": now, "attempted_at": None}
        row["reason"] = PASSED_ON if say.get("relayed") else ""
        ref = self.vault.fingerprint(channel, "sent", platform_id)
        if platform_id:
            row |= {"platform_id": self.vault.seal(platform_id.encode()), "platform_ref": ref}
        tx.execute(update(outbox).where(outbox.c.id == identity).values(row))
        self.after_sending(tx, identity, account, platform_id)
        self.settle_receipt(tx, ref)
        self.sent_together(tx, say, now)

    def sent_together(self, tx: Connection, say: dict[str, Any], now: datetime) -> None:
        """Note for each change that a notice told besides its own when it was told."""
        if say.get("told_with"):
            tx.execute(update(outbox).where(outbox.c.id.in_(say["told_with"])).values(sent_at=now))

    def note_arrival(self, tx: Connection, receipt: Receipt, now: datetime) -> None:
        """Let a reply whose last try ended unknown be sent after all where the platform tells our own key of it."""
        if not receipt.key:
            return
        self.lock(tx, self.vault.fingerprint(receipt.channel, "sent", receipt.platform_id))  # it may be noted just now
        owed = select(outbox).filter_by(key=receipt.key, channel=receipt.channel, state="owed")
        row = tx.execute(owed.where(outbox.c.attempted_at.is_not(None))).one_or_none()
        if row is None:
            return
        waits = update(jobs).filter_by(task="send", subject=str(row.id), state="ready")
        tx.execute(waits.values(state="done", reason=""))  # before the outbox, as whoever just sends it does
        self.note_sent(tx, row.id, "", receipt.platform_id, self.vault.open_json(row.content), now)

"""Receipts: what platforms say later of what we sent, in whatever order and even before we noted the sending."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, or_, select, update

from aggregator.rules.elsewhere import WINDOW_SHUT, may_go_elsewhere
from aggregator.store.contacts import Contacts
from aggregator.store.jobs import wake_job
from aggregator.store.tables import conversations, early_receipts, outbox
from connectors.base import Receipt

_RANK = {"": 0, "sent": 1, "delivered": 2, "read": 3, "failed": 4}


class Receipts(Contacts):
    """Notes receipts inside a transaction."""

    def note_receipt(self, tx: Connection, receipt: Receipt) -> None:
        """Note what became of a reply: states only advance; one that failed goes another way, or a person sends it."""
        ref = self.vault.fingerprint(receipt.channel, "sent", receipt.platform_id)
        self.lock(tx, ref)  # the sending may be noted just now
        known = select(early_receipts.c.state).where(early_receipts.c.ref == ref)
        before = tx.execute(known).scalar_one_or_none()
        if before is None or _RANK[receipt.state] > _RANK[before]:
            row = {"ref": ref, "state": receipt.state, "error": receipt.error, "at": receipt.at}
            kept = self.insert(early_receipts).values(row)
            tx.execute(kept.on_conflict_do_update(index_elements=["ref"], set_=row))
        self.settle_receipt(tx, ref)

    def settle_receipt(self, tx: Connection, ref: str) -> None:
        """Bring a reply and what its platform said of it together, once both are known; under the lock of `ref`."""
        said = tx.execute(select(early_receipts).where(early_receipts.c.ref == ref)).one_or_none()
        row = tx.execute(select(outbox).where(outbox.c.platform_ref == ref)).first()
        if said is None or row is None:
            return
        tx.execute(delete(early_receipts).where(early_receipts.c.ref == ref))
        if _RANK[said.state] > _RANK[row.receipt]:
            told = {"receipt": said.state} | (self._failed(tx, row, said) if said.state == "failed" else {})
            tx.execute(update(outbox).where(outbox.c.id == row.id).values(told))

    def _failed(self, tx: Connection, row: Any, said: Any) -> dict[str, Any]:
        """What a reply becomes that the platform took and could not deliver: owed again where there may be another way."""
        told: dict[str, Any] = {"state": "by_hand", "reason": f"platform: {said.error}"[:200]}
        if row.state != "sent" or not may_go_elsewhere(row.kind, self.vault.open_json(row.content)):
            return told
        wake_job(self, tx, "send", str(row.id), None, said.at)
        again = {"state": "owed", "sent_at": None, "receipt": "", "platform_ref": None}
        if (row.channel, said.error) in WINDOW_SHUT and self._shut_window(tx, row.conversation_id, said.at):
            return told | again
        return told | again | {"shut": " ".join(dict.fromkeys((*row.shut.split(), row.channel)))}

    def _shut_window(self, tx: Connection, conversation_id: int | None, at: datetime) -> bool:
        """Note that free text is taken no more; whether we took the window for open."""
        c = conversations.c
        thought = or_(c.window_until.is_(None), c.window_until > at)
        return (
            tx.execute(update(conversations).where(c.id == conversation_id, thought).values(window_until=at)).rowcount
            == 1
        )

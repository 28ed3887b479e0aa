"""Receipts: what platforms say later of what we sent, in whatever order and even before we noted the sending."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, delete, select, update

from aggregator.store.contacts import Contacts
from aggregator.store.tables import early_receipts, outbox
from connectors.base import Receipt

_RANK = {"": 0, "sent": 1, "delivered": 2, "read": 3, "failed": 4}


class Receipts(Contacts):
    """Notes receipts inside a transaction."""

    def note_receipt(self, tx: Connection, receipt: Receipt) -> None:
        """Note what became of a reply: states only advance; one that failed is for a person to send."""
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
        row = tx.execute(select(outbox.c.id, outbox.c.receipt).where(outbox.c.platform_ref == ref)).first()
        if said is None or row is None:
            return
        tx.execute(delete(early_receipts).where(early_receipts.c.ref == ref))
        if _RANK[said.state] > _RANK[row.receipt]:
            told: dict[str, Any] = {"receipt": said.state}
            if said.state == "failed":
                told |= {"state": "by_hand", "reason": f"platform: {said.error}"[:200]}
            tx.execute(update(outbox).where(outbox.c.id == row.id).values(told))

"""Changes: what happens to a conversation or a person instead of being said: joined, left, moved, renumbered."""

from __future__ import annotations

from sqlalchemy import Connection, update

from aggregator.store.receipts import Receipts
from aggregator.store.tables import conversations
from connectors.base import Change


class Changes(Receipts):
    """Notes changes inside a transaction."""

    def note_change(self, tx: Connection, change: Change) -> None:
        """Bring the rows of the conversation and the person up to date."""
        fingerprint = self.vault.fingerprint(change.channel, change.account, change.thread)
        role = "left" if change.kind == "left" else change.role or "member"
        where = update(conversations).where(
            conversations.c.channel == change.channel, conversations.c.fingerprint == fingerprint
        )
        tx.execute(where.values(membership=role))

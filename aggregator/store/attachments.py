"""Attachments: the files of messages, noted with them and fetched by job once somebody needs them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, select

from aggregator.store.changes import Changes
from aggregator.store.jobs import add_jobs
from aggregator.store.tables import attachments, messages
from connectors.base import Media


class Attachments(Changes):
    """The verbs of attachments."""

    def attach(self, tx: Connection, message_id: int, media: Sequence[Media]) -> None:
        """Note the files of a new message; nothing is fetched yet."""
        rows = [
            {"message_id": message_id, "n": n, "kind": one.kind, "mime": one.mime[:100], "state": "owed"}
            | {"ref": self.vault.seal(one.ref.encode()), "reason": "", "name": "", "size": 0}
            for n, one in enumerate(media)
            if one.ref
        ]
        if rows:
            tx.execute(self.insert(attachments).on_conflict_do_nothing(), rows)

    def want_media(self, tx: Connection, turn_id: int, now: datetime) -> None:
        """Have the files of a turn fetched: somebody will look at it."""
        owed = select(attachments.c.id).join(messages, messages.c.id == attachments.c.message_id)
        owed = owed.where(messages.c.turn_id == turn_id, attachments.c.state == "owed")
        add_jobs(self, tx, [{"task": "media", "subject": str(i), "run_at": now} for i in tx.execute(owed).scalars()])

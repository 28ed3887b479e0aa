"""Channels: how well we hear and speak on each, as the door, the pollers, the senders and the checks last saw it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, or_

from aggregator.store.attachments import Attachments
from aggregator.store.tables import channel_states


class Channels(Attachments):
    """The verbs of the channels' state."""

    def saw(self, tx: Connection, channel: str, at: datetime) -> None:
        """Note when something was last heard on a channel."""
        statement = self.insert(channel_states).values(channel=channel, last_item_at=at)
        older = or_(channel_states.c.last_item_at.is_(None), channel_states.c.last_item_at < at)
        newer = {"last_item_at": statement.excluded.last_item_at}
        tx.execute(statement.on_conflict_do_update(index_elements=["channel"], set_=newer, where=older))

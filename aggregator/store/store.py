"""The Store: every verb of the database in one object, and how it is opened."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import func, select

from aggregator.store.allowing import Allowing
from aggregator.store.holding import state_outside
from aggregator.store.secrets import Vault
from aggregator.store.tables import messages, outbox, reports, submissions


class Store(Allowing):
    """All verbs: deliveries ← contacts ← receipts ← changes ← attachments ← channels ← owing ← arriving ← intake ← filing ← findings ← volunteers ← turns ← threads ← carrying ← voicing ← afterwards ← handshakes ← digests ← hiding ← conversing ← rewording ← reviewing ← queue ← regrouping ← resting ← holding ← elsewhere ← sending ← overseeing ← previewing ← people ← ingesting ← noting ← questioning ← retention ← showing ← offering ← polls ← corrections ← allowing."""

    def summary(self) -> dict[str, int]:
        """How many messages and submissions there are, and how many joined a report that stood before."""
        with self.reading() as tx:
            told = select(func.count()).select_from(messages).where(messages.c.kind == "message")
            alive = select(func.count()).select_from(reports).where(reports.c.merged_into.is_(None))
            filed = select(func.count()).select_from(submissions)
            figures = {
                "messages": tx.execute(told).scalar_one(),
                "submissions": tx.execute(filed).scalar_one(),
                "reports": tx.execute(alive).scalar_one(),
            }
        return figures | {"joined": figures["submissions"] - figures["reports"]}

    def reply_figures(self) -> dict[tuple[str, str], int]:
        """How many replies there are by channel and state."""
        states = select(outbox.c.channel, state_outside().label("state")).subquery()
        grouped = select(states.c.channel, states.c.state, func.count()).group_by(states.c.channel, states.c.state)
        with self.reading() as tx:
            return {(channel, state): n for channel, state, n in tx.execute(grouped)}

    def messages_by_channel(self) -> dict[str, int]:
        """How many messages were known, by channel."""
        grouped = select(messages.c.channel, func.count().label("n")).where(messages.c.kind == "message")
        with self.reading() as tx:
            return {row.channel: row.n for row in tx.execute(grouped.group_by(messages.c.channel))}


def open_store(url: str, secret: str) -> Store:
    """A store on a database whose schema is up to date; makes the database and its folder if need be."""
    if url.startswith("sqlite:///"):
        Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    store = Store(url, Vault(secret))
    store.migrate()
    return store

"""Elsewhere: a reply whose way is shut goes by another channel of the same citizen, else to a person."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from aggregator.rules.elsewhere import FORM, ORDER, Known, Way, may_go_elsewhere, other_way, said_elsewhere
from aggregator.store.changes import LEFT
from aggregator.store.holding import Holding
from aggregator.store.tables import contacts, conversations, jobs, messages, outbox

NOBODY = frozenset[str]()
"""No channel that we can send on."""


class Elsewhere(Holding):
    """The verbs of the other way, inside the transaction in which the first turned out to be shut."""

    def turned_away(self, identity: int) -> str:
        """Why a reply cannot go where it should, as far as we know before trying; else ""."""
        known = select(outbox.c.channel, outbox.c.shut, outbox.c.reason).where(outbox.c.id == identity)
        with self.reading() as tx:
            row = tx.execute(known).one()
            told_later = row.reason or "refused" if row.channel in row.shut.split() else ""
            return told_later or self.shut_out(tx, identity)

    def go_elsewhere(
        self, tx: Connection, identity: int, reason: str, now: datetime, carriers: Collection[str] = NOBODY
    ) -> bool:
        """Have a reply go by the citizen's next way, or by hand where there is none; whether there was one."""
        owed = select(outbox).where(outbox.c.id == identity, outbox.c.state == "owed")
        row = tx.execute(owed.with_for_update()).one_or_none()
        if row is None:
            return False
        say = self.vault.open_json(row.content)
        way = self._way(tx, row, carriers) if may_go_elsewhere(row.kind, say) else None
        ended: dict[str, Any] = {"attempted_at": None, "reason": reason[:200], "state": "by_hand"}
        if row.platform_id and row.channel in row.shut.split():  # what the platform said of it last stays with it
            ended |= {"receipt": "failed"}
        if way is not None:
            ended |= {"state": "owed", "reason": f"{row.channel}: {reason}"[:200], "channel": way.channel}
            ended |= {"shut": _with(row.shut, row.channel), "conversation_id": self._there(tx, way, now)}
            ended |= {"content": self.vault.seal_json(said_elsewhere(say))}
            ended |= {"platform_id": None, "platform_ref": None, "receipt": "", "sent_at": None}
        tx.execute(update(outbox).where(outbox.c.id == identity).values(ended))
        if way is not None:
            sends = update(jobs).filter_by(task="send", subject=str(identity))
            tx.execute(sends.values(channel=way.channel))
        return way is not None

    def _way(self, tx: Connection, row: Any, carriers: Collection[str]) -> Way | None:
        """The next way to the citizen of a reply."""
        reach = select(contacts.c.reach).where(contacts.c.id == row.contact_id, contacts.c.reach.is_not(None))
        same = select(contacts.c.id, contacts.c.channel, _talk().label("talk")).where(contacts.c.unreachable == "")
        rows = tx.execute(same.where(contacts.c.reach.in_(reach)).order_by(contacts.c.id)).all()
        left = [Known(FORM, None, self.address_of(tx, one.id)) for one in rows if one.channel == FORM]
        wrote = [Known(one.channel, one.talk) for one in rows if one.channel in ORDER]
        return other_way((*wrote, *left), {*row.shut.split(), row.channel}, carriers)

    def _there(self, tx: Connection, way: Way, now: datetime) -> int:
        """The conversation of a way; one that we begin ourselves opens no window on WhatsApp."""
        if way.conversation_id is not None:
            return way.conversation_id
        begun = self.private_conversation(tx, way.channel, "", way.address)
        never = conversations.c.id == begun, conversations.c.window_until.is_(None)
        tx.execute(update(conversations).where(*never).values(window_until=now))
        return begun


def _talk() -> Any:
    """Where a contact last wrote to us in private, and may still be answered."""
    said = select(messages.c.conversation_id).join(conversations, conversations.c.id == messages.c.conversation_id)
    private = conversations.c.direct.is_(True), conversations.c.address.is_not(None), conversations.c.membership != LEFT
    last = said.where(messages.c.contact_id == contacts.c.id, *private).order_by(messages.c.id.desc()).limit(1)
    return last.correlate(contacts).scalar_subquery()


def _with(shut: str, channel: str) -> str:
    return " ".join(dict.fromkeys((*shut.split(), channel)))

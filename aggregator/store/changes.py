"""Changes: what happens to a conversation or a person instead of being said: joined, left, moved, renumbered."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from aggregator.store.renumbering import Renumbering
from aggregator.store.tables import contacts, conversations, messages, outbox
from connectors.base import Change, Inbound

LEFT = "left"
"""The membership of a conversation in which we may not speak."""
SHUT = "the bot was removed or blocked"
"""Why a reply into such a conversation is for a person to give."""


class Changes(Renumbering):
    """Notes changes inside a transaction; whichever order they come in, the newest by the platform's clock stands.

    When a membership and when an address last changed is kept with the sealed address.
    """

    def note_change(self, tx: Connection, change: Change) -> None:
        """Bring the rows of the conversation and the person up to date."""
        if change.kind == "renumbered":
            self.renumber(tx, change)
        elif change.kind == "moved":
            self._move_on(tx, change)
        else:
            self._note_membership(tx, change)

    def heard(self, tx: Connection, conversation_id: int, contact_id: int | None, item: Inbound) -> None:
        """Who writes to us privately has not blocked us; what was written before the block says nothing of it."""
        if not item.direct or item.author is None:
            return
        shut = select(conversations.c.address).where(conversations.c.id == conversation_id)
        row = tx.execute(shut.where(conversations.c.membership == LEFT)).one_or_none()
        if row is None:
            return
        if item.sent_at.timestamp() >= self.vault.open_json(row.address).get("member_at", 0):
            again = update(conversations).where(conversations.c.id == conversation_id)
            tx.execute(again.values(membership="member"))
        else:
            tx.execute(update(contacts).where(contacts.c.id == contact_id).values(unreachable=SHUT))

    def shut_out(self, tx: Connection, reply: int) -> str:
        """Why nothing may be sent where a reply should go, else ""; a topic (`chat/topic`) is as open as its chat."""
        c = conversations.c
        where = select(c.channel, c.address).join(outbox, outbox.c.conversation_id == c.id)
        row = tx.execute(where.where(outbox.c.id == reply)).one_or_none()
        address = self.vault.open_json(row.address) if row is not None else {}
        return SHUT if row is not None and self.shut(tx, row.channel, address) else ""

    def shut(self, tx: Connection, channel: str, address: dict[str, Any]) -> bool:
        """Whether we may not speak at an address; nothing is known of one that was erased."""
        if not address:
            return False
        c, places = conversations.c, (address["thread"], address["thread"].partition("/")[0])
        prints = [self.vault.fingerprint(channel, address["account"], place) for place in places]
        left = select(c.id).where(c.channel == channel, c.fingerprint.in_(prints), c.membership == LEFT)
        return tx.execute(left.limit(1)).first() is not None

    def _note_membership(self, tx: Connection, change: Change) -> None:
        """Note that we may speak, or not; at the same second that we may, for a try that fails corrects it."""
        row = self._changing(tx, change)
        address, at = self.vault.open_json(row.address), change.at.timestamp()
        role = LEFT if change.kind == "left" else change.role or "member"
        if role == LEFT and change.direct and self._heard_since(tx, row.id, change.at):
            role = "member"
        if (at, role != LEFT, role) <= (address.get("member_at", 0), row.membership not in ("", LEFT), row.membership):
            return
        noted: dict[str, Any] = {"membership": role, **({"digest_at": None} if role == LEFT else {})}
        if row.address is not None:  # else it was erased, and stays so
            noted["address"] = self.vault.seal_json(address | {"member_at": at})
        tx.execute(update(conversations).where(conversations.c.id == row.id).values(noted))
        if change.direct:
            who = self.vault.fingerprint(change.channel, "person", change.author.id if change.author else change.thread)
            reached = update(contacts).where(contacts.c.channel == change.channel, contacts.c.fingerprint == who)
            tx.execute(reached.values(unreachable=SHUT if role == LEFT else ""))

    def _heard_since(self, tx: Connection, conversation_id: int, at: datetime) -> bool:
        said = select(messages.c.id).where(messages.c.conversation_id == conversation_id, messages.c.sent_at >= at)
        return tx.execute(said.where(messages.c.contact_id.is_not(None)).limit(1)).first() is not None

    def _move_on(self, tx: Connection, change: Change) -> None:
        """Have answers to what was said before reach the new place; what is said there is a conversation of its own."""
        row = self._changing(tx, change)
        address, at = self.vault.open_json(row.address), change.at.timestamp()
        if row.address is not None and change.to and at > address.get("moved_at", 0):
            moved = self.vault.seal_json(address | {"thread": change.to, "moved_at": at})
            tx.execute(update(conversations).where(conversations.c.id == row.id).values(address=moved))

    def _changing(self, tx: Connection, change: Change) -> Any:
        """The row of the conversation that changed, made if unknown, for us alone until the transaction ends."""
        fingerprint = self.vault.fingerprint(change.channel, change.account, change.thread)
        address = self.vault.seal_json({"account": change.account, "thread": change.thread})
        name = "" if change.direct else change.thread_name[:200]
        row = {"channel": change.channel, "fingerprint": fingerprint, "address": address}
        made = self.insert(conversations).values(row | {"name": name, "direct": change.direct})
        tx.execute(made.on_conflict_do_nothing(index_elements=["channel", "fingerprint"]))
        which = select(conversations).filter_by(channel=change.channel, fingerprint=fingerprint)
        found = tx.execute(which.with_for_update()).one()
        if name and not found.name:
            tx.execute(update(conversations).where(conversations.c.id == found.id).values(name=name))
        return found

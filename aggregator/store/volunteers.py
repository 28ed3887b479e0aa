"""Volunteers: who is registered to pass on what groups say, and what was passed on as findings of those groups."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from aggregator.store.findings import Findings, NewFinding
from aggregator.store.tables import attachments, contacts, conversations, messages, turns
from connectors.base import Author


@dataclass(frozen=True, slots=True)
class Volunteer:
    """Someone registered: `name` is for whom they collect, `contact` how they are known on the channel."""

    channel: str
    contact: str
    name: str


@dataclass(frozen=True, slots=True)
class Passed:
    """One forwarded message, by its row, as the group's finding."""

    message_id: int
    finding: NewFinding


@dataclass(frozen=True, slots=True)
class Harvested:
    """What a volunteer passed on from one group."""

    group: str
    messages: Sequence[Passed]


class Volunteers(Findings):
    """The verbs of volunteers."""

    def add_volunteer(self, channel: str, contact: str, name: str) -> bool:
        """Register somebody by id or phone number, who need not have written yet; False for an unknown user name."""
        with self.writing() as tx:
            known = self._contacts_named(tx, channel, contact)
            if not known and not plain_contact(contact).isdecimal():
                return False
            ids = known or [self._expected(tx, channel, plain_contact(contact))]
            tx.execute(update(contacts).where(contacts.c.id.in_(ids)).values(volunteer=name))
        return True

    def volunteers(self) -> list[Volunteer]:
        """Everybody who is registered, by channel and name."""
        listed = select(contacts).where(contacts.c.volunteer != "").order_by(contacts.c.channel, contacts.c.volunteer)
        with self.reading() as tx:
            rows = tx.execute(listed).all()
        return [Volunteer(row.channel, self._called(row.identity), row.volunteer) for row in rows]

    def remove_volunteer(self, channel: str, contact: str) -> bool:
        """Take the registration back; whether there was one."""
        with self.writing() as tx:
            ids = self._contacts_named(tx, channel, contact)
            theirs = update(contacts).where(contacts.c.id.in_(ids), contacts.c.volunteer != "")
            return tx.execute(theirs.values(volunteer="")).rowcount > 0

    def harvest(self, tx: Connection, deed: Harvested, turn: Any, now: datetime) -> None:
        """Write what a volunteer's turn passed on as findings of the group, each once, whoever passes it on.

        Words and files move with it: what is no report is forgotten with the finding, and erasing the volunteer does
        not reach what others said.
        """
        group_id = self._group(tx, turn.channel, deed.group)
        for passed in deed.messages:
            row = tx.execute(select(messages).where(messages.c.id == passed.message_id)).one()
            if row.conversation_id == turn.conversation_id and row.content is not None:
                self._move(tx, row, group_id, deed.group, passed.finding, turn.conversation_id, now)

    def _move(
        self,
        tx: Connection,
        row: Any,
        group_id: int,
        group: str,
        new: NewFinding,
        relay_id: int,
        now: datetime,
    ) -> None:
        words = normalised(self.vault.open_json(row.content).get("text", ""))
        key = self.vault.fingerprint("passed on", normalised(group), words or row.key)
        same = {name: getattr(row, name) for name in ("channel", "delivery_id", "sent_at", "received_at", "content")}
        copy = {**same, "key": key, "ref": key, "kind": "message", "conversation_id": group_id}
        made = self.insert(messages).values(copy).on_conflict_do_nothing(index_elements=["key"])
        message_id = tx.execute(made.returning(messages.c.id)).scalar_one_or_none()
        tx.execute(update(messages).where(messages.c.id == row.id).values(content=None))
        if message_id is None:
            return
        turn = {"conversation_id": group_id, "direct": False, "opened_at": now, "settle_at": now}
        fresh = self.insert(turns).values(turn | {"last_sent_at": row.sent_at}).returning(turns.c.id)
        turn_id = int(tx.execute(fresh).scalar_one())
        tx.execute(update(messages).where(messages.c.id == message_id).values(turn_id=turn_id))
        tx.execute(update(attachments).where(attachments.c.message_id == row.id).values(message_id=message_id))
        self.insert_finding(tx, turn_id, new, row.received_at, relay_id)

    def _group(self, tx: Connection, channel: str, name: str) -> int:
        """The row of a group that we know from volunteers only: it has a name and no address."""
        fingerprint = self.vault.fingerprint("passed on", normalised(name))
        row = {"channel": channel, "fingerprint": fingerprint, "name": name, "direct": False}
        named = self.insert(conversations).values(row)
        upsert = named.on_conflict_do_update(index_elements=["channel", "fingerprint"], set_={"direct": False})
        return int(tx.execute(upsert.returning(conversations.c.id)).scalar_one())

    def _contacts_named(self, tx: Connection, channel: str, contact: str) -> list[int]:
        """The people of a channel whose id, phone number or user name this is."""
        theirs = select(contacts.c.id, contacts.c.identity)
        rows = tx.execute(theirs.where(contacts.c.channel == channel, contacts.c.identity.is_not(None))).all()
        known = ((row.id, self.vault.open_json(row.identity)) for row in rows)
        wanted = {contact.strip().lstrip("@").casefold(), plain_contact(contact)}
        return [i for i, who in known if wanted & {str(who.get(n, "")).casefold() for n in ("id", "phone", "username")}]

    def _expected(self, tx: Connection, channel: str, identity: str) -> int:
        """A row for somebody who has not written yet."""
        author = Author(identity, phone=identity if channel == "whatsapp" else "")
        row = {"channel": channel, "fingerprint": self.vault.fingerprint(channel, "person", identity)}
        identity_of = {"identity": self.vault.seal_json(asdict(author))}
        upsert = (
            self.insert(contacts)
            .values(row | identity_of)
            .on_conflict_do_update(index_elements=["channel", "fingerprint"], set_=identity_of)
        )
        return int(tx.execute(upsert.returning(contacts.c.id)).scalar_one())

    def _called(self, identity: bytes | None) -> str:
        who = self.vault.open_json(identity)
        return str(who.get("phone") or who.get("username") or who.get("id", ""))


def plain_contact(contact: str) -> str:
    """A phone number as the platforms write it (+62 812-5555-0001, 0812 5555 0001 → 6281255550001), else the words."""
    digits = re.sub(r"[\s().+-]", "", contact)
    if not digits.isdecimal():
        return contact.strip().lstrip("@").casefold()
    return f"62{digits[1:]}" if digits.startswith("0") else digits


def normalised(words: str) -> str:
    """Words as they are compared: any case, spacing and width are one."""
    return " ".join(unicodedata.normalize("NFKC", words).casefold().split())

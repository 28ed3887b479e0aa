"""Contacts: who wrote and where, found again by keyed hashes; what identifies a person stands here only, sealed."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select, update

from aggregator.store.deliveries import Deliveries
from aggregator.store.tables import contacts, conversations
from connectors.base import Author, Inbound

WINDOW = timedelta(hours=24)  # WhatsApp takes free text so long after a citizen's message


class Contacts(Deliveries):
    """The rows of conversations and people, made or renewed inside a transaction."""

    def conversation_of(self, tx: Connection, item: Inbound, received_at: datetime) -> int:
        """The row of the conversation in which an Inbound stands, made or renewed."""
        fingerprint = self.vault.fingerprint(item.channel, item.account, item.thread)
        address = {"account": item.account, "thread": item.thread}
        row = {
            "channel": item.channel,
            "fingerprint": fingerprint,
            "address": self.vault.seal_json(address),
            "name": "" if item.direct else item.thread_name[:200],
            "direct": item.direct,
            "window_until": received_at + WINDOW if item.direct else None,
        }
        statement = self.insert(conversations).values(row)
        kept = func.coalesce(conversations.c.address, statement.excluded.address)  # it may be erased, or hold a consent
        renewed: dict[str, Any] = {"direct": item.direct, "address": kept}
        if item.direct and item.kind == "message":
            renewed["window_until"] = received_at + WINDOW
        if item.thread_name and not item.direct:
            renewed["name"] = row["name"]
        upsert = statement.on_conflict_do_update(index_elements=["channel", "fingerprint"], set_=renewed)
        return int(tx.execute(upsert.returning(conversations.c.id)).scalar_one())

    def contact_of(self, tx: Connection, channel: str, author: Author | None, seen_at: datetime) -> int | None:
        """The row of an Inbound's author, made or renewed; None without an author."""
        if author is None:
            return None
        statement = self.insert(contacts).values(
            channel=channel,
            fingerprint=self.vault.fingerprint(channel, "person", author.id),
            identity=self.vault.seal_json(asdict(author)),
            language="id",
            last_seen_at=seen_at,
            unreachable="",
            reach=self._reach_of(author),
        )
        renewed = {"last_seen_at": seen_at, "identity": statement.excluded.identity, "unreachable": ""}
        renewed["reach"] = func.coalesce(statement.excluded.reach, contacts.c.reach)  # Telegram tells a number once
        upsert = statement.on_conflict_do_update(index_elements=["channel", "fingerprint"], set_=renewed)
        contact_id = int(tx.execute(upsert.returning(contacts.c.id)).scalar_one())
        if author.phone and author.phone != author.id:
            self._expected_by_phone(tx, contact_id, self.vault.fingerprint(channel, "person", author.phone))
        return contact_id

    def _reach_of(self, author: Author) -> str | None:
        """By what the same person is found on other channels, as a keyed hash; None where no such thing is known."""
        address = author.phone or (author.id if "@" in author.id else "")
        return self.vault.fingerprint("reach", address.lstrip("+").casefold()) if address else None

    def _expected_by_phone(self, tx: Connection, contact_id: int, fingerprint: str) -> None:
        """Who was registered as a volunteer by phone number, and is known by another id now that they write."""
        c = contacts.c
        row = tx.execute(select(c.id, c.volunteer, c.last_seen_at).filter_by(fingerprint=fingerprint)).one_or_none()
        if row is None or not row.volunteer:
            return
        known = {} if row.last_seen_at else {"identity": None}
        tx.execute(update(contacts).where(c.id == row.id).values(volunteer="", **known))
        tx.execute(update(contacts).where(c.id == contact_id).values(volunteer=row.volunteer))

    def note_consent(self, channel: str, account: str, thread: str, words: str, now: datetime) -> None:
        """Keep under what consent a group's messages were handed to us, sealed with its address."""
        address = {"account": account, "thread": thread, "consent": {"words": words, "at": now.isoformat()}}
        which = conversations.c.fingerprint == self.vault.fingerprint(channel, account, thread)
        with self.writing() as tx:
            renewed = update(conversations).where(conversations.c.channel == channel, which)
            tx.execute(renewed.values(address=self.vault.seal_json(address)))

    def consent_of(self, channel: str, account: str, thread: str) -> str:
        """Under what consent a group's messages were handed to us, "" where none was noted."""
        which = conversations.c.fingerprint == self.vault.fingerprint(channel, account, thread)
        with self.reading() as tx:
            asked = select(conversations.c.address).where(conversations.c.channel == channel, which)
            address = tx.execute(asked).scalar_one_or_none()
        noted = self.vault.open_json(address).get("consent") if address else None
        return str(noted["words"]) if noted else ""

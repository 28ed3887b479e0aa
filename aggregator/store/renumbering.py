"""Renumbering: a person whose platform's id or phone number changed is found by the new one, with all that was said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, select, update

from aggregator.store.receipts import Receipts
from aggregator.store.tables import contacts, conversations, findings, handshakes, messages, outbox, submissions, turns
from connectors.base import Change, Inbound

_SAID = (messages, turns, findings, submissions, outbox)


@dataclass(frozen=True, slots=True)
class _Kind:
    """Rows that are found by the fingerprint of an id, and where other rows refer to them."""

    table: Table
    sealed: str
    called: str
    """What the id is called within the sealed column."""
    references: tuple[Any, ...]


_PEOPLE = _Kind(contacts, "identity", "id", tuple(table.c.contact_id for table in (*_SAID, handshakes)))
_TALKS = _Kind(
    conversations,
    "address",
    "thread",
    (
        *(table.c.conversation_id for table in _SAID),
        submissions.c.private_conversation_id,
        submissions.c.relay_id,
        findings.c.relay_id,
    ),
)


@dataclass(frozen=True, slots=True)
class _Renaming:
    """An id that became another one at a moment (seconds since 1970)."""

    kind: _Kind
    channel: str
    account: str
    old: str
    new: str
    at: float


class Renumbering(Receipts):
    """Gives what stands under an old id to the new one.

    What became of an old id is noted in a row of its own among the conversations, which names only our own numbers. It
    holds for what was sent before the change: whoever uses the id later is somebody else, for phone numbers are given
    out again. Of people whom we don't know nothing is noted.
    """

    def renumber(self, tx: Connection, change: Change) -> None:
        """Have a person be found by `to`, and a private conversation too where its address was the old id."""
        if change.author is None or not change.author.id or not change.to:
            return
        old, about = change.author.id, (change.channel, change.account, change.author.id, change.to)
        if old == change.author.phone:
            self._renew_phone(tx, change)
        self._rename_holder(tx, _Renaming(_PEOPLE, *about, change.at.timestamp()))
        if change.thread == old:
            self._rename_holder(tx, _Renaming(_TALKS, *about, change.at.timestamp()))

    def heirs(self, tx: Connection, item: Inbound) -> tuple[int | None, int | None]:
        """The conversation and the contact to which a message belongs that was sent before their ids changed."""
        names = ((_TALKS, item.thread if item.direct else ""), (_PEOPLE, item.author.id if item.author else ""))
        marks = [self._mark(kind, item.channel, item.account, name) if name else "" for kind, name in names]
        noted = self._notes(tx, item.channel, marks)
        held = [noted.get(mark, {}) for mark in marks]
        talk, person = (note["heir"] if note and item.sent_at.timestamp() <= note["until"] else None for note in held)
        if talk is not None:  # as where a conversation is renewed: nobody closes a turn of it meanwhile
            tx.execute(select(conversations.c.id).where(conversations.c.id == talk).with_for_update())
        return talk, person

    def _rename_holder(self, tx: Connection, naming: _Renaming) -> None:
        """Rename the row of the old id; where the new id has one already, that one takes over what refers to it."""
        before, after = self._marks(naming)
        notes = self._notes(tx, naming.channel, (before, after))
        if notes.get(before, {}).get("until", 0) >= naming.at:
            return
        gone, taken = self._holder(tx, naming, naming.old), self._holder(tx, naming, naming.new)
        if gone is None or gone.sealed is None:
            if gone is None and taken is not None:
                self._keep_note(tx, naming.channel, before, {"heir": taken.id, "until": naming.at})
            return
        heir = taken.id if taken is not None else gone.id
        if notes.get(after, {}).get("until", 0) > naming.at:  # told late: the new id is an old one by now
            heir = notes[after]["heir"]
        elif taken is None:
            known = self.vault.open_json(gone.sealed) | {naming.kind.called: naming.new}
            self._reseal(tx, naming.kind, gone.id, self._print_of(naming, naming.new), known)
        if heir != gone.id:
            self._hand_over(tx, naming, gone.id, heir)
        self._keep_note(tx, naming.channel, before, {"heir": heir, "until": naming.at})

    def _hand_over(self, tx: Connection, naming: _Renaming, gone: int, heir: int) -> None:
        """Have everything refer to the heir; of the other row nothing stays that identifies somebody."""
        for column in naming.kind.references:
            tx.execute(update(column.table).where(column == gone).values({column.name: heir}))
        if naming.kind is _PEOPLE:
            collects = select(contacts.c.volunteer).where(contacts.c.id == gone).scalar_subquery()
            nobody = update(contacts).where(contacts.c.id == heir, contacts.c.volunteer == "")
            tx.execute(nobody.values(volunteer=collects))
            tx.execute(update(contacts).where(contacts.c.id == gone).values(volunteer=""))
        self._reseal(tx, naming.kind, gone, self._mark(naming.kind, naming.channel, "", f"row {gone}"), None)

    def _renew_phone(self, tx: Connection, change: Change) -> None:
        """Note the new phone number of somebody known by another id: of who wrote last in the conversation with it."""
        talk = self._print_of(_Renaming(_TALKS, change.channel, change.account, "", "", 0), change.thread)
        wrote = (
            select(contacts.c.id, contacts.c.identity)
            .join(messages, messages.c.contact_id == contacts.c.id)
            .join(conversations, conversations.c.id == messages.c.conversation_id)
            .where(conversations.c.channel == change.channel, conversations.c.fingerprint == talk)
        )
        row = tx.execute(wrote.order_by(messages.c.id.desc()).limit(1)).one_or_none()
        known = self.vault.open_json(row.identity) if row is not None else {}
        if row is not None and known.get("phone") == change.thread:
            renewed = self.vault.seal_json(known | {"phone": change.to})
            tx.execute(update(contacts).where(contacts.c.id == row.id).values(identity=renewed, reach=None))

    def _holder(self, tx: Connection, naming: _Renaming, name: str) -> Any:
        """The row that is found by an id, for us alone until the transaction ends."""
        table = naming.kind.table
        found = select(table.c.id, table.c[naming.kind.sealed].label("sealed")).where(
            table.c.channel == naming.channel, table.c.fingerprint == self._print_of(naming, name)
        )
        return tx.execute(found.with_for_update()).one_or_none()

    def _reseal(self, tx: Connection, kind: _Kind, row: int, fingerprint: str, known: dict[str, Any] | None) -> None:
        sealed = None if known is None else self.vault.seal_json(known)
        renewed = update(kind.table).where(kind.table.c.id == row)
        unlinked = {"reach": None} if kind is _PEOPLE else {}  # the old number may be somebody else's by now
        tx.execute(renewed.values({"fingerprint": fingerprint, kind.sealed: sealed, **unlinked}))

    def _keep_note(self, tx: Connection, channel: str, mark: str, note: dict[str, Any]) -> None:
        sealed = self.vault.seal_json(note)
        row = {"channel": channel, "fingerprint": mark, "address": sealed, "name": "", "direct": True}
        statement = self.insert(conversations).values(row)
        newest = statement.on_conflict_do_update(index_elements=["channel", "fingerprint"], set_={"address": sealed})
        tx.execute(newest)

    def _notes(self, tx: Connection, channel: str, marks: Iterable[str]) -> dict[str, dict[str, Any]]:
        """What was noted of old ids, by their marks."""
        c = conversations.c
        noted = select(c.fingerprint, c.address).where(c.channel == channel, c.fingerprint.in_([m for m in marks if m]))
        return {row.fingerprint: self.vault.open_json(row.address) for row in tx.execute(noted)}

    def _print_of(self, naming: _Renaming, name: str) -> str:
        """The fingerprint by which contacts.py finds a row."""
        within = "person" if naming.kind is _PEOPLE else naming.account
        return self.vault.fingerprint(naming.channel, within, name)

    def _marks(self, naming: _Renaming) -> tuple[str, str]:
        old, new = (self._mark(naming.kind, naming.channel, naming.account, name) for name in (naming.old, naming.new))
        return old, new

    def _mark(self, kind: _Kind, channel: str, account: str, name: str) -> str:
        """The fingerprint of the note on an old id; a person's holds on all accounts of a channel."""
        return self.vault.fingerprint(channel, "was", kind.called, "" if kind is _PEOPLE else account, name)

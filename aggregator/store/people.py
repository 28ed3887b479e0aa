"""People: who signs in to the console, and the erasure of a citizen's data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, exists, or_, select, update

from aggregator.store.previewing import Previewing
from aggregator.store.tables import (
    accounts,
    contacts,
    conversations,
    deliveries,
    events,
    findings,
    handshakes,
    messages,
    outbox,
    submissions,
    turns,
)


class LoginTakenError(Exception):
    """Nama masuk ini sudah dipakai."""


@dataclass(frozen=True, slots=True)
class AccountView:
    """Someone who signs in; `password` is the argon2 hash, `epoch` ends sessions when it rises."""

    id: int
    login: str
    name: str
    role: str
    unit: str
    password: str
    epoch: int
    disabled: bool
    password_at: datetime | None = None
    """When its owner changed the password last."""


class People(Previewing):
    """The verbs of accounts and of erasure."""

    def add_account(self, login: str, name: str, role: str, unit: str, password: str, now: datetime) -> None:
        """Make an account; raises LoginTakenError."""
        row = {"login": login, "name": name, "role": role, "unit": unit, "password": password}
        statement = self.insert(accounts).values(**row, created_at=now, epoch=0, disabled=False)
        made = statement.on_conflict_do_nothing(index_elements=["login"]).returning(accounts.c.id)
        with self.writing() as tx:
            if tx.execute(made).first() is None:
                raise LoginTakenError(LoginTakenError.__doc__)

    def account(self, login: str) -> AccountView | None:
        """The account of a login, disabled ones too."""
        with self.reading() as tx:
            row = tx.execute(select(accounts).where(accounts.c.login == login)).one_or_none()
        return _account(row) if row is not None else None

    def accounts(self) -> list[AccountView]:
        """All accounts by login."""
        with self.reading() as tx:
            return [_account(row) for row in tx.execute(select(accounts).order_by(accounts.c.login))]

    def disable_account(self, login: str) -> bool:
        """Shut an account and end its sessions; whether there was one."""
        shut = update(accounts).where(accounts.c.login == login)
        with self.writing() as tx:
            return tx.execute(shut.values(disabled=True, epoch=accounts.c.epoch + 1)).rowcount == 1

    def set_password(self, login: str, password: str, now: datetime) -> bool:
        """Change a password and end all sessions; whether there was such an account."""
        changed = update(accounts).where(accounts.c.login == login)
        with self.writing() as tx:
            new = {"password": password, "password_at": now, "epoch": accounts.c.epoch + 1}
            return tx.execute(changed.values(new)).rowcount == 1

    def contacts_of(self, identity: str) -> list[int]:
        """The contacts, on every channel, whose id, phone or user name is `identity`."""
        with self.reading() as tx:
            rows = tx.execute(select(contacts.c.id, contacts.c.identity).where(contacts.c.identity.is_not(None))).all()
        wanted = identity.strip().lstrip("+@").casefold()
        known = ((row.id, self.vault.open_json(row.identity)) for row in rows)
        return [i for i, who in known if wanted in {str(v).lstrip("+@").casefold() for v in who.values() if v}]

    def erase(self, contact_id: int, now: datetime) -> int:
        """Erase a person: identity, words, raw deliveries, conversation. What units answered stays, nameless.

        Returns how many submissions lost their words.
        """
        with self.writing() as tx:
            mine = self._submissions_by(tx, contact_id)
            refs = select(messages.c.ref).where(messages.c.contact_id == contact_id)
            said = messages.c.ref.in_(refs)  # an edit or removal may come without its author
            from_whom = select(messages.c.delivery_id).where(said)
            tx.execute(update(deliveries).where(deliveries.c.id.in_(from_whom)).values(body=None))
            own = select(messages.c.conversation_id).where(messages.c.contact_id == contact_id)
            private = update(conversations).where(conversations.c.id.in_(own), conversations.c.direct.is_(True))
            tx.execute(private.values(address=None, dialogue=None))
            self._forget_written_to(tx, contact_id)
            others = self._forget_private(tx, mine, contact_id)
            self.drop_media(tx, said, now)
            wiped = {"content": None, "contact_id": None, "removed_at": now}
            tx.execute(update(messages).where(said).values(wiped))
            unknown = {"text": "", "original": None, "contact_id": None, "permalink": ""}
            tx.execute(update(findings).where(findings.c.contact_id == contact_id).values(**unknown, text_print=""))
            tx.execute(update(handshakes).where(handshakes.c.contact_id == contact_id).values(contact_id=None))
            self._wipe_told(tx, contact_id, mine)
            touched = [r.report_id for r in tx.execute(select(submissions.c.report_id).where(mine))]
            tx.execute(update(submissions).where(mine).values(**unknown, removed_at=now))
            for report_id in set(touched):
                self.retell(tx, report_id)
            tx.execute(
                update(contacts).where(contacts.c.id == contact_id).values(identity=None, volunteer="", reach=None)
            )
        for other in others:
            self.erase(other, now)
        self.forget()
        return len(touched)

    def _wipe_told(self, tx: Connection, contact_id: int, mine: ColumnElement[bool]) -> None:
        """Empty the replies to a person, and what the history quotes of them."""
        kept: dict[str, Any] = {"content": None, "contact_id": None, "platform_id": None}
        replies = update(outbox).where(outbox.c.contact_id == contact_id)
        tx.execute(replies.where(outbox.c.state.in_(("owed", "by_hand"))).values(state="failed", reason="erased"))
        tx.execute(replies.values(kept))
        asked = events.c.submission_id.in_(select(submissions.c.id).where(mine))
        tx.execute(
            update(events).where(asked, events.c.kind.in_(("added", "asked", "reopened", "remarked"))).values(note="")
        )

    def _submissions_by(self, tx: Connection, contact_id: int) -> ColumnElement[bool]:
        """Which submissions hold words of a person: as they stand now, whatever of it is erased meanwhile."""
        by_turn = select(turns.c.id).where(turns.c.contact_id == contact_id)  # what was ingested names nobody
        answers = select(findings.c.about_submission_id).where(
            findings.c.contact_id == contact_id, findings.c.state == "accepted"
        )
        s = submissions.c
        wrote = or_(s.contact_id == contact_id, s.turn_id.in_(by_turn), s.id.in_(answers))
        return s.id.in_(list(tx.execute(select(s.id).where(wrote)).scalars()))

    def _forget_written_to(self, tx: Connection, contact_id: int) -> None:
        """Forget the conversations that we began by an address that this person left, unless somebody wrote there."""
        own = select(contacts.c.channel).where(contacts.c.id == contact_id).scalar_subquery()
        to = select(outbox.c.conversation_id).where(outbox.c.contact_id == contact_id, outbox.c.channel != own)
        wrote = exists().where(messages.c.conversation_id == conversations.c.id)
        begun = update(conversations).where(conversations.c.id.in_(to), ~wrote)
        tx.execute(begun.values(address=None))

    def _forget_private(self, tx: Connection, mine: ColumnElement[bool], contact_id: int) -> list[int]:
        """Forget the private conversations about a person's comments; gives whom the platform calls otherwise there."""
        s = submissions.c
        told = select(s.private_conversation_id, s.contact_id, turns.c.contact_id.label("wrote_elsewhere"))
        voices = tx.execute(told.outerjoin(turns, turns.c.id == s.turn_id).where(mine)).all()
        ids = [voice.private_conversation_id for voice in voices if voice.private_conversation_id is not None]
        tx.execute(update(conversations).where(conversations.c.id.in_(ids)).values(address=None, dialogue=None))
        wrote = select(messages.c.contact_id).where(
            messages.c.conversation_id.in_(ids), messages.c.contact_id.is_not(None)
        )
        named = {who for voice in voices for who in (voice.contact_id, voice.wrote_elsewhere)}
        named |= set(tx.execute(wrote).scalars())
        return sorted(named - {contact_id, None})


def _account(row: Any) -> AccountView:
    kept = (row.password, row.epoch, row.disabled, row.password_at)
    return AccountView(row.id, row.login, row.name, row.role, row.unit, *kept)

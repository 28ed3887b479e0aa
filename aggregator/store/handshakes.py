"""Handshakes: by a link of ours the author of a harvested voice takes it over, once, and only by the own yes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Connection, and_, case, or_, select, update

from aggregator.rules.report import new_token
from aggregator.store.afterwards import Afterwards
from aggregator.store.changes import LEFT
from aggregator.store.tables import contacts, conversations, handshakes, submissions

MISSES = 5
"""Links that are none which somebody may follow within `MISSED_FOR` before links are not looked up for them."""
MISSED_FOR = timedelta(days=1)
_BELOW_COMMENTS = ("facebook", "instagram")
"""Where a comment itself can be answered in private, once (Messenger Platform, Instagram: private replies)."""

Act = Literal["opened", "declined", "taken", "missed"]


@dataclass(frozen=True, slots=True)
class Invitation:
    """The private reply that offers a link: `key` is of the wording, the link holds until `until`."""

    key: str
    until: datetime


@dataclass(frozen=True, slots=True)
class LinkStep:
    """What somebody did with a link (its number): followed it, said no, or yes to the words of this version."""

    act: Act
    link: str = ""
    consent: str = ""


@dataclass(frozen=True, slots=True)
class LinkView:
    """What a link leads to, for the one who may follow it."""

    id: int
    taken: bool
    code: str
    category: str
    location: str
    location_name: str
    place: str
    text: str


class Handshakes(Afterwards):
    """The verbs of the links."""

    def invite(self, tx: Connection, event_id: int, submission_id: int, invitation: Invitation, now: datetime) -> None:
        """Owe who wrote the one private reply with its link, where there is a private way.

        It is a courtesy beside the public reply: nobody sends it by hand where the platform refuses it.
        """
        row = tx.execute(select(submissions).where(submissions.c.id == submission_id)).one()
        way = row.conversation_id if row.channel in _BELOW_COMMENTS else self._private_way(tx, row)
        if way is None or row.relay_id is not None:
            return
        token = new_token()
        shake = {"submission_id": row.id, "token": self._print_of_token(token), "until": invitation.until}
        made = self.insert(handshakes).values(shake).on_conflict_do_nothing(index_elements=["submission_id"])
        if tx.execute(made.returning(handshakes.c.id)).first() is None:
            return
        concerns = {"kind": "notice", "channel": row.channel, "submission_id": row.id, "report_id": row.report_id}
        concerns |= {"conversation_id": way, "contact_id": row.contact_id}
        say = {"key": invitation.key, "private": True, "courtesy": True, "token": token}
        self.owe(tx, f"notice:{event_id}:{submission_id}:private", say, concerns, now)

    def _private_way(self, tx: Connection, voice: Any) -> int | None:
        """The conversation with the bot that the author of a group's message has already and that takes a message now."""
        c = conversations.c
        who = select(contacts.c.identity, contacts.c.unreachable).where(contacts.c.id == voice.contact_id)
        person = tx.execute(who).one_or_none() if voice.contact_id is not None else None
        there = select(c.address).where(c.id == voice.conversation_id)
        account = self.vault.open_json(tx.execute(there).scalar()).get("account", "")
        known = self.vault.open_json(person.identity) if person is not None and not person.unreachable else {}
        threads = [known[name] for name in ("phone", "id") if known.get(name)]
        prints = [self.vault.fingerprint(voice.channel, account, thread) for thread in threads]
        mine = select(c.id).where(c.channel == voice.channel, c.fingerprint.in_(prints), c.direct.is_(True))
        return tx.execute(mine.where(c.address.is_not(None), c.membership != LEFT).limit(1)).scalar()

    def link(self, contact_id: int | None, now: datetime, *, token: str = "", number: str = "") -> LinkView | None:
        """What a link leads to, by its token or by its number; None where it leads nowhere for this person.

        Why is not told apart: a link that is unknown, too old or somebody else's, and one whose words are gone.
        """
        if contact_id is None or not (token or number.isdecimal()):
            return None
        which = handshakes.c.token == self._print_of_token(token) if token else handshakes.c.id == int(number)
        mine = or_(_holds(contact_id, now), _taken(contact_id))
        many = contacts.c.id == contact_id, contacts.c.misses >= MISSES, contacts.c.missed_at > now - MISSED_FOR
        with self.reading() as tx:
            if tx.execute(select(contacts.c.id).where(*many)).first() is not None:
                return None
            row = tx.execute(_LEADS.where(which, mine)).one_or_none()
        if row is None or (number and row.state == "offered"):  # a number is known only to who followed the link
            return None
        where = (row.location or "", row.location_name, row.place)
        return LinkView(row.id, row.state == "taken", row.code, row.category, *where, row.text)

    def act_on_link(self, tx: Connection, deed: LinkStep, turn: Any, now: datetime) -> bool:
        """Carry out a step of the handshake; whether it still could be."""
        if deed.act == "missed":
            return self._missed(tx, turn.contact_id, now)
        if turn.contact_id is None:
            return False
        changed: dict[str, Any] = {"state": deed.act, "contact_id": turn.contact_id}
        changed |= {"decided_at": None if deed.act == "opened" else now, "consent": deed.consent}
        shake = update(handshakes).where(handshakes.c.id == int(deed.link), _holds(turn.contact_id, now))
        done = shake.values(changed).returning(handshakes.c.submission_id)
        submission_id = tx.execute(done).scalar_one_or_none()
        if submission_id is None:
            return False
        return deed.act != "taken" or self._hand_to_author(tx, submission_id, turn, now)

    def _hand_to_author(self, tx: Connection, submission_id: int, turn: Any, now: datetime) -> bool:
        """From now on the voice is theirs, where they write to us."""
        voice = self.hold_voice(tx, submission_id)
        if voice.withdrawn_at is not None or voice.removed_at is not None:
            return False
        theirs = {"channel": turn.channel, "conversation_id": turn.conversation_id, "contact_id": turn.contact_id}
        ours = update(submissions).where(submissions.c.id == voice.id)
        tx.execute(ours.values(**theirs, taken_over_at=now))
        self.note_event(tx, voice.report_id, "taken_over", now, turn.channel, submission_id=voice.id)
        return True

    def _missed(self, tx: Connection, contact_id: int | None, now: datetime) -> bool:
        lately = contacts.c.missed_at > now - MISSED_FOR
        counted = {"misses": case((lately, contacts.c.misses + 1), else_=1), "missed_at": now}
        tx.execute(update(contacts).where(contacts.c.id == contact_id).values(counted))
        return True

    def _print_of_token(self, token: str) -> str:
        return self.vault.fingerprint("link", token)


def _holds(contact_id: int, now: datetime) -> Any:
    """Which links somebody may still act on: those that nobody followed yet, or that they followed first."""
    h = handshakes.c
    followed = and_(h.contact_id == contact_id, h.state.in_(("opened", "declined")))
    return and_(h.until > now, or_(h.state == "offered", followed))


def _taken(contact_id: int) -> Any:
    return and_(handshakes.c.contact_id == contact_id, handshakes.c.state == "taken")


_LEADS = (
    select(handshakes.c.id, handshakes.c.state, submissions.c.code, submissions.c.category, submissions.c.text)
    .add_columns(submissions.c.location, submissions.c.location_name, submissions.c.place)
    .join(submissions, submissions.c.id == handshakes.c.submission_id)
    .where(submissions.c.withdrawn_at.is_(None), submissions.c.removed_at.is_(None))
)

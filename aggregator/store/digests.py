"""Digests: what became of what was raised in a group, told there once a week where its own admin asked for that."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, and_, exists, func, literal, or_, select, update

from aggregator.store.columns import Moment
from aggregator.store.handshakes import Handshakes
from aggregator.store.tables import contacts, conversations, events, reports, submissions, turns


@dataclass(frozen=True, slots=True)
class TellWeekly:
    """A group wants the weekly digest from now on, or no more."""

    wanted: bool


@dataclass(frozen=True, slots=True)
class Speaker:
    """Where somebody spoke and by which id, to ask the platform what they are there."""

    thread: str
    author: str
    volunteer: bool


@dataclass(frozen=True, slots=True)
class Raised:
    """A report that was raised in a group, as everybody may know of it."""

    category: str
    location_name: str
    status: str
    new: bool
    """Filed since the last digest."""


Compose = Callable[[Sequence[Raised]], dict[str, Any]]
"""What the digest says of these reports."""


class Digests(Handshakes):
    """The verbs of the weekly digest."""

    def speaker(self, conversation_id: int, contact_id: int | None) -> Speaker:
        """Who speaks where, opened for a question to the platform."""
        who = select(contacts.c.identity, contacts.c.volunteer).where(contacts.c.id == contact_id)
        where = select(conversations.c.address).where(conversations.c.id == conversation_id)
        with self.reading() as tx:
            person, address = tx.execute(who).one_or_none(), tx.execute(where).scalar()
        thread = self.vault.open_json(address).get("thread", "")
        if person is None:
            return Speaker(thread, "", volunteer=False)
        return Speaker(thread, self.vault.open_json(person.identity).get("id", ""), volunteer=bool(person.volunteer))

    def tell_weekly(self, tx: Connection, deed: TellWeekly, conversation_id: int, now: datetime) -> None:
        """Begin to tell a group weekly what happens from now on, or end it."""
        c = conversations.c
        at = func.coalesce(c.digest_at, literal(now, Moment)) if deed.wanted else None
        tx.execute(update(conversations).where(c.id == conversation_id).values(digest_at=at))

    def owe_digests(self, moment: datetime, compose: Compose, now: datetime) -> int:
        """Owe each group that asked for it what changed up to `moment`, once, whoever calls it how often; how many."""
        waiting = select(conversations.c.id).where(conversations.c.digest_at < moment).order_by(conversations.c.id)
        with self.reading() as tx:
            due = list(tx.execute(waiting).scalars())
        return sum(self._owe_digest(identity, moment, compose, now) for identity in due)

    def _owe_digest(self, conversation_id: int, moment: datetime, compose: Compose, now: datetime) -> bool:
        c = conversations.c
        with self.writing() as tx:
            held = select(conversations).where(c.id == conversation_id, c.digest_at < moment).with_for_update()
            row = tx.execute(held).one_or_none()
            if row is None:  # another worker was here
                return False
            shut = self.shut(tx, row.channel, self.vault.open_json(row.address))
            told = update(conversations).where(c.id == conversation_id)
            tx.execute(told.values(digest_at=None if shut else moment))
            found = [] if shut else self._raised(tx, row, moment)
            if found:
                concerns = {"kind": "notice", "channel": row.channel, "conversation_id": conversation_id}
                key = f"digest:{conversation_id}:{moment.astimezone(UTC).date()}"
                self.owe(tx, key, {**compose(found), "for_all": True}, concerns, now)
        return bool(found)

    def _raised(self, tx: Connection, group: Any, moment: datetime) -> list[Raised]:
        """The reports raised in a group that changed since its last digest; none that is not everybody's to know."""
        changed, filed = _happened(("opened", "joined", "moved"), group.digest_at, moment), submissions.c.received_at
        told = select(reports.c.id, reports.c.category, reports.c.location_name, reports.c.status)
        told = told.add_columns((func.max(filed) >= group.digest_at).label("new"))
        told = told.join(submissions, submissions.c.report_id == reports.c.id)
        told = told.join(turns, turns.c.id == submissions.c.turn_id)
        told = told.where(turns.c.conversation_id == group.id, *_OPEN_TO_ALL, changed)
        rows = tx.execute(told.group_by(reports.c.id).order_by(reports.c.id)).all()
        return [Raised(row.category, row.location_name, row.status, new=bool(row.new)) for row in rows]


def _happened(kinds: Sequence[str], since: datetime, until: datetime) -> Any:
    """Whether a report was moved, or this voice of it filed, in that time."""
    own = or_(events.c.kind == "moved", events.c.submission_id == submissions.c.id)
    here = and_(events.c.report_id == reports.c.id, events.c.kind.in_(kinds), own)
    return exists().where(here, events.c.at >= since, events.c.at < until)


_OPEN_TO_ALL = (
    reports.c.confidential.is_(False),
    reports.c.supervised.is_(False),
    reports.c.status != "withdrawn",
    submissions.c.supervised.is_(False),
    submissions.c.visibility == "public",
    submissions.c.withdrawn_at.is_(None),
    submissions.c.removed_at.is_(None),
)

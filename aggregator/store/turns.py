"""Turns: messages of one author that belong together, as they are read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from aggregator.store.tables import contacts, conversations, findings, messages, submissions, turns
from aggregator.store.volunteers import Volunteers
from connectors.base import Form


@dataclass(frozen=True, slots=True)
class Said:
    """One message of a turn in its newest edition; empty and `removed` where its author took it back."""

    text: str
    sent_at: datetime
    external_id: str = ""
    reply_to: str = ""
    media: tuple[dict[str, str], ...] = ()
    point: tuple[float, float] | None = None
    button: str = ""
    forwarded: bool = False
    addressed: bool = False
    permalink: str = ""
    album: str = ""
    edited: bool = False
    removed: bool = False
    before: str = ""
    """What the edition before the newest said."""
    id: int = 0
    """The number of the message's first edition."""
    form: Form | None = None


@dataclass(frozen=True, slots=True)
class TurnView:
    """A turn with everything that reading and answering it needs."""

    id: int
    edition: int
    done: bool
    direct: bool
    """A conversation with the bot; a private answer about a comment is for a person to read."""
    channel: str
    conversation_id: int
    contact_id: int | None
    thread_name: str
    language: str
    opened_at: datetime
    settle_at: datetime
    received_at: datetime
    dialogue: dict[str, Any]
    messages: tuple[Said, ...]
    finding_id: int | None = None
    finding_state: str = ""
    submission_id: int | None = None
    volunteer: str = ""
    """For whom the author passes on what groups say, "" where nobody is registered."""
    about_submission_id: int | None = None
    """The submission to which this answers in private, upon a private reply of ours."""


class Turns(Volunteers):
    """The verb that opens a turn."""

    def turn(self, turn_id: int) -> TurnView | None:
        """A turn with its messages in order, or None if unknown."""
        with self.reading() as tx:
            row = tx.execute(_OPENED.where(turns.c.id == turn_id)).one_or_none()
            if row is None:
                return None
            told = tx.execute(select(messages).where(messages.c.turn_id == turn_id).order_by(messages.c.id)).all()
            found = select(findings.c.id, findings.c.state).where(findings.c.turn_id == turn_id)
            finding = tx.execute(found).one_or_none()
            about = tx.execute(_ANSWERED.where(submissions.c.private_conversation_id == row.conversation_id)).scalar()
            filed = tx.execute(select(submissions.c.id).where(submissions.c.turn_id == turn_id).limit(1)).scalar()
        return TurnView(
            id=row.id,
            edition=row.edition,
            done=row.state == "done",
            direct=row.direct and about is None,
            channel=row.channel,
            conversation_id=row.conversation_id,
            contact_id=row.contact_id,
            thread_name=row.name,
            language=row.language or "id",
            opened_at=row.opened_at,
            settle_at=row.settle_at,
            received_at=min((m.received_at for m in told), default=row.opened_at),
            dialogue=self.vault.open_json(row.dialogue),
            messages=self._newest(told),
            finding_id=finding.id if finding else None,
            finding_state=finding.state if finding else "",
            submission_id=filed,
            volunteer=row.volunteer or "",
            about_submission_id=about,
        )

    def said(self, conversation_id: int, ids: Sequence[int]) -> list[Said]:
        """These messages of a conversation, as they were first said; without what was removed or went elsewhere."""
        which = select(messages).where(messages.c.id.in_(ids), messages.c.conversation_id == conversation_id)
        with self.reading() as tx:
            rows = tx.execute(which.where(messages.c.content.is_not(None)).order_by(messages.c.id)).all()
        return [self._said(row, row) for row in rows if row.removed_at is None]

    def _newest(self, told: Sequence[Any]) -> tuple[Said, ...]:
        """Each message once, in its newest edition, in the order of sending."""
        by_ref: dict[str, list[Any]] = {}
        for row in told:
            by_ref.setdefault(row.ref, []).append(row)
        said = []
        for editions in by_ref.values():
            first = min(editions, key=lambda m: (m.kind != "message", m.sent_at, m.id))
            *earlier, last = sorted(editions, key=lambda m: (m.kind == "edit", m.sent_at, m.id))
            said.append((first.sent_at, first.id, self._said(first, last, earlier)))
        return tuple(one for _, _, one in sorted(said, key=lambda s: s[:2]))

    def _said(self, first: Any, last: Any, earlier: Sequence[Any] = ()) -> Said:
        if first.removed_at is not None or first.kind == "removal":
            return Said("", first.sent_at, removed=True, id=first.id)
        original, newest = self.vault.open_json(first.content), self.vault.open_json(last.content)
        point = newest.get("point") or original.get("point")
        return Said(
            text=newest.get("text", ""),
            sent_at=first.sent_at,
            external_id=original.get("external_id", ""),
            reply_to=original.get("reply_to", ""),
            media=tuple(newest.get("media") or original.get("media") or ()),
            point=(point[0], point[1]) if point else None,
            button=original.get("button", ""),
            forwarded=original.get("forwarded", False),
            addressed=original.get("addressed", False),
            permalink=original.get("permalink", ""),
            album=original.get("album", ""),
            edited=last.kind == "edit",
            before=self.vault.open_json(earlier[-1].content).get("text", "") if earlier else "",
            id=first.id,
            form=Form(**original["form"]) if original.get("form") else None,
        )


_OPENED = (
    select(turns, conversations.c.channel, conversations.c.name, conversations.c.dialogue)
    .add_columns(contacts.c.language, contacts.c.volunteer)
    .join(conversations, conversations.c.id == turns.c.conversation_id)
    .outerjoin(contacts, contacts.c.id == turns.c.contact_id)
)
_ANSWERED = select(submissions.c.id).order_by(submissions.c.id.desc()).limit(1)

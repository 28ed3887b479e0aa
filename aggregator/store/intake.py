"""Intake: the Inbounds of a delivery become messages, gathered into turns; edits and removals find what they change."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, func, literal, or_, select, update

from aggregator.store import jobs as job_rows
from aggregator.store.arriving import Arriving
from aggregator.store.columns import Moment
from aggregator.store.jobs import Claimed
from aggregator.store.owing import STRANGER
from aggregator.store.tables import deliveries, messages, turns
from connectors.base import Change, Inbound, Item, Parsed, Pointer, Receipt


@dataclass(frozen=True, slots=True)
class Settling:
    """How long turns wait for more: a direct message, an album's next picture, a harvested author's next line."""

    direct: timedelta = timedelta(seconds=4)
    album: timedelta = timedelta(seconds=1.5)
    harvested: timedelta = timedelta(seconds=120)
    """Between `sent_at` of two messages of one author in one thread."""


def _turn_to_lock(item: Item) -> str:
    """All else as it came, then receipts by id: deliveries that tell of the same messages lock them in one order."""
    return item.platform_id if isinstance(item, Receipt) else ""


class Intake(Arriving):
    """The verbs that take in what was read from a delivery."""

    def take_in(self, job: Claimed, delivery_id: int, parsed: Parsed, now: datetime, settling: Settling) -> None:
        """Write everything one delivery held, once; its turns are had read. One transaction."""
        with self.writing() as tx:
            job_rows.finish(tx, job)
            row = tx.execute(select(deliveries).where(deliveries.c.id == delivery_id)).one()
            tally: Counter[tuple[str, str]] = Counter()
            parsed = self.without_strangers(tx, parsed, now)
            for item in sorted(parsed.items, key=_turn_to_lock):
                if isinstance(item, Receipt):
                    self.note_arrival(tx, item, now)
                    self.note_receipt(tx, item)
                elif isinstance(item, Change):
                    self.note_change(tx, item)
                elif isinstance(item, Pointer):
                    look_up = {"task": "look_up", "subject": pointer_key(item), "run_at": now}
                    job_rows.add_jobs(self, tx, [look_up])
                elif self._take_one(tx, item, delivery_id, row.received_at, now, settling):
                    tally["inbound", item.channel] += 1
            if row.outcome != parsed.outcome:
                tally["deliveries", f"{row.channel}:{parsed.outcome}"] += 1
                if row.outcome == "malformed":
                    tally["deliveries", f"{row.channel}:malformed"] -= 1
            self.count(tx, dict(tally))
            for channel in sorted({label for name, label in tally if name == "inbound"}):
                self.saw(tx, channel, row.received_at)
            reason = "; ".join(dict.fromkeys(parsed.malformed or parsed.ignored))[:500]
            outcome = update(deliveries).where(deliveries.c.id == delivery_id)
            unheard = {"body": None} if STRANGER in parsed.ignored and parsed.outcome == "ignored" else {}
            tx.execute(outcome.values(outcome=parsed.outcome, reason=reason, read_at=now, **unheard))

    def _take_one(
        self, tx: Connection, item: Inbound, delivery_id: int, received_at: datetime, now: datetime, settling: Settling
    ) -> bool:
        """Write one Inbound unless it is known; returns whether it was new."""
        ref = self.vault.fingerprint(item.channel, item.account, item.thread, item.external_id)
        talk, person = self.heirs(tx, item)
        conversation_id = talk or self.conversation_of(tx, item, received_at)
        contact_id = person or self.contact_of(tx, item.channel, item.author, received_at)
        self.heard(tx, conversation_id, contact_id, item)
        made = tx.execute(
            self.insert(messages)
            .values(
                key=self.vault.fingerprint(ref, item.kind, item.revision),
                ref=ref,
                kind=item.kind,
                channel=item.channel,
                delivery_id=delivery_id,
                conversation_id=conversation_id,
                contact_id=contact_id,
                sent_at=item.sent_at,
                received_at=received_at,
                revision=item.revision,
                content=self.vault.seal_json(content_of(item)),
            )
            .on_conflict_do_nothing(index_elements=["key"])
            .returning(messages.c.id)
        ).scalar_one_or_none()
        if made is None:
            return False
        self.attach(tx, made, item.media)
        if item.kind == "removal":
            self._wipe(tx, ref, now)
        self._place(tx, made, ref, item, conversation_id, contact_id, now, settling)
        return True

    def _place(
        self,
        tx: Connection,
        message_id: int,
        ref: str,
        item: Inbound,
        conversation_id: int,
        contact_id: int | None,
        now: datetime,
        settling: Settling,
    ) -> None:
        """Put a message, edit or removal into the turn of its message, in whatever order they came."""
        known = select(messages.c.turn_id).where(messages.c.ref == ref, messages.c.turn_id.is_not(None)).limit(1)
        turn_id = tx.execute(known).scalar_one_or_none()
        removed = select(messages.c.id).where(messages.c.ref == ref, messages.c.kind == "removal").limit(1)
        if tx.execute(removed).first():
            self._wipe(tx, ref, now)
            if turn_id is None and item.kind != "message":  # the message itself still joins what was said around it
                return
        if turn_id is not None:
            tx.execute(update(turns).where(turns.c.id == turn_id).values(edition=turns.c.edition + 1))
        else:
            turn_id = self._turn(tx, item, conversation_id, contact_id, now, settling)
        tx.execute(update(messages).where(messages.c.id == message_id).values(turn_id=turn_id))
        if item.kind == "message" and not item.direct and contact_id is not None:
            turn_id = self._gather(tx, turn_id, item, conversation_id, contact_id, settling.harvested)
        self.want_media_added(tx, turn_id, now, direct=item.direct)
        job_rows.wake_job(self, tx, "turn", str(turn_id), f"turn:{conversation_id}", now)

    def _turn(
        self,
        tx: Connection,
        item: Inbound,
        conversation_id: int,
        contact_id: int | None,
        now: datetime,
        settling: Settling,
    ) -> int:
        """The open turn that this message belongs to, or a new one."""
        wait = settling.album if item.album else settling.direct
        settle_at = now + wait if item.direct else now
        belongs = select(turns.c.id).where(
            turns.c.conversation_id == conversation_id,
            turns.c.contact_id == contact_id if contact_id is not None else turns.c.id < 0,
            turns.c.state == "open",
        )
        if not item.direct:
            beside = _beside(item, conversation_id, contact_id, settling.harvested)
            belongs = belongs.where(turns.c.id.in_(beside if item.kind == "message" else ()))
        turn_id = tx.execute(belongs.order_by(turns.c.id.desc()).limit(1)).scalar_one_or_none()
        if turn_id is None:
            fresh = {"state": "open", "direct": item.direct, "edition": 0, "opened_at": now}
            fresh |= {"conversation_id": conversation_id, "contact_id": contact_id}
            fresh |= {"settle_at": settle_at, "last_sent_at": item.sent_at}
            turn_id = tx.execute(self.insert(turns).values(fresh).returning(turns.c.id)).scalar_one()
        else:
            later = {"edition": turns.c.edition + 1, "settle_at": settle_at, "last_sent_at": item.sent_at}
            tx.execute(update(turns).where(turns.c.id == turn_id).values(later))
        return int(turn_id)

    def _gather(
        self, tx: Connection, turn_id: int, item: Inbound, conversation_id: int, contact_id: int, near: timedelta
    ) -> int:
        """Make one turn of all open ones to which a harvested message is near, as if it had come in its order.

        It may stand between two that were apart, or come after an edit of it, which was long after its neighbours.
        """
        said = _beside(item, conversation_id, contact_id, near)
        either = or_(turns.c.id == turn_id, turns.c.id.in_(said))
        together = tx.execute(select(turns.c.id).where(either, turns.c.state == "open").order_by(turns.c.id)).scalars()
        first, *others = [int(one) for one in together] or [turn_id]
        if others and turn_id in (first, *others):
            tx.execute(update(messages).where(messages.c.turn_id.in_(others)).values(turn_id=first))
            changed = update(turns).where(turns.c.id.in_((first, *others)))
            tx.execute(changed.values(edition=turns.c.edition + 1))  # the others are read as empty
            return first
        return turn_id

    def _wipe(self, tx: Connection, ref: str, now: datetime) -> None:
        """Honour a removal: the words go, also from what was delivered; the keys stay so that nothing brings them back."""
        self.drop_media(tx, messages.c.ref == ref, now)
        gone = update(messages).where(messages.c.ref == ref)
        tx.execute(gone.values(content=None, removed_at=func.coalesce(messages.c.removed_at, literal(now, Moment))))
        told = select(messages.c.delivery_id).where(messages.c.ref == ref)
        raw = update(deliveries).where(deliveries.c.id.in_(told), deliveries.c.outcome != "malformed")
        tx.execute(raw.values(body=None))


def _beside(item: Inbound, conversation_id: int, contact_id: int | None, near: timedelta) -> Select[tuple[int]]:
    """The open turns in which the author said something at about the same time; when it was edited tells nothing."""
    said = select(turns.c.id).join(messages, messages.c.turn_id == turns.c.id)
    return said.where(
        turns.c.conversation_id == conversation_id,
        turns.c.contact_id == contact_id,
        turns.c.state == "open",
        messages.c.kind == "message",
        messages.c.sent_at.between(item.sent_at - near, item.sent_at + near),
    )


def content_of(item: Inbound) -> dict[str, Any]:
    """What of an Inbound is sealed: its words, and the platform's own ids and addresses."""
    return {
        "text": item.text,
        "external_id": item.external_id,
        "reply_to": item.reply_to,
        "media": [asdict(m) for m in item.media],
        "point": list(item.point) if item.point else None,
        "button": item.button,
        "forwarded": item.forwarded,
        "addressed": item.addressed,
        "album": item.album,
        "permalink": item.permalink,
        "form": asdict(item.form) if item.form else None,
    }


def pointer_key(pointer: Pointer) -> str:
    """A pointer as a job's subject; none of its parts is a person's."""
    return json.dumps([pointer.channel, pointer.account, pointer.kind, pointer.id, pointer.within])


def pointer_of(subject: str) -> Pointer:
    """The pointer that a job's subject holds."""
    return Pointer(*json.loads(subject))

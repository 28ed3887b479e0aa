"""Sending: replies on their way out, and what became of each; never silently gone."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from aggregator.rules.pace import Pace
from aggregator.store import jobs as job_rows
from aggregator.store.elsewhere import NOBODY, Elsewhere
from aggregator.store.holding import TOLD_BACK
from aggregator.store.jobs import Claimed
from aggregator.store.tables import contacts, conversations, messages, outbox, submissions
from connectors.check import TEMPLATE


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply owed, opened for sending; `say` is what the wording renders."""

    id: int
    key: str
    kind: str
    channel: str
    say: dict[str, Any]
    account: str
    thread: str
    to: str
    reply_to: str
    direct: bool
    language: str
    window_until: datetime | None
    unreachable: str
    code: str
    status: str
    attempted_at: datetime | None
    """When an earlier try began of which we don't know the end (the program was killed), else None."""
    without_template: bool = False
    """The channel's template was found unusable."""
    probe: bool = False
    """The one reply by which a channel in trouble is tried again."""

    @property
    def courtesy(self) -> bool:
        """Whether it is failed, and nobody's work, where the platform refuses it."""
        return bool(self.say.get("courtesy"))


AT_ONCE = Pace()


class Sending(Elsewhere):
    """The verbs of the way out."""

    def begin_sending(
        self, identity: int, now: datetime, pace: Pace = AT_ONCE, carriers: Collection[str] = NOBODY
    ) -> Reply | None:
        """Open a reply that is still owed and note that a try begins; None if it is owed no more.

        Where its way is known to be shut it goes another, of the channels `carriers` that we can send on. Raises
        HeldError where by `pace` it may not leave yet, and ChannelPausedError while its channel rests. After the rest
        one reply is the probe, and the others rest on.
        """
        while shut := self.turned_away(identity):
            with self.writing() as tx:
                if not self.go_elsewhere(tx, identity, shut, now, carriers):
                    return None
        owed = update(outbox).where(outbox.c.id == identity, outbox.c.state == "owed")
        with self.writing() as tx:
            if not self.admit_by(tx, identity, pace, now):
                return None
            before = select(outbox.c.attempted_at, outbox.c.channel).where(outbox.c.id == identity)
            attempted_at, channel = tx.execute(before).one()
            if attempted_at is not None and channel in TOLD_BACK:
                self.listen_first(tx, identity, now)
            probe = self.admit(tx, identity, now)
            self.gather(tx, identity, pace)
            trying = owed.values(attempted_at=now, tries=outbox.c.tries + 1)
            if tx.execute(trying).rowcount != 1:
                return None
            return replace(self.opened(tx, identity), attempted_at=attempted_at, probe=probe)

    def opened(self, tx: Connection, identity: int) -> Reply:
        """Open a reply as it would be sent now, as part of a transaction."""
        row = tx.execute(_OPENED.where(outbox.c.id == identity)).one()
        without_template = self.is_bad(tx, row.channel, TEMPLATE)
        first = select(messages.c.content).where(messages.c.turn_id == row.turn_id, messages.c.kind == "message")
        if row.relay_id is None:  # what was said elsewhere cannot be replied to here
            first = first.where(messages.c.conversation_id == row.conversation_id)
        root = tx.execute(first.order_by(messages.c.id).limit(1)).scalar_one_or_none() if row.turn_id else None
        say = self.vault.open_json(row.content)
        address, identity_of = self.vault.open_json(row.address), self.vault.open_json(row.identity)
        opened = self.vault.open_json(root)
        abroad = row.origin not in (None, row.channel)
        return Reply(
            id=row.id,
            key=row.key,
            kind=row.kind,
            channel=row.channel,
            say=say,
            account=address.get("account", ""),
            thread=address.get("thread", ""),
            to=identity_of.get("id", ""),
            reply_to="" if abroad or "moved_at" in address else say.get("reply_to") or opened.get("external_id", ""),
            direct=bool(row.direct or say.get("private")),
            language=row.language or "id",
            window_until=row.window_until,
            unreachable=row.unreachable or "",
            code=row.code or "",
            status=row.status,
            attempted_at=row.attempted_at,
            without_template=without_template,
        )

    def sent(self, job: Claimed, reply: Reply, platform_id: str, now: datetime) -> None:
        """Note that the platform took a reply, and what it said of it before we got here.

        Where it told already, by our key, that the reply failed after all, that stands: it is owed again, or a person's.
        """
        with self.writing() as tx:
            self.lock(tx, self.vault.fingerprint(reply.channel, "sent", platform_id))
            job_rows.finish(tx, job)
            row = tx.execute(select(outbox.c.state, outbox.c.attempted_at).where(outbox.c.id == reply.id)).one()
            if row.state == "sent" or row.attempted_at is not None:
                self.note_sent(tx, reply.id, reply.account, platform_id, reply.say, now)
            elif row.state == "owed":
                job_rows.wake_job(self, tx, "send", str(reply.id), None, now)

    def give_up(self, job: Claimed, reply: Reply, reason: str) -> None:
        """A courtesy was refused: what is owed stands elsewhere, so nobody sends it by hand."""
        self._end(job, reply.id, {"state": "failed", "reason": reason[:200], "attempted_at": None})
        with self.writing() as tx:
            where = select(outbox.c.conversation_id).where(outbox.c.id == reply.id)
            self.forget_stranger(tx, reply.key, tx.execute(where).scalar())

    def turn_away(
        self,
        job: Claimed,
        reply: Reply,
        reason: str,
        now: datetime,
        carriers: Collection[str] = NOBODY,
        *,
        unreachable: bool = False,
    ) -> None:
        """The way is shut: another of the same citizen, at once, else by hand with the text ready in the console."""
        with self.writing() as tx:
            job_rows.finish(tx, job)
            if unreachable:
                whose = select(outbox.c.contact_id).where(outbox.c.id == reply.id).scalar_subquery()
                gone = update(contacts).where(contacts.c.id == whose, contacts.c.channel == reply.channel)
                tx.execute(gone.values(unreachable=reason[:200]))
            if self.go_elsewhere(tx, reply.id, reason, now, carriers):
                job_rows.wake_job(self, tx, "send", str(reply.id), None, now)

    def not_sent(
        self, job: Claimed, reply: Reply, reason: str, now: datetime, wait: float | None, *, unheard: bool = False
    ) -> None:
        """A try failed for now: again after `wait` seconds or the usual back-off; given up after the last try.

        `unheard`: the platform may have taken it all the same.
        """
        last = job.tries >= job_rows.MAX_TRIES
        row: dict[str, Any] = {"reason": reason[:200], "state": "failed" if last else "owed"}
        row |= {} if unheard else {"attempted_at": reply.attempted_at}
        with self.writing() as tx:
            tx.execute(update(outbox).where(outbox.c.id == reply.id, outbox.c.state == "owed").values(row))
        self.fail(job, reason, now, wait)

    def hold(self, job: Claimed, reply: Reply, reason: str, until: datetime) -> None:
        """The channel is shut for everybody: wait without counting the try."""
        with self.writing() as tx:
            waits = update(outbox).where(outbox.c.id == reply.id)
            before = {"attempted_at": reply.attempted_at, "tries": outbox.c.tries - 1}
            tx.execute(waits.values(reason=reason[:200], **before))
        self.postpone(job, until)

    def _end(self, job: Claimed, identity: int, row: dict[str, Any]) -> None:
        with self.writing() as tx:
            job_rows.finish(tx, job)
            tx.execute(update(outbox).where(outbox.c.id == identity, outbox.c.state == "owed").values(row))

    def done(self, job: Claimed) -> None:
        """Mark a job done that had nothing left to do."""
        with self.writing() as tx:
            job_rows.finish(tx, job)


_OPENED = (
    select(
        outbox,
        conversations.c.address,
        conversations.c.direct,
        conversations.c.window_until,
        contacts.c.identity,
        contacts.c.language,
        contacts.c.unreachable,
        submissions.c.code,
        submissions.c.channel.label("origin"),
        submissions.c.turn_id,
        submissions.c.relay_id,
    )
    .outerjoin(conversations, conversations.c.id == outbox.c.conversation_id)
    .outerjoin(contacts, contacts.c.id == outbox.c.contact_id)
    .outerjoin(submissions, submissions.c.id == outbox.c.submission_id)
)

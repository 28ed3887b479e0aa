"""Holding: replies that wait for the morning, for further changes of their report, or for the word that sending goes on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any

from sqlalchemy import Connection, case, delete, func, select, update

from aggregator.rules.pace import Pace, as_one, gathers, told_at_once
from aggregator.store import jobs as job_rows
from aggregator.store.jobs import ASIDE, STOPPED, UNHEARD, Claimed
from aggregator.store.resting import Resting
from aggregator.store.tables import jobs, outbox, reports, submissions, switches

LOOK_AGAIN = timedelta(seconds=30)
"""How often a reply looks whether sending goes on where the settings stopped it; the console's word wakes it at once."""
_TOLD_WITH = "told with "
"""Before the key of the notice that tells it, the reason of one that is bundled."""
TOLD_BACK = frozenset({"whatsapp"})
"""Channels whose platform tells our own key of a message back (WhatsApp Cloud API: biz_opaque_callback_data in statuses)."""
LISTEN = timedelta(seconds=30)
"""How long a reply of whose last try we did not hear the end waits there for such a word before it goes out again."""
NO_SENDING = "no_sending"
"""The switch that administrators throw."""


class HeldError(Exception):
    """The reply may not leave yet."""

    def __init__(self, until: datetime, reason: str) -> None:
        super().__init__(HeldError.__doc__)
        self.until, self.reason = until, reason


@dataclass(frozen=True, slots=True)
class Stop:
    """That an administrator stopped all sending."""

    by: str
    at: datetime


class Holding(Resting):
    """The verbs of waiting."""

    def stop_sending(self, by: str, now: datetime) -> None:
        """Stop everything that is owed from leaving; what is on its way arrives."""
        with self.writing() as tx:
            thrown = self.insert(switches).values(name=NO_SENDING, by=by, at=now)
            tx.execute(thrown.on_conflict_do_nothing(index_elements=["name"]))

    def go_on_sending(self, now: datetime) -> None:
        """Let leave what waited, in its order."""
        with self.writing() as tx:
            tx.execute(delete(switches).where(switches.c.name == NO_SENDING))
            waits = jobs.c.task == "send", jobs.c.state == "ready", jobs.c.reason == STOPPED
            tx.execute(update(jobs).where(*waits).values(run_at=now, reason=""))

    def stopped(self) -> Stop | None:
        """Who stopped all sending and when, or None."""
        with self.reading() as tx:
            return self._stop(tx)

    def _stop(self, tx: Connection) -> Stop | None:
        row = tx.execute(select(switches).where(switches.c.name == NO_SENDING)).one_or_none()
        return Stop(row.by, row.at) if row is not None else None

    def hold_back(self, job: Claimed, held: HeldError) -> None:
        """Put a reply's job back until it may leave; the try does not count."""
        with self.writing() as tx:
            job_rows.put_back(tx, job, held.until, held.reason)

    def admit_by(self, tx: Connection, identity: int, pace: Pace, now: datetime) -> bool:
        """Whether a reply is still owed; HeldError where it may not leave yet: while sending is stopped, or not in its time."""
        row = tx.execute(_WAITING.where(outbox.c.id == identity)).one_or_none()
        if row is None:
            return False
        if pace.stopped or self._stop(tx):
            raise HeldError(now + LOOK_AGAIN, STOPPED)
        if row.kind != "notice" or "darurat" in (row.urgency, row.graver):
            return True
        due = pace.due(self.vault.open_json(row.content), row.created_at, now, row.conversation_id or identity)
        due = max(due, self._behind(tx, identity, row.conversation_id, now) or due)
        if due > now:
            raise HeldError(due, ASIDE)
        return True

    def listen_first(self, tx: Connection, identity: int, now: datetime) -> None:
        """HeldError, once after each try of unknown end: the platform may still tell that the reply arrived."""
        listened = update(jobs).where(jobs.c.task == "send", jobs.c.subject == str(identity), jobs.c.reason == UNHEARD)
        if tx.execute(listened.values(reason="")).rowcount != 1:
            raise HeldError(now + LISTEN, UNHEARD)

    def _behind(self, tx: Connection, identity: int, conversation_id: int | None, now: datetime) -> datetime | None:
        """Until when notices owed to the same citizen before this one wait: it does not overtake them."""
        if conversation_id is None:
            return None
        own = select(jobs.c.id).where(jobs.c.task == "send", jobs.c.subject == str(identity)).scalar_subquery()
        before = jobs.c.lane == f"send:{conversation_id}", jobs.c.id < own, jobs.c.state == "ready"
        aside = select(func.max(jobs.c.run_at)).where(*before, jobs.c.reason == ASIDE, jobs.c.run_at > now)
        until: datetime | None = tx.execute(aside).scalar()
        return until

    def gather(self, tx: Connection, identity: int, pace: Pace) -> None:
        """Have a notice that begins its first try tell what else is owed of the same voice, which is then owed no more.

        What one message tells is written down before it leaves, so a second try tells the same.
        """
        head = tx.execute(select(outbox).where(outbox.c.id == identity, outbox.c.state == "owed")).one_or_none()
        if not pace.bundle or head is None or head.kind != "notice" or not head.submission_id:
            return
        if not gathers(self.vault.open_json(head.content)):
            return
        same = [outbox.c[name] == getattr(head, name) for name in ("kind", "submission_id", "state")]
        same += [_same(name, getattr(head, name)) for name in ("conversation_id", "contact_id")]
        owed = select(outbox).where(*same, outbox.c.id >= identity).order_by(outbox.c.id)
        rows = list(takewhile(lambda row: row.attempted_at is None, tx.execute(owed.with_for_update())))
        says = [self.vault.open_json(row.content) for row in rows]
        count = told_at_once(says)
        if count > 1:
            self._tell_together(tx, rows[:count], as_one(says[:count]))

    def _tell_together(self, tx: Connection, rows: list[Any], say: dict[str, Any]) -> None:
        head, others = rows[0], [row.id for row in rows[1:]]
        before = [f"{_TOLD_WITH}{row.key}"[:200] for row in rows[1:]]
        say["told_with"] = [*say.get("told_with", ()), *others]
        now_told = {"content": self.vault.seal_json(say), "status": rows[-1].status}
        tx.execute(update(outbox).where(outbox.c.id == head.id).values(now_told))
        gone = {"state": "bundled", "reason": f"{_TOLD_WITH}{head.key}"[:200], "content": None}
        told_by_them = (outbox.c.state == "bundled") & outbox.c.reason.in_(before)
        tx.execute(update(outbox).where(outbox.c.id.in_(others) | told_by_them).values(gone))


def state_outside() -> Any:
    """A reply's state as other programs know it: what is told with another notice stands as that one does."""
    head = outbox.alias("head")
    key = func.substr(outbox.c.reason, len(_TOLD_WITH) + 1)
    its = select(head.c.state).where(head.c.key == key).scalar_subquery()
    return case((outbox.c.state == "bundled", func.coalesce(its, "sent")), else_=outbox.c.state)


def _same(name: str, value: Any) -> Any:
    """Equal, or nothing on both sides."""
    column = outbox.c[name]
    return column.is_(None) if value is None else column == value


_WAITING = (
    select(outbox, submissions.c.urgency, reports.c.urgency.label("graver"))
    .outerjoin(submissions, submissions.c.id == outbox.c.submission_id)
    .outerjoin(reports, reports.c.id == func.coalesce(submissions.c.report_id, outbox.c.report_id))
    .where(outbox.c.state == "owed")
)

"""Jobs: one row a step, claimed with a lease; a claim is a try, so a step that kills the program ends in quarantine."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Connection, Integer, Select, and_, bindparam, case, exists, func, literal, or_, select, update

from aggregator.store.database import Database
from aggregator.store.tables import jobs

MAX_TRIES = 8
LEASE = timedelta(seconds=120)
ASIDE = "put aside"
"""The reason of a job that waits for its hour by our own wish: what follows in its lane does not wait with it."""
UNHEARD = "listening whether it arrived"
"""The reason of a job that waits for the platform's word on an earlier try."""
STOPPED = "sending is stopped"
"""The reason of a job that waits until people let sending go on: its lane waits with it."""
_FIRST_WAIT_US = 2_000_000
_LONGEST_WAIT_US = 3_600_000_000


@dataclass(frozen=True, slots=True)
class Claimed:
    """A job in our hands: until the lease ends nobody else takes it."""

    id: int
    task: str
    subject: str
    tries: int
    channel: str = ""
    """The channel whose platform it waits for; "" for what waits for none."""


class LostLeaseError(Exception):
    """The job was given to another worker meanwhile: nothing of this transaction counts."""


class Jobs(Database):
    """The verbs of the jobs table."""

    def claim(
        self, now: datetime, limit: int = 10, tasks: Sequence[str] = (), without: Collection[str] = ()
    ) -> list[Claimed]:
        """Take up to `limit` due jobs, oldest first, never two of a lane; every claim counts as a try.

        Those that wait for the platform of a channel in `without` are left alone.
        """
        job, asked = jobs, {"now": now, "most": limit, "without": list(without)}
        with self.writing() as tx:
            ids = [row.id for row in tx.execute(_due(tuple(tasks)), asked)]
            if not ids:
                return []
            spent = update(job).where(job.c.id.in_(ids), job.c.tries >= MAX_TRIES)
            tx.execute(
                spent.values(state="quarantined", reason=func.coalesce(func.nullif(job.c.reason, ""), "crashed"))
            )
            taken = update(job).where(job.c.id.in_(ids), job.c.state != "quarantined")
            rows = tx.execute(
                taken.values(state="running", lease_until=now + LEASE, tries=job.c.tries + 1).returning(
                    job.c.id, job.c.task, job.c.subject, job.c.tries, job.c.channel
                )
            )
            order = {identity: place for place, identity in enumerate(ids)}
            return sorted((Claimed(*row) for row in rows), key=lambda claimed: order[claimed.id])

    def fail(self, job: Claimed, reason: str, now: datetime, wait: float | None = None) -> None:
        """Put a job back: after `wait` seconds, or twice as long as the last time; into quarantine after the last try."""
        doubling = _FIRST_WAIT_US * 2 ** min(job.tries - 1, 11)
        again_at = now + timedelta(seconds=wait) if wait is not None else now + _us(min(doubling, _LONGEST_WAIT_US))
        state = case((jobs.c.tries >= MAX_TRIES, literal("quarantined")), else_=literal("ready"))
        with self.writing() as tx:
            tx.execute(
                update(jobs)
                .where(jobs.c.id == job.id, jobs.c.tries == job.tries, jobs.c.state == "running")
                .values(state=state, reason=reason[:200], run_at=again_at, lease_until=None)
            )

    def postpone(self, job: Claimed, until: datetime) -> None:
        """Put a job back for later without counting the claim as a try: it was not yet time."""
        with self.writing() as tx:
            put_back(tx, job, until)

    def release_all(self, now: datetime) -> int:
        """Give back every lease: for the one program of an embedded database, at its start."""
        with self.writing() as tx:
            taken = update(jobs).where(jobs.c.state == "running")
            return tx.execute(taken.values(state="ready", run_at=now, lease_until=None)).rowcount

    def next_due(self) -> datetime | None:
        """When the next job is due (perhaps in the past), or None without jobs."""
        with self.reading() as tx:
            moment: datetime | None = tx.execute(
                select(jobs.c.run_at).where(jobs.c.state == "ready").order_by(jobs.c.run_at).limit(1)
            ).scalar()
            return moment

    def busy(self, tasks: Sequence[str] = ()) -> int:
        """How many jobs (of these tasks) are not yet done; quarantined ones are, and those that wait by our own wish."""
        ready = and_(jobs.c.state == "ready", jobs.c.reason.not_in((ASIDE, STOPPED)))
        waiting = select(func.count()).select_from(jobs).where(or_(ready, jobs.c.state == "running"))
        if tasks:
            waiting = waiting.where(jobs.c.task.in_(tasks))
        with self.reading() as tx:
            return int(tx.execute(waiting).scalar_one())


@cache
def _due(tasks: tuple[str, ...]) -> Select[tuple[int]]:
    """The statement that finds what may be claimed, made once: that takes longer than to run it."""
    job, earlier, now = jobs, jobs.alias("earlier"), bindparam("now", type_=jobs.c.run_at.type)
    aside = and_(earlier.c.state == "ready", earlier.c.reason == ASIDE, earlier.c.run_at > now)
    waiting = and_(or_(earlier.c.state == "ready", earlier.c.state == "running"), ~aside)
    blocked = exists().where(and_(earlier.c.lane == job.c.lane, earlier.c.id < job.c.id, waiting))
    due = or_(
        and_(job.c.state == "ready", job.c.run_at <= now), and_(job.c.state == "running", job.c.lease_until <= now)
    )
    picked = select(job.c.id).where(due, ~blocked, job.c.channel.not_in(bindparam("without", expanding=True)))
    picked = picked.where(job.c.task.in_(tasks)) if tasks else picked
    picked = picked.order_by(job.c.run_at, job.c.id).limit(bindparam("most", type_=Integer()))
    return picked.with_for_update(skip_locked=True)


def add_jobs(db: Database, tx: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Write jobs (task, subject, run_at, lane) as part of a transaction; one that exists stays as it is."""
    if rows:
        tx.execute(
            db.insert(jobs).on_conflict_do_nothing(), [{"state": "ready", "tries": 0, "reason": "", **r} for r in rows]
        )


def wake_job(db: Database, tx: Connection, task: str, subject: str, lane: str | None, run_at: datetime) -> None:
    """Have a job done (again): make it, or set it ready with its tries forgotten unless it is being done now."""
    row = {"task": task, "subject": subject, "lane": lane, "state": "ready", "run_at": run_at, "tries": 0, "reason": ""}
    statement = db.insert(jobs).values(row)
    tx.execute(
        statement.on_conflict_do_update(
            index_elements=["task", "subject"],
            set_={"state": "ready", "run_at": run_at, "tries": 0, "lease_until": None, "reason": ""},
            where=jobs.c.state != "running",
        )
    )


def put_back(tx: Connection, job: Claimed, until: datetime, reason: str = "") -> None:
    """Make a job ready again for later as part of a transaction, without counting the claim as a try."""
    mine = update(jobs).where(jobs.c.id == job.id, jobs.c.tries == job.tries, jobs.c.state == "running")
    back = {"state": "ready", "run_at": until, "lease_until": None, "reason": reason}
    tx.execute(mine.values(tries=jobs.c.tries - 1, **back))


def finish(tx: Connection, job: Claimed) -> None:
    """Mark a job done as part of the transaction of its effect; raises LostLeaseError if it is no longer ours."""
    done = update(jobs).where(jobs.c.id == job.id, jobs.c.tries == job.tries, jobs.c.state == "running")
    if tx.execute(done.values(state="done", lease_until=None, reason="")).rowcount != 1:
        raise LostLeaseError(LostLeaseError.__doc__)


def _us(microseconds: int) -> timedelta:
    return timedelta(microseconds=microseconds)

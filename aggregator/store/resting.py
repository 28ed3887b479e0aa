"""A channel whose credentials are refused rests: nothing is tried, and after each rest one reply finds out for all."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select, update

from aggregator.store import jobs as job_rows
from aggregator.store.channel_view import parted
from aggregator.store.jobs import Claimed
from aggregator.store.regrouping import Regrouping
from aggregator.store.tables import channel_states, jobs, outbox

PAUSE = timedelta(minutes=5)
"""How long a channel whose credentials are refused is left alone before one reply is tried again."""


class ChannelPausedError(Exception):
    """The channel's credentials were refused: nothing is tried before its rest ends."""


class Resting(Regrouping):
    """The verbs of a channel's rest."""

    def admit(self, tx: Connection, identity: int, now: datetime) -> bool:
        """Whether this reply is the probe of a channel in trouble; ChannelPausedError where it must wait."""
        row = self._resting(tx, identity)
        if row is None:
            return False
        if row.paused_until > now:
            raise ChannelPausedError(ChannelPausedError.__doc__)
        self._pause(tx, row.channel, now + PAUSE)
        return True

    def _resting(self, tx: Connection, identity: int) -> Any:
        """The state of a reply's channel where its credentials were refused, held until the transaction ends."""
        whose = select(outbox.c.channel).where(outbox.c.id == identity).scalar_subquery()
        state = select(channel_states).where(channel_states.c.channel == whose)
        row = tx.execute(state.where(channel_states.c.paused_until.is_not(None)).with_for_update()).one_or_none()
        return row if row is not None and "sending" in parted(row.trouble) else None

    def rest(self, job: Claimed, now: datetime) -> None:
        """Put a reply's job back until its channel's rest ends, which it may have done meanwhile."""
        with self.writing() as tx:
            row = self._resting(tx, int(job.subject))
            job_rows.put_back(tx, job, row.paused_until if row is not None else now)

    def pause_channel(self, channel: str, until: datetime) -> int:
        """Hold back everything owed on a channel whose credentials are refused; returns how many jobs wait."""
        with self.writing() as tx:
            return self._pause(tx, channel, until)

    def _pause(self, tx: Connection, channel: str, until: datetime) -> int:
        self._write(tx, channel, {"paused_until": until})
        return tx.execute(_send_jobs(channel).where(jobs.c.run_at < until).values(run_at=until)).rowcount

    def sending_works(self, channel: str, now: datetime) -> bool:
        """A channel in trouble took a reply: what waited goes out now; True when this ended its trouble altogether."""
        with self.writing() as tx:
            self._release(tx, channel, now)
            self._write(tx, channel, {"paused_until": None})
            return self.end_trouble(tx, channel, "sending")

    def try_again(self, channel: str, now: datetime) -> None:
        """Try one reply of a paused channel at once: somebody says that it is mended."""
        with self.writing() as tx:
            if self._release(tx, channel, now):
                self._write(tx, channel, {"paused_until": now})

    def _release(self, tx: Connection, channel: str, now: datetime) -> bool:
        """Make due what waits for the end of a pause, if there is one."""
        state = select(channel_states.c.paused_until).where(channel_states.c.channel == channel)
        row = tx.execute(state.with_for_update()).one_or_none()  # first: a job that is being put back is seen then
        if row is None or row.paused_until is None:
            return False
        rest = _send_jobs(channel).where(jobs.c.run_at > now, jobs.c.run_at <= row.paused_until)
        tx.execute(rest.values(run_at=now))
        return True


def _send_jobs(channel: str) -> Any:
    """An update of the jobs that are to send what is owed on a channel."""
    owed = select(func.cast(outbox.c.id, jobs.c.subject.type)).where(
        outbox.c.channel == channel, outbox.c.state == "owed"
    )
    return update(jobs).where(jobs.c.task == "send", jobs.c.state == "ready", jobs.c.subject.in_(owed))

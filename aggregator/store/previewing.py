"""Previewing: what a move would tell whom and when, found by making it in a transaction that is taken back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from aggregator.rules.pace import Pace
from aggregator.rules.preview import Silence
from aggregator.rules.report import Viewer
from aggregator.store.holding import HeldError
from aggregator.store.overseeing import Overseeing
from aggregator.store.queue import Say
from aggregator.store.sending import Reply
from aggregator.store.tables import outbox, submissions

RESTING = "the channel rests"
"""Why a reply would wait on a channel whose credentials are refused."""
Barred = Callable[[Reply, datetime], str]
"""Why a reply that leaves at an hour would not even be tried on its channel, else ""."""


@dataclass(frozen=True, slots=True)
class Expected:
    """A notice that would be owed, on the way that it would go at last: what it would say, why that way is shut and it
    would be a person's, what would hold it back.
    """

    reply: Reply
    shut: str
    held: HeldError | None


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What a move would owe, in order, and how many voices would hear nothing, by why."""

    notices: Sequence[Expected]
    silent: Mapping[Silence, int]


class Previewing(Overseeing):
    """The verb that looks ahead."""

    def preview_move(
        self,
        viewer: Viewer,
        code: str,
        to: str,
        note: str,
        say: Say,
        now: datetime,
        pace: Pace,
        carriers: Collection[str],
        barred: Barred,
        *,
        told: bool,
    ) -> Foreseen:
        """What `move` would owe now, and by which of the channels `carriers`; it raises what `move` raises, and nothing
        of it stays.
        """
        with self.trying() as tx:
            report_id, event_id = self.move_within(tx, viewer, code, to, note, say, now, told=told)
            voices = tx.execute(select(submissions).where(submissions.c.report_id == report_id)).all()
            keys = [f"notice:{event_id}:{voice.id}" for voice in voices]
            owed = select(outbox.c.id, outbox.c.submission_id).where(outbox.c.key.in_(keys)).order_by(outbox.c.id)
            rows = tx.execute(owed).all()
            hearing = {row.submission_id for row in rows}
            silent = Counter(_silence(voice) for voice in voices if voice.id not in hearing)
            foreseen = [self._foreseen(tx, row.id, now, pace, carriers, barred) for row in rows]
            return Foreseen(foreseen, dict(silent))

    def _foreseen(
        self, tx: Connection, identity: int, now: datetime, pace: Pace, carriers: Collection[str], barred: Barred
    ) -> Expected:
        """As sending goes: where the way is shut by another, as often as there is one."""
        reply, held = self.opened(tx, identity), self._held(tx, identity, now, pace)
        shut = self.shut_out(tx, identity) or barred(reply, max(now, held.until) if held else now)
        if shut and self.go_elsewhere(tx, identity, shut, now, carriers):
            return self._foreseen(tx, identity, now, pace, carriers, barred)
        teller = self._teller(tx, identity, pace)
        return Expected(reply if teller == identity else self.opened(tx, teller), shut, held)

    def _held(self, tx: Connection, identity: int, now: datetime, pace: Pace) -> HeldError | None:
        try:
            self.admit_by(tx, identity, pace, now)
        except HeldError as held:
            return held
        row = self._resting(tx, identity)
        return HeldError(max(row.paused_until, now), RESTING) if row is not None else None

    def _teller(self, tx: Connection, identity: int, pace: Pace) -> int:
        """The notice that would tell this one: itself, or the first that still waits and takes it over."""
        if not pace.bundle:
            return identity
        voice = select(outbox.c.submission_id).where(outbox.c.id == identity).scalar_subquery()
        waits = outbox.c.submission_id == voice, outbox.c.state == "owed", outbox.c.kind == "notice"
        head = tx.execute(select(func.min(outbox.c.id)).where(*waits, outbox.c.attempted_at.is_(None))).scalar_one()
        self.gather(tx, head, pace)
        state = tx.execute(select(outbox.c.state).where(outbox.c.id == identity)).scalar_one()
        return int(head) if state == "bundled" else identity


def _silence(voice: Any) -> Silence:
    """Why a voice is owed nothing (as `owe_notice` decides)."""
    if voice.withdrawn_at is not None:
        return "withdrawn"
    return "removed" if voice.removed_at is not None else "no_contact"

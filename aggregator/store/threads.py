"""Threads: the trouble that was told last where something else is said now, so that a "here too" below it is understood."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, func, or_, select

from aggregator.store.tables import findings, submissions, turns
from aggregator.store.turns import Turns

HEARD_FOR = timedelta(hours=16)
"""How long after a trouble was told, words below it may still mean it: matching forgets a thread in that time."""
_LOOK_BACK = 50
"""At most so many turns of the thread are looked at."""


@dataclass(frozen=True, slots=True)
class Told:
    """What was told: the category as it was filed, else as it was read."""

    category: str
    sent_at: datetime


class Threads(Turns):
    """The verb of threads."""

    def told_before(self, conversation_id: int, turn_id: int, sent_at: datetime) -> Told | None:
        """The last trouble told in a conversation before a turn; never an accusation, which nobody here may know of."""
        recent = select(turns.c.id).where(
            turns.c.conversation_id == conversation_id,
            turns.c.id != turn_id,
            turns.c.last_sent_at.between(sent_at - HEARD_FOR, sent_at),
        )
        near = recent.order_by(turns.c.last_sent_at.desc()).limit(_LOOK_BACK).subquery("near")
        category = func.coalesce(submissions.c.category, findings.c.reading["category"].as_string())
        told = select(category.label("category"), findings.c.sent_at, findings.c.reading, submissions.c.id)
        told = told.select_from(near).join(findings, findings.c.turn_id == near.c.id)
        told = told.outerjoin(submissions, _FILED).where(findings.c.supervised.is_(False), _ALIVE)
        with self.reading() as tx:
            for row in tx.execute(told.order_by(findings.c.sent_at.desc())):
                if row.category and (row.id is not None or _is_trouble(row.reading)):
                    return Told(row.category, row.sent_at)
        return None


def _is_trouble(reading: dict[str, Any]) -> bool:
    return bool(reading.get("is_report")) and not reading.get("supervised")


_FILED = and_(submissions.c.turn_id == findings.c.turn_id, submissions.c.supervised.is_(False))
_ALIVE = or_(findings.c.state == "waiting", and_(findings.c.state == "accepted", submissions.c.removed_at.is_(None)))

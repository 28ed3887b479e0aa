"""Overseeing: every reply as people and other programs see it, and a person's word on one that waits by hand."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update

from aggregator.store import jobs as job_rows
from aggregator.store.holding import state_outside
from aggregator.store.sending import Sending
from aggregator.store.tables import outbox, reports, submissions


class Overseeing(Sending):
    """The verbs of the outbox as a list."""

    def outbox(self, state: str = "", limit: int = 100_000, report_id: int | None = None) -> list[dict[str, Any]]:
        """All replies in order, with the codes they are about; content opened as `say`.

        `state` is what the interface knows; `bundled` tells a notice whose words stand in another.
        """
        outside = state_outside()
        wanted = select(
            outbox, outside.label("outside"), submissions.c.code.label("submission"), reports.c.code.label("report")
        )
        wanted = wanted.outerjoin(submissions, submissions.c.id == outbox.c.submission_id)
        wanted = wanted.outerjoin(reports, reports.c.id == outbox.c.report_id).order_by(outbox.c.id).limit(limit)
        if state:
            wanted = wanted.where(outside == state)
        if report_id is not None:
            about = func.coalesce(submissions.c.report_id, outbox.c.report_id)
            wanted = wanted.where(about == report_id)
        with self.reading() as tx:
            return [self._shown(row) for row in tx.execute(wanted)]

    def _shown(self, row: Any) -> dict[str, Any]:
        platform_id = self.vault.open(row.platform_id).decode() if row.platform_id else ""
        shown = {name: getattr(row, name) for name in _SHOWN}
        shown |= {"state": row.outside, "bundled": row.state == "bundled"}
        when = {"created_at": row.created_at, "sent_at": row.sent_at}
        return shown | when | {"platform_id": platform_id, "say": self.vault.open_json(row.content)}

    def retry_by_hand(self, identity: int, state: str, now: datetime) -> None:
        """A person's word on a reply that waits by hand: `sent` (done by hand) or `owed` (try again)."""
        with self.writing() as tx:
            stuck = update(outbox).where(outbox.c.id == identity, outbox.c.state.in_(("by_hand", "failed")))
            told = stuck.values(state=state, shut="", sent_at=now if state == "sent" else None)
            row = tx.execute(told.returning(outbox.c.conversation_id, outbox.c.content)).one_or_none()
            if row is not None and state == "sent":
                self.sent_together(tx, self.vault.open_json(row.content), now)
            elif row is not None:
                lane = f"send:{row.conversation_id}" if row.conversation_id else None
                job_rows.wake_job(self, tx, "send", str(identity), lane, now)


_SHOWN = (
    "id",
    "key",
    "kind",
    "state",
    "channel",
    "submission",
    "report",
    "tries",
    "reason",
    "status",
    "receipt",
    "shut",
)

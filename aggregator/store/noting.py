"""Noting: what a reviewer saw elsewhere is taken in at once under its connector's key, and read by whoever noted it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select, update

from aggregator.rules.report import Viewer
from aggregator.store.deliveries import Delivered
from aggregator.store.ingesting import Ingesting
from aggregator.store.intake import Settling
from aggregator.store.jobs import LEASE, Claimed
from aggregator.store.lookup import may_see
from aggregator.store.tables import deliveries, findings, jobs, messages, outbox, reports
from connectors.base import Inbound


@dataclass(frozen=True, slots=True)
class Noted:
    """What became of a note: its finding, where this viewer may see it, and whether it was there before."""

    finding: int | None
    repeated: bool = False
    hidden: bool = False
    """It is there, and another unit reviews it (an accusation)."""


class Noting(Ingesting):
    """The verbs of the form `/tinjau/catat`, and what a person needs who answers by hand."""

    def note(self, delivered: Delivered, item: Inbound, settling: Settling) -> Claimed | None:
        """Take in one note with its delivery and claim the reading of its turn, in one transaction.

        None where the message is known or was removed at its source, or while a worker reads its turn already.
        """
        now = delivered.received_at
        with self.writing() as tx:
            delivery_id = self._note_delivery(tx, delivered)
            if delivery_id is None or not self._take_one(tx, item, delivery_id, now, now, settling):
                return None
            self.count(tx, {("inbound", item.channel): 1, ("deliveries", f"{delivered.channel}:accepted"): 1})
            ref = self.ref_of(item.channel, item.account, item.thread, item.external_id)
            turn_id = tx.execute(select(messages.c.turn_id).where(messages.c.ref == ref).limit(1)).scalar()
            ours = update(jobs).where(jobs.c.task == "turn", jobs.c.subject == str(turn_id), jobs.c.state == "ready")
            taken = ours.values(state="running", lease_until=now + LEASE, tries=jobs.c.tries + 1)
            row = tx.execute(taken.returning(jobs.c.id, jobs.c.task, jobs.c.subject, jobs.c.tries)).one_or_none()
            return Claimed(*row) if row else None

    def _note_delivery(self, tx: Connection, delivered: Delivered) -> int | None:
        """Keep the delivery as one that has been read; None where the same one is there."""
        row: dict[str, Any] = {
            "channel": delivered.channel,
            "key": delivered.key,
            "body": self.vault.seal(delivered.body),
        }
        row |= {"received_at": delivered.received_at, "read_at": delivered.received_at}
        row |= {"outcome": "accepted", "reason": ""}
        made = self.insert(deliveries).values(row).on_conflict_do_nothing(index_elements=["key"])
        found: int | None = tx.execute(made.returning(deliveries.c.id)).scalar()
        return found

    def knows(self, ref: str) -> bool:
        """Whether a message is known, whatever became of it."""
        with self.reading() as tx:
            return tx.execute(select(messages.c.id).where(messages.c.ref == ref).limit(1)).first() is not None

    def linked(self, needles: Sequence[str], limit: int = 500) -> list[tuple[int, str]]:
        """The findings whose permalink holds all of these, in any case of letters, the newest first: (id, permalink)."""
        link = func.lower(findings.c.permalink)
        holds = (link.contains(needle.lower(), autoescape=True) for needle in needles)
        held = select(findings.c.id, findings.c.permalink).where(findings.c.state != "removed", *holds)
        with self.reading() as tx:
            return [(row.id, row.permalink) for row in tx.execute(held.order_by(findings.c.id.desc()).limit(limit))]

    def put_forward(self, finding_id: int) -> None:
        """Put a finding before the reviewers that the reading alone would set aside: a person brought it."""
        aside = update(findings).where(findings.c.id == finding_id, findings.c.state == "set_aside")
        with self.writing() as tx:
            tx.execute(aside.values(state="waiting"))

    def addresses(self, viewer: Viewer, report_id: int) -> dict[int, str]:
        """By reply: the phone number or e-mail address for those that a person must send; none for a unit."""
        if viewer.role == "unit_admin":
            return {}
        stuck = select(outbox.c.id, outbox.c.contact_id).join(reports, reports.c.id == outbox.c.report_id)
        stuck = stuck.where(outbox.c.state.in_(("by_hand", "failed")), reports.c.id == report_id, may_see(viewer))
        with self.reading() as tx:
            rows = tx.execute(stuck).all()
            return {row.id: found for row in rows if (found := self.address_of(tx, row.contact_id))}

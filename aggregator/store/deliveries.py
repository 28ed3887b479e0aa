"""Deliveries: what the door keeps before anything is parsed, and the figures counted beside it."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select, update

from aggregator.store.jobs import Jobs, add_jobs
from aggregator.store.tables import counts, deliveries, jobs


@dataclass(frozen=True, slots=True)
class Delivered:
    """One raw delivery as it came over HTTP, from a file or from a poll."""

    channel: str
    body: bytes
    received_at: datetime

    @property
    def key(self) -> str:
        """SHA-256 of channel and raw body: the same bytes on the same channel are the same delivery."""
        return hashlib.sha256(self.channel.encode() + b"\0" + self.body).hexdigest()


class Deliveries(Jobs):
    """The verbs of the durable door."""

    def keep(self, batch: Sequence[Delivered], forged: Iterable[str] = ()) -> int:
        """Store a batch of deliveries in one commit and have each read; returns how many were new.

        `forged` names the channel of each delivery that was refused since the last batch: counted, not kept.
        """
        rows = {
            d.key: {
                "channel": d.channel,
                "key": d.key,
                "body": self.vault.seal(d.body),
                "received_at": d.received_at,
                "outcome": "kept",
                "reason": "",
            }
            for d in batch
        }
        with self.writing() as tx:
            new = self._insert_new(tx, list(rows.values()))
            add_jobs(self, tx, [{"task": "read", "subject": str(i), "run_at": at} for i, _, at in new])
            repeated = Counter(d.channel for d in batch)
            repeated.subtract(channel for _, channel, _ in new)
            self.count(tx, {("deliveries", f"{channel}:repeated"): n for channel, n in repeated.items() if n})
            self.count(tx, {("deliveries", f"{channel}:forged"): n for channel, n in Counter(forged).items()})
        return len(new)

    def _insert_new(self, tx: Connection, rows: list[dict[str, Any]]) -> list[tuple[int, str, datetime]]:
        if not rows:
            return []
        statement = self.insert(deliveries).on_conflict_do_nothing(index_elements=["key"])
        made = tx.execute(statement.returning(deliveries.c.id, deliveries.c.channel, deliveries.c.received_at), rows)
        return [(int(i), str(channel), at) for i, channel, at in made]

    def delivery(self, identity: int) -> Delivered | None:
        """One delivery, opened; None where it is gone (retention) or unknown."""
        with self.reading() as tx:
            row = tx.execute(select(deliveries).where(deliveries.c.id == identity)).one_or_none()
        if row is None or row.body is None:
            return None
        return Delivered(row.channel, self.vault.open(row.body), row.received_at)

    def replay(self, now: datetime) -> int:
        """Have every malformed delivery read again; returns how many."""
        malformed = select(deliveries.c.id).where(deliveries.c.outcome == "malformed", deliveries.c.body.is_not(None))
        with self.writing() as tx:
            subjects = [str(row.id) for row in tx.execute(malformed)]
            again = update(jobs).where(jobs.c.task == "read", jobs.c.subject.in_(subjects))
            tx.execute(again.values(state="ready", run_at=now, tries=0, reason=""))
        return len(subjects)

    def count(self, tx: Connection, figures: dict[tuple[str, str], int]) -> None:
        """Add to figures of /metrics as part of a transaction; keys are (name, labels joined by colons)."""
        rows = [{"name": name, "label": label, "value": n} for (name, label), n in sorted(figures.items())]
        if rows:
            statement = self.insert(counts)
            tx.execute(
                statement.on_conflict_do_update(
                    index_elements=["name", "label"], set_={"value": counts.c.value + statement.excluded.value}
                ),
                rows,
            )

    def figures(self) -> dict[str, dict[tuple[str, ...], int]]:
        """Everything that /metrics shows: name → labels → value, told from the tables."""
        with self.reading() as tx:
            told: dict[str, dict[tuple[str, ...], int]] = {}
            for name, label, value in tx.execute(select(counts)):
                told.setdefault(name, {})[tuple(label.split(":"))] = value
            grouped = select(jobs.c.task, jobs.c.state, func.count()).group_by(jobs.c.task, jobs.c.state)
            told["jobs"] = {(task, state): n for task, state, n in tx.execute(grouped)}
        return told

"""Reviewing: harvested turns wait as findings until a person, or the rule that an administrator set, decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, false, func, select, true, update

from aggregator.rules.report import NewSubmission, Viewer
from aggregator.store import jobs as job_rows
from aggregator.store.conversing import Conversing, TurnView
from aggregator.store.filing import Choose, Filed
from aggregator.store.jobs import Claimed
from aggregator.store.tables import findings, reports, turns


class DecidedError(Exception):
    """Temuan ini sudah diputuskan oleh orang lain."""


@dataclass(frozen=True, slots=True)
class NewFinding:
    """What reading a harvested turn gives review."""

    text: str
    original: str
    reading: Mapping[str, Any]
    confidence: float
    urgency: str
    supervised: bool
    sent_at: datetime
    permalink: str = ""
    set_aside: bool = False
    """The reading takes it for no report: kept a week for those who look, not put before the reviewer."""


@dataclass(frozen=True, slots=True)
class FindingView:
    """One finding as a reviewer sees it, or as `accept` needs it (`original`, `turn_id`)."""

    id: int
    turn_id: int
    channel: str
    conversation_id: int
    contact_id: int | None
    state: str
    text: str
    thread_name: str
    permalink: str
    sent_at: datetime
    received_at: datetime
    reading: dict[str, Any]
    confidence: float
    urgency: str
    supervised: bool
    decided_by: str = ""
    reason: str = ""
    original: str = ""
    author: str = ""
    """The public name, for reviewers of public places; never for a unit."""
    likely: str = ""
    """The code of the report that it is probably about."""
    likely_reasons: tuple[str, ...] = ()


class Reviewing(Conversing):
    """The verbs of review."""

    def find(self, job: Claimed, turn: TurnView, new: NewFinding | None, now: datetime) -> None:
        """Write or renew the finding of a harvested turn; None when nothing is left of it (all was removed)."""
        with self.writing() as tx:
            job_rows.finish(tx, job)
            self.close_turn(tx, turn, state="open")
            known = tx.execute(select(findings).where(findings.c.turn_id == turn.id)).one_or_none()
            if known is not None and known.state not in ("waiting", "set_aside", "removed"):
                return
            if new is None:
                if known is not None:
                    gone = update(findings).where(findings.c.id == known.id)
                    tx.execute(gone.values(state="removed", text="", original=None, contact_id=None))
                return
            row = self._finding_row(turn, new)
            if known is not None:
                tx.execute(update(findings).where(findings.c.id == known.id).values(row))
            else:
                tx.execute(self.insert(findings).values(row))

    def _finding_row(self, turn: TurnView, new: NewFinding) -> dict[str, Any]:
        return {
            "turn_id": turn.id,
            "channel": turn.channel,
            "conversation_id": turn.conversation_id,
            "contact_id": turn.contact_id,
            "state": "set_aside" if new.set_aside else "waiting",
            "text": new.text,
            "original": self.vault.seal_json({"text": new.original}),
            "thread_name": turn.thread_name,
            "permalink": new.permalink,
            "sent_at": new.sent_at,
            "received_at": turn.received_at,
            "reading": dict(new.reading),
            "confidence": new.confidence,
            "urgency": new.urgency,
            "supervised": new.supervised,
            "decided_by": "",
            "reason": "",
        }

    def findings(
        self, viewer: Viewer, state: str = "waiting", limit: int = 50, after: int | None = None
    ) -> list[FindingView]:
        """The findings that this viewer may review: danger first, then the surest; `after` pages by id."""
        order = case({"darurat": 0, "tinggi": 1}, value=findings.c.urgency, else_=2)
        wanted = select(findings).where(findings.c.state == state, may_review(viewer))
        if after is not None:
            wanted = wanted.where(findings.c.id > after)
        wanted = wanted.order_by(order, findings.c.sent_at, findings.c.id).limit(limit)
        with self.reading() as tx:
            rows = tx.execute(wanted).all()
        return [self._view(row) for row in rows]

    def finding_counts(self, viewer: Viewer) -> dict[str, int]:
        """How many findings this viewer may see, by state."""
        grouped = select(findings.c.state, func.count().label("n")).where(may_review(viewer)).group_by(findings.c.state)
        with self.reading() as tx:
            return {row.state: row.n for row in tx.execute(grouped)}

    def finding(self, viewer: Viewer, identity: int) -> FindingView | None:
        """One finding with its author's public name and original words, or None where this viewer may not see it."""
        wanted = select(findings, reports.c.code.label("likely"))
        wanted = wanted.outerjoin(reports, reports.c.id == findings.c.likely_report_id)
        with self.reading() as tx:
            row = tx.execute(wanted.where(findings.c.id == identity, may_review(viewer))).one_or_none()
            return self._view(row, whole=True, tx=tx) if row is not None else None

    def finding_of_turn(self, turn_id: int) -> int | None:
        """The finding of a turn."""
        with self.reading() as tx:
            found: int | None = tx.execute(select(findings.c.id).where(findings.c.turn_id == turn_id)).scalar()
            return found

    def _view(self, row: Any, *, whole: bool = False, tx: Connection | None = None) -> FindingView:
        view = {name: getattr(row, name) for name in _PLAIN}
        view["reading"] = row.reading or {}
        if whole and tx is not None:
            view["original"] = self.vault.open_json(row.original).get("text", "")
            view["author"] = self.name_of(tx, row.contact_id)
            view["likely"] = row.likely or ""
            view["likely_reasons"] = tuple(row.likely_reasons or ())
        return FindingView(**view)

    def accept(
        self,
        viewer: Viewer,
        identity: int,
        new: NewSubmission,
        choose: Choose,
        say: dict[str, Any],
        now: datetime,
        into: str = "",
    ) -> Filed:
        """File a finding: into the report `into` that the reviewer chose, else by rule; owes its author `say`.

        Raises DecidedError if somebody decided it before.
        """
        with self.writing() as tx:
            self._decide(tx, viewer, identity, "accepted", "", now)
            report_id = self.resolve(tx, viewer, into).id if into else None
            filed = self.file_within(tx, new, choose, now, by=viewer.name, into=report_id)
            event_id = self.last_event(tx, filed.report_id)
            told = {**say, "params": {**say.get("params", {}), "code": filed.code}}
            self.owe_notice(tx, event_id, filed.submission_id, told, now)
        return filed

    def refuse(self, viewer: Viewer, identity: int, reason: str, now: datetime) -> None:
        """Decide that a finding is no report; raises DecidedError if somebody decided it before."""
        with self.writing() as tx:
            self._decide(tx, viewer, identity, "refused", reason, now)

    def _decide(self, tx: Connection, viewer: Viewer, identity: int, state: str, reason: str, now: datetime) -> None:
        waiting = and_(findings.c.id == identity, findings.c.state.in_(("waiting", "set_aside")), may_review(viewer))
        decided = {"state": state, "decided_by": viewer.name, "decided_at": now, "reason": reason[:500]}
        turn_id = tx.execute(
            update(findings).where(waiting).values(decided).returning(findings.c.turn_id)
        ).scalar_one_or_none()
        if turn_id is None:
            raise DecidedError(DecidedError.__doc__)
        tx.execute(update(turns).where(turns.c.id == turn_id).values(state="done"))

    def suggest(self, identity: int, report_id: int | None, reasons: Sequence[str]) -> None:
        """Note the report that a finding is probably about, for the reviewer."""
        noted = update(findings).where(findings.c.id == identity)
        with self.writing() as tx:
            tx.execute(noted.values(likely_report_id=report_id, likely_reasons=list(reasons)))


_PLAIN = ("id", "turn_id", "channel", "conversation_id", "contact_id", "state", "text", "thread_name", "permalink") + (
    "sent_at",
    "received_at",
    "confidence",
    "urgency",
    "supervised",
    "decided_by",
    "reason",
)


def may_review(viewer: Viewer) -> ColumnElement[bool]:
    """Which findings a viewer may see: accusations only the inspectorate's own admin, else reviewers and administrators."""
    if viewer.role == "system":
        return true()
    if viewer.role in ("reviewer", "administrator"):
        return findings.c.supervised.is_(False)
    return findings.c.supervised.is_(True) if viewer.unit == "inspektorat" else false()

"""Filing: a submission joins the report that the rule is sure of, or opens one; what it owes is written with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from aggregator.rules.elsewhere import FORM
from aggregator.rules.report import Candidate, Match, NewSubmission
from aggregator.rules.status import STATES
from aggregator.store.asking import asking
from aggregator.store.intake import Intake
from aggregator.store.lookup import Lookup
from aggregator.store.retrieval import Retrieval
from aggregator.store.tables import events, messages, reports, submissions

Choose = Callable[[NewSubmission, Sequence[Candidate]], Match | None]


@dataclass(frozen=True, slots=True)
class Filed:
    """What became of a NewSubmission."""

    submission_id: int
    report_id: int
    code: str
    report_code: str
    joined: bool
    repeated: bool = False


class Filing(Intake, Lookup, Retrieval):
    """The verbs that other verbs file and owe with, inside their transaction."""

    def file_within(
        self, tx: Connection, new: NewSubmission, choose: Choose, now: datetime, by: str, into: int | None = None
    ) -> Filed:
        """File as part of a transaction; `into` is a person's choice of report, else `choose` decides by rule."""
        known = select(
            submissions.c.id, submissions.c.code, reports.c.id.label("report_id"), reports.c.code.label("report")
        )
        known = known.join(reports, reports.c.id == submissions.c.report_id)
        self.lock(tx, new.block)
        row = tx.execute(known.where(submissions.c.source_key == new.source_key)).first()
        if row is not None:
            return Filed(row.id, row.report_id, row.code, row.report, joined=False, repeated=True)
        match = None
        if into is None:
            match = choose(*self.compared_within(tx, new))
        known_report = self._meant(tx, new, match, into)
        joined = known_report is not None
        report_id = self._join_report(tx, known_report, new) if joined else self._open_report(tx, new, now)
        submission_id = self._insert_submission(tx, new, report_id, match, joined=joined)
        kind = "joined" if joined else "opened"
        self.note_event(tx, report_id, kind, now, by, to_status=new.status, submission_id=submission_id)
        code = tx.execute(select(reports.c.code).where(reports.c.id == report_id)).scalar_one()
        return Filed(submission_id, report_id, new.code, code, joined=joined)

    def _meant(self, tx: Connection, new: NewSubmission, match: Match | None, into: int | None) -> Any | None:
        """The report to join, held until the transaction ends: a person's choice, or what the rule is sure of.

        What became confidential or was closed while the rule decided is not joined by it.
        """
        if into is not None:
            return self.living(tx, into)
        if match is None or not match.sure or new.confidential:
            return None
        row = self.living(tx, match.report)
        return None if row.confidential or STATES[row.status].final else row

    def _open_report(self, tx: Connection, new: NewSubmission, now: datetime) -> int:
        row = {
            "code": new.report_code,
            "status": new.status,
            "came_from": "",
            "category": new.category,
            "report_class": new.report_class,
            "supervised": new.supervised,
            "urgency": new.urgency,
            "location": new.location,
            "location_name": new.location_name,
            "place": new.place,
            "block": new.block,
            "text": new.text,
            "confidential": new.confidential,
            "unit": new.unit,
            "unit_reason": new.unit_reason,
            "opened_at": new.received_at,
            "last_voice_at": new.sent_at,
            "changed_at": now,
            "verify_due": new.dues.verify,
            "follow_due": new.dues.follow,
            "due": new.dues.done,
        }
        return int(tx.execute(self.insert(reports).values(row).returning(reports.c.id)).scalar_one())

    def _join_report(self, tx: Connection, row: Any, new: NewSubmission) -> int:
        """Bring a report up to date with its new voice; returns its number."""
        graver = min(row.urgency, new.urgency, key=("darurat", "tinggi", "normal").index)
        changed: dict[str, Any] = {"last_voice_at": max(row.last_voice_at, new.sent_at), "urgency": graver}
        if new.location and (row.location is None or new.location.startswith(f"{row.location}.")):
            changed |= {"location": new.location, "location_name": new.location_name}
        if not row.place:
            changed["place"] = new.place
        if new.confidential:
            changed["confidential"] = True
        tx.execute(update(reports).where(reports.c.id == row.id).values(changed))
        return int(row.id)

    def _insert_submission(
        self, tx: Connection, new: NewSubmission, report_id: int, match: Match | None, *, joined: bool
    ) -> int:
        row = {
            "code": new.code,
            "report_id": report_id,
            "first_report_id": report_id,
            "channel": new.channel,
            "source_key": new.source_key,
            "turn_id": new.turn_id,
            "conversation_id": new.conversation_id,
            "contact_id": new.contact_id,
            "visibility": new.visibility,
            "category": new.category,
            "report_class": new.report_class,
            "supervised": new.supervised,
            "urgency": new.urgency,
            "location": new.location,
            "location_name": new.location_name,
            "place": new.place,
            "slots": dict(new.slots),
            "lat": new.point[0] if new.point else None,
            "lon": new.point[1] if new.point else None,
            "text": new.text,
            "original": self.vault.seal_json({"text": new.original}) if new.original else None,
            "thread_name": new.thread_name,
            "permalink": new.permalink,
            "sent_at": new.sent_at,
            "received_at": new.received_at,
            "reasons": list(match.reasons) if match else [],
            "score": match.score if match else None,
            "likely_report_id": match.report if match and not joined else None,
        }
        return int(tx.execute(self.insert(submissions).values(row).returning(submissions.c.id)).scalar_one())

    def note_event(
        self,
        tx: Connection,
        report_id: int,
        kind: str,
        now: datetime,
        by: str,
        *,
        from_status: str = "",
        to_status: str = "",
        note: str = "",
        submission_id: int | None = None,
    ) -> int:
        """Write one event of a report's history."""
        row = {"report_id": report_id, "kind": kind, "at": now, "by": by, "note": note, "submission_id": submission_id}
        row |= {"from_status": from_status, "to_status": to_status}
        return int(tx.execute(self.insert(events).values(row).returning(events.c.id)).scalar_one())

    def owe_notice(self, tx: Connection, event_id: int, submission_id: int, say: dict[str, Any], now: datetime) -> None:
        """Owe the notice of an event to one submission, on its own channel; a volunteer passes it on where one brought it."""
        row = tx.execute(select(submissions).where(submissions.c.id == submission_id)).one()
        if row.withdrawn_at is not None or row.removed_at is not None:
            return
        if row.channel == FORM and not self.address_of(tx, row.contact_id):
            return  # who left no contact in the form follows the code
        concerns = {
            "kind": "notice",
            "channel": row.channel,
            "submission_id": submission_id,
            "report_id": row.report_id,
        }
        concerns |= {"conversation_id": row.conversation_id, "contact_id": row.contact_id}
        concerns["status"] = say.get("params", {}).get("status", "")
        say = asking(tx, row, say)
        if row.relay_id is not None:
            concerns |= {"conversation_id": row.relay_id, "contact_id": self._relayer(tx, row.relay_id)}
            say = _to_pass_on(say, row)
        self.owe(tx, f"notice:{event_id}:{submission_id}", say, concerns, now)

    def _relayer(self, tx: Connection, conversation_id: int) -> int | None:
        """Who wrote last in a volunteer's conversation."""
        wrote = select(messages.c.contact_id).where(messages.c.conversation_id == conversation_id)
        last = wrote.where(messages.c.contact_id.is_not(None)).order_by(messages.c.id.desc()).limit(1)
        return tx.execute(last).scalar_one_or_none()


def _to_pass_on(say: dict[str, Any], row: Any) -> dict[str, Any]:
    """A notice as a volunteer reads it; of an accusation or a confidential complaint no officer's words go to a group."""
    params = {**say.get("params", {}), "group": row.thread_name}
    if row.supervised or row.visibility == "rahasia":
        params["note"] = ""
    return {**say, "key": f"pass_on+{say['key']}", "params": params, "relayed": True}

"""Reviewing: harvested turns wait as findings until a person, or the rule that an administrator set, decides."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, exists, func, select, true, update

from aggregator.rules.report import NewSubmission, Viewer
from aggregator.store.filing import Choose, Filed
from aggregator.store.findings import NewFinding
from aggregator.store.handshakes import Invitation
from aggregator.store.jobs import Claimed
from aggregator.store.lookup import CannotJoinError
from aggregator.store.rewording import Rewording
from aggregator.store.tables import events, findings, messages, reports, submissions, turns
from aggregator.store.turns import TurnView


class DecidedError(Exception):
    """Temuan ini sudah diputuskan oleh orang lain."""


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
    relay_id: int | None = None
    """The conversation of the volunteer who passed it on, and passes answers on."""
    about_submission_id: int | None = None
    """The submission to which it answers in private: accepting adds its words there."""
    original: str = ""
    author: str = ""
    """The public name, for reviewers of public places; never for a unit."""
    text_print: str = ""
    """The keyed hash of the words as they were captured."""
    taken_over: bool = False
    """Its author took it over in a conversation with the bot; who that is there, stands nowhere here."""


class Reviewing(Rewording):
    """The verbs of review."""

    def find(self, job: Claimed, turn: TurnView, new: NewFinding | None) -> None:
        """Write or renew the finding of a harvested turn; None when nothing is left of it (all was removed)."""
        with self.writing() as tx:
            self.close_turn(tx, job, turn, state="open")
            known = tx.execute(select(findings).where(findings.c.turn_id == turn.id)).one_or_none()
            if known is not None and known.state not in ("waiting", "set_aside", "removed"):
                self._reword_answer(tx, known, new.text if new else "")
                self.reword_finding(tx, turn.id, new.text if new else "", new.original if new else "")
                return
            if new is None:
                if known is not None:
                    self.reword_finding(tx, turn.id, "", "")
                    tx.execute(update(findings).where(findings.c.id == known.id).values(state="removed"))
                return
            self.insert_finding(tx, turn.id, new, turn.received_at)

    def findings(self, viewer: Viewer, state: str = "waiting", limit: int = 50) -> list[FindingView]:
        """The findings that this viewer may review: danger first, then the oldest."""
        order = case({"darurat": 0, "tinggi": 1}, value=findings.c.urgency, else_=2)
        wanted = _SEEN.where(findings.c.state == state, may_review(viewer))
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
        with self.reading() as tx:
            row = tx.execute(_SEEN.where(findings.c.id == identity, may_review(viewer))).one_or_none()
            return self._whole(tx, viewer, row) if row is not None else None

    def ref_of(self, channel: str, account: str, thread: str, external_id: str) -> str:
        """How the messages table knows a platform's message."""
        return self.vault.fingerprint(channel, account, thread, external_id)

    def finding_of(self, ref: str) -> int | None:
        """The finding in which a message stands."""
        turn_id = select(messages.c.turn_id).where(messages.c.ref == ref).limit(1).scalar_subquery()
        with self.reading() as tx:
            found: int | None = tx.execute(select(findings.c.id).where(findings.c.turn_id == turn_id)).scalar()
            return found

    def code_of(self, ref: str) -> str | None:
        """The code of the submission that was filed from a message's turn."""
        turn_id = select(messages.c.turn_id).where(messages.c.ref == ref).limit(1).scalar_subquery()
        with self.reading() as tx:
            code: str | None = tx.execute(select(submissions.c.code).where(submissions.c.turn_id == turn_id)).scalar()
            return code

    def _view(self, row: Any, original: str = "", author: str = "") -> FindingView:
        view = {name: getattr(row, name) for name in _PLAIN}
        return FindingView(**view, reading=row.reading or {}, original=original, author=author)

    def _whole(self, tx: Connection, viewer: Viewer, row: Any) -> FindingView:
        author = "" if viewer.role == "unit_admin" else self.name_of(tx, row.contact_id)
        return self._view(row, self.vault.open_json(row.original).get("text", ""), author)

    def accept(
        self,
        viewer: Viewer,
        identity: int,
        new: NewSubmission,
        choose: Choose,
        say: dict[str, Any],
        now: datetime,
        into: str = "",
        invitation: Invitation | None = None,
    ) -> Filed:
        """File a finding: into the report `into` that the reviewer chose, else by rule; owes its author `say`.

        With an invitation it owes its author the private reply with the link to take it over, too. Raises DecidedError if somebody decided it before, CannotJoinError for an accusation into an ordinary report or
        the other way round, and for a report that was withdrawn.
        """
        with self.writing() as tx:
            decided = self._decide(tx, viewer, identity, "accepted", "", now)
            chosen = self.resolve(tx, viewer, into) if into else None
            if chosen is not None and (chosen.supervised != new.supervised or chosen.status == "withdrawn"):
                raise CannotJoinError(CannotJoinError.__doc__)
            report_id = chosen.id if chosen is not None else None
            filed = self.file_within(tx, new, choose, now, by=viewer.name, into=report_id)
            brought = update(submissions).where(submissions.c.id == filed.submission_id)
            tx.execute(brought.values(relay_id=decided.relay_id))
            event_id = self.last_event(tx, filed.report_id)
            told = {**say, "params": {**say.get("params", {}), "code": filed.code}}
            self.owe_notice(tx, event_id, filed.submission_id, told, now)
            if invitation is not None:
                self.invite(tx, event_id, filed.submission_id, invitation, now)
        return filed

    def add_answer(self, viewer: Viewer, identity: int, now: datetime) -> Filed:
        """Add the words of a private answer to the submission that it is about; raises DecidedError like `accept`."""
        with self.writing() as tx:
            finding = self._decide(tx, viewer, identity, "accepted", "", now)
            self.hold_voice(tx, finding.about_submission_id)
            row = tx.execute(_VOICE.where(submissions.c.id == finding.about_submission_id)).one()
            noted = {"note": finding.text, "submission_id": row.id}
            self.note_event(tx, row.report_id, "added", now, viewer.name, **noted)
            if row.removed_at is None and row.withdrawn_at is None:
                self.add_media(tx, finding.turn_id, row.id)
                longer = f"{row.text}\n{finding.text}".strip()
                tx.execute(update(submissions).where(submissions.c.id == row.id).values(text=longer))
        return Filed(row.id, row.report_id, row.code, row.report_code, joined=True)

    def _reword_answer(self, tx: Connection, known: Any, text: str) -> None:
        """Have words that were added to a submission follow their author's edit or removal of them."""
        voice = submissions.c.id == known.about_submission_id
        if known.about_submission_id is None or known.state != "accepted" or not known.text:
            return
        row = self.hold_voice(tx, known.about_submission_id)
        told = row.text.replace(f"\n{known.text}", f"\n{text}" if text else "", 1)
        tx.execute(update(submissions).where(voice).values(text=told))
        added = events.c.submission_id == known.about_submission_id, events.c.kind == "added"
        tx.execute(update(events).where(*added, events.c.note == known.text).values(note=text))
        self.retell(tx, row.report_id)

    def answered(self, viewer: Viewer, identity: int) -> Any | None:
        """The submission to which a finding answers in private, with the code of its report; None where it is none."""
        about = select(findings.c.about_submission_id).where(findings.c.id == identity, may_review(viewer))
        with self.reading() as tx:
            return tx.execute(_VOICE.where(submissions.c.id == about.scalar_subquery())).one_or_none()

    def refuse(self, viewer: Viewer, identity: int, reason: str, now: datetime) -> None:
        """Decide that a finding is no report; raises DecidedError if somebody decided it before."""
        with self.writing() as tx:
            self._decide(tx, viewer, identity, "refused", reason, now)

    def _decide(self, tx: Connection, viewer: Viewer, identity: int, state: str, reason: str, now: datetime) -> Any:
        """Decide a finding, and give its row."""
        waiting = and_(findings.c.id == identity, findings.c.state.in_(("waiting", "set_aside")), may_review(viewer))
        decided = {"state": state, "decided_by": viewer.name, "decided_at": now, "reason": reason[:500]}
        row = tx.execute(update(findings).where(waiting).values(decided).returning(findings)).one_or_none()
        if row is None:
            raise DecidedError(DecidedError.__doc__)
        tx.execute(update(turns).where(turns.c.id == row.turn_id).values(state="done"))
        return row


_TAKEN_OVER = exists().where(submissions.c.turn_id == findings.c.turn_id, submissions.c.taken_over_at.is_not(None))
_SEEN = select(findings, _TAKEN_OVER.label("taken_over"))
_VOICE = select(submissions, reports.c.code.label("report_code")).join(reports, reports.c.id == submissions.c.report_id)


_PLAIN = tuple(field.name for field in fields(FindingView) if field.name not in ("reading", "original", "author"))


def may_review(viewer: Viewer) -> ColumnElement[bool]:
    """Which findings a viewer may see: an accusation only the unit it would be routed to, else reviewers and administrators."""
    if viewer.role == "system":
        return true()
    if viewer.role in ("reviewer", "administrator"):
        return findings.c.supervised.is_(False)
    return and_(findings.c.supervised.is_(True), findings.c.unit == viewer.unit)

"""The job "turn" of everything harvested, and the desk where people decide: review, moves, joins and splits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from aggregator.pipeline.echoing import as_echo
from aggregator.pipeline.filing import Filer, Origin
from aggregator.pipeline.hearing import media_words, whole_text
from aggregator.rules import match
from aggregator.rules.report import Correction, Match, NewSubmission, Viewer
from aggregator.rules.status import STATES
from aggregator.store.filing import Filed
from aggregator.store.handshakes import Invitation
from aggregator.store.jobs import Claimed
from aggregator.store.reviewing import DecidedError, FindingView
from aggregator.store.store import Store
from aggregator.store.turns import TurnView
from nlu.base import Engine, Extraction


@dataclass(frozen=True, slots=True)
class Reviewer:
    """Puts harvested turns to review, and carries out what people decide (the console's desk)."""

    store: Store
    engine: Engine
    filer: Filer
    clock: Callable[[], datetime]
    at: Callable[[str], None]
    link_for: timedelta = timedelta(days=14)
    """How long the link holds by which an author may take over what was accepted."""

    def put(self, job: Claimed, turn: TurnView) -> None:
        """Read a harvested turn and write its finding; after an edit of something filed, bring that up to date."""
        text = whole_text(turn.messages)
        read = self.engine.read(text, turn.thread_name, self.filer.region.code)
        masked = self.filer.mask(text, read.personal_data)
        now = self.clock()
        if turn.submission_id is not None:
            self.store.refresh(job, turn, masked, text, now)
            return
        left = [m for m in turn.messages if not m.removed]
        echo = as_echo(self.store, turn, text, read)
        read = echo or read
        new = self.filer.finding(text or media_words(left), read, left[0].sent_at, left[0].permalink) if left else None
        if new is not None and echo is not None:
            new = replace(new, set_aside=False)
        if new is not None and turn.about_submission_id is not None:
            about = {"about_submission_id": turn.about_submission_id, "thread_name": "jawaban pribadi"}
            new = replace(new, set_aside=False, **about)  # type: ignore[arg-type]
        self.at("turn read")
        self.store.find(job, turn, new)
        self.at("turn answered")

    def accept(self, viewer: Viewer, finding_id: int, correction: Correction, into: str = "") -> Filed:
        """File a finding as a reviewer read it, by rule or into the report `into`; raises DecidedError.

        A private answer is no complaint of its own: its words are added, unless the reviewer names another report.
        """
        finding, new = self._draft(viewer, finding_id, correction)
        answers = finding.about_submission_id is not None
        if answers and not into:
            return self.store.add_answer(viewer, finding_id, self.clock())
        private = "" if answers else _PRIVATE.get(finding.channel, "")
        invitation = Invitation(private, self.clock() + self.link_for) if private else None
        say: dict[str, Any] = {
            "key": "accepted_group" if finding.channel in _GROUPS else "accepted_public",
            "params": {},
        }
        return self.store.accept(viewer, finding_id, new, self.filer.choose, say, self.clock(), into, invitation)

    def refuse(self, viewer: Viewer, finding_id: int, reason: str) -> None:
        """Decide that a finding is no report; raises DecidedError."""
        self.store.refuse(viewer, finding_id, reason, self.clock())

    def suggestions(self, viewer: Viewer, finding_id: int, limit: int = 3) -> list[tuple[Any, Match]]:
        """The reports that a finding is probably about, the likeliest first."""
        finding, new = self._draft(viewer, finding_id, Correction())
        if finding.about_submission_id is not None:
            return []
        new, candidates = self.store.compared(new)
        found = match.showing(new.traits, candidates, self.filer.settings)[:limit]
        candidates = [c for c in candidates if c.report not in {near.report for near in found}]
        while len(found) < limit:
            near = match.nearest(new.traits, candidates, self.filer.settings)
            if near is None:
                break
            found.append(near)
            candidates = [c for c in candidates if c.report != near.report]
        rows = self.store.reports_by_id(viewer, [near.report for near in found])
        return [(rows[near.report], near) for near in found if near.report in rows]

    def move(self, viewer: Viewer, code: str, to: str, note: str) -> Any:
        """Change a report's status; its voices are told unless the state is not told. Raises MoveRefusedError."""
        return self.store.move(viewer, code, to, note, notice, self.clock(), told=is_told(to))

    def join(self, viewer: Viewer, code: str, into: str) -> Any:
        """Join one report to another as the same problem."""
        return self.store.join(viewer, code, into, self.clock())

    def split(self, viewer: Viewer, submission_code: str) -> Any:
        """Take one voice out of its report."""
        return self.store.split(viewer, submission_code, self.filer.region.code_prefix, self.clock())

    def regroup(self, viewer: Viewer, submission_code: str, into: str) -> Any:
        """Move one voice to another report."""
        return self.store.regroup(viewer, submission_code, into, self.clock())

    def undo(self, viewer: Viewer, event_id: int) -> Any:
        """Take back a join, split or move by its event; the report that its voices went back to."""
        return self.store.undo(viewer, event_id, self.clock())

    def assign(self, viewer: Viewer, code: str, unit: str, reason: str) -> None:
        """Give a report to another unit."""
        self.store.assign(viewer, code, unit, reason, self.clock())

    def _draft(self, viewer: Viewer, finding_id: int, correction: Correction) -> tuple[FindingView, NewSubmission]:
        finding = self.store.finding(viewer, finding_id)
        if finding is None:
            raise DecidedError(DecidedError.__doc__)
        read = self.filer.corrected(Extraction.from_record(finding.reading), correction)
        origin = Origin(
            channel=finding.channel,
            source_key=f"turn:{finding.turn_id}",
            sent_at=finding.sent_at,
            received_at=self.clock(),
            conversation_id=finding.conversation_id,
            contact_id=finding.contact_id,
            turn_id=finding.turn_id,
            permalink=finding.permalink,
            thread_name=finding.thread_name,
        )
        text = finding.original or finding.text
        return finding, self.filer.make(text, replace(read, is_report=True), origin)


_PRIVATE = dict.fromkeys(("facebook", "instagram"), "private_noted+private_ways")
_PRIVATE |= dict.fromkeys(("telegram", "whatsapp"), "private_noted_group+private_ways")
"""What the author is told in private, once, by the channel on which it was said (the wording's key)."""
_GROUPS = ("telegram", "whatsapp", "whatsapp_export")


def is_told(status: str) -> bool:
    """Whether citizens are told when a report reaches this state."""
    return status in STATES and STATES[status].told


def notice(code: str, status: str, note: str) -> dict[str, Any]:
    """What a voice is told of a move, as it is stored until it is sent."""
    return {"key": f"status_{status}", "params": {"code": code, "status": status, "note": note}}

"""Offering: photos mostly come after the words were filed; then a person is shown the report that shows the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection, select, update

from aggregator.rules.report import Candidate, Match, Traits, Viewer
from aggregator.store.jobs import Claimed, finish
from aggregator.store.retrieval import MATCH_WITHIN, traits_of
from aggregator.store.showing import Showing
from aggregator.store.tables import attachments, messages, reports, submissions, turns

Showings = Callable[[Traits, Sequence[Candidate]], Sequence[Match]]
"""The reports that show a photo of a voice, the likeliest first."""
_ELSEWHERE = "foto sama dengan laporan lain"


class Offering(Showing):
    """The verbs of what is offered after filing; nothing is joined by them."""

    def offer_alike(self, job: Claimed, judge: Showings) -> None:
        """Note for each voice that a new photo (an attachment, the job's subject) belongs to which report shows the same."""
        photo = select(attachments.c.submission_id, messages.c.turn_id)
        photo = photo.join(messages, messages.c.id == attachments.c.message_id)
        photo = photo.where(attachments.c.id == int(job.subject), attachments.c.state == "kept")
        with self.writing() as tx:
            finish(tx, job)
            row = tx.execute(photo).one_or_none()
            if row is None:
                return
            # Whoever files from this turn holds its row, and sees the photo or has its voice seen by us.
            tx.execute(select(turns.c.id).where(turns.c.id == row.turn_id).with_for_update())
            for voice in tx.execute(_voices(row.submission_id, row.turn_id)).all():
                self._offer(tx, voice, judge)

    def _offer(self, tx: Connection, voice: Any, judge: Showings) -> None:
        photos = self.photos_of_voice(tx, voice)
        shown = self.alike(tx, voice.block, photos, voice.sent_at - MATCH_WITHIN, voice.turn_id)
        others = [one for one in self.showing(tx, shown) if one.report != voice.report_id]
        for match in judge(traits_of(voice, photos), others)[:1]:
            offered: dict[str, Any] = {"likely_report_id": match.report}
            if _came_by_rule(voice):
                offered["reasons"] = list(dict.fromkeys([*voice.reasons, _ELSEWHERE]))
            else:
                offered |= {"reasons": list(match.reasons), "score": match.score}
            tx.execute(update(submissions).where(submissions.c.id == voice.id).values(offered))

    def likely(self, viewer: Viewer, voices: Sequence[dict[str, Any]]) -> dict[int, Any]:
        """By voice of a report: the other report that it may belong to, as far as this viewer may see it."""
        ids = [voice["likely_report_id"] for voice in voices if voice["likely_report_id"] is not None]
        rows = self.reports_by_id(viewer, ids) if ids else {}
        found = ((voice, rows.get(voice["likely_report_id"])) for voice in voices)
        return {
            voice["id"]: row
            for voice, row in found
            if row is not None and row.merged_into is None and row.id != voice["report_id"]
        }


def _voices(submission_id: int | None, turn_id: int | None) -> Any:
    """The living voices of a photo that are neither confidential nor an accusation."""
    s, r = submissions.c, reports.c
    voices = select(submissions, r.block).join(reports, r.id == s.report_id)
    voices = voices.where(s.id == submission_id if submission_id is not None else s.turn_id == turn_id)
    voices = voices.where(r.confidential.is_(False), r.supervised.is_(False), s.supervised.is_(False))
    return voices.where(s.visibility != "rahasia", s.withdrawn_at.is_(None), s.removed_at.is_(None)).limit(10)


def _came_by_rule(voice: Any) -> bool:
    """Whether its reasons say why it was joined: they stay."""
    return voice.likely_report_id is None and bool(voice.reasons)

"""Hiding: citizens change who may know of their own complaint after it was filed; a confidential voice stands alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from aggregator.rules.report import Visibility
from aggregator.store.carrying import ACT
from aggregator.store.digests import Digests
from aggregator.store.tables import events, reports, submissions

_STAY = ("opened", "joined", "split", "merged", "regrouped", "undone", "carried")
"""Events that tell how a report came to its voices; what else is told of a voice, in its own words, goes with it."""


@dataclass(frozen=True, slots=True)
class Hide:
    """A citizen has an own submission hidden, or shown again; `report_code` is for a report that is opened."""

    code: str
    visibility: Visibility
    report_code: str


class Hiding(Digests):
    """The verb by which citizens hide what they filed."""

    def hide_within(self, tx: Connection, deed: Hide, row: Any, now: datetime) -> None:
        """Change who may know of a submission, a row of its table, and note it where it stands from now on.

        What becomes confidential leaves a report that others speak in: its words go with it, and nothing there tells where.
        """
        block = tx.execute(select(reports.c.block).where(reports.c.id == row.report_id)).scalar_one()
        for name in (block, ACT):  # nobody joins the report, or takes voices from it, meanwhile
            self.lock(tx, name)
        voice = self.hold_voice(tx, row.id)
        if voice.visibility == deed.visibility:
            return
        own = update(submissions).where(submissions.c.id == voice.id)
        tx.execute(own.values(visibility=deed.visibility))
        home = voice.report_id
        if deed.visibility == "rahasia" and not self._stands_alone(tx, voice):
            home = self._leave(tx, voice, deed.report_code, now)
        self.sum_up(tx, home)
        self.note_event(tx, home, "visibility", now, voice.channel, note=deed.visibility, submission_id=voice.id)

    def _stands_alone(self, tx: Connection, voice: Any) -> bool:
        """Whether nobody else speaks in a voice's report, or only those who are confidential too."""
        report = tx.execute(select(reports).where(reports.c.id == voice.report_id)).one()
        others = select(submissions.c.id).where(submissions.c.report_id == report.id, submissions.c.id != voice.id)
        return report.confidential or tx.execute(others.limit(1)).first() is None

    def _leave(self, tx: Connection, voice: Any, code: str, now: datetime) -> int:
        """Take a voice, and what was said of it, into a report of its own; the number of that report."""
        left = self.living(tx, voice.report_id)
        home = int(self.copy(tx, left, voice, code, now).id)
        there: dict[str, Any] = {
            "report_id": home,
            "first_report_id": home,
            "likely_report_id": None,
            "reasons": [],
            "score": None,
        }
        tx.execute(update(submissions).where(submissions.c.id == voice.id).values(there))
        told = update(events).where(events.c.submission_id == voice.id, events.c.kind.not_in(_STAY))
        tx.execute(told.where(events.c.report_id == left.id).values(report_id=home))
        self.note_event(tx, home, "opened", now, voice.channel, to_status=left.status, submission_id=voice.id)
        self.note_event(tx, left.id, "withheld", now, voice.channel)
        for report_id in {left.id, voice.first_report_id or left.id}:
            self._forget(tx, report_id, voice)
        return home

    def _forget(self, tx: Connection, report_id: int, voice: Any) -> None:
        """A report's words and place are its first remaining voice's."""
        self.sum_up(tx, report_id)
        first = select(submissions).where(submissions.c.report_id == report_id).order_by(submissions.c.id).limit(1)
        row = tx.execute(first).one_or_none()
        told = {name: getattr(row, name) for name in ("place", "location", "location_name")} if row else {"place": ""}
        place = update(reports).where(reports.c.id == report_id, reports.c.place == voice.place)
        tx.execute(place.values(told))

"""Corrections: what people decided of readings in review, for the engine to learn from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, or_, select

from aggregator.rules.report import SYSTEM
from aggregator.store.polls import Polls
from aggregator.store.tables import findings, messages, reports, submissions


@dataclass(frozen=True, slots=True)
class Decided:
    """One finding that a person decided: its words with personal data masked, what was read, and what it is.

    Where it was refused (no report) `accepted` is false and all that follows is empty.
    """

    text: str
    reading: Mapping[str, Any]
    """As `Extraction.as_record` makes it; empty where it is no longer kept."""
    accepted: bool
    category: str = ""
    report_class: str = ""
    urgency: str = ""
    supervised: bool = False
    location: str = ""
    """A region code."""
    place: str = ""

    @property
    def corrected(self) -> bool:
        """Whether the decision differs from what the engine had read of the report, its kind or its urgency."""
        read = self.reading
        was = (read.get("category"), read.get("class"), read.get("urgency"), bool(read.get("supervised")))
        decided = (self.category, self.report_class, self.urgency, self.supervised)
        told = bool(read.get("is_report"))
        return told != self.accepted or (self.accepted and was != decided)


class Corrections(Polls):
    """The verb of learning."""

    def decided(self) -> list[Decided]:
        """What people accepted or refused, in the order in which it came.

        Nothing of an accusation or of a report that is `rahasia`: who may train the engine may not read those, and its
        words would stand in a file and, one by one, in the model. Nothing either of private answers, of what was removed,
        withdrawn, erased or changed at its source after it was decided, nor of what no person decided.
        """
        f, s = findings.c, submissions.c
        columns = select(f.text, f.reading, f.state, s.category, s.report_class, s.urgency, s.location, s.place)
        columns = columns.outerjoin(submissions, s.turn_id == f.turn_id)
        columns = columns.outerjoin(reports, reports.c.id == s.report_id)
        wanted = columns.where(f.text != "", f.decided_by.not_in(("", SYSTEM.name)), f.about_submission_id.is_(None))
        wanted = wanted.where(or_(_refused(), _accepted()), ~_changed_since())
        with self.reading() as tx:
            return [_decided(row) for row in tx.execute(wanted.order_by(f.id))]


def _refused() -> ColumnElement[bool]:
    return and_(findings.c.state == "refused", findings.c.supervised.is_(False))


def _accepted() -> ColumnElement[bool]:
    """Accepted and still standing; that it was read as an accusation does not count where who reviews those found none."""
    s, r = submissions.c, reports.c
    standing = s.removed_at.is_(None), s.withdrawn_at.is_(None), s.visibility != "rahasia", s.supervised == false()
    return and_(findings.c.state == "accepted", *standing, r.supervised == false(), r.confidential == false())


def _changed_since() -> ColumnElement[bool]:
    """Whether its author took back any of it, or wrote it anew after it was decided."""
    m = messages.c
    edited = and_(m.kind == "edit", m.received_at > findings.c.decided_at)
    return exists().where(m.turn_id == findings.c.turn_id, or_(m.removed_at.is_not(None), m.kind == "removal", edited))


def _decided(row: Any) -> Decided:
    if row.state == "refused":
        return Decided(row.text, row.reading or {}, accepted=False)
    return Decided(
        text=row.text,
        reading=row.reading or {},
        accepted=True,
        category=row.category,
        report_class=row.report_class,
        urgency=row.urgency,
        location=row.location or "",
        place=row.place,
    )

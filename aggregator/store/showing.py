"""Showing: the files of findings and reports, for those who may see what they belong to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, select

from aggregator.rules.report import Viewer
from aggregator.store.lookup import may_see
from aggregator.store.retention import Retention
from aggregator.store.reviewing import may_review
from aggregator.store.tables import attachments, findings, messages, reports, submissions


@dataclass(frozen=True, slots=True)
class AttachmentView:
    """One file as a viewer sees it; where `state` is kept, its bytes lie under `name`."""

    id: int
    kind: str
    state: str
    """owed | kept | refused | gone."""
    reason: str
    mime: str
    size: int
    name: str


class Showing(Retention):
    """The verbs that show files. What its author removed is not shown, not even as gone."""

    def files_of_finding(self, viewer: Viewer, finding_id: int) -> list[AttachmentView]:
        """The files of a finding, in order."""
        turn = select(findings.c.turn_id).where(findings.c.id == finding_id, may_review(viewer))
        with self.reading() as tx:
            return _newest(tx, messages.c.turn_id.in_(turn))

    def files_of_report(self, viewer: Viewer, report_id: int) -> dict[int, list[AttachmentView]]:
        """The files of each submission of a report, by the submission's number."""
        voices = select(submissions.c.id, submissions.c.turn_id).join(reports, reports.c.id == submissions.c.report_id)
        voices = voices.where(submissions.c.report_id == report_id, may_see(viewer))
        with self.reading() as tx:
            return {
                row.id: _newest(tx, (messages.c.turn_id == row.turn_id) | (attachments.c.submission_id == row.id))
                for row in tx.execute(voices).all()
            }

    def file(self, viewer: Viewer, attachment_id: int) -> AttachmentView | None:
        """One file that is kept, None where there is none or this viewer may not see it."""
        reviewed = select(findings.c.turn_id).where(may_review(viewer))
        filed = select(submissions).join(reports, reports.c.id == submissions.c.report_id).where(may_see(viewer))
        filed_from = messages.c.turn_id.in_(filed.with_only_columns(submissions.c.turn_id))
        added = attachments.c.submission_id.in_(filed.with_only_columns(submissions.c.id))
        seen = messages.c.turn_id.in_(reviewed) | filed_from | added
        one = _shown().where(attachments.c.id == attachment_id, attachments.c.state == "kept", seen)
        with self.reading() as tx:
            row = tx.execute(one).one_or_none()
        return _view(row) if row is not None else None


def _shown() -> Select[Any]:
    columns = select(attachments, messages.c.ref.label("message"), messages.c.kind.label("sort"), messages.c.sent_at)
    columns = columns.join(messages, messages.c.id == attachments.c.message_id)
    return columns.where(messages.c.removed_at.is_(None))


def _newest(tx: Connection, whose: ColumnElement[bool]) -> list[AttachmentView]:
    """The files of messages, each in the newest edition that has any (an edit may bring another picture)."""
    editions: dict[str, tuple[Any, list[Any]]] = {}
    for row in tx.execute(_shown().where(whose).order_by(messages.c.sent_at, messages.c.id, attachments.c.n)):
        edition = (row.sort == "edit", row.sent_at, row.message_id)
        newest, files = editions.get(row.message, (edition, []))
        if edition >= newest:
            editions[row.message] = (edition, [*files, row] if edition == newest else [row])
    return [_view(row) for _, files in editions.values() for row in files]


def _view(row: Any) -> AttachmentView:
    return AttachmentView(row.id, row.kind, row.state, row.reason, row.mime, row.size, row.name)

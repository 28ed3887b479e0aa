"""Look-ups that verbs share: the report that a code means for a viewer, a contact's public name."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select, true

from aggregator.rules.report import Viewer
from aggregator.store.database import Database
from aggregator.store.tables import contacts, events, reports, submissions


class UnknownCodeError(Exception):
    """Kode ini tidak ditemukan."""


class CannotJoinError(Exception):
    """Laporan ini tidak dapat digabungkan."""


class Lookup(Database):
    """Look-ups inside a transaction."""

    def resolve(self, tx: Connection, viewer: Viewer, code: str, *, lock: bool = False) -> Any:
        """The report that a code means, as part of a transaction; raises UnknownCodeError if this viewer may not see it."""
        by_voice = select(submissions.c.report_id).where(submissions.c.code == code)
        chain = select(reports.c.id, reports.c.merged_into).where(reports.c.code == code).cte("chain", recursive=True)
        step = select(reports.c.id, reports.c.merged_into).join(chain, chain.c.merged_into == reports.c.id)
        chain = chain.union(step)
        by_code = select(chain.c.id).where(chain.c.merged_into.is_(None))
        wanted = select(reports).where(
            and_(or_(reports.c.id.in_(by_voice), reports.c.id.in_(by_code)), may_see(viewer))
        )
        row = tx.execute(wanted.with_for_update() if lock else wanted).first()
        if row is None:
            raise UnknownCodeError(UnknownCodeError.__doc__)
        if lock and row.merged_into is not None:  # while we waited for the lock
            return self.resolve(tx, viewer, code, lock=True)
        return row

    def living(self, tx: Connection, report_id: int) -> Any:
        """A report held until the transaction ends, or the one that it was merged into."""
        row = tx.execute(select(reports).where(reports.c.id == report_id).with_for_update()).one()
        return row if row.merged_into is None else self.living(tx, row.merged_into)

    def hold_voice(self, tx: Connection, submission_id: int) -> Any:
        """A submission whose report is held until the transaction ends: what is noted there meets it where it stands."""
        where = select(submissions.c.report_id).where(submissions.c.id == submission_id)
        held = None
        while (report_id := tx.execute(where).scalar_one()) != held:  # somebody took it elsewhere while we waited
            held = self.living(tx, report_id).id
        return tx.execute(select(submissions).where(submissions.c.id == submission_id)).one()

    def last_event(self, tx: Connection, report_id: int) -> int:
        """The newest event of a report."""
        return int(tx.execute(select(func.max(events.c.id)).where(events.c.report_id == report_id)).scalar_one())

    def name_of(self, tx: Connection, contact_id: int | None) -> str:
        """A contact's public name; empty where it is unknown or erased."""
        if contact_id is None:
            return ""
        sealed = tx.execute(select(contacts.c.identity).where(contacts.c.id == contact_id)).scalar_one_or_none()
        identity = self.vault.open_json(sealed)
        return str(identity.get("name") or identity.get("username") or "")

    def address_of(self, tx: Connection, contact_id: int | None) -> str:
        """The phone number or e-mail address by which a person can reach a contact; empty without one."""
        if contact_id is None:
            return ""
        sealed = tx.execute(select(contacts.c.identity).where(contacts.c.id == contact_id)).scalar_one_or_none()
        identity = self.vault.open_json(sealed)
        named = str(identity.get("id") or "")
        return str(identity.get("phone") or (named if "@" in named else ""))


def may_see(viewer: Viewer) -> ColumnElement[bool]:
    """Which reports a viewer may see: a unit its own; an accusation only the unit that it was routed to."""
    if viewer.role == "system":
        return true()
    if viewer.role == "unit_admin":
        return reports.c.unit == viewer.unit
    return reports.c.supervised.is_(False)

"""Alike: the photos that voices show, and which voices of a kabupaten show the same; bounded, by index."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Subquery, select, true, union

from aggregator.rules.blocks import blocks_of
from aggregator.rules.photo import shared
from aggregator.store.database import Database
from aggregator.store.tables import attachments, messages, reports, submissions

NEWEST, OF_REPORT, PHOTOS = 400, 50, 2_000
"""At most so many reports of each block, photos of one of them (PostgreSQL), and photos in all."""


class Alike(Database):
    """Looks photos up inside a transaction. Those of confidential voices and accusations are never compared."""

    def photos_of_turn(self, tx: Connection, turn_id: int | None) -> tuple[int, ...]:
        """The fingerprints of a turn's photos that are kept."""
        return self._photos(tx, messages.c.turn_id == turn_id) if turn_id is not None else ()

    def photos_of_voice(self, tx: Connection, voice: Any) -> tuple[int, ...]:
        """The same of a submission's row, with what was added to it."""
        added = self._photos(tx, attachments.c.submission_id == voice.id)
        return (*self.photos_of_turn(tx, voice.turn_id), *added)

    def alike(
        self, tx: Connection, block: str, photos: Sequence[int], since: datetime, own_turn: int | None
    ) -> dict[int, tuple[int, ...]]:
        """By submission: the photos of voices of the block's kabupaten that show one of these.

        What was filed from the same turn is left out: who tells of two problems at once shows both the same photos.
        """
        if not photos:
            return {}
        rows = (
            row
            for row in tx.execute(alike_query(block, since, lateral=self.postgres))
            if own_turn is None or row.turn_id != own_turn
        )
        shown: dict[int, list[int]] = defaultdict(list)
        for row in rows:
            shown[row.id].append(int(row.photo, 16))
        return {voice: tuple(theirs) for voice, theirs in shown.items() if shared(photos, theirs)}

    def _photos(self, tx: Connection, *whose: ColumnElement[bool]) -> tuple[int, ...]:
        columns = select(attachments.c.photo).join(messages, messages.c.id == attachments.c.message_id)
        rows = tx.execute(columns.where(*_SHOWN, *whose).order_by(attachments.c.id).limit(50)).scalars()
        return tuple(int(photo, 16) for photo in rows)


def alike_query(block: str, since: datetime, *, lateral: bool) -> Select[Any]:
    """The statement: photos of the voices of the newest reports in all blocks of a kabupaten.

    PostgreSQL needs LATERAL to go by index from report to report, SQLite has none and goes so by itself.
    """
    near = _near({block, *blocks_of(block[:5])}, since)
    of_turn = _VOICE.join(messages, messages.c.turn_id == submissions.c.turn_id)
    of_turn = of_turn.join(attachments, attachments.c.message_id == messages.c.id)
    added = _VOICE.join(attachments, attachments.c.submission_id == submissions.c.id)
    added = added.join(messages, messages.c.id == attachments.c.message_id)
    arms = (told.where(submissions.c.report_id == near.c.id, *_COMPARABLE, *_SHOWN) for told in (of_turn, added))
    if lateral:
        shown = [arm.correlate(near).limit(OF_REPORT).lateral() for arm in arms]
        found = union(*(select(one).select_from(near.join(one, true())) for one in shown)).subquery()
    else:
        found = union(*arms).subquery()
    return select(found).order_by(found.c.id.desc()).limit(PHOTOS)


def _near(blocks: Iterable[str], since: datetime) -> Subquery:
    r = reports.c
    living = r.last_voice_at >= since, r.merged_into.is_(None), r.confidential.is_(False), r.supervised.is_(False)
    arms = (select(r.id).where(r.block == block, *living) for block in sorted(blocks))
    newest = (arm.order_by(r.last_voice_at.desc()).limit(NEWEST).subquery() for arm in arms)
    return union(*(select(arm) for arm in newest)).subquery("near")


_VOICE = select(submissions.c.id, submissions.c.turn_id, attachments.c.photo)
_SHOWN = (attachments.c.photo != "", attachments.c.state == "kept", messages.c.removed_at.is_(None))
_COMPARABLE = (
    submissions.c.supervised.is_(False),
    submissions.c.visibility != "rahasia",
    submissions.c.withdrawn_at.is_(None),
    submissions.c.removed_at.is_(None),
)

"""Rewording: what was filed follows an edit or a removal at its source; what was said in other messages stays."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from aggregator.store.conversing import Conversing
from aggregator.store.jobs import Claimed
from aggregator.store.tables import messages, submissions
from aggregator.store.turns import TurnView


class Rewording(Conversing):
    """The verb by which an edit or a removal reaches what was filed."""

    def refresh(self, job: Claimed, turn: TurnView, text: str, original: str, now: datetime, code: str = "") -> None:
        """Bring what was filed from a turn up to date after an edit or a removal at its source; `code` is the submission that
        took its words up, where another turn filed it.

        The words of a harvested voice go when their author removed them; a direct one was confirmed to the bot and
        stays (BATAL withdraws it).
        """
        with self.writing() as tx:
            self.close_turn(tx, job, turn, state="done")
            filed = submissions.c.code == code if code else submissions.c.turn_id == turn.id
            row = tx.execute(select(submissions).where(filed).limit(1)).one_or_none()
            removed = all(m.removed for m in turn.messages)
            if row is not None and row.taken_over_at is not None:  # its author speaks to us now, not there
                self.reword_finding(tx, turn.id, text, original)
                return
            if row is None or row.text == text or (removed and turn.direct):
                return
            if turn.direct:
                text, original = self._reworded(tx, row, turn, (text, original))
            changed: dict[str, Any] = {"text": text, "original": self.vault.seal_json({"text": original})}
            if removed:
                changed = {"text": "", "original": None, "removed_at": now, "contact_id": None}
                changed |= {"place": "", "slots": {}, "reasons": []}  # they quote
            self.reword_finding(tx, turn.id, text, original)
            row = self.hold_voice(tx, row.id)
            tx.execute(update(submissions).where(submissions.c.id == row.id).values(changed))
            self.note_event(
                tx, row.report_id, "removed" if removed else "edited", now, row.channel, submission_id=row.id
            )
            self.retell(tx, row.report_id)

    def voice_saying(self, contact_id: int, words: str) -> str:
        """The code of a citizen's newest submission in which these (masked) words stand line by line, or ""."""
        own = select(submissions.c.code, submissions.c.text).where(submissions.c.contact_id == contact_id)
        said = {line.strip() for line in words.splitlines()}
        with self.reading() as tx:
            rows = tx.execute(own.where(submissions.c.withdrawn_at.is_(None)).order_by(submissions.c.id.desc()))
            return next((row.code for row in rows if said <= {line.strip() for line in row.text.splitlines()}), "")

    def _reworded(self, tx: Connection, row: Any, turn: TurnView, new: tuple[str, str]) -> tuple[str, str]:
        """The words of a submission once a turn says something else; those of other turns stay."""
        editions = select(messages.c.content).where(messages.c.turn_id == turn.id, messages.c.content.is_not(None))
        said = [self.vault.open_json(content)["text"] for content in tx.execute(editions).scalars()]
        told = {line.strip() for text in said for line in text.splitlines()}
        words = self.vault.open_json(row.original)["text"] if row.original else row.text
        return reworded(row.text, words, told, new)


def reworded(masked: str, words: str, told: Collection[str], new: tuple[str, str]) -> tuple[str, str]:
    """The words, masked and as they were written, with `new` (the same two) in place of the lines that `told` holds.

    What was said in other messages stays: the complaint before the place that was asked for, and what was added later,
    which stands in the masked words only.
    """
    shown = masked.split("\n")
    said = words.split("\n")
    said += shown[len(said) :]
    ours = [line.strip() in told for line in said]
    at = ours.index(True) if True in ours else len(said)

    def put(lines: list[str], text: str) -> str:
        kept = [line for line, own in zip(lines, ours, strict=False) if not own]
        return "\n".join([*kept[:at], text, *kept[at:]])

    return put(shown, new[0]), put(said, new[1])

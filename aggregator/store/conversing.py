"""Conversing: a turn as it is read, and the one transaction that answers it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from aggregator.rules.report import NewSubmission
from aggregator.rules.status import STATES
from aggregator.store import jobs as job_rows
from aggregator.store.afterwards import Rate, Remark, Reopen
from aggregator.store.digests import TellWeekly
from aggregator.store.filing import Choose
from aggregator.store.findings import NewFinding
from aggregator.store.handshakes import LinkStep
from aggregator.store.hiding import Hide, Hiding
from aggregator.store.jobs import Claimed
from aggregator.store.tables import contacts, conversations, reports, submissions, turns
from aggregator.store.turns import TurnView
from aggregator.store.voicing import AddVoice, StandApart
from aggregator.store.volunteers import Harvested


class StaleTurnError(Exception):
    """Something that the answer tells changed while the turn was read: read it again."""


@dataclass(frozen=True, slots=True)
class AddWords:
    """Words, a photo or a place that a citizen adds to a submission already filed."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Unsay:
    """Words that stand in a submission, masked and as they were written, are told by another one from now on."""

    code: str
    text: str
    original: str


@dataclass(frozen=True, slots=True)
class Withdraw:
    """A citizen takes a submission back; the last voice of a report takes the report with it."""

    code: str


@dataclass(frozen=True, slots=True)
class CallPerson:
    """A citizen asks for a person about a submission: the officer sees it there."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class EraseMe:
    """A citizen has everything about them erased, once the answer has gone out."""


OwnDeed = AddWords | Unsay | AddVoice | StandApart | Withdraw | Hide | Rate | Remark | Reopen | CallPerson
Deed = NewSubmission | NewFinding | Harvested | LinkStep | TellWeekly | EraseMe | OwnDeed


@dataclass(frozen=True, slots=True)
class Answered:
    """How a turn ends: where the conversation stands, what is said, what is done."""

    dialogue: dict[str, Any]
    says: Sequence[dict[str, Any]] = ()
    deeds: Sequence[Deed] = ()
    language: str = "id"
    reply_to: str = ""
    about: str = ""
    """The code of the submission that the answers are about."""


class Conversing(Hiding):
    """The verbs of turns and conversations."""

    def answer(self, job: Claimed, turn: TurnView, answered: Answered, choose: Choose, now: datetime) -> None:
        """Close a direct turn: the conversation's state, the deeds and the replies owed, in one transaction.

        Raises StaleTurnError if a message was added meanwhile; then nothing was written.
        """
        with self.writing() as tx:
            self.close_turn(tx, job, turn, state="done")
            sealed = self.vault.seal_json(answered.dialogue)
            tx.execute(update(conversations).where(conversations.c.id == turn.conversation_id).values(dialogue=sealed))
            if turn.contact_id is not None:
                tongue = update(contacts).where(contacts.c.id == turn.contact_id)
                tx.execute(tongue.values(language=answered.language))
            for deed in answered.deeds:
                self._do(tx, deed, turn, choose, now)
            self._owe_answers(tx, turn, answered, now)
            if turn.contact_id is not None and any(isinstance(deed, EraseMe) for deed in answered.deeds):
                lane = f"send:{turn.conversation_id}"  # behind the answer, which still needs the address
                job_rows.wake_job(self, tx, "erase", str(turn.contact_id), lane, now)

    def _owe_answers(self, tx: Connection, turn: TurnView, answered: Answered, now: datetime) -> None:
        about = select(submissions.c.id, submissions.c.report_id).where(submissions.c.code == answered.about)
        row = tx.execute(about).one_or_none() if answered.about else None
        concerns = {
            "kind": "answer",
            "channel": turn.channel,
            "conversation_id": turn.conversation_id,
            "contact_id": turn.contact_id,
            "submission_id": row.id if row else None,
            "report_id": row.report_id if row else None,
        }
        for n, say in enumerate(answered.says):
            told = {**say, "reply_to": answered.reply_to}
            self.owe(tx, f"answer:{turn.id}:{turn.edition}:{n}", told, concerns, now)

    def close_turn(self, tx: Connection, job: Claimed, turn: TurnView, state: str) -> None:
        """Finish a turn's job and set its state as part of a transaction, unless it is no longer as it was read."""
        # The conversation first, as intake does: no message slips into a turn that ends, and nobody deadlocks.
        tx.execute(select(conversations.c.id).where(conversations.c.id == turn.conversation_id).with_for_update())
        job_rows.finish(tx, job)
        as_read = update(turns).where(turns.c.id == turn.id, turns.c.edition == turn.edition)
        if tx.execute(as_read.values(state=state)).rowcount != 1:
            raise StaleTurnError(StaleTurnError.__doc__)

    def _do(self, tx: Connection, deed: Deed, turn: TurnView, choose: Choose, now: datetime) -> None:
        if isinstance(deed, NewSubmission):
            filed = self.file_within(tx, deed, choose, now, by=turn.channel)
            if deed.follows:
                self.take_up(tx, filed, deed.follows, turn.contact_id, now)
            return
        if isinstance(deed, NewFinding):
            self.insert_finding(tx, turn.id, deed, now)
            return
        if isinstance(deed, Harvested):
            self.harvest(tx, deed, turn, now)
            return
        if isinstance(deed, EraseMe):
            return
        if isinstance(deed, LinkStep):
            if not self.act_on_link(tx, deed, turn, now):
                raise StaleTurnError(StaleTurnError.__doc__)
            return
        if isinstance(deed, TellWeekly):
            self.tell_weekly(tx, deed, turn.conversation_id, now)
            return
        self._do_own(tx, deed, turn, now)

    def _do_own(self, tx: Connection, deed: OwnDeed, turn: TurnView, now: datetime) -> None:
        """Carry out what is about a submission of whoever spoke; nothing where it is not theirs, or was withdrawn."""
        own = select(submissions).where(submissions.c.code == deed.code)
        row = tx.execute(own.where(submissions.c.contact_id == turn.contact_id)).one_or_none()
        if row is None or row.withdrawn_at is not None:
            return
        if isinstance(deed, AddWords | CallPerson):
            self._say_at(tx, deed, row, turn, now)
            return
        if isinstance(deed, Hide):
            self.hide_within(tx, deed, row, now)
            return
        if isinstance(deed, Unsay):
            self._unsay(tx, deed, row, now)
            return
        if isinstance(deed, Withdraw):
            self._withdraw(tx, row, now)
            return
        decided = isinstance(deed, AddVoice | StandApart) and self.decide_within(tx, deed, row, now)
        if not decided and not (isinstance(deed, Rate | Remark | Reopen) and self.say_afterwards(tx, deed, row, now)):
            raise StaleTurnError(StaleTurnError.__doc__)

    def _say_at(self, tx: Connection, deed: AddWords | CallPerson, row: Any, turn: TurnView, now: datetime) -> None:
        """Note words at a submission, and add them to it where they belong to it."""
        row = self.hold_voice(tx, row.id)
        kind = "added" if isinstance(deed, AddWords) else "asked"
        self.note_event(tx, row.report_id, kind, now, turn.channel, note=deed.text, submission_id=row.id)
        if kind == "added":
            self.add_media(tx, turn.id, row.id)
            longer = f"{row.text}\n{deed.text}".strip()
            tx.execute(update(submissions).where(submissions.c.id == row.id).values(text=longer))

    def _unsay(self, tx: Connection, deed: Unsay, row: Any, now: datetime) -> None:
        """Take words out of a submission; where they don't stand there as they were, they stay."""
        row = self.hold_voice(tx, row.id)
        rest: dict[str, Any] = {"text": _without(row.text, deed.text)}
        if rest["text"] == row.text:
            return
        if row.original:
            words = self.vault.open_json(row.original)["text"]
            rest["original"] = self.vault.seal_json({"text": _without(words, deed.original)})
        tx.execute(update(submissions).where(submissions.c.id == row.id).values(rest))
        self.note_event(tx, row.report_id, "parted", now, row.channel, submission_id=row.id)
        self.retell(tx, row.report_id)

    def _withdraw(self, tx: Connection, row: Any, now: datetime) -> None:
        block = tx.execute(select(reports.c.block).where(reports.c.id == row.report_id)).scalar_one()
        self.lock(tx, block)  # nobody joins, or leaves too, while perhaps the last voice leaves
        row = self.hold_voice(tx, row.id)
        gone = update(submissions).where(submissions.c.id == row.id)
        tx.execute(gone.values(withdrawn_at=now))
        self.note_event(tx, row.report_id, "withdrawn", now, row.channel, submission_id=row.id)
        voices = select(submissions.c.id).where(
            submissions.c.report_id == row.report_id, submissions.c.withdrawn_at.is_(None)
        )
        if tx.execute(voices.limit(1)).first() is None:
            closed = [state.code for state in STATES.values() if state.final]
            last = update(reports).where(reports.c.id == row.report_id, reports.c.status.not_in(closed))
            tx.execute(last.values(status="withdrawn", changed_at=now, closed_at=now))


def _without(text: str, words: str) -> str:
    """A text without these words; never nothing."""
    return text.replace(words, "", 1).strip(" ,\n") or text

"""The job "turn" of a form: it is filed as it was filled in, without a conversation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from aggregator.pipeline.filing import Filer, Origin
from aggregator.pipeline.hearing import whole_text
from aggregator.rules.report import Correction, NewSubmission
from aggregator.store.conversing import AddWords, Answered
from aggregator.store.jobs import Claimed
from aggregator.store.store import Store
from aggregator.store.turns import Said, TurnView
from connectors.base import Form
from nlu.base import Engine, Extraction, PersonalData

ACCUSATION = "korupsi_pungli"
"""Who chooses this category accuses an official, however the words are read."""


def is_form(turn: TurnView) -> bool:
    """Whether a turn was sent by a form of ours."""
    return any(said.form for said in turn.messages)


@dataclass(frozen=True, slots=True)
class Lodger:
    """Files what was sent by a form."""

    store: Store
    engine: Engine
    filer: Filer
    clock: Callable[[], datetime]
    at: Callable[[str], None]

    def file(self, job: Claimed, turn: TurnView) -> None:
        """File one form, once: the same code again changes nothing. No answer is owed, the page has shown the code."""
        sent = next((said for said in turn.messages if said.form), None)
        if turn.done or sent is None or sent.form is None:
            self.store.done(job)
            return
        deed = self._added(turn, sent.form.answers) if sent.form.answers else self._submission(turn, sent, sent.form)
        self.at("turn read")
        self.store.answer(job, turn, Answered({}, deeds=[deed], about=deed.code), self.filer.choose, self.clock())
        self.at("turn answered")

    def _added(self, turn: TurnView, code: str) -> AddWords:
        """What the author adds at the page of the own complaint; kept there like an answer in a conversation."""
        text = whole_text(turn.messages)
        read = self.engine.read(text, "", self.filer.region.code)
        return AddWords(code, self.filer.mask(text, read.personal_data) if text else "")

    def _submission(self, turn: TurnView, sent: Said, form: Form) -> NewSubmission:
        text = whole_text(turn.messages)
        read = self.engine.read(f"{text}\n{form.place}".strip(), "", self.filer.region.code)
        inner, outer = _apart(read.personal_data, len(text))
        chosen = self.filer.corrected(replace(read, personal_data=inner), _filled_in(form, read))
        place = self.filer.mask(form.place, outer) or chosen.place
        origin = Origin(
            channel=turn.channel,
            source_key=f"form:{form.code}" if form.code else f"turn:{turn.id}",
            sent_at=sent.sent_at,
            received_at=turn.received_at,
            conversation_id=turn.conversation_id,
            contact_id=turn.contact_id,
            turn_id=turn.id,
            point=sent.point,
            visibility=form.visibility,
        )
        return self.filer.make(text, replace(chosen, place=place), origin, form.code)


def _filled_in(form: Form, read: Extraction) -> Correction:
    """What the person chose; what was left open stays as it was read."""
    accused = read.supervised or form.category == ACCUSATION
    return Correction(category=form.category or None, location=form.location or None, supervised=accused)


def _apart(found: tuple[PersonalData, ...], length: int) -> tuple[tuple[PersonalData, ...], tuple[PersonalData, ...]]:
    """Personal data of the text, and of the place that was read behind it and a line feed."""
    inner = tuple(one for one in found if one.end <= length)
    behind = length + 1
    outer = tuple(PersonalData(o.kind, o.start - behind, o.end - behind) for o in found if o.start >= behind)
    return inner, outer

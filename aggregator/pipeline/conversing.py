"""The job "turn" of a private conversation: read it, let the dialogue answer, carry its wishes out."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from aggregator.pipeline.filing import Filer, Origin
from aggregator.pipeline.granting import Granter
from aggregator.pipeline.hearing import hear, text_before, whole_text
from aggregator.pipeline.knowing import Foreseen, foresee, similar, with_link
from aggregator.rules.report import NewSubmission, Visibility, parse_code
from aggregator.rules.several import read_whole
from aggregator.rules.status import STATES
from aggregator.store.afterwards import Done
from aggregator.store.conversing import Answered
from aggregator.store.jobs import Claimed
from aggregator.store.store import Store
from aggregator.store.turns import Said, TurnView
from bots import dialogue
from bots.dialogue import Finished, Known, Say, StatusLine
from nlu.base import Engine

_CODE = re.compile(r"\b[A-Za-z]{3}[- ]?[0-9A-Za-z]{4}[- ]?[0-9A-Za-z]{4}[- ]?[0-9A-Za-z]{4}\b")


@dataclass(frozen=True, slots=True)
class Converser:
    """Answers private conversations."""

    store: Store
    engine: Engine
    filer: Filer
    category_names: Mapping[str, str]
    clock: Callable[[], datetime]
    at: Callable[[str], None]
    limit: int = 0
    """Turns of one citizen within an hour that are answered; 0 for any number."""

    def answer(self, job: Claimed, turn: TurnView) -> None:
        """Answer one turn, or wait until it has settled; after an edit, bring what was filed from it up to date."""
        own = [m for m in turn.messages if not _passed_on(turn, m)]
        text = whole_text(own)
        before = text_before(own) if turn.done else ""
        if turn.done:
            took_up = self._took_up(turn, before)
            anew = any(m.edited for m in own) and before != text  # a caption that comes by an edit, too
            if turn.submission_id is not None or took_up or not text or not anew:
                self.store.refresh(job, turn, self._masked(text), text, self.clock(), took_up)
                return
        state = dialogue.Dialogue.from_json(turn.dialogue)
        heard = replace(hear(own, text), before=before, passed=tuple(_item(m) for m in _relayed(turn)))
        read = read_whole(text, lambda words: self.engine.read(words, "", self.filer.region.code))
        now = self.clock()
        if now < turn.settle_at and not dialogue.answers_at_once(state, heard, read):
            self.store.postpone(job, turn.settle_at)
            return
        known = with_link(self.store, self._known(turn, text), state, heard, turn.contact_id, now)
        step = dialogue.step(state, heard, read, known, now)
        new, foreseen = self._filed(step, turn), Foreseen(self.filer)
        if new is not None:
            foreseen = foresee(self.store, self.filer, new, _apart_from(step))
            seems = similar(self.store, foreseen.match, new, self.category_names, self.zone, now)
            step = dialogue.step(state, heard, read, replace(known, similar=seems), now) if seems else step
        self.at("turn read")
        deeds = Granter(self.store, self.engine, self.filer).deeds(step.wishes, turn, read, new)
        answered = Answered(
            dialogue=step.state.to_json(),
            says=[stored(say) for say in step.says],
            deeds=deeds,
            language=step.language,
            reply_to=turn.messages[-1].external_id,
            about=new.code if new is not None else "",
        )
        self.store.answer(job, turn, answered, foreseen.choose, now)
        self.at("turn answered")

    def _masked(self, text: str) -> str:
        return self.filer.mask(text, self.engine.read(text, "", self.filer.region.code).personal_data) if text else ""

    def _took_up(self, turn: TurnView, before: str) -> str:
        """The submission in which words of this turn stand that another turn filed."""
        if turn.submission_id is not None or turn.contact_id is None or not before:
            return ""
        return self.store.voice_saying(turn.contact_id, self._masked(before))

    def _filed(self, step: dialogue.Step, turn: TurnView) -> NewSubmission | None:
        """What a step files."""
        wish = next((wish for wish in step.wishes if isinstance(wish, dialogue.File)), None)
        if wish is None:
            return None
        origin = self._origin(turn, wish.point, wish.visibility)
        made = self.filer.make(wish.text, wish.extraction, origin, wish.code, wish.place_text)
        return replace(made, follows=wish.follows)

    def _known(self, turn: TurnView, text: str) -> Known:
        own = self.store.submissions_of(turn.contact_id) if turn.contact_id is not None else []
        choices = self.store.choices(turn.contact_id, self.clock()) if turn.contact_id is not None and own else []
        done = self.store.done_of(turn.contact_id, self.clock()) if turn.contact_id is not None and own else []
        named_code = next((c for m in _CODE.finditer(text) if (c := self._code(m.group()))), "")
        named = self.store.submission(named_code) if named_code else None
        replied = self._replied(turn) if own else ""
        return Known(
            fresh_code=self.filer.fresh_code(),
            own=tuple(self._line(row, mine=True) for row in own),
            finished=tuple(self._finished(one) for one in done),
            named=self._line(named, mine=named.contact_id is not None and named.contact_id == turn.contact_id)
            if named
            else None,
            named_code=named_code,
            replied=next((self._line(row, mine=True) for row in own if row.code == replied), None),
            category_names=self.category_names,
            region_name=self.filer.region.name,
            home=self.filer.region.code,
            emergency=tuple((e.purpose, e.number) for e in self.filer.region.emergency),
            volunteer=turn.volunteer,
            limited=self.store.over_limit(turn, self.limit, self.clock()),
            may_join=tuple(choice.code for choice in choices if not choice.joined),
            may_leave=tuple(choice.code for choice in choices if choice.joined),
        )

    def _replied(self, turn: TurnView) -> str:
        """The submission that a message of ours was about to which this turn replies."""
        reply_to = next((m.reply_to for m in reversed(turn.messages) if m.reply_to and not m.button), "")
        return self.store.voice_replied_to(turn.channel, turn.conversation_id, reply_to) if reply_to else ""

    @property
    def zone(self) -> ZoneInfo:
        """Where a day begins for the citizens."""
        return ZoneInfo(self.filer.region.timezone)

    def _code(self, words: str) -> str:
        return parse_code(words, self.filer.region.code_prefix) or ""

    def _line(self, row: Any, *, mine: bool) -> StatusLine:
        unit = self.filer.region.units.get(row.unit)
        return StatusLine(
            code=row.code,
            status=row.status,
            category=self.category_names.get(row.category, row.category),
            unit=unit.name if unit else "",
            note=self.store.last_public_note(row.report_id),
            mine=mine,
            open=not STATES[row.status].final,
        )

    def _finished(self, one: Done) -> Finished:
        reopen: Literal["may", "late", "again"] = "again" if one.reopened_before else "may" if one.in_time else "late"
        return Finished(one.code, self.category_names.get(one.category, one.category), reopen, one.asked, one.rated)

    def _origin(self, turn: TurnView, point: tuple[float, float] | None, visibility: Visibility) -> Origin:
        return Origin(
            channel=turn.channel,
            source_key=f"turn:{turn.id}",
            sent_at=turn.messages[0].sent_at,
            received_at=turn.received_at,
            conversation_id=turn.conversation_id,
            contact_id=turn.contact_id,
            turn_id=turn.id,
            point=point,
            visibility=visibility,
        )


def _passed_on(turn: TurnView, said: Said) -> bool:
    """Whether a volunteer passes this on, or names the group that it comes from; all else is the author's own."""
    return bool(turn.volunteer) and (said.forwarded or bool(dialogue.group_named(said.text)))


def _relayed(turn: TurnView) -> list[Said]:
    """What of a turn a volunteer passed on or named, but for what is empty."""
    return [m for m in turn.messages if _passed_on(turn, m) and (m.text or m.media or m.point)]


def _item(said: Said) -> int | str:
    """How the dialogue hears one: the number of a forwarded message, or the group that is named."""
    return said.id if said.forwarded else dialogue.group_named(said.text)


def _apart_from(step: dialogue.Step) -> str:
    """The own submission that what is filed is not about."""
    return next((wish.apart_from for wish in step.wishes if isinstance(wish, dialogue.File)), "")


def stored(say: Say) -> dict[str, Any]:
    """A Say as the outbox keeps it."""
    return {"key": say.key, "params": dict(say.params), "buttons": [asdict(button) for button in say.buttons]}

"""What the store is to do for each wish of the dialogue: the words masked, harvested messages read by themselves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from aggregator.pipeline.filing import Filer
from aggregator.pipeline.hearing import media_words, whole_text
from aggregator.rules.report import NewSubmission
from aggregator.store.afterwards import Rate, Remark, Reopen
from aggregator.store.conversing import AddWords, CallPerson, Deed, EraseMe, Unsay, Withdraw
from aggregator.store.handshakes import LinkStep
from aggregator.store.hiding import Hide
from aggregator.store.store import Store
from aggregator.store.turns import TurnView
from aggregator.store.voicing import AddVoice, StandApart
from aggregator.store.volunteers import Harvested, Passed
from bots import dialogue
from nlu.base import Engine, Extraction

_LINE = 500
"""Characters of the line beside a rating."""


@dataclass(frozen=True, slots=True)
class Granter:
    """Turns wishes into deeds of the store."""

    store: Store
    engine: Engine
    filer: Filer

    def deeds(
        self, wishes: Iterable[dialogue.Wish], turn: TurnView, read: Extraction, new: NewSubmission | None
    ) -> list[Deed]:
        """What is to be done, in order; `new` is what a wish to file files."""
        return [deed for wish in wishes if (deed := self._deed(wish, turn, read, new)) is not None]

    def _deed(self, wish: dialogue.Wish, turn: TurnView, read: Extraction, new: NewSubmission | None) -> Deed | None:
        """What the store is to do for a wish; the wishes whose answer is a reading only (Status) need nothing."""
        match wish:
            case dialogue.File():
                return new
            case dialogue.AddVoice():
                return AddVoice(wish.code)
            case dialogue.StandApart():
                return StandApart(wish.code, self.filer.fresh_code())
            case dialogue.Answer():
                return AddWords(wish.code, self.filer.mask(wish.text, read.personal_data) if wish.text else "")
            case dialogue.Withdraw():
                return Withdraw(wish.code)
            case dialogue.ToPerson():
                return self._for_person(wish, turn, read)
            case dialogue.EraseMe():
                return EraseMe()
            case dialogue.Handshake():
                return LinkStep(wish.act, wish.link, wish.consent)
            case dialogue.Harvest():
                return self._harvested(wish, turn)
            case _:
                return self._afterwards(wish, read)

    def _for_person(self, wish: dialogue.ToPerson, turn: TurnView, read: Extraction) -> Deed:
        """What an officer is to look at: beside its submission, or as a finding where there is none."""
        if wish.code:
            return CallPerson(wish.code, self.filer.mask(wish.text, read.personal_data))
        words = wish.text or "[pesan tanpa teks]"
        return replace(self.filer.finding(words, read, turn.messages[0].sent_at), set_aside=False)

    def _afterwards(self, wish: dialogue.Wish, read: Extraction) -> Deed | None:
        """What the store is to do about a submission that stands or is done; words masked, a remark in one line."""
        if isinstance(wish, dialogue.Unsay):
            return Unsay(wish.code, self.filer.mask(wish.text, wish.extraction.personal_data), wish.text)
        if isinstance(wish, dialogue.Hide):
            return Hide(wish.code, wish.visibility, self.filer.fresh_code())
        if isinstance(wish, dialogue.Rate):
            return Rate(wish.code, wish.stars)
        if not isinstance(wish, dialogue.Remark | dialogue.Reopen):
            return None
        words = self.filer.mask(wish.text, read.personal_data) if wish.text else ""
        if isinstance(wish, dialogue.Remark):
            return Remark(wish.code, " ".join(words.split())[:_LINE])
        return Reopen(wish.code, words)

    def _harvested(self, wish: dialogue.Harvest, turn: TurnView) -> Harvested:
        """Each message that a volunteer passed on, read by itself with its group as topic."""
        found = []
        for said in self.store.said(turn.conversation_id, wish.messages):
            text = whole_text([said])
            read = self.engine.read(text, wish.group, self.filer.region.code)
            found.append(Passed(said.id, self.filer.finding(text or media_words([said]), read, said.sent_at)))
        return Harvested(wish.group, found)

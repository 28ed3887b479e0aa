"""Groups in which the bot is spoken to: the answer there, and the weekly digest for those whose admin asked for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from aggregator.pipeline.conversing import stored
from aggregator.pipeline.hearing import whole_text
from aggregator.rules.status import STATES
from aggregator.rules.weekly import Weekly
from aggregator.store.conversing import Answered
from aggregator.store.digests import Raised, TellWeekly
from aggregator.store.jobs import Claimed
from aggregator.store.store import Store
from aggregator.store.turns import TurnView
from bots import dialogue
from bots.dialogue import Heard, Known
from nlu.base import Engine

MOST_LINES = 15
Leads = Callable[[str, str], bool]
"""(thread, author's id) → whether the author leads the group; may raise what a job is tried again upon."""


@dataclass(frozen=True, slots=True)
class GroupTalk:
    """Answers groups, and tells them weekly."""

    store: Store
    engine: Engine
    leads: Mapping[str, Leads]
    """By channel; where a platform tells nothing of that, registered volunteers may ask."""
    render: Callable[..., str]
    category_names: Mapping[str, str]
    weekly: Weekly
    zone: tzinfo
    clock: Callable[[], datetime]

    def spoken_to(self, turn: TurnView) -> bool:
        """Whether a turn is words to the bot and nothing else; all else that is said in a group is harvested."""
        said = [m for m in turn.messages if not m.removed]
        return bool(said) and all(m.addressed and not m.media and dialogue.spoken_to(m.text) for m in said)

    def answer(self, job: Claimed, turn: TurnView) -> None:
        """Answer in the group, once; an edit afterwards asks nothing new."""
        if turn.done:
            self.store.done(job)
            return
        text = whole_text(turn.messages)
        known = Known("", leads_group=dialogue.digest_wish(text) is not None and self._may_ask(turn))
        read = self.engine.read(text)
        step = dialogue.step(
            dialogue.Dialogue(language=turn.language), Heard(text, direct=False), read, known, self.clock()
        )
        deeds = [TellWeekly(wish.wanted) for wish in step.wishes if isinstance(wish, dialogue.Digest)]
        says = [stored(say) for say in step.says]
        answered = Answered({}, says, deeds, turn.language, turn.messages[-1].external_id)
        self.store.answer(job, turn, answered, _nothing, self.clock())

    def _may_ask(self, turn: TurnView) -> bool:
        who = self.store.speaker(turn.conversation_id, turn.contact_id)
        leads = self.leads.get(turn.channel)
        return who.volunteer or bool(leads and who.author and leads(who.thread, who.author))

    def tell(self) -> int:
        """Owe the digests of the week whose hour has come; how many."""
        now = self.clock()
        return self.store.owe_digests(self.weekly.last(now, self.zone), self._compose, now)

    def _compose(self, found: Sequence[Raised]) -> dict[str, Any]:
        """One message: how many, how many of them new and done, and a line each without code and name."""
        counted = Counter(one.new for one in found), Counter(STATES[one.status].final for one in found)
        lines = [self._line(one) for one in found[:MOST_LINES]]
        more = len(found) - len(lines)
        params = {"count": str(len(found)), "new": str(counted[0][True]), "ended": str(counted[1][True])}
        return {"key": "digest", "params": params | {"lines": "\n".join(lines), "more": str(more) if more else ""}}

    def _line(self, one: Raised) -> str:
        what = (self.category_names.get(one.category, one.category), one.location_name)
        return f"- {', '.join(part for part in what if part)}: {self.render(f'state_{one.status}', {}, 'id')}"


def _nothing(*_: object) -> None:
    """A rule that joins nothing: nothing is filed here."""

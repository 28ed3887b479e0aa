"""Which reports a new voice cannot mean, told cheaply before all evidence is weighed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC
from typing import get_args

from aggregator.rules.blocks import Reach, half_life
from aggregator.rules.company import THREAD
from aggregator.rules.course import echoes
from aggregator.rules.evidence import STALE_MOST, details, likeness_of
from aggregator.rules.lasting import lasting, still
from aggregator.rules.photo import shared
from aggregator.rules.relations import HERE, KINSHIP, RELATIONS, kinship_of, lying
from aggregator.rules.report import Candidate, Traits
from aggregator.rules.vocabulary import Vocabulary
from aggregator.rules.weights import WEIGHTS

_WHOLE_FROM = 0.4
"""Nearly identical texts share at least this of their telling words."""


class Hopes:
    """Tells cheaply which reports cannot reach a score of `offer`: bounds from above all evidence that could be found for `new`."""

    def __init__(self, new: Traits, vocabulary: Vocabulary, offer: float) -> None:
        self._new, self._vocabulary, self._own = new, vocabulary, vocabulary.telling(new.text)
        self._sent_at = new.sent_at.astimezone(UTC)  # as stored ones are: a difference within one zone costs a fifth
        self._details = _most_of_details(len(details(new, vocabulary)))
        point = WEIGHTS["point_near"] if new.point else 0.0
        self._missing = logit(offer) - WEIGHTS["base"] - WEIGHTS["matter"] - self._details - point
        self._words_most = WEIGHTS["words"] + WEIGHTS["overlap"] + WEIGHTS["forwarded"]
        self._lasting = lasting(new.text, new.sent_at)
        self._stale = WEIGHTS["stale"] + (WEIGHTS["still"] if still(new.text) else 0.0)
        reaches: tuple[Reach, ...] = get_args(Reach)  # of the reports, whatever the new voice was read as
        self._places = {where: max([_most_of_place(where, far) for far in reaches]) for where in RELATIONS}
        self._kinds = {kind: max(WEIGHTS.get(kind, 0.0), WEIGHTS.get(f"{kind}:here", 0.0)) for kind in KINSHIP}
        self._thread = max(_most_of_thread(far, echo=echoes(new.text)) for far in reaches)
        self._thread += self._places["same"] if new.by_thread else 0.0
        self._lies = lying(new.location, new.also)
        self._kinship = kinship_of(new.category, new.rivals, new.faint)

    def near(self, candidates: Sequence[Candidate]) -> dict[int, float]:
        """Reports to which place, category, company and any common word leave hope, with the log-odds that they then miss (0 or less).

        One in seven; a report has the best of its voices. The same photo always gives hope.
        """
        best: dict[int, tuple[float, ...]] = {}
        for candidate, most in zip(candidates, self._most_of_each(candidates), strict=True):
            known = best.setdefault(candidate.report, most)
            if known is not most:
                best[candidate.report] = tuple(map(max, known, most))
        wanted = {report: missing for report, most in best.items() if (missing := self._missing - sum(most)) <= 0}
        if photos := self._new.photos:
            wanted |= {c.report: -math.inf for c in candidates if shared(photos, c.traits.photos)}
        return wanted

    def _most_of_each(self, candidates: Sequence[Candidate]) -> list[tuple[float, ...]]:
        """The most that place, category, words and company of each voice could weigh: the one thing done for all of them."""
        new, places, lies, kinds, kin = self._new, self._places, self._lies, self._kinds, self._kinship
        silent, telling = self._own.keys.isdisjoint, self._vocabulary.telling
        words, company = (self._words_most, 0.0), (self._thread + WEIGHTS["author"], 0.0)
        thread, author = new.thread or None, new.author or None
        return [
            (
                places[lies[voice.location, voice.also]],
                kinds[kin[voice.category, voice.rivals]],
                words[silent(telling(voice.text).keys)],
                company[voice.thread != thread and voice.author != author],
            )
            for voice in [candidate.traits for candidate in candidates]
        ]

    def reaches(self, voices: Sequence[Traits], missing: float) -> bool:
        """Whether time, details and words take no hope from a report of these voices (at least one) that `near` says misses so much."""
        words = max(map(self._words, voices))
        if words and missing + self._words_most > words:
            return False
        missing += self._words_most - words if words else 0.0
        gap = min([abs(self._sent_at - voice.sent_at) for voice in voices])
        days = max((gap - self._lasting).total_seconds(), 0.0) / 86400
        missing -= self._stale * min(math.log2(1.0 + days / half_life(voices[0].category)), STALE_MOST)
        if missing > 0:
            return False
        thread = self._new.thread
        if thread and gap > THREAD and any(voice.thread == thread for voice in voices):
            missing += self._thread
        if self._details and not any(details(voice, self._vocabulary) for voice in voices):
            missing += self._details
        return missing <= 0

    def _words(self, voice: Traits) -> float:
        own, other = self._own, self._vocabulary.telling(voice.text)
        if own.keys.isdisjoint(other.keys):
            return 0.0
        words, overlap = likeness_of(own, other, own.keys & other.keys)
        whole = WEIGHTS["forwarded"] if overlap > _WHOLE_FROM else 0.0
        return WEIGHTS["words"] * words + WEIGHTS["overlap"] * overlap + whole


def _most_of_place(where: str, far: str) -> float:
    """What a place that lies so weighs, with the most that the moment and being the only report there could add."""
    only = WEIGHTS[f"only:{far}"] if where in HERE else 0.0
    return WEIGHTS[f"{where}:{far}"] + WEIGHTS.get(f"fresh_{where}:{far}", 0.0) + only


def _most_of_thread(far: str, *, echo: bool) -> float:
    """What a thread in common could at most speak for a report, of a text that is a "here too" or not."""
    too = max(WEIGHTS["echo"], WEIGHTS[f"too:{far}"]) if echo else 0.0
    return max(WEIGHTS["thread"], WEIGHTS[f"thread_elsewhere:{far}"]) + too


def _most_of_details(many: int) -> float:
    """What so many details could at most speak for a report."""
    if not many:
        return 0.0
    return max(WEIGHTS[kind] for kind in ("name", "number", "mark")) + WEIGHTS["also"] * (many - 1)


def logit(share: float) -> float:
    """The log-odds of a share (0..1), at most 30: beyond, shares are no longer told apart."""
    return math.log(share / (1.0 - share)) if share < 1 - 1e-13 else 30.0

"""Which reports a new voice cannot mean, told cheaply before all evidence is weighed."""

from __future__ import annotations

import math
from collections.abc import Sequence

from aggregator.rules.blocks import half_life, reach
from aggregator.rules.evidence import STALE_MOST, details, likeness_of, relation
from aggregator.rules.photo import shared
from aggregator.rules.report import Traits
from aggregator.rules.vocabulary import Vocabulary
from aggregator.rules.weights import WEIGHTS

_WHOLE_FROM = 0.4
"""Nearly identical texts share at least this of their telling words."""


class Hopes:
    """Tells cheaply which reports cannot reach a score of `offer`: bounds from above all evidence that could be found for `new`."""

    def __init__(self, new: Traits, vocabulary: Vocabulary, offer: float) -> None:
        self._new, self._telling = new, vocabulary.telling
        self._own = self._telling(new.text)
        self._reach = reach(new.category)
        self._places: dict[str | None, float] = {}
        self._half_life_s = half_life(new.category) * 86400
        slots = {slot for slot, _ in details(new, vocabulary)}
        self._thread = max(WEIGHTS[kind] for kind in ("thread", f"thread_elsewhere:{self._reach}"))
        self._thread += max(WEIGHTS[kind] for kind in ("echo", f"too:{self._reach}"))
        self._company_most = self._thread + WEIGHTS["author"] + WEIGHTS["point_near"]
        most = len(slots) * max(WEIGHTS["name"], WEIGHTS["number"], WEIGHTS["mark"])
        at_once = max(WEIGHTS.get(f"fresh_{where}:{self._reach}", 0.0) for where in ("same", "inside", "beside"))
        self._missing = _logit(offer) - WEIGHTS["base"] - most - WEIGHTS[f"only:{self._reach}"] - at_once

    def reaches(self, voices: Sequence[Traits]) -> bool:
        """Whether a report of these voices (at least one) may be meant: first without the words, then with them."""
        if self._new.photos and any(shared(self._new.photos, voice.photos) for voice in voices):
            return True
        sent_at = self._new.sent_at
        place, gap = self._place(voices[0].location), abs(sent_at - voices[0].sent_at)
        for voice in voices[1:]:
            place, gap = max(place, self._place(voice.location)), min(gap, abs(sent_at - voice.sent_at))
        stale = min(math.log2(1.0 + gap.total_seconds() / self._half_life_s), STALE_MOST)
        missing = self._missing - place - WEIGHTS["stale"] * stale
        if missing > self._company_most and all(self._own.keys.isdisjoint(self._telling(v.text).keys) for v in voices):
            return False
        missing -= max(map(self._company, voices))
        return missing <= 0 or max(map(self._words, voices)) >= missing

    def _place(self, location: str | None) -> float:
        """Kept by region: candidates stand in few."""
        found = self._places.get(location)
        if found is None:
            found = WEIGHTS[f"{relation(self._new.location, location)}:{self._reach}"]
            self._places[location] = found
        return found

    def _company(self, voice: Traits) -> float:
        new = self._new
        found = 0.0 if voice.category == new.category else max(WEIGHTS["rival"], WEIGHTS["kin"])
        if new.thread and new.thread == voice.thread:
            found += self._thread
        if new.author and new.author == voice.author:
            found += WEIGHTS["author"]
        return found + WEIGHTS["point_near"] if new.point and voice.point else found

    def _words(self, voice: Traits) -> float:
        own, other = self._own, self._telling(voice.text)
        if own.keys.isdisjoint(other.keys):
            return 0.0
        words, overlap = likeness_of(own, other, own.keys & other.keys)
        whole = WEIGHTS["forwarded"] if overlap > _WHOLE_FROM else 0.0
        return WEIGHTS["words"] * words + WEIGHTS["overlap"] * overlap + whole


def _logit(share: float) -> float:
    return math.log(share / (1.0 - share)) if share < 1 else math.inf

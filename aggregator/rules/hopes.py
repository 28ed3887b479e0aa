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
        self._places: dict[str | None, tuple[float, float, bool]] = {}
        self._half_life_s = half_life(new.category) * 86400
        self._thread = max(WEIGHTS[kind] for kind in ("thread", f"thread_elsewhere:{self._reach}"))
        self._thread += max(WEIGHTS[kind] for kind in ("echo", f"too:{self._reach}"))
        self._missing = _logit(offer) - WEIGHTS["base"]
        self._details = _most_of_details(len(details(new, vocabulary)))

    def reaches(self, voices: Sequence[Traits], *, only: bool = False) -> bool:
        """Whether a report of these voices (at least one) may be meant; `only`: no other report could be."""
        new = self._new
        if new.photos and any(shared(new.photos, voice.photos) for voice in voices):
            return True
        place, fresh, near = self._place(voices[0].location)
        for voice in voices[1:]:
            other = self._place(voice.location)
            place, fresh, near = max(place, other[0]), max(fresh, other[1]), near or other[2]
        if not near and not any(self._in_company(voice) for voice in voices):
            return False
        gap = min([abs((new.sent_at - voice.sent_at).total_seconds()) for voice in voices]) / self._half_life_s
        missing = self._missing - place - WEIGHTS["stale"] * min(math.log2(1.0 + gap), STALE_MOST)
        missing -= fresh * 0.5**gap + self._details + (WEIGHTS[f"only:{self._reach}"] if only else 0.0)
        missing -= max(map(self._company, voices))
        return bool(missing <= 0 or max(map(self._words, voices)) >= missing)

    def _place(self, location: str | None) -> tuple[float, float, bool]:
        """What a place weighs, what it adds to the moment, and whether words alone could still make up for it; kept by region:
        candidates stand in few.
        """
        found = self._places.get(location)
        if found is None:
            where = relation(self._new.location, location)
            weight = WEIGHTS[f"{where}:{self._reach}"]
            fresh = max(WEIGHTS.get(f"fresh_{where}:{self._reach}", 0.0), 0.0)
            most = WEIGHTS["words"] + WEIGHTS["overlap"] + self._details + fresh + WEIGHTS["point_near"]
            most += (
                0.0 if where in ("apart", "beside", "abroad") else WEIGHTS["forwarded"] + WEIGHTS[f"only:{self._reach}"]
            )
            found = self._places[location] = weight, fresh, weight + most >= self._missing
        return found

    def _in_company(self, voice: Traits) -> bool:
        new = self._new
        return bool(new.thread and new.thread == voice.thread) or bool(new.author and new.author == voice.author)

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


def _most_of_details(many: int) -> float:
    """What so many details could at most speak for a report."""
    if not many:
        return 0.0
    return max(WEIGHTS[kind] for kind in ("name", "number", "mark")) + WEIGHTS["also"] * (many - 1)


def _logit(share: float) -> float:
    return math.log(share / (1.0 - share)) if share < 1 else math.inf

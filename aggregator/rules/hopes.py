"""Which reports a new voice cannot mean, told cheaply before all evidence is weighed."""

from __future__ import annotations

import math
from collections.abc import Sequence

from aggregator.rules.blocks import half_life, reach
from aggregator.rules.evidence import RELATIONS, STALE_MOST, details, likeness_of, relation, weigh_category
from aggregator.rules.photo import shared
from aggregator.rules.report import Candidate, Traits
from aggregator.rules.vocabulary import Vocabulary
from aggregator.rules.weights import WEIGHTS

_NOTHING = -math.inf, 0.0, -math.inf, False, False
_WHOLE_FROM = 0.4
"""Nearly identical texts share at least this of their telling words."""


class Hopes:
    """Tells cheaply which reports cannot reach a score of `offer`: bounds from above all evidence that could be found for `new`."""

    def __init__(self, new: Traits, vocabulary: Vocabulary, offer: float) -> None:
        self._new, self._telling = new, vocabulary.telling
        self._own = self._telling(new.text)
        self._reach = reach(new.category)
        self._places: dict[str, tuple[float, float, float]] = {}
        self._categories: dict[str, tuple[float, bool]] = {}
        self._half_life_s = half_life(new.category) * 86400
        self._thread = max(WEIGHTS[kind] for kind in ("thread", f"thread_elsewhere:{self._reach}"))
        self._thread += max(WEIGHTS[kind] for kind in ("echo", f"too:{self._reach}"))
        self._missing = _logit(offer) - WEIGHTS["base"]
        self._words_most = WEIGHTS["words"] + WEIGHTS["overlap"] + WEIGHTS["forwarded"]
        self._details = _most_of_details(len(details(new, vocabulary)))

    def reaches(self, voices: Sequence[Traits], *, only: bool = False) -> bool:
        """Whether a report of these voices (at least one) may be meant; `only`: no other report could be."""
        new = self._new
        if new.photos and any(shared(new.photos, voice.photos) for voice in voices):
            return True
        missing, company, place, fresh, kind, near, alike = self._missing, 0.0, *_NOTHING
        for voice in voices:
            where = relation(new.location, voice.location)
            weight, at_once, most = self._places.get(where) or self._place(where)
            same = (None if voice.rivals else self._categories.get(voice.category)) or self._category(voice)
            beside = self._company(voice) if voice.thread or voice.author or voice.point else 0.0
            place, fresh, near = (
                max(place, weight),
                max(fresh, at_once),
                near or weight + most >= self._missing or beside > 0,
            )
            kind, alike, company = max(kind, same[0]), alike or same[1], max(company, beside)
        if not near:
            return False
        gap = min([abs((new.sent_at - voice.sent_at).total_seconds()) for voice in voices]) / self._half_life_s
        missing -= place + kind + company + WEIGHTS["stale"] * min(math.log2(1.0 + gap), STALE_MOST) + self._details
        missing -= (fresh * 0.5**gap if alike else 0.0) + (WEIGHTS[f"only:{self._reach}"] if only else 0.0)
        return missing <= 0 or (missing <= self._words_most and max(map(self._words, voices)) >= missing)

    def hopeful(self, where: str, *, words: bool) -> bool:
        """Whether a report whose place lies so (a kind of `relation`) may be meant, with or without common words."""
        weight, _, most = self._place(where)
        return weight + most - (0.0 if words else self._words_most) >= self._missing

    def speaks_like(self, voice: Traits) -> bool:
        """Whether a voice shares any telling word."""
        return not self._own.keys.isdisjoint(self._telling(voice.text).keys)

    def _place(self, where: str) -> tuple[float, float, float]:
        """What a place weighs, what it adds to the moment, and the most that all else could add; kept by how it lies."""
        found = self._places.get(where)
        if found is None:
            weight = WEIGHTS[f"{where}:{self._reach}"]
            fresh = max(WEIGHTS.get(f"fresh_{where}:{self._reach}", 0.0), 0.0)
            most = self._words_most + self._details + fresh + (WEIGHTS["point_near"] if self._new.point else 0.0)
            most += 0.0 if where in ("apart", "beside", "abroad") else WEIGHTS[f"only:{self._reach}"]
            found = self._places[where] = weight, fresh, most
        return found

    def _category(self, voice: Traits) -> tuple[float, bool]:
        """The most that a voice of its category weighs, and whether it may be the same; kept by category."""
        piece = weigh_category(self._new, voice)
        found = (WEIGHTS[piece.kind], piece.kind != "other_category") if piece else (0.0, True)
        if not voice.rivals:
            self._categories[voice.category] = found
        return found

    def _company(self, voice: Traits) -> float:
        new, found = self._new, 0.0
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


def near(new: Traits, candidates: Sequence[Candidate], hopes: Sequence[Hopes]) -> list[Candidate]:
    """The candidates of reports of which a voice, by any of the hopes, lies or speaks hopefully, or came in company: most don't."""
    alone, worded = (
        {kind for kind in RELATIONS if any(hope.hopeful(kind, words=words) for hope in hopes)}
        for words in (False, True)
    )
    alone |= {"same", "inside"}
    lies: dict[str | None, str] = {}
    wanted = set()
    for candidate in candidates:
        voice = candidate.traits
        where = lies.get(voice.location)
        if where is None:
            where = lies[voice.location] = relation(new.location, voice.location)
        if where in alone or _together(new, voice) or (where in worded and hopes[0].speaks_like(voice)):
            wanted.add(candidate.report)
    return [candidate for candidate in candidates if candidate.report in wanted]


def _together(new: Traits, voice: Traits) -> bool:
    """Whether both stand in one thread, are of one author, or each has a point."""
    thread, author = voice.thread, voice.author
    return bool((thread and thread == new.thread) or (author and author == new.author) or (voice.point and new.point))


def _most_of_details(many: int) -> float:
    """What so many details could at most speak for a report."""
    if not many:
        return 0.0
    return max(WEIGHTS[kind] for kind in ("name", "number", "mark")) + WEIGHTS["also"] * (many - 1)


def _logit(share: float) -> float:
    return math.log(share / (1.0 - share)) if share < 1 else math.inf

"""Which reports a new voice cannot mean, told cheaply before all evidence is weighed."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import get_args

from aggregator.rules.alone import only_number
from aggregator.rules.blocks import Reach, half_life, reach
from aggregator.rules.comparing import KnownReport, grouped
from aggregator.rules.course import echoes
from aggregator.rules.evidence import details, faded, likeness_of
from aggregator.rules.lasting import lasting, still
from aggregator.rules.photo import shared
from aggregator.rules.relations import HERE, KINSHIP, RELATIONS, Kept, Kind, Stand, kinship_of, lying
from aggregator.rules.report import Candidate, Traits
from aggregator.rules.vocabulary import Vocabulary
from aggregator.rules.weights import WEIGHTS

_WHOLE_FROM = 0.4
"""Nearly identical texts share at least this of their telling words."""
_REACHES: tuple[Reach, ...] = get_args(Reach)


class Bounds:
    """What some weights allow at most, made once: it takes as long as a decision."""

    def __init__(self, weights: Mapping[str, float]) -> None:
        self.made_of = tuple(weights.values())
        self._weights = dict(weights)
        self.place = {(where, far): self._place(where, far) for where in RELATIONS for far in _REACHES}
        """What a place that lies so weighs, with the most that the moment and being the only report there could add."""
        self.kind = {how: weights.get(how, 0.0) for how in KINSHIP}
        self.kind_here = {how: max(most, weights.get(f"{how}:here", 0.0)) for how, most in self.kind.items()}
        self.words = weights["words"] + weights["overlap"] + weights["forwarded"]
        self.detail = max(weights[kind] for kind in ("name", "number", "mark"))
        self.thread = max(weights[kind] for kind in ("thread", *(f"thread_elsewhere:{far}" for far in _REACHES)))
        self.echo = max(weights[kind] for kind in ("echo", *(f"too:{far}" for far in _REACHES)))
        self.places = lru_cache(maxsize=1024)(self._places)
        """The sum of `place` by how a voice stands to a new one."""
        self.kinds = lru_cache(maxsize=1024)(self._kinds)
        """The same of `kind`."""

    def _place(self, where: str, far: Reach) -> tuple[float, float, float]:
        only = self._weights[f"only:{far}"] if where in HERE else 0.0
        return self._weights[f"{where}:{far}"], self._weights.get(f"fresh_{where}:{far}", 0.0), only

    def _places(self, place: str | None, also: tuple[str, ...]) -> Mapping[Stand, float]:
        ways = [lying(code) for code in (place, *also)]
        return Kept(lambda stand: max(sum(self.place[lies[stand], reach(stand.values[2])]) for lies in ways))

    def _kinds(self, category: str, rivals: tuple[str, ...], faint: tuple[str, ...]) -> Mapping[Kind, float]:
        alike = kinship_of(category, rivals, faint)
        return Kept(lambda kind: self.kind[alike[kind]])


class Hopes:
    """Tells cheaply which reports cannot reach a score of `offer`: bounds from above all evidence that could be found for `new`."""

    def __init__(self, new: Traits, vocabulary: Vocabulary, offer: float) -> None:
        self._new, self._vocabulary, self._own = new, vocabulary, vocabulary.telling(new.text)
        self._bounds = bounds = _bounds()
        many = len(details(new, vocabulary))
        self._details = bounds.detail + WEIGHTS["also"] * (many - 1) if many else 0.0
        self._missing = logit(offer) - WEIGHTS["base"] - (WEIGHTS["point_near"] if new.point else 0.0)
        self._thread, self._day = new.thread or None, new.day
        self._company = bounds.thread + (bounds.echo if echoes(new.text) else 0.0)
        self._stale = WEIGHTS["stale"] + (WEIGHTS["still"] if still(new.text) else 0.0)
        self._lasting = lasting(new.text, new.sent_at).total_seconds() / 86400
        self._ways = [lying(code) for code in (new.location, *new.also)]
        self._kinship = kinship_of(new.category, new.rivals, new.faint)

    def likely(self, candidates: Sequence[Candidate]) -> list[tuple[KnownReport, bool]]:
        """The reports that leave hope, each with whether no other could be meant; the same photo always gives hope."""
        last, shown = {candidate.report: candidate for candidate in candidates}, self._shown(candidates)
        several = set[int]()
        if len(last) < len(candidates):
            several = {candidate.report for candidate in candidates if last[candidate.report] is not candidate}
        near = self._near(last) | several | shown
        if not near:
            return []
        reports = grouped([candidate for candidate in candidates if candidate.report in near])
        hopes = [(one, (math.inf, 0.0) if one.first.report in shown else self._most(one)) for one in reports]
        left = [(report, most, only) for report, (most, only) in hopes if most + only >= self._missing]
        number = only_number(self._new, candidates, several) if left else None
        told = [(report, report.first.report == number, most, only) for report, most, only in left]
        return [(report, single) for report, single, most, only in told if most + single * only >= self._missing]

    def _shown(self, candidates: Sequence[Candidate]) -> set[int]:
        """Reports that show a photo of the new voice."""
        photos = self._new.photos
        return {c.report for c in candidates if shared(photos, c.traits.photos)} if photos else set()

    def _near(self, last: Mapping[int, Candidate]) -> set[int]:
        """Of the reports with no voices but their last those to which place, category, thread, time and words leave hope.

        One comprehension looks at all; at 1,000,000 reports it leaves 17 of 110, time and exact words 2 of these.
        """
        new, silent = self._new, self._own.keys.isdisjoint
        telling, marks = self._vocabulary.telling, self._vocabulary.marks
        places = self._bounds.places(new.location, new.also)
        kinds = self._bounds.kinds(new.category, new.rivals, new.faint)
        missing = self._missing - WEIGHTS["matter"] - WEIGHTS["author"]
        detailed, thread = missing - self._details, self._thread
        worded = detailed - self._bounds.words
        near = {
            number: hope
            for number, candidate in last.items()
            if ((voice := candidate.traits).thread == thread and (hope := math.inf))
            or (
                (hope := places[voice.stand] + kinds[voice.kind]) >= worded
                and (
                    hope >= missing
                    or (hope >= detailed and (voice.slots or marks(voice.text)))
                    or not silent(telling(voice.text).keys)
                )
            )
        }
        return {number for number, hope in near.items() if self._lasts(last[number].traits, hope, missing)}

    def _lasts(self, voice: Traits, hope: float, missing: float) -> bool:
        """Whether time and words leave hope for a report of this voice alone."""
        if self._details and (voice.slots or self._vocabulary.marks(voice.text)):
            missing -= self._details
        days = max(abs(self._day - voice.day) - self._lasting, 0.0)
        hope += self._stale * faded(days / half_life(voice.category))
        return hope >= missing or (hope + self._bounds.words >= missing and hope + sum(self._words(voice)) >= missing)

    def _most(self, report: KnownReport) -> tuple[float, float]:
        """The most that all evidence for a report could come to, and what its being the only one would add."""
        voices, bounds, new = report.voices, self._bounds, self._new
        category, beside = voices[0].category, self._thread in [voice.thread for voice in voices]
        far, kind = reach(category), bounds.kind_here if beside else bounds.kind
        places = (
            ["same"] if beside and new.by_thread else [lies[voice.stand] for lies in self._ways for voice in voices]
        )
        halves = max(min([abs(self._day - voice.day) for voice in voices]) - self._lasting, 0.0) / half_life(category)
        fading, lie = 0.5**halves, [bounds.place[where, far] for where in places]
        most = max([place + fresh * fading for place, fresh, _ in lie]) + self._stale * faded(halves)
        only = max([only for _, _, only in lie])
        most += max([kind[self._kinship[voice.kind]] for voice in voices])
        if self._vocabulary.matters(new.text, category):
            most += WEIGHTS["matter"]
        if new.author and new.author in [voice.author for voice in voices]:
            most += WEIGHTS["author"]
        if beside:
            most += self._company
        if self._details and any(voice.slots or self._vocabulary.marks(voice.text) for voice in voices):
            most += self._details
        if most + only + bounds.words >= self._missing:
            most += sum(map(max, zip(*map(self._words, voices), strict=True)))
        return most, only

    def _words(self, voice: Traits) -> tuple[float, float]:
        """The most that words could speak for a report of this voice, and whole texts."""
        own, other = self._own, self._vocabulary.telling(voice.text)
        common = own.keys & other.keys
        if not common:
            return 0.0, 0.0
        words, overlap = likeness_of(own, other, common)
        whole = WEIGHTS["forwarded"] if overlap > _WHOLE_FROM else 0.0
        return WEIGHTS["words"] * words + WEIGHTS["overlap"] * overlap, whole


_kept = [Bounds(WEIGHTS)]


def _bounds() -> Bounds:
    """The bounds of the weights as they are now: fitting changes them in place."""
    if _kept[0].made_of != tuple(WEIGHTS.values()):
        _kept[0] = Bounds(WEIGHTS)
    return _kept[0]


def logit(share: float) -> float:
    """The log-odds of a share (0..1), at most 30: beyond, shares are no longer told apart."""
    return math.log(share / (1.0 - share)) if share < 1 - 1e-13 else 30.0

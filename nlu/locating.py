"""Which region the names in a text mean: the context decides between places of one name, everyday words and places elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from nlu.base import Location
from nlu.gazetteer import Gazetteer
from nlu.mentions import Mention
from nlu.naming import Entry


@dataclass(frozen=True, slots=True)
class _Choice:
    codes: tuple[str, ...]
    name: str
    confidence: float
    rank: tuple[int, ...]


_STANDS = {"within": 2, "towards": 0}
"""Of several places that a text names, the trouble is rather in the one that it says to be in than in the one that lies ahead."""


class Locator:
    """Weighs names against each other, against the thread's and against home."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        self._alone: dict[tuple[Any, ...], tuple[tuple[Entry, ...], Location | None, bool]] = {}
        """What a single mention means, by its entries (held, so that no other object gets their id), its cue and its home."""

    def locate(
        self, mentions: Sequence[Mention], thread: Sequence[Mention], region: str
    ) -> tuple[Location | None, Mention | None]:
        """The location, and the mention of a place outside the regions where that is what the text names."""
        if not (mentions or thread):
            return None, None
        if thread or len(mentions) > 1:
            return self._weigh(mentions, thread, region)
        (only,) = mentions  # most texts name one place: what it means alone is worked out once
        key = id(only.entries), only.cue, only.fuzzy, only.end - only.start, region
        if key not in self._alone:
            location, far = self._weigh(mentions, thread, region)
            self._alone[key] = only.entries, location, far is not None
        _, location, is_far = self._alone[key]
        return location, only if is_far else None

    def _weigh(
        self, mentions: Sequence[Mention], thread: Sequence[Mention], region: str
    ) -> tuple[Location | None, Mention | None]:
        context = [*mentions, *thread]
        region = self._home(thread, region)
        choices = [c for m in mentions if (c := self._choose(m, context, mentions, region))]
        if choices:
            return self._best(choices), None
        far = next((m for m in mentions if self._is_far(m)), None)
        named = [c for m in thread if (c := self._choose(m, context, thread, region)) and c.rank[0] > 0]
        if far and (far.cue == "within" or not named):
            return Location(None, far.entries[0].name, "", 0.8), far
        return (self._best(named, less=0.15) if named else None), None

    def _home(self, thread: Sequence[Mention], region: str) -> str:
        """The kabupaten that a thread names, else the one that was given."""
        named = {c for m in thread for e in m.entries if e.kind == "region" for c in e.codes if self._level(c) == 0}
        return named.pop() if len(named) == 1 else region

    def _choose(
        self, mention: Mention, context: Sequence[Mention], text: Sequence[Mention], region: str
    ) -> _Choice | None:
        entry = next((e for e in mention.entries if e.kind == "region"), None)
        landmark = next((e for e in mention.entries if e.kind == "landmark" and e.codes), None)
        if entry:
            codes = self._region_codes(mention, context, region)
            around = self._parents(mention, context)
            if codes and (self._fits(mention, codes, around) or self._credible(mention, codes, text, region)):
                return self._choice(mention, codes)
        if landmark and self._landmark_counts(landmark, mention, context, region):
            level = self._level(landmark.codes[0])
            if level == 0 and (mention.fuzzy or landmark.weak or len(context) > 1):
                return None
            return _Choice(landmark.codes, landmark.name, 0.75, (level, 0, -1, -mention.start))
        return None

    def _region_codes(self, mention: Mention, context: Sequence[Mention], region: str) -> tuple[str, ...]:
        """The equally good codes of a name: by its cue, by the kecamatan or kabupaten named beside it, by home, then by level."""
        codes = sorted({code for entry in mention.entries if entry.kind == "region" for code in entry.codes})
        if mention.cue == "village":
            codes = [c for c in codes if self._level(c) == 2] or codes
        elif mention.cue == "kecamatan":
            codes = [c for c in codes if self._level(c) == 1] or codes
        parents = self._parents(mention, context)
        codes = [c for c in codes if any(c.startswith(p + ".") for p in parents)] or codes
        codes = [c for c in codes if c.startswith(region)] or codes
        if mention.cue != "village":
            coarsest = min(self._level(c) for c in codes)
            codes = [c for c in codes if self._level(c) == coarsest]
        return tuple(codes)

    def _parents(self, mention: Mention, context: Sequence[Mention]) -> set[str]:
        """The kecamatan named by other mentions, else the kabupaten."""
        others = [
            code
            for m in context
            if m is not mention and m.speaks
            for e in m.entries
            if e.kind == "region"
            for code in e.codes
        ]
        kecamatan = {code for code in others if self._level(code) == 1}
        return kecamatan or {code for code in others if self._level(code) == 0}

    def _fits(self, mention: Mention, codes: tuple[str, ...], around: set[str]) -> bool:
        """Whether the kecamatan that text or thread names holds the village: then only a guarded single word is doubted."""
        guarded = mention.end - mention.start == 1 and not mention.fuzzy and any(e.weak for e in mention.entries)
        return not guarded and any(self._level(p) == 1 and c.startswith(p + ".") for p in around for c in codes)

    def _credible(self, mention: Mention, codes: tuple[str, ...], text: Sequence[Mention], region: str) -> bool:
        """Whether the name stands for a place here, and not for an everyday word, an agency or a place of the same name elsewhere."""
        level = self._level(codes[0])
        if level == 0:
            return mention.cue not in ("agency", "street") and not mention.fuzzy
        alone = mention.end - mention.start == 1
        away = not codes[0].startswith(region)
        cued = mention.cue in ("village", "kecamatan")
        doubtful = away or self._many_regions(mention) or any(entry.weak for entry in mention.entries)
        if mention.fuzzy and alone and (doubtful or not (cued or mention.directed)):
            return False
        if cued:
            return True
        beside = self._parents(mention, [m for m in text if m is not mention])
        if any(code.startswith(p + ".") for p in beside for code in codes):
            return True
        if any(entry.weak for entry in mention.entries) and (mention.everyday or not mention.directed):
            return False
        if level == 2 and not mention.directed and (self._many_regions(mention) or (away and alone and mention.fuzzy)):
            return False
        return not ((away or mention.fuzzy) and any(self._is_far(m) for m in text))

    def _many_regions(self, mention: Mention) -> bool:
        """Whether several kabupaten have a place of the name: likely many more do that we don't know."""
        return len({code[:5] for entry in mention.entries for code in entry.codes}) > 1

    def _landmark_counts(self, landmark: Entry, mention: Mention, context: Sequence[Mention], region: str) -> bool:
        others = {
            code
            for m in context
            if m is not mention and m.speaks
            for e in m.entries
            if e.kind == "region"
            for code in e.codes
        }
        supported = any(code.startswith(landmark.region) for code in others)
        contradicted = bool(others) and not supported
        if landmark.weak or mention.fuzzy:
            return supported or (mention.directed and landmark.region == region and not mention.fuzzy)
        return not contradicted and (landmark.region == region or supported or mention.end - mention.start > 1)

    def _is_far(self, mention: Mention) -> bool:
        entry = next((e for e in mention.entries if e.kind == "elsewhere"), None)
        return bool(entry) and not mention.fuzzy and (not any(e.weak for e in mention.entries) or mention.directed)

    def _choice(self, mention: Mention, codes: tuple[str, ...]) -> _Choice:
        confidence = 0.95 if mention.cue in ("village", "kecamatan", "kabupaten") else 0.85
        confidence -= 0.2 if mention.fuzzy else 0.0
        cued = int(mention.cue in ("village", "kecamatan"))
        return _Choice(
            codes, "", confidence, (self._level(codes[0]), cued, _STANDS.get(mention.cue, 1), -mention.start)
        )

    def _best(self, choices: Sequence[_Choice], less: float = 0.0) -> Location:
        best = max(choices, key=lambda choice: (choice.rank[0], -len(choice.codes) > -2, *choice.rank[1:]))
        rivals = {c.codes for c in choices if c.rank[0] == best.rank[0]} - {best.codes}
        confidence = min(best.confidence, 0.6) if rivals else best.confidence
        code, *others = best.codes
        if others:
            confidence = 0.45
        region = self._gazetteer.regions[code]
        return Location(code, region.name, region.level, max(confidence - less, 0.05), tuple(others))

    def _level(self, code: str) -> int:
        """0 kabupaten, 1 kecamatan, 2 village."""
        return code.count(".") - 1

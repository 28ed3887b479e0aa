"""Which region a text names: longest match of folded names, then the context decides between what a name may mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from nlu import detail
from nlu.base import Location
from nlu.gazetteer import Entry, Gazetteer, bare, fold
from nlu.mentions import Finder, Mention
from nlu.normalise import token_spans, tokens
from nlu.signs import ALONE, BESIDE, GLUED, INNER, LANDMARK, NAMING, OPENS, SLOT

_SLOT_OF_KIND = {
    "rumah_sakit": "puskesmas",
    "perumahan": "komplek",
    "handil_kanal": "handil",
    "pelabuhan": "dermaga",
} | {sort: sort for sort in ("jembatan", "jalan", "pasar", "dermaga", "sekolah", "puskesmas", "sungai", "terminal")}
_KEPT_THREADS = 1_000


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text says about the place."""

    location: Location | None = None
    place: str | None = None
    details: tuple[detail.Detail, ...] = ()
    named: tuple[tuple[int, int], ...] = ()
    """The tokens (from…to) that are the name of a region or of a place elsewhere."""


NOWHERE = Reading()
"""What a text says that names no place."""


@dataclass(frozen=True, slots=True)
class _Choice:
    codes: tuple[str, ...]
    name: str
    confidence: float
    rank: tuple[int, ...]


class Places:
    """Finds places. `ordinary` are everyday words, into which no misspelt name is read."""

    def __init__(self, gazetteer: Gazetteer, ordinary: frozenset[str]) -> None:
        self.gazetteer = gazetteer
        self._finder = Finder(gazetteer, ordinary)
        self._threads: dict[str, list[Mention]] = {}
        self._alone: dict[tuple[Any, ...], tuple[tuple[Entry, ...], Location | None, bool]] = {}
        """What a single mention means, by its entries (held, so that no other object gets their id), its cue and its home."""
        self._detailed: dict[tuple[str, str], tuple[str, str]] = {}

    def signs(self, token: str) -> int:
        """The bits of nlu.signs that tell what a lower-case token may have to do with a place."""
        (known,) = self._finder.look_at([token])
        word = known.detail
        found = {
            OPENS: known.opens,
            ALONE: known.alone,
            INNER: self._finder.goes_on_with(known),
            SLOT: bool(word.slot),
            GLUED: bool(word.glued),
            NAMING: word.number or word.name,
            BESIDE: word.beside,
            LANDMARK: token in detail.LANDMARKS,
        }
        return sum(bit for bit, so in found.items() if so)

    def read(self, text: str, words: Sequence[str], thread: str, region: str) -> Reading:
        """The place of a text, given with its tokens, that stands in a thread; `region` (a kabupaten's code) is home."""
        known = self._finder.look_at(words)
        mentions = self._finder.find(words, known)
        openers = [at for at, k in enumerate(known) if k.detail.slot]
        around = self._thread(thread) if thread else ()
        if not (mentions or openers or around):
            return NOWHERE
        location, far = self._locate(mentions, around, region)
        shown = [m for m in mentions if m is far or m.entries[0].kind == "landmark"]
        if openers and mentions:
            named = {at for m in mentions if m.cue != "street" for at in range(m.start, m.end)}
            openers = [at for at in openers if at not in named]
        looked_at = [k.detail for k in known] if openers or shown else []
        cues = [at for at in openers if detail.promising(looked_at, at)]
        regions = tuple((m.start, m.end) for m in mentions if m.names_region or _beside(m, words))
        if not (cues or shown):
            return Reading(location, named=regions)
        spans = token_spans(text, words)
        details = [self._as_detail(m, spans) for m in shown] + detail.find(text, looked_at, spans, cues)
        return Reading(location, detail.phrase(text, [(d.start, d.end) for d in details]), tuple(details), regions)

    def _thread(self, thread: str) -> Sequence[Mention]:
        if thread not in self._threads:
            if len(self._threads) > _KEPT_THREADS:
                self._threads.clear()
            words = tokens(thread)
            self._threads[thread] = self._finder.find(words, self._finder.look_at(words))
        return self._threads[thread]

    def _locate(
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
        choices = [c for m in mentions if (c := self._choose(m, context, mentions, region))]
        if choices:
            return self._best(choices), None
        far = next((m for m in mentions if self._is_far(m)), None)
        if far:
            return Location(None, far.entries[0].name, "", 0.8), far
        named = [c for m in thread if (c := self._choose(m, context, thread, region)) and c.rank[0] > 0]
        return (self._best(named, less=0.15) if named else None), None

    def _choose(
        self, mention: Mention, context: Sequence[Mention], text: Sequence[Mention], region: str
    ) -> _Choice | None:
        entry = next((e for e in mention.entries if e.kind == "region"), None)
        landmark = next((e for e in mention.entries if e.kind == "landmark" and e.codes), None)
        if entry:
            codes = self._region_codes(mention, context, region)
            if codes and self._credible(mention, codes, text, region):
                return self._choice(mention, codes)
        if landmark and self._landmark_counts(landmark, mention, context, region):
            level = self._level(landmark.codes[0])
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

    def _credible(self, mention: Mention, codes: tuple[str, ...], text: Sequence[Mention], region: str) -> bool:
        """Whether the name stands for a place here, and not for an everyday word, an agency or a place of the same name elsewhere."""
        level = self._level(codes[0])
        if level == 0:
            return mention.cue in ("kabupaten", "towards")
        alone = mention.end - mention.start == 1
        away = not codes[0].startswith(region)
        cued = mention.cue in ("village", "kecamatan")
        doubtful = away or self._many_regions(mention) or any(entry.weak for entry in mention.entries)
        if mention.fuzzy and alone and (doubtful or not (cued or mention.cue == "towards")):
            return False
        if cued:
            return True
        beside = self._parents(mention, [m for m in text if m is not mention])
        if any(code.startswith(p + ".") for p in beside for code in codes):
            return True
        if any(entry.weak for entry in mention.entries) and (alone or away or mention.cue != "towards"):
            return False
        if level == 2 and mention.cue != "towards" and (self._many_regions(mention) or (away and alone)):
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
            return supported or (mention.cue == "towards" and landmark.region == region and not mention.fuzzy)
        return not contradicted and (landmark.region == region or supported or mention.end - mention.start > 1)

    def _is_far(self, mention: Mention) -> bool:
        entry = next((e for e in mention.entries if e.kind == "elsewhere"), None)
        return (
            bool(entry) and not mention.fuzzy and (not any(e.weak for e in mention.entries) or mention.cue == "towards")
        )

    def _choice(self, mention: Mention, codes: tuple[str, ...]) -> _Choice:
        confidence = 0.95 if mention.cue in ("village", "kecamatan", "kabupaten") else 0.85
        confidence -= 0.2 if mention.fuzzy else 0.0
        cued = int(mention.cue in ("village", "kecamatan"))
        return _Choice(
            codes, "", confidence, (self._level(codes[0]), cued, int(mention.cue == "towards"), -mention.start)
        )

    def _best(self, choices: Sequence[_Choice], less: float = 0.0) -> Location:
        best = max(choices, key=lambda choice: (choice.rank[0], -len(choice.codes) > -2, *choice.rank[1:]))
        rivals = {c.codes for c in choices if c.rank[0] == best.rank[0]} - {best.codes}
        confidence = min(best.confidence, 0.6) if rivals else best.confidence
        code, *others = best.codes
        if others:
            confidence = 0.45
        region = self.gazetteer.regions[code]
        return Location(code, region.name, region.level, max(confidence - less, 0.05), tuple(others))

    def _as_detail(self, mention: Mention, spans: Sequence[detail.Span]) -> detail.Detail:
        """A landmark as a detail under its own name, however it was called; a place outside the regions as mere words."""
        entry = mention.entries[0]
        key = entry.kind, entry.name
        if key not in self._detailed:
            generic, *name = [fold(word) for word in tokens(bare(entry.name))]
            value = " ".join(name or [generic]) if entry.kind == "landmark" else ""
            self._detailed[key] = _SLOT_OF_KIND.get(entry.sort, "tempat"), value
        return detail.Detail(*self._detailed[key], spans[mention.start][0], spans[mention.end - 1][1])

    def _level(self, code: str) -> int:
        """0 kabupaten, 1 kecamatan, 2 village."""
        return code.count(".") - 1


def _beside(mention: Mention, words: Sequence[str]) -> bool:
    """Whether something is said to be beside what is named."""
    return mention.start > 0 and words[mention.start - 1] in detail.BESIDE

"""Which region the names in a text mean: the context decides between places of one name, everyday words and places elsewhere."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from nlu.base import Location
from nlu.gazetteer import Gazetteer
from nlu.mentions import Mention
from nlu.naming import Entry
from nlu.spots import Scene, in_own_name, landmark_of


class Found(NamedTuple):
    """What the names of a text mean."""

    location: Location | None = None
    far: Mention | None = None
    """The place outside the regions, where that is what the text names."""
    also: tuple[str, ...] = ()
    """Other regions of home that it names as scenes, in its order."""


class _Choice(NamedTuple):
    codes: tuple[str, ...]
    name: str
    confidence: float
    rank: tuple[int, ...]


_AWAY = -2
"""Of what somebody only goes to or comes from: less than a long road."""
_STANDS = {"within": 2, "towards": 0, "away": _AWAY}
"""Of several places that a text names, the trouble is rather in the one that it says to be in than in the one that lies ahead."""


_KECAMATAN = len("63.04.05")
_FEW = 3
"""More villages of one kecamatan that share a name (Benangin I to V) are a stretch of it."""
_LONG = frozenset(("jalan", "sungai", "handil_kanal"))
"""Sorts of landmarks that pass many places: another place that is named is rather the one."""


class Locator:
    """Weighs names against each other, against the thread's and against home."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        self._alone: dict[tuple[Any, ...], tuple[tuple[Entry, ...], Location | None, bool]] = {}
        """What a single mention means, by its entries (held, so that no other object gets their id), its cue and its home."""

    def locate(self, mentions: Sequence[Mention], thread: Sequence[Mention], region: str) -> Found:
        """What the names in a text and in its thread mean together."""
        if not (mentions or thread):
            return Found()
        if thread or len(mentions) > 1:
            return self._weigh(mentions, thread, region)
        (only,) = mentions  # most texts name one place: what it means alone is worked out once
        key = id(only.entries), only.cue, only.fuzzy, only.everyday, only.end - only.start, region
        if key not in self._alone:
            found = self._weigh(mentions, thread, region)
            self._alone[key] = only.entries, found.location, found.far is not None
        _, location, is_far = self._alone[key]
        return Found(location, only if is_far else None)

    def landmarks(
        self, shown: Sequence[Mention], mentions: Sequence[Mention], thread: Sequence[Mention], region: str
    ) -> list[Entry | None]:
        """The landmarks that some of a text's mentions stand for, if any."""
        scene = self._scene(mentions, thread, region)
        return [landmark_of(mention, scene) if mention.meaning.landmark else None for mention in shown]

    def _scene(self, mentions: Sequence[Mention], thread: Sequence[Mention], region: str) -> Scene:
        home = self._home(thread, region) if thread else region
        return Scene(mentions, [*mentions, *thread], home, far=self._far(mentions) is not None)

    def _weigh(self, mentions: Sequence[Mention], thread: Sequence[Mention], region: str) -> Found:
        scene = self._scene(mentions, thread, region)
        far = self._far(mentions)
        choices = self._choices(scene)
        if choices and not (far and far.cue == "within" and all(c.rank[0] == 0 for c in choices)):
            found = self._best(choices)
            if thread and all(choice.rank[2] == _AWAY for choice in choices):
                found = self._nearer(found, self._told(scene, thread))
            if thread and all(choice.name for choice in choices):
                found = self._narrowed(found, self._told(scene, thread))
            return Found(found, also=self._also(found, choices, scene.region) if len(choices) > 1 else ())
        named = self._told(scene, thread)
        if far and (far.cue == "within" or not named):
            return Found(Location(None, far.entries[0].name, "", 0.8), far)
        return Found(self._best(named, less=0.15) if named else None)

    def _also(self, found: Location, choices: Sequence[_Choice], home: str) -> tuple[str, ...]:
        """The other regions of home that are named as scenes: not what lies ahead, nor what holds another or is within it."""
        scenes = {
            choice.codes[0]: None
            for choice in choices
            if len(choice.codes) == 1 and not choice.name and choice.rank[0] > 0 and choice.rank[2] > 0
        }
        named = [code for code in scenes if code.startswith(home) and code != found.code]
        return tuple(code for code in named if not any(_nested(code, other) for other in (found.code, *scenes)))

    def _choices(self, scene: Scene) -> list[_Choice]:
        return [choice for mention in scene.text if (choice := self._choose(mention, scene))]

    def _told(self, scene: Scene, thread: Sequence[Mention]) -> list[_Choice]:
        """What the thread's name says, finer than the kabupaten."""
        return [c for c in self._choices(scene._replace(text=thread, in_thread=True, far=False)) if c.rank[0] > 0]

    def _nearer(self, found: Location, named: Sequence[_Choice]) -> Location:
        """The thread's own place, as fine, instead of one that somebody only goes to or comes from."""
        told = self._best(named, less=0.15) if named else None
        return told if told and told.code and self._level(told.code) >= self._level(found.code or "") else found

    def _narrowed(self, found: Location, named: Sequence[_Choice]) -> Location:
        """A landmark's kecamatan; the village in it, where the thread names one."""
        told = self._best(named, less=0.15) if named else None
        if told and told.code and told.code.startswith(f"{found.code}.") and not told.name.startswith(found.name):
            return told  # Marabahan Kota is as much the town as its middle
        return found

    def _home(self, thread: Sequence[Mention], region: str) -> str:
        """The kabupaten that a thread names, else the one that was given."""
        named = {c for m in thread for c in m.meaning.codes if self._level(c) == 0}
        return named.pop() if len(named) == 1 else region

    def _choose(self, mention: Mention, scene: Scene) -> _Choice | None:
        if mention.is_region:
            parents = self._parents(mention, scene.context)
            codes = self._region_codes(mention, parents, scene.region)
            fits = self._fits(mention, codes, parents)
            if fits or (not mention.inner and self._credible(mention, codes, scene.text, scene.region)):
                return self._choice(mention, codes)
        landmark = landmark_of(mention, scene) if mention.meaning.landmark else None
        return self._landmark_choice(landmark, mention, scene.context) if landmark else None

    def _landmark_choice(self, landmark: Entry, mention: Mention, context: Sequence[Mention]) -> _Choice | None:
        level = self._level(landmark.codes[0])
        if level == 0 and (mention.fuzzy or landmark.weak or len(context) > 1):
            return None
        stands = 3 if in_own_name(landmark, mention, context) else -1 if landmark.sort in _LONG else 1
        return _Choice(landmark.codes, landmark.name, 0.75, (level, 0, stands, -mention.start))

    def _region_codes(self, mention: Mention, parents: Collection[str], region: str) -> tuple[str, ...]:
        """The equally good codes of a name: by its cue, by the kecamatan or kabupaten named beside it, by home, then by level."""
        codes = list(mention.meaning.codes)
        if len(codes) == 1:
            return mention.meaning.codes
        if mention.cue == "village":
            codes = [c for c in codes if self._level(c) == 2] or codes
        elif mention.cue == "kecamatan":
            codes = [c for c in codes if self._level(c) == 1] or codes
        codes = [c for c in codes if any(f"{c}.".startswith(p + ".") for p in parents)] or codes
        codes = [c for c in codes if c.startswith(region)] or codes
        if mention.cue != "village":
            coarsest = min(self._level(c) for c in codes)
            codes = [c for c in codes if self._level(c) == coarsest]
        return tuple(codes)

    def _parents(self, mention: Mention, context: Sequence[Mention]) -> set[str]:
        """The kecamatan named by other mentions, else those of villages that are named and have no namesake, else the kabupaten."""
        telling = [m for m in context if m.meaning.codes and m is not mention and m.speaks]
        if not telling:
            return set()
        there = [m for m in telling if m.cue not in ("towards", "away")] or telling
        named = {code for m in there for code in m.meaning.codes}
        kecamatan = {code for code in named if len(code) == _KECAMATAN}
        if not (kecamatan or mention.doubtful):
            single = [m.meaning.codes[0] for m in there if len(m.meaning.codes) == 1]
            kecamatan = {code[:_KECAMATAN] for code in single if len(code) > _KECAMATAN}
        return kecamatan or {code for code in named if len(code) < _KECAMATAN}

    def _fits(self, mention: Mention, codes: tuple[str, ...], around: set[str]) -> bool:
        """Whether the kecamatan that text or thread names holds the village: then only a guarded everyday word is doubted where
        nothing says that it is a place.
        """
        guarded = mention.end - mention.start == 1 and not mention.fuzzy and mention.meaning.weak
        if guarded and mention.everyday and (mention.vague or mention.cue not in ("within", "facility")):
            return False
        return any(self._level(p) == 1 and c.startswith(p + ".") for p in around for c in codes)

    def _credible(self, mention: Mention, codes: tuple[str, ...], text: Sequence[Mention], region: str) -> bool:
        """Whether the name stands for a place here, and not for an everyday word, an agency or a place of the same name elsewhere."""
        level = self._level(codes[0])
        if level == 0:
            return mention.cue not in ("agency", "street") and not mention.fuzzy
        alone = mention.end - mention.start == 1
        away = not codes[0].startswith(region)
        cued = mention.cue in ("village", "kecamatan")
        doubtful = away or self._many_regions(mention) or mention.meaning.weak
        if mention.fuzzy and alone and (doubtful or not (cued or mention.directed)):
            return False
        if cued:
            return True
        beside = self._parents(mention, [m for m in text if m is not mention])
        if any(code.startswith(p + ".") for p in beside for code in codes):
            return True
        if mention.meaning.weak and (mention.everyday or not mention.directed):
            return not away and not alone and mention.cue == "within" and mention.hopeful
        homely = mention.directed or (mention.cue == "facility" and not away)
        if level == 2 and not homely and (self._many_regions(mention) or (away and alone and mention.fuzzy)):
            return False
        return not ((away or mention.fuzzy) and self._far(text))

    def _many_regions(self, mention: Mention) -> bool:
        """Whether several kabupaten have a place of the name: likely many more do that we don't know."""
        return len({code[:5] for code in mention.meaning.codes}) > 1

    def _far(self, mentions: Sequence[Mention]) -> Mention | None:
        """The first place outside the regions."""
        for m in mentions:
            if m.meaning.elsewhere and not (m.is_region or m.fuzzy) and (not m.meaning.weak or m.directed):
                return m
        return None

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
            if len(best.codes) > _FEW and len({village[:_KECAMATAN] for village in best.codes}) == 1:
                code, others = code[:_KECAMATAN], [*best.codes]
        region = self._gazetteer.regions[code]
        return Location(
            code, region.name, region.level, max(confidence - less, 0.05), tuple(others), by_thread=less > 0
        )

    def _level(self, code: str) -> int:
        """0 kabupaten, 1 kecamatan, 2 village."""
        return code.count(".") - 1


def _nested(code: str, other: str | None) -> bool:
    """Whether one of two regions is within the other."""
    return other is not None and code != other and (code.startswith(other + ".") or other.startswith(code + "."))

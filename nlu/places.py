"""What a text says about the place: the region, the detail below the village, and which of its words say only where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nlu import detail
from nlu.base import Location
from nlu.folding import fold
from nlu.gazetteer import Gazetteer
from nlu.locating import Locator
from nlu.mentions import Finder, Mention
from nlu.naming import bare
from nlu.normalise import token_spans, tokens
from nlu.signs import ALONE, BESIDE, GLUED, INNER, LANDMARK, NAMING, OPENS, SLOT, opens_detail

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


class Places:
    """Finds places. `ordinary` are everyday words, into which no misspelt name is read."""

    def __init__(self, gazetteer: Gazetteer, ordinary: frozenset[str]) -> None:
        self.gazetteer = gazetteer
        self._locator = Locator(gazetteer)
        self._finder = Finder(gazetteer, ordinary)
        self._threads: dict[str, list[Mention]] = {}
        self._told: dict[tuple[str, str], Reading] = {}
        self._detailed: dict[tuple[str, str], tuple[str, str]] = {}

    def signs(self, token: str) -> int:
        """The bits of nlu.signs that tell what a lower-case token may have to do with a place."""
        if token[0] == "@":
            return 0
        known = self._finder.look_at(token)
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

    def read(
        self, text: str, words: Sequence[str], thread: str, region: str, signs: Sequence[int] | None = None
    ) -> Reading:
        """The place of a text, given with its tokens and, where they are at hand, their signs, that stands in a thread; `region`
        (a kabupaten's code) is home.
        """
        signs = [self.signs(word) for word in words] if signs is None else signs
        mentions = self._finder.find(words, [at for at, sign in enumerate(signs) if sign & OPENS])
        openers = [at for at, sign in enumerate(signs) if sign & SLOT and opens_detail(signs, at)]
        around = self._thread(thread) if thread else ()
        if not (mentions or openers or around):
            return NOWHERE
        location, far = self._locator.locate(mentions, around, region)
        shown = [m for m in mentions if m is far or m.entries[0].kind == "landmark"]
        if openers and mentions:
            named = {at for m in mentions if m.cue != "street" for at in range(m.start, m.end)}
            openers = [at for at in openers if at not in named]
        regions = tuple((m.start, m.end) for m in mentions if m.names_region or _beside(m, words))
        if not (openers or shown):
            return Reading(location, named=regions)
        spans = token_spans(text, words)
        looked_at = [self._finder.look_at(word).detail for word in words] if openers else []
        details = [self._as_detail(m, spans) for m in shown] + detail.find(text, looked_at, spans, openers)
        return Reading(location, detail.phrase(text, [(d.start, d.end) for d in details]), tuple(details), regions)

    def around(self, thread: str, region: str) -> Reading:
        """The place of a text that names none itself, by the thread in which it stands."""
        if not thread:
            return NOWHERE
        found = self._told.get((thread, region))
        if found is None:
            if len(self._told) > _KEPT_THREADS:
                self._told.clear()
            found = self._told[thread, region] = self.read("", (), thread, region)
        return found

    def _thread(self, thread: str) -> Sequence[Mention]:
        if thread not in self._threads:
            if len(self._threads) > _KEPT_THREADS:
                self._threads.clear()
            words = tokens(thread)
            opens = [at for at, word in enumerate(words) if self._finder.look_at(word).opens]
            self._threads[thread] = self._finder.find(words, opens)
        return self._threads[thread]

    def _as_detail(self, mention: Mention, spans: Sequence[detail.Span]) -> detail.Detail:
        """A landmark as a detail under its own name, however it was called; a place outside the regions as mere words."""
        entry = mention.entries[0]
        key = entry.kind, entry.name
        if key not in self._detailed:
            generic, *name = [fold(word) for word in tokens(bare(entry.name))]
            value = " ".join(name or [generic]) if entry.kind == "landmark" else ""
            self._detailed[key] = _SLOT_OF_KIND.get(entry.sort, "tempat"), value
        return detail.Detail(*self._detailed[key], spans[mention.start][0], spans[mention.end - 1][1])


def _beside(mention: Mention, words: Sequence[str]) -> bool:
    """Whether something is said to be beside what is named."""
    return mention.start > 0 and words[mention.start - 1] in detail.BESIDE

"""What a text says about the place: the region, the detail below the village, and which of its words say only where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from nlu import detail
from nlu.base import Location
from nlu.cueing import denied
from nlu.detail_words import BESIDE as SAID_BESIDE
from nlu.detail_words import LANDMARKS
from nlu.gazetteer import Gazetteer
from nlu.locating import Locator
from nlu.mentions import Finder, Mention
from nlu.naming import Entry, bare
from nlu.normalise import token_spans, tokens
from nlu.signs import ALONE, BESIDE, GLUED, INNER, LANDMARK, NAMING, OPENS, SLOT, beginnings

_SLOT_OF_KIND = {
    "rumah_sakit": "puskesmas",
    "perumahan": "komplek",
    "handil_kanal": "handil",
    "pelabuhan": "dermaga",
} | {sort: sort for sort in ("jembatan", "jalan", "pasar", "dermaga", "sekolah", "puskesmas", "sungai", "terminal")}
_KEPT_THREADS = 1_000
_MOST_NAMES = 500
"""Tokens of a text at which a name is looked for, the first: names are compared with each other, and nobody tells of so many places."""
_NONE: Mapping[str, int] = MappingProxyType({})


class Reading(NamedTuple):
    """What a text says about the place."""

    location: Location | None = None
    place: str | None = None
    details: tuple[detail.Detail, ...] = ()
    named: tuple[tuple[int, int], ...] = ()
    """The tokens (from…to) that are the name of a region or of a place elsewhere."""
    also: tuple[str, ...] = ()
    """Codes of other regions of home that it names as scenes."""


NOWHERE = Reading()
"""What a text says that names no place."""


class Places:
    """Finds places. `ordinary` are everyday words, into which no misspelt name is read; `known` are words with their signs."""

    def __init__(self, gazetteer: Gazetteer, ordinary: frozenset[str], known: Mapping[str, int] = _NONE) -> None:
        self.gazetteer = gazetteer
        self._locator = Locator(gazetteer)
        apart = frozenset([word for word, signs in known.items() if not signs & (OPENS | INNER)])
        self._finder = Finder(gazetteer, ordinary, apart)
        self._threads: dict[str, list[Mention]] = {}
        self._told: dict[tuple[str, str], Reading] = {}
        self._detailed: dict[tuple[tuple[str, ...], str], tuple[str, str]] = {}

    def signs(self, token: str) -> int:
        """The bits of nlu.signs that tell what a lower-case token may have to do with a place."""
        if token[0] == "@":
            return 0
        known = self._finder.look_at(token)
        word = known.detail
        joined = "-" in token and bool(self._finder.halves(token))
        return (
            OPENS * (known.opens or joined)
            | ALONE * (known.alone or joined)
            | INNER * self._finder.goes_on_with(known)
            | SLOT * (word.slot != "")
            | GLUED * (word.glued != "")
            | NAMING * word.names
            | BESIDE * word.beside
            | LANDMARK * (token in LANDMARKS)
        )

    def read(
        self, text: str, words: Sequence[str], thread: str, region: str, signs: Sequence[int] | None = None
    ) -> Reading:
        """The place of a text, given with its tokens and, where they are at hand, their signs, that stands in a thread; `region`
        (a kabupaten's code) is home.
        """
        signs = [self.signs(word) for word in words] if signs is None else signs
        return self.find(text, words, thread, region, *beginnings(signs))

    def find(
        self, text: str, words: Sequence[str], thread: str, region: str, names: Sequence[int], openers: Sequence[int]
    ) -> Reading:
        """The same, given the tokens at which a name or a detail may begin."""
        mentions = self._mentions(text, words, names) if names else []
        if (mentions or openers) and (other := denied(text, words)):
            mentions = [m for m in mentions if m.start not in other]
            openers = [at for at in openers if at not in other]
        if not (mentions or openers):
            return self.around(thread, region)
        around = self._thread(thread) if thread else ()
        found = self._locator.locate(mentions, around, region)
        shown = [m for m in mentions if m is found.far or m.meaning.spot]
        if openers and mentions:
            named = {at for m in mentions if m.cue != "street" for at in range(m.start, m.end)}
            openers = [at for at in openers if at not in named or self._finder.look_at(words[at]).detail.counts]
        regions = _only_where(mentions, words)
        if not (openers or shown):
            return Reading(found.location, named=regions, also=found.also)
        spans = token_spans(text)
        looked_at = [self._finder.look_at(word).detail for word in words] if openers else []
        named_at = {m.start: m.end for m in mentions if m.is_region and not m.doubtful and "-" not in words[m.start]}
        spots = self._locator.landmarks(shown, mentions, around, region) if shown else []
        details = [self._as_detail(m, spot, words, spans) for m, spot in zip(shown, spots, strict=True)]
        details += detail.find(text, looked_at, spans, openers, named_at)
        phrase = detail.phrase(text, [(d.start, d.end) for d in details])
        return Reading(found.location, phrase, tuple(details), regions, found.also)

    def named(self, text: str, words: Sequence[str], names: Sequence[int]) -> tuple[tuple[int, int], ...]:
        """Of a Reading only `named`, given the tokens at which a name may begin."""
        mentions = self._mentions(text, words, names) if names else []
        if mentions and (other := denied(text, words)):
            mentions = [m for m in mentions if m.start not in other]
        return _only_where(mentions, words)

    def around(self, thread: str, region: str) -> Reading:
        """The place of a text that names none itself, by the thread in which it stands."""
        if not thread:
            return NOWHERE
        found = self._told.get((thread, region))
        if found is None:
            if len(self._told) > _KEPT_THREADS:
                self._told.clear()
            location = self._locator.locate((), self._thread(thread), region).location
            found = self._told[thread, region] = Reading(location) if location else NOWHERE
        return found

    def _mentions(self, text: str, words: Sequence[str], names: Sequence[int]) -> list[Mention]:
        """The names in a text that may begin at some tokens, also those that a hyphen joins."""
        names = names[:_MOST_NAMES]
        if "-" not in text or not any(self._finder.halves(word) for word in words if "-" in word):
            return [_as_typed(m, words, text) for m in self._finder.find(words, names)]
        pieces, places = zip(*self._finder.apart(words), strict=True)
        found = self._finder.find(
            pieces, [at for at, piece in enumerate(pieces) if self._finder.look_at(piece).opens][:_MOST_NAMES]
        )
        return [m._replace(start=places[m.start], end=places[m.end - 1] + 1) for m in found]

    def _thread(self, thread: str) -> Sequence[Mention]:
        if thread not in self._threads:
            if len(self._threads) > _KEPT_THREADS:
                self._threads.clear()
            words = tokens(thread)
            self._threads[thread] = self._mentions(thread, words, beginnings([self.signs(word) for word in words])[0])
        return self._threads[thread]

    def _as_detail(
        self, mention: Mention, landmark: Entry | None, words: Sequence[str], spans: Sequence[detail.Span]
    ) -> detail.Detail:
        """A landmark as a detail under its own name, however it was called, but for a single word that need not be the one we
        know (siring); a place outside the regions as mere words.
        """
        first = landmark or mention.entries[0]
        slot, value = "tempat", ""
        if first.kind == "landmark":
            typed = tuple(words[mention.start : mention.end])
            called = typed if len(typed) == 1 and first.weak and not landmark else self._full_name(first.name, typed)
            slot, value = self._called(called, first.sort)
        return detail.Detail(slot, value, spans[mention.start][0], spans[mention.end - 1][1])

    def _full_name(self, name: str, typed: Sequence[str]) -> tuple[str, ...]:
        """The words of a landmark's name, without a number that nobody typed: one estate of several."""
        numbered = any(self._finder.look_at(word).detail.number for word in typed)
        words = tokens(bare(name))
        return tuple(words if numbered else [word for word in words if not word.isdigit()])

    def _called(self, words: tuple[str, ...], sort: str) -> tuple[str, str]:
        """The slot and value of what is called so; a single word (siring) is no name."""
        if (words, sort) not in self._detailed:
            slot, value = detail.named(words, _SLOT_OF_KIND.get(sort, "tempat"))
            self._detailed[words, sort] = slot, value if len(words) > 1 else ""
        return self._detailed[words, sort]


def _only_where(mentions: Sequence[Mention], words: Sequence[str]) -> tuple[tuple[int, int], ...]:
    """The tokens of the mentions that are no matter of the text's, but its place."""
    return tuple([(m.start, m.end) for m in mentions if not m.inner and (m.names_region or _beside(m, words))])


def _as_typed(mention: Mention, words: Sequence[str], text: str) -> Mention:
    """A name of everyday words that somebody is "in" is a name where it is typed with a capital: di Rampa, di Suka Maju."""
    if not mention.everyday or mention.cue != "within" or mention.fuzzy or mention.vague:
        return mention
    return mention._replace(everyday=words[mention.start].capitalize() not in text)


def _beside(mention: Mention, words: Sequence[str]) -> bool:
    """Whether something is said to be beside what is named."""
    return mention.start > 0 and words[mention.start - 1] in SAID_BESIDE

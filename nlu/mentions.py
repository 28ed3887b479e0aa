"""Names of places in a text: the longest that the gazetteer knows, one misspelt letter allowed, and the words that cue them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from nlu.cueing import cue_of
from nlu.detail_words import Word
from nlu.folding import fold
from nlu.gazetteer import Gazetteer, Near, Node
from nlu.naming import Entry, Meaning

_SPOTS = frozenset(("tengah", "ujung", "pantai", "telaga"))
"""Villages called by a word for any spot: di tengah, di ujung."""
_HOPES = frozenset("baru jaya maju makmur mulya mulyo rahayu agung karya damai".split())  # noqa: SIM905
"""Last words of names as settlers give them, which are seldom said of anything else: Cahaya Baru, Karya Maju."""
_ALL_OF = re.compile(r"(?:se|sa)(-?)([^\W\d_]{5,})")
"""setamban, se-Jejangkit: all of it."""
_JOINED = re.compile(r"([^\W\d_]{4,})[-\u2013]([^\W\d_]{4,})")
"""Alalak-Berangas."""
_KEPT_WORDS = 65_536
_FUZZY_ALONE = 6
"""Letters that a one-word name must have before an edit is allowed in it."""


class Mention(NamedTuple):
    """A name found in a text: its words `start`…`end` (end exclusive), what it may mean, how it was cued."""

    start: int
    end: int
    meaning: Meaning
    fuzzy: bool
    everyday: bool
    """Whether all its words are everyday ones."""
    cue: str
    """village | kecamatan | kabupaten | agency | street | within (di, daerah…) | from (dari … sampai) | towards (sekitar, lewat…) |
    away (ke, dari…) | facility (SD, pasar…) | "" """
    inner: bool = False
    """Whether its words are also the end of a landmark's doubtful name before it: Jalan Kolam Kanan."""

    @property
    def entries(self) -> tuple[Entry, ...]:
        """What it may mean."""
        return self.meaning.entries

    @property
    def vague(self) -> bool:
        """Whether it is a village that is called like any spot."""
        return self.entries[0].spelling in _SPOTS

    @property
    def hopeful(self) -> bool:
        """Whether it is a name as settlers give them."""
        return self.entries[0].spelling.rpartition(" ")[2] in _HOPES

    @property
    def directed(self) -> bool:
        """Whether a word before it says that it is a place."""
        return self.cue in ("within", "from", "towards", "away")

    @property
    def is_region(self) -> bool:
        """Whether it may name a region."""
        return bool(self.meaning.codes)

    @property
    def doubtful(self) -> bool:
        """Whether it may be a mere word: an everyday one, or another one misspelt."""
        return self.fuzzy or self.meaning.weak

    @property
    def speaks(self) -> bool:
        """Whether the name may settle what another means: doubtful ones only where they are cued."""
        return self.cue in ("village", "kecamatan") or not self.doubtful

    @property
    def names_region(self) -> bool:
        """Whether the words are a region's name and nothing else: a landmark's may be what the message is about."""
        return not (self.meaning.spot or (self.doubtful and self.cue in ("", "agency", "facility")))


class Known(NamedTuple):
    """A token as places see it, worked out once."""

    detail: Word
    forms: tuple[str, ...]
    """Folded, then what it may be a misspelling of."""
    opens: bool = False
    """Whether a name may begin with it."""
    alone: bool = False
    """Whether it may be a whole name."""
    exact: bool = False
    """Whether it is one, as it is spelt, and not only when folded: pasar and Paser, beli and Bali."""
    whole: bool = False
    """Whether it says "all of": setamban."""


class Finder:
    """Finds names. `ordinary` are everyday words, into which no misspelt name is read; `nameless` are words of which it is known
    that they are in no name, however misspelt.
    """

    def __init__(self, gazetteer: Gazetteer, ordinary: frozenset[str], nameless: frozenset[str] = frozenset()) -> None:
        self._gazetteer = gazetteer
        self._ordinary = ordinary
        self._nameless = nameless
        self._everyday = Near(key for word in ordinary if not gazetteer.knows(key := fold(word)))
        self._seen: dict[str, Known] = {}
        self._meanings: dict[int, Meaning] = {}
        """By the identity of the gazetteer's entries, which it holds."""
        self._inner = frozenset(gazetteer.later_words())

    def goes_on_with(self, known: Known) -> bool:
        """Whether some name has the token behind its first word."""
        return not self._inner.isdisjoint(known.forms)

    def look_at(self, token: str) -> Known:
        """What there is to know of a lower-case token."""
        return self._seen.get(token) or self._learn(token)

    def _key(self, token: str) -> str:
        return self.look_at(token).detail.key

    def _learn(self, token: str) -> Known:
        if len(self._seen) > _KEPT_WORDS:
            self._seen.clear()
        known = self._seen[token] = self._behind_se(token) or self._plain(token)
        return known

    def _behind_se(self, token: str) -> Known | None:
        """A region's name behind se-: what there is to know of the name."""
        found = _ALL_OF.fullmatch(token) if token[0] == "s" else None
        if not found or token in self._ordinary or fold(token) in self._gazetteer.root:
            return None
        known = self._plain(found[2])
        entries: tuple[Entry, ...] = self._gazetteer.root.get(known.forms[0], {}).get("", ())
        region = known.exact and any(entry.kind == "region" and not entry.weak for entry in entries)
        return known._replace(whole=True) if region or (found[1] and known.opens) else None

    def apart(self, words: Sequence[str]) -> list[tuple[str, int]]:
        """The tokens with where they stood, two names that a hyphen joins taken apart: Alalak-Berangas."""
        pieces = []
        for at, word in enumerate(words):
            halves = self.halves(word) if "-" in word else ()
            pieces += [(half, at) for half in halves or (word,)]
        return pieces

    def halves(self, word: str) -> tuple[str, ...]:
        """The names that a hyphen joins; none where it is one word or a landmark's name."""
        found = _JOINED.fullmatch(word)
        entries: tuple[Entry, ...] = self._gazetteer.root.get(fold(word), {}).get("", ())
        if not found or found[1] == found[2] or any(entry.kind == "landmark" for entry in entries):
            return ()
        first, second = map(self.look_at, found.groups())
        return found.groups() if (first.opens and second.alone) or (first.alone and second.opens) else ()

    def _plain(self, token: str) -> Known:
        word = Word.of(token, ordinary=token in self._ordinary)
        plain = word.number or token in self._nameless or word.key in self._everyday.words
        near = [] if plain else self._gazetteer.near(word.key)
        if near and self._everyday.holds_near(word.key):
            near = []
        forms = (word.key, *near)
        nodes = [node for form in forms if (node := self._gazetteer.root.get(form)) is not None]
        if not nodes:
            return Known(word, forms)
        alone = [entry for node in nodes for entry in node.get("", ())]
        exact = any(token in (entry.spelling, entry.spelling.replace(" ", "")) for entry in alone)
        return Known(word, forms, opens=True, alone=bool(alone), exact=exact)

    def find(self, words: Sequence[str], openers: Iterable[int]) -> list[Mention]:
        """The names in a text given as tokens, and which of them a name may begin with; from left to right."""
        found: list[Mention] = []
        done = 0
        for at in openers:
            if at >= done and (mention := self._longest(words, at)):
                found.append(mention)
                if mention.end > at + 1:
                    found += self._behind(words, mention)
                done = found[-1].end
        return found

    def _behind(self, words: Sequence[str], name: Mention) -> list[Mention]:
        """The name that begins within a landmark's name and reaches beyond it (pasar Marabahan Kota), or ends a doubtful one;
        within a region's only where that is two (Alalak Berangas Timur).
        """
        doubtful = name.doubtful and not name.is_region
        for at in range(name.start + 1, name.end):
            inner = self._longest(words, at) if self.look_at(words[at]).opens else None
            if inner and inner.end > name.end:
                return [inner] if not name.is_region or self._gazetteer.has(" ".join(words[name.start : at])) else []
            if inner and inner.end == name.end and doubtful and inner.is_region and not inner.fuzzy:
                return [inner._replace(inner=True)]
        return []

    def _longest(self, words: Sequence[str], at: int) -> Mention | None:
        """The longest name that begins at a word, an exact one before a misspelt one, and before one misspelt later."""
        node, end, last = self._gazetteer.root, at, len(words)
        exact: tuple[int, Node] | None = None
        fuzzy: tuple[int, Node] | None = None
        while end < last:
            forms = self.look_at(words[end]).forms
            for form in forms[:0:-1]:
                if form in node:
                    fuzzy = self._exactly(words, end + 1, node[form], fuzzy, at + (len(words[at]) < _FUZZY_ALONE))
            if forms[0] not in node:
                break
            node, end = node[forms[0]], end + 1
            if "" in node:
                exact = end, node
        if exact and not (fuzzy and fuzzy[0] > exact[0]):
            return self._mention(words, at, *exact, fuzzy=False)
        return self._mention(words, at, *fuzzy, fuzzy=True) if fuzzy else None

    def _exactly(
        self, words: Sequence[str], end: int, node: Node, best: tuple[int, Node] | None, least: int
    ) -> tuple[int, Node] | None:
        """The longest name that goes on from a node without another misspelt word, if it ends behind `least` and `best`."""
        while True:
            if "" in node and end > (best[0] if best else least):
                best = end, node
            form = self.look_at(words[end]).forms[0] if end < len(words) else ""
            if form == "" or form not in node:
                return best
            node, end = node[form], end + 1

    def _mention(self, words: Sequence[str], at: int, end: int, node: Node, *, fuzzy: bool) -> Mention | None:
        """A name found, unless a single word only looks like it when folded."""
        entries: tuple[Entry, ...] = node[""]
        known = self.look_at(words[at])
        if end == at + 1 and (fuzzy or not known.exact):
            if words[at] in self._ordinary or len(words[at]) < _FUZZY_ALONE:
                return None
            fuzzy = True
        numbered = end < len(words) and self.look_at(words[end]).detail.slot in ("rt", "rw")
        cue = "within" if known.whole else "village" if numbered else ""
        cue = cue or (cue_of(words, at, end, self._key) if at else "")
        meaning = self._meanings.get(id(entries)) or self._meanings.setdefault(id(entries), Meaning.of(entries))
        return Mention(at, end, meaning, fuzzy, self._ordinary.issuperset(words[at:end]), cue)

"""Names of places in a text: the longest that the gazetteer knows, one misspelt letter allowed, and the words that cue them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nlu.detail import Word
from nlu.gazetteer import Entry, Gazetteer, Near, Node, fold

_VILLAGE = frozenset(fold(w) for w in (
    "desa", "ds", "kelurahan", "kel", "klrhn", "kampung", "kampong", "kmpung", "kades", "pambakal", "pembakal", "lurah", "lurahnya", "dusun", "dsn",
))  # fmt: skip
_KECAMATAN = frozenset(fold(w) for w in ("kecamatan", "kec", "kcmtn", "camat"))
_KABUPATEN = frozenset(fold(w) for w in ("kabupaten", "kab"))
_STREET = frozenset(fold(w) for w in ("jalan", "gang", "komplek", "blok", "perumahan"))
_TOWARDS = frozenset((
    "di", "d", "ke", "dari", "ka", "matan", "wilayah", "daerah", "arah", "sekitar", "sekitaran", "seluruh", "se", "warga", "area", "kawasan", "kota",
    "intang", "kwsn", "sebelah", "sabelah", "sabalah", "muka", "jembatan", "jambatan",
))  # fmt: skip
_AGENCIES = frozenset((
    "bupati", "wabup", "pemkab", "pemda", "pemerintah", "dinas", "dinkes", "disdik", "dishub", "dinsos", "pupr", "dprd", "polres", "kapolres", "kodim",
    "rsud", "pdam", "perumdam", "pln", "kantor", "bpbd", "satpol", "damkar", "disdukcapil", "capil", "dukcapil", "dlh", "diskominfo", "kominfo",
    "setda", "inspektorat", "sekda", "kadis", "asn", "pns", "kpu", "bawaslu", "info", "forum", "grup", "portal", "humas",
))  # fmt: skip
_KEPT_WORDS = 65_536
_FUZZY_ALONE = 6
"""Letters that a one-word name must have before an edit is allowed in it."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A name found in a text: its words `start`…`end` (end exclusive), what it may mean, how it was cued."""

    start: int
    end: int
    entries: tuple[Entry, ...]
    fuzzy: bool
    cue: str
    """village | kecamatan | kabupaten | agency | street | towards | "" """


@dataclass(frozen=True, slots=True)
class Known:
    """A token as places see it, worked out once."""

    detail: Word
    forms: tuple[str, ...]
    """Folded, then what it may be a misspelling of."""
    opens: bool
    """Whether a name may begin with it."""


class Finder:
    """Finds names. `ordinary` are everyday words, into which no misspelt name is read."""

    def __init__(self, gazetteer: Gazetteer, ordinary: frozenset[str]) -> None:
        self._gazetteer = gazetteer
        self._ordinary = ordinary
        self._everyday = Near(key for word in ordinary if not gazetteer.knows(key := fold(word)))
        self._seen: dict[str, Known] = {}

    def look_at(self, tokens: Sequence[str]) -> list[Known]:
        """What there is to know of each lower-case token."""
        if len(self._seen) > _KEPT_WORDS:
            self._seen.clear()
        get = self._seen.get
        return [get(token) or self._learn(token) for token in tokens]

    def _learn(self, token: str) -> Known:
        word = Word.of(token, ordinary=token in self._ordinary)
        near = [] if word.number or self._everyday.holds_near(word.key) else self._gazetteer.near(word.key)
        forms = (word.key, *near)
        known = self._seen[token] = Known(word, forms, any(form in self._gazetteer.root for form in forms))
        return known

    def find(self, words: Sequence[str], known: Sequence[Known]) -> list[Mention]:
        """The names in a text given as tokens and what is known of them, from left to right, without overlaps."""
        found: list[Mention] = []
        done = 0
        for at, word in enumerate(known):
            if word.opens and at >= done and (mention := self._longest(words, known, at)):
                found.append(mention)
                done = mention.end
        return found

    def _longest(self, words: Sequence[str], known: Sequence[Known], at: int) -> Mention | None:
        """The longest name that begins at a word, an exact one before a misspelt one."""
        best: tuple[int, bool, Node] | None = None
        todo: list[tuple[Node, int, bool]] = [(self._gazetteer.root, at, False)]
        while todo:
            node, end, fuzzy = todo.pop()
            enough = not fuzzy or end > at + 1 or len(words[at]) >= _FUZZY_ALONE
            if "" in node and enough and (best is None or (end, not fuzzy) > (best[0], not best[1])):
                best = end, fuzzy, node
            if end < len(known):
                for rank, form in enumerate(known[end].forms):
                    if form in node and not (fuzzy and rank):
                        todo.append((node[form], end + 1, fuzzy or rank > 0))
        if best is None:
            return None
        end, fuzzy, node = best
        entries: tuple[Entry, ...] = tuple(node[""])
        if end == at + 1 and all(words[at] != entry.spelling for entry in entries):
            # the folded key alone joins pasar with Paser and beli with Bali
            if words[at] in self._ordinary or len(words[at]) < _FUZZY_ALONE:
                return None
            fuzzy = True
        return Mention(at, end, entries, fuzzy, _cue(words, at))


def _cue(words: Sequence[str], at: int) -> str:
    """What the words before a name say about it."""
    before = words[max(0, at - 4) : at]
    if not before:
        return ""
    last = fold(before[-1])
    if last in _VILLAGE:
        return "village"
    if last in _KECAMATAN:
        return "kecamatan"
    if any(word in _AGENCIES for word in before[-3:]):
        return "agency"
    if last in _STREET or (len(before) > 1 and before[-1] not in _TOWARDS and fold(before[-2]) in _STREET):
        return "street"
    if last in _KABUPATEN:
        return "kabupaten"
    return "towards" if before[-1] in _TOWARDS else ""

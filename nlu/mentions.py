"""Names of places in a text: the longest that the gazetteer knows, one misspelt letter allowed, and the words that cue them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from nlu.detail import Word
from nlu.folding import fold
from nlu.gazetteer import Gazetteer, Near, Node
from nlu.naming import Entry

_VILLAGE = frozenset(fold(w) for w in (
    "desa", "ds", "kelurahan", "kel", "klrhn", "kampung", "kampong", "kmpung", "kades", "pambakal", "pembakal", "lurah", "lurahnya", "dusun", "dsn",
    "sedesa", "sadesa", "sekampung", "sakampung", "sekelurahan", "sakalurahan", "bpd", "pilkades", "bumdes",
))  # fmt: skip
_KECAMATAN = frozenset(
    fold(w) for w in ("kecamatan", "kec", "kcmtn", "camat", "sekecamatan", "sakacamatan", "pkm", "puskesmas")
)
_KABUPATEN = frozenset(fold(w) for w in ("kabupaten", "kab"))
_STREET = frozenset(fold(w) for w in ("jalan", "gang", "komplek", "blok", "perumahan"))
_TOWARDS = frozenset((
    "di", "d", "ke", "dari", "ka", "matan", "wilayah", "daerah", "arah", "sekitar", "sekitaran", "seluruh", "se", "warga", "area", "kawasan", "kota",
    "intang", "kwsn", "sebelah", "sabelah", "sabalah", "muka", "jembatan", "jambatan",
))  # fmt: skip
_WITHIN = frozenset(("di", "d", "wilayah", "daerah", "kawasan", "warga", "se", "seluruh"))
_AT = frozenset(("ke", "dari", "ka", "matan"))
"""Words of _TOWARDS that no agency's name holds."""
_AGENCIES = frozenset((
    "bupati", "wabup", "pemkab", "pemda", "pemerintah", "dinas", "dinkes", "disdik", "dishub", "dinsos", "pupr", "dprd", "polres", "kapolres", "kodim",
    "rsud", "pdam", "perumdam", "pln", "kantor", "bpbd", "satpol", "damkar", "disdukcapil", "capil", "dukcapil", "dlh", "diskominfo", "kominfo",
    "setda", "inspektorat", "bpn", "samsat", "baznas", "kemenag", "dprd", "pemdes", "polda", "pengadilan", "kejaksaan", "sekda", "kadis", "asn", "pns", "kpu", "bawaslu", "info", "forum", "grup", "portal", "humas",
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
    everyday: bool
    """Whether all its words are everyday ones."""
    cue: str
    """village | kecamatan | kabupaten | agency | street | within (di, daerah…) | towards (ke, arah, sekitar…) | "" """

    @property
    def directed(self) -> bool:
        """Whether a word before it says that it is a place."""
        return self.cue in ("within", "towards")

    @property
    def doubtful(self) -> bool:
        """Whether it may be a mere word: an everyday one, or another one misspelt."""
        return self.fuzzy or any(entry.weak for entry in self.entries)

    @property
    def speaks(self) -> bool:
        """Whether the name may settle what another means: doubtful ones only where they are cued."""
        return self.cue in ("village", "kecamatan") or not self.doubtful

    @property
    def names_region(self) -> bool:
        """Whether the words are a region's name and nothing else: a landmark's may be what the message is about."""
        return self.entries[0].kind != "landmark" and not (self.doubtful and self.cue in ("", "agency"))


@dataclass(frozen=True, slots=True)
class Known:
    """A token as places see it, worked out once."""

    detail: Word
    forms: tuple[str, ...]
    """Folded, then what it may be a misspelling of."""
    opens: bool
    """Whether a name may begin with it."""
    alone: bool
    """Whether it may be a whole name."""
    exact: bool
    """Whether it is one, as it is spelt, and not only when folded: pasar and Paser, beli and Bali."""


class Looked:
    """The tokens of a text as places see them, each looked at when it is asked for: most never are."""

    __slots__ = ("_finder", "_words")

    def __init__(self, finder: Finder, words: Sequence[str]) -> None:
        self._finder, self._words = finder, words

    def __len__(self) -> int:
        return len(self._words)

    def __getitem__(self, at: int) -> Known:
        return self._finder.look_at(self._words[at])


class Finder:
    """Finds names. `ordinary` are everyday words, into which no misspelt name is read."""

    def __init__(self, gazetteer: Gazetteer, ordinary: frozenset[str]) -> None:
        self._gazetteer = gazetteer
        self._ordinary = ordinary
        self._everyday = Near(key for word in ordinary if not gazetteer.knows(key := fold(word)))
        self._seen: dict[str, Known] = {}
        self._inner = frozenset(gazetteer.later_words())

    def goes_on_with(self, known: Known) -> bool:
        """Whether some name has the token behind its first word."""
        return not self._inner.isdisjoint(known.forms)

    def look_at(self, token: str) -> Known:
        """What there is to know of a lower-case token."""
        return self._seen.get(token) or self._learn(token)

    def _learn(self, token: str) -> Known:
        if len(self._seen) > _KEPT_WORDS:
            self._seen.clear()
        word = Word.of(token, ordinary=token in self._ordinary)
        plain = word.number or word.key in self._everyday.words
        near = [] if plain else self._gazetteer.near(word.key)
        if near and self._everyday.holds_near(word.key):
            near = []
        forms = (word.key, *near)
        nodes = [node for form in forms if (node := self._gazetteer.root.get(form)) is not None]
        alone = any("" in node for node in nodes)
        exact = any(
            token in (entry.spelling, entry.spelling.replace(" ", "")) for node in nodes for entry in node.get("", ())
        )
        known = self._seen[token] = Known(word, forms, bool(nodes), alone, exact)
        return known

    def find(self, words: Sequence[str], openers: Iterable[int]) -> list[Mention]:
        """The names in a text given as tokens, and which of them a name may begin with; from left to right, without overlaps."""
        found: list[Mention] = []
        known = Looked(self, words)
        done = 0
        for at in openers:
            if at >= done and (known[at].alone or self._goes_on(known, at)):
                mention = self._longest(words, known, at)
                if mention:
                    found.append(mention)
                    done = mention.end
        return found

    def _goes_on(self, known: Looked, at: int) -> bool:
        """Whether some name has the word and the next one."""
        if at + 1 == len(known):
            return False
        root, after = self._gazetteer.root, known[at + 1].forms
        return any(form in node for first in known[at].forms if (node := root.get(first)) for form in after)

    def _longest(self, words: Sequence[str], known: Looked, at: int) -> Mention | None:
        """The longest name that begins at a word, an exact one before a misspelt one."""
        best: tuple[int, bool, Node] | None = None
        todo: list[tuple[Node, int, bool]] = [(self._gazetteer.root, at, False)]
        last = len(known)
        while todo:
            node, end, fuzzy = todo.pop()
            if "" in node:
                enough = not fuzzy or end > at + 1 or len(words[at]) >= _FUZZY_ALONE
                if enough and (best is None or (end, not fuzzy) > (best[0], not best[1])):
                    best = end, fuzzy, node
            if end < last:
                forms = known[end].forms
                if forms[0] in node:
                    todo.append((node[forms[0]], end + 1, fuzzy))
                if len(forms) > 1 and not fuzzy:
                    todo += [(node[form], end + 1, True) for form in forms[1:] if form in node]
        return self._mention(words, known, at, *best) if best else None

    def _mention(
        self, words: Sequence[str], known: Looked, at: int, end: int, fuzzy: bool, node: Node
    ) -> Mention | None:
        """A name found, unless a single word only looks like it when folded."""
        entries: tuple[Entry, ...] = node[""]
        if end == at + 1 and (fuzzy or not known[at].exact):
            if words[at] in self._ordinary or len(words[at]) < _FUZZY_ALONE:
                return None
            fuzzy = True
        numbered = end < len(words) and known[end].detail.slot in ("rt", "rw")
        cue = "village" if numbered else _cue(words, known, at) if at else ""
        return Mention(at, end, entries, fuzzy, self._ordinary.issuperset(words[at:end]), cue)


def _cue(words: Sequence[str], known: Looked, at: int) -> str:
    """What the words before a name say about it."""
    before, last = words[at - 1], known[at - 1].detail.key
    if before in _WITHIN:
        return "within"
    if before in _AT:
        return "towards"
    if last in _VILLAGE:
        return "village"
    if last in _KECAMATAN:
        return "kecamatan"
    if not _AGENCIES.isdisjoint(words[max(0, at - 3) : at]):
        return "agency"
    if last in _STREET or (at > 1 and before not in _TOWARDS and known[at - 2].detail.key in _STREET):
        return "street"
    if last in _KABUPATEN:
        return "kabupaten"
    return "towards" if before in _TOWARDS else ""

"""The regions and named places of a data folder, in an index by folded words."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from rapidfuzz.distance import OSA

from nlu.folding import fold
from nlu.naming import Entry, Region, key, landmarks, lines, official_names, region_of, table
from nlu.normalise import spans

Node = dict[str, Any]
"""folded word → Node, and "" → the Entries of the name that ends here."""

_FUZZY = 5
"""Letters that a word must have before an edit is allowed in it."""
_HALVES = re.compile(
    r"(mekar|suka|sumber|karang|tegal|bangun|mulyo|wono|sido|banjar|telaga|pulau|swarga|wana|dwi|roham|tani|rantau|pandan|handil)"
    r"(sari|maju|rejo|dadi|harjo|mulyo|ramai|dana|laut|bara|raya|pasar|pura|bakti|makmur)"
)
_GENERIC = frozenset(
    "sungai anjir pulau handil tanjung teluk muara antar barambai jejangkit simpang tabing danau".split()  # noqa: SIM905
)
"""Words before the names of villages that people leave out; folded."""
_LATTER = frozenset(fold(word) for word in ("baru", "lama", "luar", "dalam", "raya", "jaya"))
"""Words behind them."""
_WATERS = frozenset(("sungai", "handil_kanal", "jembatan"))
"""Sorts of landmarks that are water, or across it."""


class Near:
    """Finds words that differ from another by one edit (a letter changed, left out, added, or two swapped)."""

    def __init__(self, words: Iterable[str]) -> None:
        self.words = {word for word in words if len(word) >= _FUZZY}
        self._by_form: dict[str, list[str]] = {}
        for word in sorted(self.words):
            for form in _one_less(word):
                self._by_form.setdefault(form, []).append(word)

    def of(self, word: str) -> list[str]:
        """The words at one edit from a word of five letters or more, with the same first letter."""
        if len(word) < _FUZZY:
            return []
        by_form = self._by_form
        found = {other for form in _one_less(word) if form in by_form for other in by_form[form]}
        return sorted([other for other in found if other[0] == word[0] and OSA.distance(other, word) == 1])

    def holds_near(self, word: str) -> bool:
        """Whether the word or one at one edit from it is among the words."""
        return word in self.words or bool(self.of(word))


@dataclass
class Gazetteer:
    """All names of a data folder `wilayah/`."""

    regions: dict[str, Region]
    root: Node = field(default_factory=dict)
    _near: Near = field(default_factory=lambda: Near(()))

    @classmethod
    def load(cls, folder: Path) -> Gazetteer:
        """Read a folder's tables and compile the index; OSError, KeyError or ValueError where a table is missing or wrong."""
        regions = {row["code"]: region_of(row) for row in table(folder / "wilayah.csv")}
        found = cls(regions)
        weak = {key(line) for line in lines(folder / "guarded.txt")}
        for name, codes in official_names(regions).items():
            found.add(name, Entry("region", name, tuple(codes), weak=key(name) in weak))
        for row in table(folder / "aliases.csv"):
            if row["sure"] != "L":
                found.add(
                    row["alias"],
                    Entry("region", row["alias"], tuple(row["codes"].split("|")), weak=key(row["alias"]) in weak),
                )
        for name, entry in landmarks(folder / "landmarks.csv", weak):
            found.add(name, found._settled(name, entry))
        for line in lines(folder / "elsewhere.txt"):
            name, _, others = line.partition("=")
            for form in [name, *others.split(",")]:
                found.add(form, Entry("elsewhere", name.strip(), ()))
        found._shorten()
        found.compile()
        return found

    def _settled(self, name: str, landmark: Entry) -> Entry:
        """The landmark where its own name says that it is: Jalan Veteran Marabahan is no other town's, and Terminal Handil Bakti
        in that village. Waters are not only where their names are.
        """
        words = key(name).split()
        named = [entry for at in range(1, len(words)) for entry in self._longest(words[at:]) if entry.kind == "region"]
        codes = {
            code for entry in named if entry.spelling in name.lower() and _one_place(entry) for code in entry.codes
        }
        if landmark.codes[0] in codes:
            return replace(landmark, weak=False)
        finer = {code for code in codes if code.startswith(landmark.codes[0])}
        if len(finer) != 1 or landmark.sort in _WATERS or any(entry.weak for entry in named):
            return landmark
        return replace(landmark, codes=tuple(finer), weak=False)

    def _longest(self, words: Sequence[str]) -> tuple[Entry, ...]:
        """What the longest name at the beginning of folded words means."""
        node, found = self.root, ()
        for word in words:
            if word not in node:
                break
            node = node[word]
            found = node.get("", found)
        return found

    def _shorten(self) -> None:
        """Enter villages also without the generic word before their name (Sungai Ramania, ramania) and without the word that tells
        new from old or inner from outer behind it (Tinggiran II Luar, tinggiran II), where nothing else is called so.

        The spelling stays the whole name's, so that a single word counts as a misspelt one, which needs support.
        """
        for region in self.regions.values():
            generic, _, rest = region.name.lower().partition(" ")
            if fold(generic) in _GENERIC and len(rest) >= _FUZZY and not self.has(rest):
                self.add(rest, Entry("region", region.name, (region.code,), weak=" " in rest), region.name)
            begin, _, last = region.name.lower().rpartition(" ")
            if fold(last) in _LATTER and len(begin) > _FUZZY and not self.has(begin):
                self.add(begin, Entry("region", region.name, (region.code,), weak=" " in begin), region.name)

    def has(self, name: str) -> bool:
        """Whether something is called so, in whatever spelling."""
        node = self.root
        for word in key(name).split():
            node = node.get(word, {})
        return "" in node

    def add(self, name: str, entry: Entry, spelling: str = "") -> None:
        """Enter a name with its joined and split forms; names of the same words share their codes."""
        entry = replace(entry, spelling=(spelling or name).strip().lower())
        for words in filter(None, _forms(name)):
            node = self.root
            for word in words:
                node = node.setdefault(word, {})
            entries: tuple[Entry, ...] = node.get("", ())
            if not any(_says(old, entry) for old in entries):
                node[""] = (*entries, entry)

    def compile(self) -> None:
        """Index the words of all names for misspellings; to be called after the last `add`."""
        self._near = Near(_words(self.root))

    def near(self, word: str) -> list[str]:
        """The words of names that are one edit from a folded word."""
        return self._near.of(word)

    def later_words(self) -> Iterator[str]:
        """The folded words that stand behind the first word of some name."""
        return (word for first in self.root.values() for word in _words(first))

    def knows(self, word: str) -> bool:
        """Whether a folded word is a word of some name."""
        return word in self._near.words

    def nearest(self, lat: float, lon: float, within_km: float = 25.0) -> Region | None:
        """The village (desa, kelurahan) whose centre is nearest to a point in degrees, or None farther than `within_km`."""
        villages = [region for region in self.regions.values() if region.code.count(".") == 3]
        best = min(villages, key=lambda region: distance_km(lat, lon, region.lat, region.lon), default=None)
        return best if best and distance_km(lat, lon, best.lat, best.lon) <= within_km else None


def distance_km(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """Kilometres between two points in degrees, on a flat map: exact enough within a kabupaten."""
    east = math.radians(other_lon - lon) * math.cos(math.radians((lat + other_lat) / 2))
    return 6371.0 * math.hypot(math.radians(other_lat - lat), east)


def _one_place(entry: Entry) -> bool:
    """Whether all that a name may mean lies in one kecamatan, or is a kabupaten: no homonym."""
    return len({code[: len("63.04.05")] for code in entry.codes}) == 1


def _says(old: Entry, new: Entry) -> bool:
    """Whether an entry tells all that another would: what it means and, of a single word, how it is spelt."""
    same = old.kind == new.kind and old.codes == new.codes
    return same and (" " in new.spelling or old.spelling == new.spelling)


def _forms(name: str) -> Iterator[list[str]]:
    words = [fold(word) for word, _, _ in spans(name)]
    yield words
    if len(words) > 1 and len(joined := "".join(words)) >= 8:
        yield [joined]
    if len(words) == 1 and (halves := _HALVES.fullmatch(name.lower().strip())):
        yield [fold(halves[1]), fold(halves[2])]


def _words(node: Node) -> Iterator[str]:
    for word, below in node.items():
        if word:
            yield word
            yield from _words(below)


def _one_less(word: str) -> set[str]:
    """The word, and what it is without one of its letters but the first: words that begin alike and are one edit apart share one."""
    return {word, *[word[:i] + word[i + 1 :] for i in range(1, len(word))]}

"""The words by which events are told apart: how rare each is, which mean the same, which are names of regions."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

_LETTERS = str.maketrans({"e": "a", "o": "u", "y": "i", "q": "k", "-": None, "'": None, "\u2019": None, "`": None})
_TWICE = re.compile(r"([a-z])\1+|(?<=[bdkt])h")
_WORD = re.compile(r"[^\W\d_]+(?:[-'\u2019`][^\W\d_]+)*")
_ENDING = re.compile(r"(?<=.{4})(?:nia|lah|kah|kan|an|pun)$")
_BEGINNING = re.compile(r"^(?:mang|man|mam|ma|bar|ba|tar|ta|di|ka|pang|pan|pam)(?=[b-df-hj-np-tv-z][aiu].{2})")
"""Folded prefixes of both languages, before what still has a syllable and two letters more."""
_REPEATED = re.compile(r"^([a-z]{3,})\1[a-z]{0,3}$")
_BESIDE = re.compile(
    r"\b(?:muka|depan|dpn|dekat|dkt|parak|samping|sebelah|sabalah|belakang|balakang|seberang|subarang|menuju|arah|higa)\s+"
    r"(?:(?:ke|ka|komplek|wadah|pak|h)\s+)*([^\W\d_]{2,})(?:\s+([^\W\d_]{3,}))?"
)
_KINDS = frozenset(
    "kantor balai rumah jembatan jambatan titian langgar masjid mesjid musholla pasar warung toko pos simpang pintu sd sdn smp smpn sma".split()  # noqa: SIM905
)
"""A landmark that begins so has a second word: kantor desa, pintu air."""
_SIMPANG = re.compile(r"\b(?:simpang|perempatan|pertigaan)\s?(?:(empat|ampat|4)|(tiga|3)|(lima|5))?")
_NAMED = (
    ("blok", re.compile(r"\bblok\s+([a-z]\d{0,2}|\d{1,2})\b")),
    ("gang", re.compile(r"\b(?:gang|gg)\.?\s+([^\W_]+)")),
    ("komplek", re.compile(r"\b(?:komplek|komp|kompleks|perumahan|perum)\.?\s+([^\W\d_]+)")),
)
_DENIED = re.compile(r"\b(?:lain|bukan|bkn)\s+(?:nang|yang|yg)\b[^,.;!?\n]*")
"""lain nang parak SMP: what is said not to be meant."""
_OFTEN = 0.1
"""A word in so large a share of messages tells nothing."""
_KEPT_TEXTS = 16384

_PLACES = frozenset(("dasa", "bupati", "camat"))
"""Keys of everyday words that make a landmark behind its kind: kantor desa."""


@dataclass(frozen=True, slots=True)
class Telling:
    """The telling words of a text: their keys, key → the word as typed, key → its weight, and the sum of all weights."""

    keys: frozenset[str]
    typed: Mapping[str, str]
    weights: Mapping[str, float]
    mass: float


class Vocabulary:
    """Built of `counts` (key → number of messages that hold it, of `total`), `same` (rows of words of one meaning) and
    `mute`: everyday words and names of regions, which weigh nothing, for places are compared by themselves.
    """

    def __init__(
        self,
        counts: Mapping[str, int] | None = None,
        total: int = 1000,
        same: Iterable[str] = (),
        mute: Iterable[str] = (),
        meanings: Mapping[str, str] | None = None,
        matters: Iterable[str] = (),
    ) -> None:
        """`meanings` are words of another language or short forms with what they mean; `matters` rows of category, matter and
        words, tabs between.
        """
        rows = {_bare(word): _bare(row.split()[0]) for row in same for word in row.split()}
        told = {_bare(word): _bare(meaning) for word, meaning in (meanings or {}).items()}
        self._same = {word: rows.get(meaning, meaning) for word, meaning in told.items()} | rows
        kinds = {kind: _bare({"sdn": "sd", "smpn": "smp"}.get(kind, kind)) for kind in _KINDS}
        self._kinds = {kind: rows.get(bare, bare) for kind, bare in kinds.items()}
        self._mute = frozenset(_bare(word) for row in mute for word in _WORD.findall(row.lower()))
        self._counts, self._total = counts or {}, total
        self._matters: dict[str, dict[str, str]] = {}
        for category, matter, words in (row.split("\t") for row in matters):
            self._matters.setdefault(category, {}).update((self.key(word), matter) for word in words.split())
        self.telling = lru_cache(maxsize=_KEPT_TEXTS)(self._telling)
        """The Telling of a text, kept for the texts met last."""
        self.marks = lru_cache(maxsize=_KEPT_TEXTS)(self._marks)
        """What a text places itself beside (muka polsek, parak pintu air), crossings and blocks, as (slot, folded value) pairs."""
        self.matters = lru_cache(maxsize=_KEPT_TEXTS)(self._matters_of)
        """Which of the matters of a category a text names: about the pier, about the fare."""
        self.names = lru_cache(maxsize=_KEPT_TEXTS)(self._names)
        """The keys of the words of details, given as (slot, folded value) pairs."""

    def key(self, word: str) -> str:
        """The key under which spellings, endings and synonyms of a lower-case word meet."""
        bare = _bare(word)
        return self._same.get(bare, bare)

    def weight(self, key: str) -> float:
        """What the word of a key weighs: 0 for everyday words, 1 for one in a thousand messages, more for rarer ones."""
        if key in self._mute:
            return 0.0
        share = self._counts.get(key, 0.5) / self._total
        return max(0.0, math.log(_OFTEN / share) / math.log(_OFTEN * 1000))

    def _telling(self, text: str) -> Telling:
        typed = {self.key(word): word for word in _WORD.findall(text.lower()) if len(word) > 2}
        weights = {key: weight for key in typed if (weight := self.weight(key)) > 0}
        return Telling(frozenset(weights), {key: typed[key] for key in weights}, weights, sum(weights.values()))

    def _matters_of(self, text: str, category: str) -> frozenset[str]:
        known = self._matters.get(category, {})
        return frozenset(known[key] for word in _WORD.findall(text.lower()) if (key := self.key(word)) in known)

    def _names(self, details: tuple[tuple[str, str], ...]) -> frozenset[str]:
        return frozenset(self.key(word) for _, value in details for word in value.split())

    def _marks(self, text: str) -> tuple[tuple[str, str], ...]:
        words = _DENIED.sub(" ", text.lower())
        beside = [("patokan", value) for pair in _BESIDE.findall(words) if (value := self._landmark(*pair))]
        crossing = [("simpang", str(ways)) for found in _SIMPANG.finditer(words) if (ways := _ways(found))]
        named = [(slot, fold(name) if len(name) > 2 else name) for slot, form in _NAMED for name in form.findall(words)]
        return (*beside, *crossing, *named)

    def _landmark(self, word: str, after: str) -> str:
        """The key of a landmark's name, "" where it is the name of a region."""
        if word in _KINDS:
            kind = self._kinds[word]
            return f"{kind} {self.key(after)}" if after and _bare(after) not in self._mute - _PLACES else kind
        return "" if _bare(word) in self._mute else self.key(word)


def _ways(found: re.Match[str]) -> int:
    """How many roads meet at a crossing; 0 where it is not said."""
    if found[0].startswith("perempatan"):
        return 4
    return (
        3
        if found[0].startswith("pertigaan")
        else next((n for n, group in zip((4, 3, 5), found.groups(), strict=True) if group), 0)
    )


def load_vocabulary(data: Path) -> Vocabulary:
    """From a data folder's `matching/` (words.tsv, same.txt, everyday.txt, matters.tsv) and `wilayah/wilayah.csv`; OSError or ValueError where one is wrong."""
    total, *rows = (data / "matching" / "words.tsv").read_text("utf-8").splitlines()
    counts = {word: int(count) for word, count in (row.split("\t") for row in rows)}
    same, everyday, matters = (_rows(data / "matching" / name) for name in ("same.txt", "everyday.txt", "matters.tsv"))
    meanings = load_meanings(data)
    with (data / "wilayah" / "wilayah.csv").open(encoding="utf-8", newline="") as file:
        names = [row["name"] for row in csv.DictReader(file)]
    return Vocabulary(counts, int(total.split("\t")[1]), same, everyday + names, meanings, matters)


def load_meanings(data: Path) -> dict[str, str]:
    """Banjar words and short forms → the one word that each means, of a data folder's `language/`; OSError where one is missing."""
    found: dict[str, str] = {}
    for name in ("banjar.tsv", "slang.tsv"):
        for row in (data / "language" / name).read_text("utf-8").splitlines()[1:]:
            word, meaning, *_ = (*row.split("\t"), "")
            meaning = re.split(r"[;,(/]", meaning)[0].strip()
            if word and meaning and " " not in word + meaning and word != meaning:
                found.setdefault(word, meaning)
    return found


def count_words(texts: Iterable[str], same: Iterable[str], meanings: Mapping[str, str]) -> Iterator[tuple[str, int]]:
    """Key and number of texts that hold it, for `words.tsv`; words of a single text are left out."""
    known = Vocabulary(same=same, meanings=meanings)
    counts: dict[str, int] = {}
    for text in texts:
        for key in {known.key(word) for word in _WORD.findall(text.lower()) if len(word) > 2}:
            counts[key] = counts.get(key, 0) + 1
    return ((key, count) for key, count in sorted(counts.items()) if count > 1)


def fold(word: str) -> str:
    """Spellings meet: jembatan, jambatan → jambatan; lobang, lubang → lubang; Bhakti, bakti → bakti."""
    return _TWICE.sub(r"\1", word.translate(_LETTERS))


def _rows(path: Path) -> list[str]:
    return [line for line in path.read_text("utf-8").splitlines() if line and line[0] != "#"]


@lru_cache(maxsize=65536)
def _bare(word: str) -> str:
    bare = _ENDING.sub("", _REPEATED.sub(r"\1", fold(word)))
    return _BEGINNING.sub("", bare) if len(bare) > 5 else bare

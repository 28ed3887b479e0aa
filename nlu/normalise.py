"""Tokens of short informal Indonesian and Banjar, each brought to one written form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from nlu.signs import BANJAR, INDONESIAN

MAX_TOKEN = 40
"""Letters of a token that are looked at; longer runs are noise."""

_EMOJI = "\u2600-\u27bf\U0001f000-\U0001faff"
TOKEN = re.compile(rf"[^\W_]+(?:[-'\u2019`][^\W_]+)*|[?!]+|[{_EMOJI}]")
_PLAIN = re.compile(r"[a-z0-9]+(?:[-'`][a-z0-9]+)*|[?!]+")
"""The same for lower-case ASCII, a third faster."""
_WORD = re.compile(r"[^\W_]+(?:[-'\u2019`][^\W_]+)*")
_LONG_RUN = re.compile(r"(.)\1{2,}")
_TWICE = re.compile(r"([^\W\d_]{2,})2(nya|an|kan|lah|ku)?")
_REDUPLICATED = re.compile(r"([^\W\d_]{2,})-\1(\w{0,4})")
"""jalan-jalan, jalan-jalannya; not bolak-balik."""
_DIGITS = re.compile(r"\d+")
_PREFIX = re.compile(
    r"(?:meng|meny|mem|men|me|peng|peny|pem|pen|pe|ber|be|ter|te|di|ke|se|mang|many|mam|man|ma|ba|ta|ka|sa)(?=.{4})"
)
_NASAL = re.compile(r"[mp](?:e|a)(?:(ny|ng|m|n))(?=[aiueo])")
_LOST = {"ny": "s", "ng": "k", "m": "p", "n": "t"}
"""The first letter that a root loses behind a nasal: menyapu, mengeruk, memungut, menambal."""
_PARTICLES = ("nya", "lah", "kah", "tah", "pun", "ku", "mu")
_ENDINGS = ("kan", "an", "i")
_SUFFIXES = ("akan", "nya", "lah", "kah", "kan", "pun", "an", "ku", "mu", "i")
_PREFIXED = 6
"""Letters of the shortest word with a prefix: two, and four behind it."""
_DOUBLE_PREFIX = re.compile(
    r"(?:memper|diper|dipar|mampar|keber|ber|ter|per|mem|men|meng|pem|pen|peng|di|ke|se|ba|ta|ka|ma|pa|sa|man|mam|mang)(?=.{4})"
)


def tokens(text: str) -> list[str]:
    """The lower-case tokens of a text: words with their inner hyphens, runs of ? and !, single emoji."""
    lower = lowered(text)
    return (_PLAIN if lower.isascii() else TOKEN).findall(lower)


def token_spans(text: str) -> list[tuple[int, int]]:
    """Where the tokens of a text stand in it, in characters, end exclusive."""
    lower = lowered(text)
    return [found.span() for found in (_PLAIN if lower.isascii() else TOKEN).finditer(lower)]


def lowered(text: str) -> str:
    """In lower case, every character at its place."""
    lower = text.lower()
    if len(lower) != len(text):  # a few letters (İ) are two in lower case
        lower = "".join(small if len(small := char.lower()) == 1 else char for char in text)
    return lower


def spans(text: str) -> Iterator[tuple[str, int, int]]:
    """The word tokens of a text, lower case, with where they stand in it (characters, end exclusive)."""
    for match in _WORD.finditer(text):
        yield match.group().lower(), match.start(), match.end()


def squeeze(word: str) -> str:
    """The word with letters typed three times or more written once: bangeeet → banget."""
    return _LONG_RUN.sub(r"\1", word) if _LONG_RUN.search(word) else word  # to search takes a third of the time


def stem(word: str) -> str:
    """A rough stem: one Indonesian or Banjar ending and one beginning taken off, never below four letters."""
    return _unprefixed(_PREFIX, _without(word, _SUFFIXES, 4))


def roots(word: str) -> set[str]:
    """What the root of a word may be, right and wrong guesses alike: pengerukannya → pengerukan, kerukan, erukan and so on."""
    bare = _without(word, _PARTICLES, 3)
    found = {word, bare, _without(bare, _ENDINGS, 4), bare.removesuffix("an") if len(bare) > 5 else bare, stem(word)}
    for form in tuple(found):
        if form.startswith(("m", "p")) and (nasal := _NASAL.match(form)) and len(form) - nasal.end() >= 3:
            found |= {_LOST[nasal[1]] + form[nasal.end() :], form[nasal.end() :]}
        found.add(_unprefixed(_DOUBLE_PREFIX, form))
    return found


def _unprefixed(prefix: re.Pattern[str], word: str) -> str:
    """The word without its first prefix."""
    return prefix.sub("", word, count=1) if len(word) >= _PREFIXED else word


def _without(word: str, endings: tuple[str, ...], least: int) -> str:
    """The word without the first of the endings, longest first, that leaves at least so many letters."""
    if word.endswith(endings):  # few are, and for all others this is many times as fast as a regular expression
        for ending in endings:
            if word.endswith(ending) and len(word) - len(ending) >= least:
                return word.removesuffix(ending)
    return word


@dataclass(frozen=True)
class Lexicon:
    """The words that the project knows by hand: short forms, Banjar words with what they mean, everyday Indonesian."""

    slang: dict[str, tuple[str, ...]]
    banjar: dict[str, str]
    indonesian: frozenset[str]
    topics: dict[str, tuple[str, ...]]
    """Word → the categories of which it often speaks."""
    cues: dict[str, tuple[str, ...]]
    """Word → what it often does in a message: complains, asks, wishes, thanks, jokes…"""

    @classmethod
    def load(cls, folder: Path) -> Lexicon:
        """Read a folder's `slang.tsv`, `banjar.tsv`, `indonesian.txt`, `topics.tsv`, `cues.tsv`; OSError when one is missing."""
        slang = {short: tuple(full.split()) for short, full in _rows(folder / "slang.tsv")}
        banjar: dict[str, str] = {}
        for word, meaning in _rows(folder / "banjar.tsv"):
            if " " not in word:
                banjar.setdefault(word, re.split(r"[;(]", meaning)[0].strip())
        lines = (folder / "indonesian.txt").read_text("utf-8").splitlines()
        everyday = frozenset(word for line in lines if not line.startswith("#") for word in line.split())
        return cls(slang, banjar, everyday, _groups(folder / "topics.tsv"), _groups(folder / "cues.tsv"))

    def canonical(self, token: str) -> tuple[str, ...]:
        """The words that a token stands for: yg → yang, jalan-jalan and jalan2 → jalan2, 085 → 000."""
        token = squeeze(token[:MAX_TOKEN])
        if token[0] in "?!":
            return ("?",) if "?" in token else ("!",)
        if token in self.slang:
            return self.slang[token]
        if token.isalpha():
            return self._without_ending(token) or (token,)
        if twice := _TWICE.fullmatch(token) or _REDUPLICATED.fullmatch(token):
            return (f"{self._one(twice.group(1))}2",)
        return (_DIGITS.sub(lambda m: "0" * len(m.group()), token),)

    def meaning(self, word: str) -> str:
        """What a Banjar word means in Indonesian, or "" where it is not known or the same."""
        meaning = self.banjar.get(word, "")
        return "" if meaning == word else meaning

    @cached_property
    def ordinary(self) -> frozenset[str]:
        """Everyday words of both languages."""
        full = {word for words in self.slang.values() for word in words}
        meanings = {word for meaning in self.banjar.values() for word in meaning.split()}
        return self.indonesian | set(self.slang) | full | set(self.banjar) | meanings

    @cached_property
    def only_banjar(self) -> frozenset[str]:
        """Words that are Banjar and not Indonesian at the same time."""
        meanings = {word for meaning in self.banjar.values() for word in meaning.split()}
        return frozenset(
            w for w in self.banjar if w not in meanings and w not in self.indonesian and w not in self.slang
        )

    @cached_property
    def only_indonesian(self) -> frozenset[str]:
        """Words that are Indonesian and not Banjar, with their short forms."""
        words = self.indonesian - set(self.banjar)
        return words | {short for short, full in self.slang.items() if full[0] in words}

    def spoken(self, token: str) -> int:
        """The bit of nlu.signs of the language that alone has a token, 0 for both and for neither."""
        return BANJAR * (token in self.only_banjar) + INDONESIAN * (token in self.only_indonesian)

    def _one(self, word: str) -> str:
        return self.slang.get(word, (word,))[-1]

    def _without_ending(self, token: str) -> tuple[str, ...]:
        """Short forms with -nya glued on: jlnnya → jalan nya."""
        if token.endswith("nya") and token[:-3] in self.slang:
            return (*self.slang[token[:-3]], "nya")
        return ()


def language(banjar: int, indonesian: int) -> str:
    """The language of a text by its number of words that only the one or only the other language has."""
    if banjar == 0 or (banjar == 1 and indonesian >= 4):
        return "id"
    return "mix" if indonesian >= banjar else "bjn"


def _rows(path: Path) -> list[tuple[str, str]]:
    """The first two columns of a table with tabs, without its heading."""
    lines = path.read_text("utf-8").splitlines()[1:]
    return [(cells[0], cells[1]) for cells in (line.split("\t") for line in lines if line)]


def _groups(path: Path) -> dict[str, tuple[str, ...]]:
    """Word → the groups of a table (name, words) in which it stands."""
    groups: dict[str, tuple[str, ...]] = {}
    for name, words in _rows(path):
        for word in dict.fromkeys(words.split()):
            groups[word] = (*groups.get(word, ()), name)
    return groups

"""The detail of a place below the village: road, RT, kilometre, handil, bridge, school…, as typed and as slots."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from nlu.folding import fold

Span = tuple[int, int]
"""Where a token stands in its text, in characters, end exclusive."""

_NUMBERED = {
    "rt": "rt",
    "rw": "rw",
    "km": "km",
    "ray": "ray",
    "jalur": "jalur",
    "parit": "parit",
    "lorong": "gang",
    "nomor": "nomor",
    "no": "nomor",
}
_NAMED = {
    "jalan": "jalan", "gang": "gang", "handil": "handil", "anjir": "anjir", "tatah": "handil", "terusan": "anjir",
    "jembatan": "jembatan", "titian": "jembatan", "komplek": "komplek", "blok": "blok", "dusun": "dusun", "simpang": "simpang",
    "pertigaan": "simpang", "perempatan": "simpang", "sekolah": "sekolah", "sd": "sekolah", "smp": "sekolah", "sma": "sekolah",
    "smk": "sekolah", "mts": "sekolah", "mtsn": "sekolah", "min": "sekolah", "man": "sekolah", "tk": "sekolah", "paud": "sekolah",
    "ponpes": "sekolah", "pesantren": "sekolah", "masjid": "masjid", "langgar": "masjid", "musala": "masjid", "mushola": "masjid",
    "musholla": "masjid", "mushalla": "masjid", "surau": "masjid", "gereja": "masjid", "pasar": "pasar", "dermaga": "dermaga",
    "pelabuhan": "dermaga", "feri": "dermaga", "ferry": "dermaga", "puskesmas": "puskesmas", "pustu": "puskesmas",
    "posyandu": "puskesmas", "rsud": "puskesmas", "terminal": "terminal", "lapangan": "lapangan", "perumnas": "komplek", "sungai": "sungai",
}  # fmt: skip
_BY_KEY = {fold(word): slot for word, slot in {**_NAMED, **_NUMBERED}.items()}
_NUMBERED_KEYS = frozenset(fold(word) for word in _NUMBERED)
_NUMBERS_FIRST = frozenset(("sekolah", "gang", "blok", "jalan", "handil"))
BESIDE = frozenset((
    "depan", "muka", "dekat", "parak", "samping", "sebelah", "sabalah", "belakang", "balakang", "pinggir", "simpang", "ujung", "hujung", "seberang",
    "subarang", "higa", "dpn", "dkt", "blkg", "sekitar",
))  # fmt: skip
LANDMARKS = frozenset((
    *(word for word, slot in _NAMED.items() if slot in ("sekolah", "masjid", "pasar", "puskesmas", "terminal", "lapangan", "komplek", "dermaga", "jembatan")),
    "mesjid", "masigit", "kubah", "makam", "kuburan", "kantor", "balai", "polsek", "kecamatan", "kelurahan", "posko", "pos", "gedung", "rumah", "rs",
    "warung", "toko", "bank", "hotel", "spbu", "pom", "pangkalan", "alun", "taman", "stadion", "tugu", "bundaran", "perumahan",
))  # fmt: skip
"""Words for buildings and open places by which people tell where something is."""
_ALWAYS_NAMES = frozenset("negeri al an ar as at ad az darul nurul baitul miftahul".split())  # noqa: SIM905
"""Words that are part of a name however often they are met."""
_GLUED = re.compile(r"(rt|rw|km|ray|no|blok|gg|jl|jln)[-.]?0*(\d+[a-z]?)")
_NUMBER = re.compile(r"\d{1,4}[a-z]?|[ivx]{1,4}")
_NAME_WORDS = 3
_NEAR = 3
"""Characters that may stand between the words of one detail."""
_JOIN = 12
"""Parts of a place that stand within so many characters of each other are given as one phrase."""


@dataclass(frozen=True, slots=True)
class Detail:
    """One part of a place: which slot, its folded value ("" for a mere "depan masjid"), and where it stands."""

    slot: str
    value: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Word:
    """What there is to know of one token, worked out once."""

    key: str
    """Folded."""
    slot: str = ""
    """The slot that it opens, if any."""
    glued: str = ""
    """The value that is written together with its cue: rt04 → 4."""
    number: bool = False
    name: bool = False
    """Whether it may be part of a name: no everyday word."""
    beside: bool = False
    """depan, muka, dekat…"""

    @classmethod
    def of(cls, word: str, *, ordinary: bool) -> Word:
        """Look at a lower-case token; `ordinary` tells that it is an everyday word."""
        key = fold(word)
        number = bool(_NUMBER.fullmatch(word))
        named = word in _ALWAYS_NAMES or (not (ordinary or word in BESIDE) and word[0].isalnum())
        if not word.isalpha() and (glued := _GLUED.fullmatch(word)):
            cue = fold(glued[1])
            return cls(key, _BY_KEY.get(cue, cue), glued[2])
        return cls(key, _BY_KEY.get(key, ""), "", number, named, word in BESIDE)


def find(text: str, words: Sequence[Word], spans: Sequence[Span], cues: Sequence[int]) -> list[Detail]:
    """The details in a text, given its tokens, where they stand, and the numbers of those that open a slot."""
    found: list[Detail] = []
    done = 0
    for at in cues:
        if at < done:
            continue
        detail, taken = _at(text, words, spans, at)
        if detail:
            found.append(detail)
            done = at + taken
    return found


def slots(details: Sequence[Detail]) -> dict[str, str]:
    """The first value of each slot."""
    values: dict[str, str] = {}
    for detail in details:
        if detail.value:
            values.setdefault(detail.slot, detail.value)
    return values


def phrase(text: str, parts: Sequence[Span]) -> str | None:
    """Parts of a text as typed, neighbours as one phrase, the phrases set apart by commas; None without parts."""
    merged: list[list[int]] = []
    for start, end in sorted(parts):
        if merged and start - merged[-1][1] <= _JOIN and "\n" not in text[merged[-1][1] : start]:
            merged[-1][1] = max(end, merged[-1][1])
        else:
            merged.append([start, end])
    return ", ".join(dict.fromkeys(" ".join(text[start:end].split()) for start, end in merged)) or None


def _at(text: str, words: Sequence[Word], spans: Sequence[Span], at: int) -> tuple[Detail | None, int]:
    """The detail that begins at a word that opens a slot, if any, and how many words it takes."""
    word, (start, end) = words[at], spans[at]
    if word.glued:
        return Detail(word.slot, word.glued, start, end), 1
    if word.key in _NUMBERED_KEYS:
        return _numbered(text, words, spans, at)
    taken = _name(text, words, spans, at)
    if taken:
        value = " ".join(w.key for w in words[at + 1 : at + 1 + taken] if w.key != "nagari")
        return Detail(word.slot, value, start, spans[at + taken][1]), 1 + taken
    beside = at > 0 and words[at - 1].beside and word.slot != "jalan"
    return (Detail(word.slot, "", spans[at - 1][0], end) if beside else None), 1


def _numbered(text: str, words: Sequence[Word], spans: Sequence[Span], at: int) -> tuple[Detail | None, int]:
    """RT 4, km 17 or km 17,5."""
    if at + 1 >= len(words) or not words[at + 1].number or spans[at + 1][0] - spans[at][1] > _NEAR:
        return None, 1
    start, end, value = spans[at][0], spans[at + 1][1], words[at + 1].key
    after = spans[at + 2] if at + 2 < len(words) else (0, 0)
    if words[at].slot == "km" and after[0] == end + 1 and text[end] in ",." and words[at + 2].number:
        return Detail("km", f"{value},{words[at + 2].key}", start, after[1]), 3
    return Detail(words[at].slot, value, start, end), 2


def _name(text: str, words: Sequence[Word], spans: Sequence[Span], at: int) -> int:
    """How many words after a cue belong to its name."""
    taken = 0
    numbers_first = words[at].slot in _NUMBERS_FIRST
    for word, (start, _) in zip(
        words[at + 1 : at + 1 + _NAME_WORDS], spans[at + 1 : at + 1 + _NAME_WORDS], strict=True
    ):
        before = spans[at + taken][1]
        if start - before > _NEAR or any(mark in text[before:start] for mark in ",;:!?\n()"):
            break
        if (
            word.key in _NUMBERED_KEYS
            or not (word.name or word.number)
            or (word.number and not taken and not numbers_first)
        ):
            break
        taken += 1
        if word.number and taken > 1:
            break
    return taken

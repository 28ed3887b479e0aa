"""The detail of a place below the village: road, RT, kilometre, handil, bridge, school…, as typed and as slots."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from nlu.detail_words import (
    BY_KEY,
    LANDMARKS,
    NEED_SUPPORT,
    NUMBER,
    NUMBERED_KEYS,
    NUMBERS_FIRST,
    SCHOOLS,
    SPELLED_SLOTS,
    UNITS,
    UNNAMED_KEYS,
    Word,
)
from nlu.folding import fold

Span = tuple[int, int]
"""Where a token stands in its text, in characters, end exclusive."""

_NAME_WORDS = 3
_NEAR = 3
"""Characters that may stand between the words of one detail."""
_JOIN = 12
"""Parts of a place that stand within so many characters of each other are given as one phrase."""


class Detail(NamedTuple):
    """One part of a place: which slot, its folded value ("" for a mere "depan masjid"), and where it stands."""

    slot: str
    value: str
    start: int
    end: int


def find(
    text: str, words: Sequence[Word], spans: Sequence[Span], cues: Sequence[int], regions: Mapping[int, int]
) -> list[Detail]:
    """The details in a text, given its tokens, where they stand, the numbers of those that open a slot, and where names of
    regions begin and end.
    """
    found: list[Detail] = []
    done = 0
    for at in cues:
        if at < done:
            continue
        detail, taken = _at(text, words, spans, at, regions)
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


def value_of(kind: str, words: Sequence[str]) -> str:
    """The value of a slot: the folded words of a name, behind the kind of school where it is one's."""
    folded = [fold(part) for word in words for part in word.split("-") if part]
    return " ".join([kind] * bool(kind) + [part for part in folded if part != "nagari"])


def named(words: Sequence[str], slot: str) -> tuple[str, str]:
    """The slot and the value of what is called by lower-case words; `slot` where the first of them opens none."""
    first, *name = words
    school, key = SCHOOLS.get(first, ""), fold(first)
    if key in NUMBERED_KEYS and name and NUMBER.fullmatch(name[0]):
        return BY_KEY[key], fold(name[0])
    generic = name and (key in BY_KEY or first in LANDMARKS)
    return "sekolah" if school else BY_KEY.get(key, slot), value_of(school, name if generic or school else words)


def _at(
    text: str, words: Sequence[Word], spans: Sequence[Span], at: int, regions: Mapping[int, int]
) -> tuple[Detail | None, int]:
    """The detail that begins at a word that opens a slot, if any, and how many words it takes."""
    word, (start, end) = words[at], spans[at]
    beside = at > 0 and words[at - 1].beside
    if word.glued:
        return Detail(word.slot, word.glued, start, end), 1
    if word.key in NUMBERED_KEYS:
        return _numbered(text, words, spans, at)
    taken = _name(text, words, spans, at, regions)
    if word.slot == "jalan" and regions.get(at + 1) == at + 1 + taken:
        return None, 1  # the road that is called after the village that it is in says no more than the village
    if word.school and _mere_word(text, words, spans, at):
        return None, 1
    if taken:
        named = [text[slice(*span)].lower() for span in spans[at + 1 : at + 1 + taken]]
        return Detail(word.slot, value_of(word.school, named), start, spans[at + taken][1]), 1 + taken
    beside = beside and word.slot != "jalan"
    return (Detail(word.slot, word.school, spans[at - 1][0], end) if beside else None), 1


def _mere_word(text: str, words: Sequence[Word], spans: Sequence[Span], at: int) -> bool:
    """Whether a short word for a school means something else: 8 sd 10, smp 3 hari, min 2 tiang mati."""
    before = words[at - 1] if at else Word("")
    following = words[at + 1 : at + 3]
    needs_support = text[slice(*spans[at])].lower() in NEED_SUPPORT
    if not (following and following[0].number):
        return needs_support
    unit = text[slice(*spans[at + 2])].lower() if len(following) > 1 else ""
    return unit in UNITS or before.number or (needs_support and not before.beside)


def _numbered(text: str, words: Sequence[Word], spans: Sequence[Span], at: int) -> tuple[Detail | None, int]:
    """RT 4, km 17 or km 17,5."""
    after = words[at + 1] if at + 1 < len(words) and spans[at + 1][0] - spans[at][1] <= _NEAR else Word("")
    value = after.key if after.number else after.counted if words[at].slot in SPELLED_SLOTS else ""
    if not value:
        return None, 1
    start, end = spans[at][0], spans[at + 1][1]
    rest = spans[at + 2] if at + 2 < len(words) else (0, 0)
    if words[at].slot == "km" and rest[0] == end + 1 and text[end] in ",." and words[at + 2].number:
        return Detail("km", f"{value},{words[at + 2].key}", start, rest[1]), 3
    return Detail(words[at].slot, value, start, end), 2


def _name(text: str, words: Sequence[Word], spans: Sequence[Span], at: int, regions: Mapping[int, int]) -> int:
    """How many words after a cue belong to its name: a region's name is the whole of it, or ends it."""
    first = at + 1
    if first in regions and not _breaks(text, spans, first) and words[at].key not in UNNAMED_KEYS:
        return regions[first] - first
    for here in range(first, min(first + _NAME_WORDS, len(words))):
        if here in regions or _breaks(text, spans, here) or not _goes_on(words, at, here):
            return here - first
        if words[here].number and here > first:
            return here + 1 - first
    return max(min(_NAME_WORDS, len(words) - first), 0)


def _goes_on(words: Sequence[Word], at: int, here: int) -> bool:
    """Whether a word belongs to the name behind the cue `at`."""
    word, cue = words[here], words[at]
    if word.key in NUMBERED_KEYS:
        return False
    if word.number and here == at + 1:
        return cue.slot in NUMBERS_FIRST
    if cue.key in UNNAMED_KEYS and here == at + 1:
        return False
    return word.number or word.name or (here > at + 1 and words[here - 1].half)


def _breaks(text: str, spans: Sequence[Span], here: int) -> bool:
    """Whether something stands before a token that ends a name."""
    before, start = spans[here - 1][1], spans[here][0]
    return start - before > _NEAR or any(mark in text[before:start] for mark in ",;:!?\n()")

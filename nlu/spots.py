"""Which landmark a name stands for: the one of this region, where nothing that is named beside it lies elsewhere."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import NamedTuple

from nlu.mentions import Mention
from nlu.naming import Entry, key

_KECAMATAN = len("63.04.05")
_KEPT = 4_096
"""Names whose words are kept."""
_LIVED_IN = frozenset(("perumahan", "kawasan"))
"""Sorts of landmarks after which neighbours call their groups."""


class Scene(NamedTuple):
    """What stands around a name: the names of its text (or thread), those of both, and the home kabupaten."""

    text: Sequence[Mention]
    context: Sequence[Mention]
    region: str
    in_thread: bool = False
    """Whether `text` is the thread's name."""
    far: bool = False
    """Whether the text names a place outside the regions."""


def landmark_of(mention: Mention, scene: Scene) -> Entry | None:
    """The landmark that a mention stands for, if any."""
    return _common([e for e in mention.entries if e.kind == "landmark" and _counts(e, mention, scene)])


def in_own_name(landmark: Entry, mention: Mention, context: Sequence[Mention]) -> bool:
    """Whether the landmark's full name holds what is named beside it: km 7 … Sangatta for Kilometer 7 Sangatta-Bontang."""
    words = _words_of(landmark.name)
    return any(
        words.issuperset(_words_of(entry.name))
        for m in context
        if m is not mention and not m.inner
        for entry in m.entries
        if entry.codes
    )


def _counts(landmark: Entry, mention: Mention, scene: Scene) -> bool:
    others, here = _codes_of(scene.context, mention), landmark.region == scene.region
    supported, one_word = any(code.startswith(landmark.region) for code in others), mention.end - mention.start == 1
    if not landmark.weak and not mention.fuzzy:
        return (not others or supported) and (here or supported or not one_word)
    if others:
        common = one_word or _numbered(mention.entries[0].spelling)
        against = others if common else _codes_of(scene.text, mention)
        return supported and (_near(landmark, against) or in_own_name(landmark, mention, scene.context))
    told = mention.directed or mention.cue == "village" or (scene.in_thread and landmark.sort in _LIVED_IN)
    return told and here and not (mention.fuzzy or scene.far)


def _near(landmark: Entry, others: Collection[str]) -> bool:
    """Whether no other kecamatan of its kabupaten is named than the landmark's."""
    kecamatan = landmark.codes[0][:_KECAMATAN]
    finer = {code[:_KECAMATAN] for code in others if code.startswith(landmark.region) and len(code) >= _KECAMATAN}
    return not finer or len(kecamatan) < _KECAMATAN or kecamatan in finer


@lru_cache(maxsize=_KEPT)
def _words_of(name: str) -> frozenset[str]:
    """The folded words of a name."""
    return frozenset(key(name.replace("-", " ")).split())


@lru_cache(maxsize=_KEPT)
def _numbered(name: str) -> bool:
    """Whether there is a number in a name: Kilometer 7, Jalur Dua."""
    return any(letter.isdigit() for letter in key(name))


def _codes_of(context: Sequence[Mention], mention: Mention) -> set[str]:
    """The codes of the regions named beside a landmark."""
    return {code for m in context if m is not mention and m.speaks and not m.inner for code in m.meaning.codes}


def _common(landmarks: Sequence[Entry]) -> Entry | None:
    """Of landmarks of one name the one within all others' regions, else the first."""
    finest = max(landmarks, key=lambda entry: len(entry.codes[0]), default=None)
    if finest and all(finest.codes[0].startswith(entry.codes[0]) for entry in landmarks):
        return finest
    return landmarks[0] if landmarks else None

"""How two texts as wholes, two details of a place and two points are compared."""

from __future__ import annotations

import math
import re
from functools import lru_cache
from itertools import combinations
from typing import Literal

from rapidfuzz import fuzz

Agreement = Literal["equal", "weak", "conflict"]

_WORD = re.compile(r"[^\W\d_]+")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")

_NUMBERED = frozenset(("rt", "rw", "km", "nomor", "ray", "jalur", "parit"))
_TINY = frozenset(("nomor", "rw"))
"""Their equality alone says little: every village has a second neighbourhood."""
_SIDES = frozenset(
    [
        "hulu",
        "ulu",
        "hilir",
        "ilir",
        "dalam",
        "luar",
        "tangah",
        "utara",
        "salatan",
        "barat",
        "timur",
        "basar",
        "kacil",
        "kanan",
        "kiri",
        "baru",
        "lama",
    ]
)
"""Folded words that tell two places of one name apart."""
_SCHOOLS_APART = [
    {one, other} for one, other in combinations(("sd", "smp", "sma", "smk", "mi", "mts", "ma", "tk", "paud"), 2)
]
"""Kinds of schools: SD 2 is not SMP 2."""
_KM_APART = 0.6
_NEAR_TEXT = 86.0
_NEAR_LENGTH = 32
"""Shorter texts are alike by chance."""


@lru_cache(maxsize=16384)
def plain(text: str) -> str:
    """A text without case, marks and spacing, for comparison as a whole."""
    return " ".join(_WORD.findall(text.lower()))


def near_text(text: str, other: str) -> float:
    """How nearly identical two longer texts are: 0 below 86 % alike, 1 for the same."""
    one, two = plain(text), plain(other)
    if len(one) < _NEAR_LENGTH or len(two) < _NEAR_LENGTH:
        return 0.0
    alike = fuzz.ratio(one, two, score_cutoff=_NEAR_TEXT)
    return max(0.0, (alike - _NEAR_TEXT) / (100.0 - _NEAR_TEXT))


def agree(slot: str, value: str, other: str) -> Agreement:
    """Whether two values of a slot mean the same: numbers by value, names by their words, one letter forgiven."""
    if slot in _NUMBERED:
        return _numbers_agree(slot, value, other)
    if slot == "sekolah" and {value.partition(" ")[0], other.partition(" ")[0]} in _SCHOOLS_APART:
        return "conflict"
    return "equal" if value == other else _names_agree(value, other)


def apart_km(point: tuple[float, float], other: tuple[float, float]) -> float:
    """Kilometres between two points (latitude, longitude in degrees), on a flat map: exact enough within a kabupaten."""
    east = math.radians(other[1] - point[1]) * math.cos(math.radians(point[0]))
    return 6371.0 * math.hypot(math.radians(other[0] - point[0]), east)


@lru_cache(maxsize=4096)
def _numbers_agree(slot: str, value: str, other: str) -> Agreement:
    one, two = _numbers(value), _numbers(other)
    if not one or not two:
        return "equal" if value == other else "conflict"
    margin = _KM_APART if slot == "km" else 0.0
    if any(abs(a - b) <= margin for a in one for b in two):
        return "weak" if slot in _TINY else "equal"
    return "conflict"


@lru_cache(maxsize=4096)
def _names_agree(value: str, other: str) -> Agreement:
    """One name within the other or one letter off; numbers in names must not differ."""
    if _numbers(value) != _numbers(other) and _numbers(value) and _numbers(other):
        return "conflict"
    one, two = set(value.split()), set(other.split())
    sides = one & _SIDES, two & _SIDES
    if all(sides) and sides[0] != sides[1]:
        return "conflict"
    if one <= two or two <= one:
        return "equal"
    if fuzz.ratio(value, other) >= 84.0:
        return "equal"
    return "weak" if one & two else "conflict"


def _numbers(value: str) -> tuple[float, ...]:
    return tuple(float(number.replace(",", ".")) for number in _NUMBER.findall(value))

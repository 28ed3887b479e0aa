"""What is known of single tokens besides their vectors, as bits, so that a whole batch of texts is looked through at once."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

OPENS, ALONE, INNER = 1, 2, 4
"""A name of a place may begin with it, may be it, may go on with it."""
SLOT, GLUED, NAMING, BESIDE = 8, 16, 32, 64
"""It opens a detail of a place (RT, jalan…), holds the detail's value too (rt04), may be such a value, says beside (depan…)."""
LANDMARK = 128
"""A word for a building or open place."""
BANJAR, INDONESIAN = 256, 512
"""Only the one language has it."""

Bits = npt.NDArray[np.uint16]
Flags = npt.NDArray[np.bool_]
Integers = npt.NDArray[np.int64]


def all_beginnings(bits: Bits) -> tuple[Integers, Integers]:
    """At which tokens a place's name or detail may begin: never fewer than there are. Texts are one row, a sign at both ends."""
    before, after = _before(bits), np.append(bits[1:], np.uint16(0))
    name = (bits & ALONE > 0) | ((bits & OPENS > 0) & (after & INNER > 0))
    detail = (bits & SLOT > 0) & ((bits & GLUED > 0) | (after & NAMING > 0) | (before & BESIDE > 0))
    return name.nonzero()[0], detail.nonzero()[0]


def beside_landmark(bits: Bits) -> Flags:
    """Which tokens are buildings that something is said to be beside of."""
    return np.asarray((bits & LANDMARK > 0) & (_before(bits) & BESIDE > 0))


def beginnings(bits: Sequence[int]) -> tuple[list[int], list[int]]:
    """The same of one text, given without its ends."""
    names: list[int] = []
    details: list[int] = []
    last = len(bits) - 1
    for at, own in enumerate(bits):
        if own & (OPENS | SLOT):
            after = bits[at + 1] if at < last else 0
            if own & ALONE or (own & OPENS and after & INNER):
                names.append(at)
            if own & SLOT and (own & GLUED or after & NAMING or (at and bits[at - 1] & BESIDE)):
                details.append(at)
    return names, details


def names_landmark(bits: Sequence[int]) -> bool:
    """Whether `beside_landmark` finds any token in one text, ends included."""
    return bool([own for before, own in pairwise(bits) if own & LANDMARK and before & BESIDE])  # half of any()'s time


def holding(bits: Sequence[int], sign: int) -> int:
    """How many tokens of one text have a sign."""
    return sum([1 for own in bits if own & sign])


def _before(bits: Bits) -> Bits:
    """The bits of the token before each; np.roll takes ten times as long for one text."""
    shifted = np.empty_like(bits)
    shifted[:1] = 0
    shifted[1:] = bits[:-1]
    return shifted

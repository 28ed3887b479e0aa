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


def may_tell_where(bits: Bits) -> Flags:
    """At which tokens a place's name or detail may begin: never fewer than there are. Texts are one row, a sign at both ends."""
    before, after = _before(bits), np.append(bits[1:], np.uint16(0))
    name = (bits & ALONE > 0) | ((bits & OPENS > 0) & (after & INNER > 0))
    detail = (bits & SLOT > 0) & ((bits & GLUED > 0) | (after & NAMING > 0) | (before & BESIDE > 0))
    return np.asarray(name | detail)


def beside_landmark(bits: Bits) -> Flags:
    """Which tokens are buildings that something is said to be beside of."""
    return np.asarray((bits & LANDMARK > 0) & (_before(bits) & BESIDE > 0))


def tells_where(bits: Sequence[int]) -> bool:
    """Whether `may_tell_where` finds any token in one text, ends included."""
    for at, own in enumerate(bits):
        if own & ALONE:
            return True
        if own & (OPENS | SLOT):
            after = bits[at + 1]
            if own & OPENS and after & INNER:
                return True
            if own & SLOT and opens_detail(bits, at):
                return True
    return False


def opens_detail(bits: Sequence[int], at: int) -> bool:
    """Whether a detail of a place may stand at a token that opens a slot, by its neighbours alone."""
    after = at + 1 < len(bits) and bits[at + 1] & NAMING
    return bool(bits[at] & GLUED or after or (at and bits[at - 1] & BESIDE))


def names_landmark(bits: Sequence[int]) -> bool:
    """Whether `beside_landmark` finds any token in one text, ends included."""
    return any(own & LANDMARK and before & BESIDE for before, own in pairwise(bits))


def holding(bits: Sequence[int], sign: int) -> int:
    """How many tokens of one text have a sign."""
    return sum([1 for own in bits if own & sign])


def _before(bits: Bits) -> Bits:
    """The bits of the token before each; np.roll takes ten times as long for one text."""
    shifted = np.empty_like(bits)
    shifted[:1] = 0
    shifted[1:] = bits[:-1]
    return shifted

"""What is known of single tokens besides their vectors, as bits, so that a whole batch of texts is looked through at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt

from nlu.parameters import Integers

OPENS, ALONE, INNER = 1, 2, 4
"""A name of a place may begin with it, may be it, may go on with it."""
SLOT, GLUED, NAMING, BESIDE = 8, 16, 32, 64
"""It opens a detail of a place (RT, jalan…), holds the detail's value too (rt04), may be such a value, says beside (depan…)."""
LANDMARK = 128
"""A word for a building or open place."""
BANJAR, INDONESIAN = 256, 512
"""Only the one language has it."""
_UNSEEN = 1 << 15

Bits = npt.NDArray[np.uint16]
Flags = npt.NDArray[np.bool_]


class Signs:
    """The bits of tokens by the numbers that the model gives them, each worked out once by `look`."""

    def __init__(self, look: Callable[[str], int]) -> None:
        self._look = look
        self.forget()

    def forget(self) -> None:
        """Drop everything: the model has given its numbers anew."""
        self._seen: Bits = np.zeros(0, np.uint16)

    def of(self, numbers: Integers, known: Mapping[str, int]) -> Bits:
        """The bits of tokens given as numbers; `known` names every number, in order."""
        if missing := len(known) - len(self._seen):
            self._seen = np.concatenate([self._seen, np.full(missing, _UNSEEN, np.uint16)])
        found = self._seen[numbers]
        unseen = found == _UNSEEN
        if unseen.any():
            names = list(known)
            for number in np.unique(numbers[unseen]).tolist():
                self._seen[number] = 0 if names[number][0] == "@" else self._look(names[number])
            found = self._seen[numbers]
        return found


def may_tell_where(bits: Bits) -> Flags:
    """At which tokens a place's name or detail may begin: never fewer than there are. Texts are one row, a sign at both ends."""
    before, after = _before(bits), np.append(bits[1:], np.uint16(0))
    name = (bits & ALONE > 0) | ((bits & OPENS > 0) & (after & INNER > 0))
    detail = (bits & SLOT > 0) & ((bits & GLUED > 0) | (after & NAMING > 0) | (before & BESIDE > 0))
    return np.asarray(name | detail)


def beside_landmark(bits: Bits) -> Flags:
    """Which tokens are buildings that something is said to be beside of."""
    return np.asarray((bits & LANDMARK > 0) & (_before(bits) & BESIDE > 0))


def _before(bits: Bits) -> Bits:
    """The bits of the token before each; np.roll takes ten times as long for one text."""
    shifted = np.empty_like(bits)
    shifted[:1] = 0
    shifted[1:] = bits[:-1]
    return shifted

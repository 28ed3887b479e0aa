"""How known places and categories lie to those of a new voice, kept: a look-up costs a tenth of comparing, and the same come again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TypeVar

from aggregator.rules.blocks import kin

K = TypeVar("K")
V = TypeVar("V")

RELATIONS = ("abroad", "unknown", "apart", "beside", "inside", "same")
"""How two places may lie to each other, the nearest last."""
HERE = ("inside", "same")


def relation(new: str | None, known: str | None) -> str:
    """How two region codes lie to each other; naming only the kabupaten is as good as nothing."""
    if new is None or known is None:
        return "unknown"
    if new[:5] != known[:5]:
        return "abroad"
    if len(new) <= 5 or len(known) <= 5:
        return "unknown"
    if new == known:
        return "same"
    if new.startswith(known) or known.startswith(new):
        return "inside"
    return "beside" if new[:8] == known[:8] else "apart"


Places = tuple[str | None, tuple[str, ...]]
"""Where a voice says that it is, and what else it names."""


@lru_cache(maxsize=256)
def lying(place: str | None, also: tuple[str, ...] = ()) -> Mapping[Places, str]:
    """How each known place (with what else its voice names) lies to a new one (with what else is named): the nearest of all."""

    def how(known: Places) -> str:
        other, others = known
        ways = [relation(one, two) for one in (place, *also) for two in (other, *others)]
        return max(ways, key=RELATIONS.index)

    return _Kept(how)


KINSHIP = ("same", "rival", "faint", "kin", "other_category")
"""How two categories may be to each other: all but the first are kinds of evidence."""
Named = tuple[str, tuple[str, ...]]
"""A category, and its rivals."""


@lru_cache(maxsize=256)
def kinship_of(category: str, rivals: tuple[str, ...], faint: tuple[str, ...]) -> Mapping[Named, str]:
    """How each known category (with its rivals) is to a new one, "same", or the kind of evidence."""

    def how(known: Named) -> str:
        other, others = known
        if category == other:
            return "same"
        if other in rivals or category in others:
            return "rival"
        if other in faint:
            return "faint"
        return "kin" if kin(category, other) else "other_category"

    return _Kept(how)


class _Kept(dict[K, V]):
    """What a function gives by its argument, kept."""

    def __init__(self, give: Callable[[K], V]) -> None:
        self._give = give

    def __missing__(self, key: K) -> V:
        self[key] = given = self._give(key)
        return given

"""How known places and categories lie to those of a new voice, kept: a look-up costs a tenth of comparing, and the same come again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Generic, TypeVar

from aggregator.rules.blocks import kin

K = TypeVar("K")
V = TypeVar("V")


class Same(Generic[V]):
    """Values that many voices share, as one object (`same`): to look it up takes half as long as to look up equal values."""

    __slots__ = ("values",)

    def __init__(self, values: V) -> None:
        self.values = values


@lru_cache(maxsize=16384)
def same(*values: Any) -> Same[Any]:
    """The one object of these values."""
    return Same(values)


Stand = Same[tuple[str | None, tuple[str, ...], str]]
"""Where a voice says that it is, what else it names, and its category."""
Kind = Same[tuple[str, tuple[str, ...]]]
"""A category, and its rivals."""

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


@lru_cache(maxsize=1024)
def lying(place: str | None, also: tuple[str, ...] = ()) -> Mapping[Stand, str]:
    """How each known place (with what else its voice names) lies to a new one (with what else is named): the nearest of all."""

    def how(known: Stand) -> str:
        other, others, _ = known.values
        ways = [relation(one, two) for one in (place, *also) for two in (other, *others)]
        return max(ways, key=RELATIONS.index)

    return Kept(how)


KINSHIP = ("same", "rival", "faint", "kin", "other_category")
"""How two categories may be to each other: all but the first are kinds of evidence."""


@lru_cache(maxsize=1024)
def kinship_of(category: str, rivals: tuple[str, ...], faint: tuple[str, ...]) -> Mapping[Kind, str]:
    """How each known category (with its rivals) is to a new one, "same", or the kind of evidence."""

    def how(known: Kind) -> str:
        other, others = known.values
        if category == other:
            return "same"
        if other in rivals or category in others:
            return "rival"
        if other in faint:
            return "faint"
        return "kin" if kin(category, other) else "other_category"

    return Kept(how)


_KEPT_MOST = 4096


class Kept(dict[K, V]):
    """What a function gives by its argument, kept; when there is too much of it all is dropped, for keys that are not met again stay."""

    def __init__(self, give: Callable[[K], V]) -> None:
        self._give = give

    def __missing__(self, key: K) -> V:
        if len(self) >= _KEPT_MOST:
            self.clear()
        self[key] = given = self._give(key)
        return given

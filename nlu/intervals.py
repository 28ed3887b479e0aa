"""How sure a measured share or F1 is: 95 % intervals by drawing the messages anew, the same at every run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

Interval = tuple[float, float]

_DRAWS = 1000
_BOTH_ENDS = (2.5, 97.5)


def of_f1(pairs: Sequence[tuple[Any, Any]], answers: Sequence[Any]) -> Interval | None:
    """The interval of the mean F1 of `answers` over (right, given) pairs; None without pairs or answers."""
    if not pairs or not answers:
        return None
    right = np.array([[r == answer for answer in answers] for r, _ in pairs])
    given = np.array([[g == answer for answer in answers] for _, g in pairs])
    return _of_ratio(2.0 * (right & given), right.astype(float) + given)


def of_hits(hits: Sequence[bool], named: Sequence[bool], claimed: Sequence[bool]) -> Interval | None:
    """The interval of an F1 whose hits are told row by row, with whether there was something to find and something given."""
    if not any(named):
        return None
    wanted = np.array(named, float) + np.array(claimed, float)
    return _of_ratio(2.0 * np.array(hits, float)[:, None], wanted[:, None])


def of_share(hits: Sequence[bool]) -> Interval | None:
    """The interval of the share of hits; None without rows."""
    if not hits:
        return None
    return _of_ratio(np.array(hits, float)[:, None], np.ones((len(hits), 1)))


def _of_ratio(parts: Any, wholes: Any) -> Interval:
    """Of the mean over columns of sum(parts) / sum(wholes) [rows, columns]; a column of which nothing was drawn counts not."""
    rows = len(parts)
    draws = np.random.default_rng(0).multinomial(rows, np.full(rows, 1 / rows), size=_DRAWS).astype(float)
    drawn = draws @ wholes
    ratios = (draws @ parts) / np.where(drawn > 0, drawn, 1.0)
    values = ratios.sum(axis=1) / np.maximum((drawn > 0).sum(axis=1), 1)
    low, high = np.percentile(values, _BOTH_ENDS)
    return float(low), float(high)

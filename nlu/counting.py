"""Scores of an engine's answers, counted from pairs of what is right and what was given."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

_FEWEST = 3
"""Labelled messages that an answer must have to count in a macro-F1."""
_BINS = 10

Pairs = Sequence[tuple[Any, Any]]


@dataclass(frozen=True, slots=True)
class Score:
    """Precision, recall and F1 of one answer; `n` is how often it is right to give it."""

    n: int
    precision: float
    recall: float
    f1: float


@dataclass(frozen=True, slots=True)
class Bin:
    """Answers of a range of confidence: how sure the engine was on average, and how often right."""

    n: int
    confidence: float
    accuracy: float


def score(pairs: Pairs, *, answer: Any) -> Score:
    """Precision, recall and F1 of one answer among (right, given) pairs."""
    hits = sum(right == answer == given for right, given in pairs)
    n, claimed = sum(right == answer for right, _ in pairs), sum(given == answer for _, given in pairs)
    return of_counts(hits, n, claimed)


def of_counts(hits: int, n: int, claimed: int) -> Score:
    """The score of so many hits among `n` wanted and `claimed` given."""
    precision, recall = hits / claimed if claimed else 0.0, hits / n if n else 0.0
    return Score(n, precision, recall, 2 * precision * recall / (precision + recall) if hits else 0.0)


def table(pairs: Pairs) -> dict[str, Score]:
    """The score of each answer that is ever right."""
    return {answer: score(pairs, answer=answer) for answer in sorted({right for right, _ in pairs})}


def macro(table: dict[str, Score]) -> float | None:
    """The mean F1 of the answers that are right often enough to count; None where none is."""
    scores = [score.f1 for score in table.values() if score.n >= _FEWEST]
    return sum(scores) / len(scores) if scores else None


def share(pairs: Pairs) -> float | None:
    """The share of pairs whose sides agree; None without pairs."""
    return sum(right == given for right, given in pairs) / len(pairs) if pairs else None


def confusion(pairs: Pairs) -> tuple[tuple[str, str, int], ...]:
    """(right, given, how often) of the pairs whose sides differ, most frequent first."""
    counts = Counter((right, given) for right, given in pairs if right != given)
    return tuple(
        (right, given, n) for (right, given), n in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    )


def calibration(answers: Iterable[tuple[float, bool]]) -> tuple[Bin, ...]:
    """The (confidence, right?) answers in bins of confidence."""
    bins: dict[int, list[tuple[float, bool]]] = {}
    for confidence, right in answers:
        bins.setdefault(min(int(confidence * _BINS), _BINS - 1), []).append((confidence, right))
    return tuple(
        Bin(len(b), sum(c for c, _ in b) / len(b), sum(r for _, r in b) / len(b)) for _, b in sorted(bins.items())
    )


def calibration_error(bins: Sequence[Bin]) -> float | None:
    """The expected calibration error: how far confidence and accuracy lie apart on average; None without answers."""
    n = sum(b.n for b in bins)
    return sum(b.n * abs(b.confidence - b.accuracy) for b in bins) / n if n else None


def counted(pairs: Pairs) -> list[Any]:
    """The answers that count in a macro-F1."""
    return [answer for answer, n in Counter(right for right, _ in pairs).items() if n >= _FEWEST]

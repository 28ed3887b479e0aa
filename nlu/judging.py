"""The model's answers to texts: to many by arrays, to one alone by plain numbers, which for one text is several times as fast."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from nlu.classifier import SIGNS, LinearModel
from nlu.parameters import Floats, Head, Integers, beside, beside_one, shares

_DECIDING = 5
"""How many deciding words a Judgement names."""
_RIVAL = 0.15
"""How likely another category must be, of the best one's share, to be its rival."""
_STEEPEST = 60.0


class Judgement(NamedTuple):
    """The model's answers to one text, as numbers of the answers and confidences."""

    report: float
    category: int
    confidence: float
    rivals: tuple[int, ...]
    """Other categories that may well be meant, in their order."""
    kind: int
    supervised: float
    urgency: int
    words: tuple[str, ...]
    """Those that decided the category, weightiest first."""
    any: bool
    """Whether the text has any token."""


class Judge:
    """Asks the model. Texts come as their tokens and as the numbers of those between the signs of their ends."""

    def __init__(self, model: LinearModel) -> None:
        self._model = model
        self._heads = model.parameters.heads
        self._columns = len(model.parameters.bias)
        self._looks = {name: weights.shape[1] for name, weights in model.parameters.looks.items()}

    def many(self, words: Sequence[Sequence[str]], numbers: Integers, begins: Integers) -> Iterator[Judgement]:
        """The answers to texts that stand in one row of numbers, each from where it begins."""
        scores, marks, parts = self._model.scores(numbers, begins)
        heads = self._heads
        more = beside(scores, heads, [len(text) for text in words], marks) @ self._model.beside
        answers = shares(scores[:, self._columns :] + more, self._looks)
        categories = heads["category"].probabilities(scores)
        best = categories.argmax(axis=1)
        columns = (
            answers["report"][:, 1],
            best,
            categories.max(axis=1),
            _rivals(categories, best),
            answers["class"].argmax(axis=1),
            answers["supervised"][:, 1],
            answers["urgency"].argmax(axis=1),
        )
        rows = zip(*(column if isinstance(column, list) else column.tolist() for column in columns), strict=True)
        top = _heaviest(parts[:, heads["category"].start :], best, numbers >= len(SIGNS), begins)
        for row, text, heavy in zip(rows, words, top, strict=True):
            yield Judgement._make((*row, tuple(dict.fromkeys([text[n] for n in heavy])), bool(text)))

    def one(self, words: Sequence[str], row: Sequence[int]) -> Judgement:
        """The answers to one text."""
        numbers = np.array(row, np.int64)
        values, marks, weigh = self._model.score(numbers)
        more = np.array(beside_one(values, self._heads, len(words), marks)) @ self._model.beside
        powers = self._powers([a + b for a, b in zip(values[self._columns :], more.tolist(), strict=True)])
        head = self._heads["category"]
        own = values[head.start : head.start + len(head.answers)]
        best = own.index(max(own))
        weights = weigh(head.start + best)
        weights[0] = weights[-1] = 0.0  # the ends are no words
        heavy = sorted(range(len(row)), key=weights.__getitem__, reverse=True)
        deciding = [words[at - 1] for at in heavy if weights[at] > 0 and row[at] >= len(SIGNS)]
        return Judgement(
            _yes(powers["report"]),
            best,
            *_shares(own, best, head),
            _best(powers["class"]),
            _yes(powers["supervised"]),
            _best(powers["urgency"]),
            tuple(dict.fromkeys(deciding[:_DECIDING])),
            bool(words),
        )

    def _powers(self, powers: list[float]) -> dict[str, list[float]]:
        """What the second looks give each of their answers before they are made confidences."""
        found, start = {}, 0
        for name, many in self._looks.items():
            found[name] = powers[start : start + many]
            start += many
        return found


def _yes(powers: Sequence[float]) -> float:
    """The confidence of yes, of no and yes."""
    no, yes = powers
    return 1.0 / (1.0 + math.exp(min(no - yes, _STEEPEST)))


def _shares(scores: Sequence[float], best: int, head: Head) -> tuple[float, tuple[int, ...]]:
    """The confidence of the best of a head's answers, and its rivals."""
    top = scores[best]
    powers = [math.exp((score - top) * head.temperature) for score in scores]
    total = sum(powers)
    return 1.0 / total, tuple([at for at, power in enumerate(powers) if power >= _RIVAL and at != best])


def _rivals(shares: Floats, best: Integers) -> list[tuple[int, ...]]:
    """The rivals of each text's best answer."""
    found: list[list[int]] = [[] for _ in range(len(shares))]
    rows, answers = (shares >= _RIVAL * shares.max(axis=1, keepdims=True)).nonzero()
    for row, answer, first in zip(rows.tolist(), answers.tolist(), best[rows].tolist(), strict=True):
        if answer != first:
            found[row].append(answer)
    return list(map(tuple, found))


def _best(answers: Sequence[float]) -> int:
    return answers.index(max(answers))


def _heaviest(parts: Floats, best: Integers, words: npt.NDArray[np.bool_], begins: Integers) -> Iterator[list[int]]:
    """For each text the numbers of the words that weigh most for its best answer, heaviest first, none that speaks against;
    `parts` are all tokens' parts from the first answer's column on, `words` which of them are words, `begins` where texts begin.
    """
    lengths = np.diff(begins, append=len(parts))
    text = np.repeat(np.arange(len(begins)), lengths)
    weights = np.where(words, parts[np.arange(len(parts)), best[text]], -1.0)
    order = np.lexsort((-weights, text))
    counts = np.minimum(np.add.reduceat(weights > 0, begins, dtype=np.int64), _DECIDING).tolist()
    places_in_text = (order - begins[text] - 1).tolist()  # the beginning is no word
    for begin, count in zip(begins.tolist(), counts, strict=True):
        yield places_in_text[begin : begin + count]

"""The model's answers to texts: to many by arrays, to one alone by plain numbers, which for one text is several times as fast."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from operator import mul
from typing import Any, NamedTuple

import numpy as np

from nlu.classifier import SIGNS, LinearModel
from nlu.parameters import Floats, Head, Integers, beside, beside_one, shares

_DECIDING = 5
"""How many deciding words a Judgement names."""
_RIVAL, _FAINT = 0.15, 0.02
"""How likely another category must be, of the best one's share, to be its rival, or not to be out of the question."""
_STEEPEST = 60.0


class Judgement(NamedTuple):
    """The model's answers to one text."""

    report: float
    category: str | None
    confidence: float
    rivals: tuple[str, ...]
    """Other categories that may well be meant, in their order."""
    faint: tuple[str, ...]
    """And those that are unlikely, but not out of the question."""
    report_class: Any
    supervised: float
    urgency: Any
    words: tuple[str, ...]
    """Those that decided the category, weightiest first."""

    def of_nothing(self) -> Judgement:
        """The same of a text without any token, which is about nothing."""
        return self._replace(category=None, confidence=0.0, rivals=(), faint=(), report_class=None, urgency=None)


class Judge:
    """Asks the model. Texts come as their tokens and as the numbers of those between the signs of their ends."""

    def __init__(self, model: LinearModel) -> None:
        self._model = model
        self._heads = model.heads
        self._columns = len(model.heads["category"].answers) + len(model.heads["chatter"].answers)
        self._looks = {name: weights.shape[1] for name, weights in model.parameters.looks.items()}
        self._columns_of = _columns_of(self._looks, self._columns, model.beside)
        self._answers = {name: head.answers for name, head in model.parameters.heads.items()}

    def many(self, words: Sequence[str], numbers: Integers, begins: Integers, stood: Integers) -> Iterator[Judgement]:
        """The answers to texts that stand in one row of numbers, each from where it begins; `stood` tells where each number's
        word stands among `words`.
        """
        scores, marks, weigh = self._model.scores(numbers, begins)
        lengths = np.diff(begins, append=len(numbers)) - 2
        more = beside(scores, self._heads, lengths, marks) @ self._model.beside
        looks = shares(scores[:, self._columns :] + more, self._looks)
        shared = self._heads["category"].probabilities(scores)
        best = shared.argmax(axis=1)
        weights = np.where(numbers >= len(SIGNS), weigh(best + self._heads["category"].start), -1.0)
        category, report_class, urgency = (self._answers[name] for name in ("category", "class", "urgency"))
        rows = zip(
            looks["report"][:, 1].tolist(),
            map(category.__getitem__, best.tolist()),
            shared.max(axis=1).tolist(),
            _beside_best(shared, best, category, _RIVAL, math.inf),
            _beside_best(shared, best, category, _FAINT, _RIVAL),
            map(report_class.__getitem__, looks["class"].argmax(axis=1).tolist()),
            looks["supervised"][:, 1].tolist(),
            map(urgency.__getitem__, looks["urgency"].argmax(axis=1).tolist()),
            _heaviest(words, weights, begins, stood),
            strict=True,
        )
        return map(Judgement._make, rows)

    def one(self, words: Sequence[str], numbers: Integers) -> Judgement:
        """The answers to one text."""
        scores, marks, weigh = self._model.score(numbers)
        values: list[float] = scores.tolist()
        more = beside_one(values, self._heads, len(words), marks)
        own, best, category = self._category(values)
        confidence, rivals, faint = _shares(own, best, category)
        return Judgement(
            _yes(self._powers("report", values, more)),
            category.answers[best],
            confidence,
            rivals,
            faint,
            _best(self._powers("class", values, more), self._answers["class"]),
            _yes(self._powers("supervised", values, more)),
            _best(self._powers("urgency", values, more), self._answers["urgency"]),
            _deciding(words, weigh(category.start + best)),
        )

    def gate(self, words: Sequence[str], numbers: Integers) -> tuple[float, str, float]:
        """Of the answers to one text only `report`, `category` and its `confidence`."""
        scores, marks, _ = self._model.score(numbers)
        values: list[float] = scores.tolist()
        more = beside_one(values, self._heads, len(words), marks)
        own, best, category = self._category(values)
        return (
            _yes(self._powers("report", values, more)),
            category.answers[best],
            1.0 / sum(_powers(own, best, category)),
        )

    def _category(self, values: Sequence[float]) -> tuple[Sequence[float], int, Head]:
        """The scores of the categories, which is best, and their head."""
        head = self._heads["category"]
        own = values[head.start : head.start + len(head.answers)]
        return own, own.index(max(own)), head

    def _powers(self, name: str, values: Sequence[float], more: Sequence[float]) -> list[float]:
        """What a second look gives each of its answers before they are made confidences, by scores and what `beside` tells."""
        return [values[at] + sum(map(mul, more, weights)) for at, weights in self._columns_of[name]]


def _columns_of(looks: Mapping[str, int], first: int, beside: Floats) -> dict[str, list[tuple[int, list[float]]]]:
    """For each answer of each second look its column among the scores, of which its own begin at `first`, and the weights of
    what `beside` tells.
    """
    columns = iter(enumerate(beside.T.tolist(), first))
    return {name: list(islice(columns, many)) for name, many in looks.items()}


def _yes(powers: Sequence[float]) -> float:
    """The confidence of yes, of no and yes."""
    no, yes = powers
    return 1.0 / (1.0 + math.exp(min(no - yes, _STEEPEST)))


def _best(powers: Sequence[float], answers: Sequence[str]) -> str:
    return answers[powers.index(max(powers))]


def _shares(scores: Sequence[float], best: int, head: Head) -> tuple[float, tuple[str, ...], tuple[str, ...]]:
    """The confidence of the best of a head's answers, its rivals, and what is faint beside it."""
    powers = _powers(scores, best, head)
    near = [at for at, power in enumerate(powers) if power >= _FAINT and at != best]
    rivals = tuple([head.answers[at] for at in near if powers[at] >= _RIVAL])
    return 1.0 / sum(powers), rivals, tuple([head.answers[at] for at in near if powers[at] < _RIVAL])


def _powers(scores: Sequence[float], best: int, head: Head) -> list[float]:
    """How likely each of a head's answers is, of the best one's likelihood."""
    top, steep = scores[best], head.temperature
    return [math.exp((score - top) * steep) for score in scores]


def _beside_best(
    shares: Floats, best: Integers, answers: Sequence[str], least: float, below: float
) -> list[tuple[str, ...]]:
    """The other answers to each text whose shares are from `least` on and below `below` of the best one's."""
    found: list[tuple[str, ...]] = [()] * len(shares)
    highest = shares.max(axis=1, keepdims=True)
    near = (shares >= least * highest) & (shares < below * highest)
    near[np.arange(len(best)), best] = False
    for row, answer in zip(*map(np.ndarray.tolist, near.nonzero()), strict=True):
        found[row] = (*found[row], answers[answer])
    return found


def _deciding(words: Sequence[str], weights: list[float]) -> tuple[str, ...]:
    """The words of one text that weigh most, given with the signs of its ends: heaviest first, none that speaks against."""
    speaking = [at for at, word in enumerate(words, 1) if weights[at] > 0 and word[0] != "@"]
    speaking.sort(key=weights.__getitem__, reverse=True)
    return tuple(dict.fromkeys([words[at - 1] for at in speaking[:_DECIDING]]))


def _heaviest(words: Sequence[str], weights: Floats, begins: Integers, stood: Integers) -> Iterator[tuple[str, ...]]:
    """The same of many texts, of which the first sign stands at `begins`; the weights of signs are not positive."""
    at = (weights > 0).nonzero()[0]
    text = begins.searchsorted(at, side="right") - 1
    # positive floats order as their bits do: one sort of whole numbers instead of two of floats, a tenth of the time
    order = ((text << 32) - weights.take(at).view(np.int32)).argsort(kind="stable")
    heaviest = stood.take(at.take(order)).tolist()
    start = 0
    for many in np.bincount(text, minlength=len(begins)).tolist():
        yield tuple(dict.fromkeys([words[n] for n in heaviest[start : start + min(many, _DECIDING)]]))
        start += many

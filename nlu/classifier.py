"""The linear model at run time: a text's scores are a sum over its words, so each word's vector is computed once and kept."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from nlu.features import BEGIN, END, LANDMARK, PAIRS, PLACE, WordFeatures, marks
from nlu.normalise import Lexicon
from nlu.pairing import Pairing
from nlu.parameters import BadModel, Floats, Head, Integers, Parameters

__all__ = ["BadModel", "Floats", "Head", "Integers", "LinearModel", "Parameters", "kept_words", "quantised"]

SIGNS = (BEGIN, END, PLACE, LANDMARK)
"""What stands among the words and is none; they have the first numbers."""
_MARKS = 4
_SHORTEST = 1e-6
"""The least squared length of a text."""
_ROOM = 2_048
"""New words for which room is made at once; to double the table each time took twice the memory of all other words."""
_AT_ONCE = 1_024
"""Rows that are made at once, so that what they are made of stays small."""
KEPT_WORDS = 65_536
"""Words whose vectors are kept; then those that are not in the model file are forgotten and computed anew."""


class LinearModel:
    """Scores texts. Not safe for several threads at once.

    One table holds a row for each word of the model file, then for each pair of words, then for the words met since: what it
    adds to a text's scores in the columns of `heads`, to the second looks, to the marks, and its squared length.
    """

    def __init__(self, parameters: Parameters, words: WordFeatures, look: Callable[[str], int] = lambda _: 0) -> None:
        """`look` gives the signs of a token that the parameters do not hold."""
        self._signs_of = look
        self.parameters = parameters
        self._words = words
        self._rows = {name: row for row, name in enumerate(parameters.features)}
        self.heads, self._columns = _asked(parameters.heads)
        many = len(parameters.bias)
        self._second, self.beside = parameters.look[:many], parameters.look[many:-1]
        second = parameters.bias @ self._second + parameters.look[-1]
        self._bias = np.append(parameters.bias[self._columns], second)
        self._pairing = Pairing(parameters.features, parameters.paired)
        self._first_pair = len(parameters.words) - 1  # their numbers begin with 1
        self.forget()

    @property
    def lexicon(self) -> Lexicon:
        """The words known by hand."""
        return self._words.lexicon

    def forget(self) -> None:
        """Drop all words but those of the model file."""
        saved = self.parameters
        self.known = {word: number for number, word in enumerate(saved.words)}
        self._vectors = np.concatenate([*self._word_vectors(), *self._pair_vectors()])
        self._met = len(self._vectors)
        unpaired = np.full(self._met - len(saved.words), -1)
        self._keys = np.concatenate([saved.keys, unpaired]) * np.array([[self._pairing.wide], [1]])
        self.signs = np.concatenate([saved.signs, np.zeros(len(unpaired), np.uint16)])
        self.learn(SIGNS[len(self.known) :])  # a model that is being made has no words yet

    def learn(self, tokens: Sequence[str]) -> None:
        """Compute the vectors of words not met before."""
        first, last = self._met, self._met + len(tokens)
        if last > len(self._vectors):
            more = last - len(self._vectors) + _ROOM
            self._vectors = np.concatenate([self._vectors, np.zeros((more, self._vectors.shape[1]), np.float32)])
            self._keys = np.concatenate([self._keys, np.zeros((2, more), np.int64)], axis=1)
            self.signs = np.concatenate([self.signs, np.zeros(more, np.uint16)])
        self.signs[first:last] = [self._signs_of(token) for token in tokens]
        whole, keys, marked = self.look_up(tokens)
        self._keys[:, first:last] = keys * self._pairing.wide, keys
        self._vectors[first:last] = self._widened(whole, marked)
        self.known.update(zip(tokens, range(first, last), strict=True))
        self._met = last

    def _widened(self, vectors: Floats, marked: npt.NDArray[Any]) -> Floats:
        """Vectors as they are summed: scores, what the second look makes of them, marks, squared length."""
        scores = vectors[:, :-1]
        parts = (scores[:, self._columns], scores @ self._second, marked.astype(np.float32), vectors[:, -1:])
        return np.hstack(parts)

    def _word_vectors(self) -> Iterator[Floats]:
        """The rows of the model file's words."""
        p = self.parameters
        for at in _parts(len(p.words)):
            whole = np.hstack([p.vectors[at] * p.lengths[at, :1], p.lengths[at, 1:]])
            yield self._widened(whole, p.marks[at])

    def _pair_vectors(self) -> Iterator[Floats]:
        """The rows of the pairs."""
        p, features = self.parameters, self._pairing.features
        counts = np.array([PAIRS[p.features[row][0]] for row in features], np.float32)
        rows = np.array(features, np.int64)
        for at in _parts(len(rows)):
            own = rows[at]
            whole = self._sums(own, counts[at], range(1, len(own) + 1))
            yield self._widened(whole, np.zeros((len(own), _MARKS), np.int8))

    def look_up(self, tokens: Sequence[str]) -> tuple[Floats, Integers, npt.NDArray[np.int8]]:
        """The vectors of tokens [tokens, columns + 1], squared lengths last; the numbers of their keys, -1 where no pair has it;
        their marks [tokens, 4].
        """
        rows: list[int] = []
        counts: list[float] = []
        keys: list[int] = []
        ends: list[int] = []
        row_of = self._rows.get
        marked = np.zeros((len(tokens), _MARKS), np.int8)
        for number, token in enumerate(tokens):
            features, key = self._words.of(token)
            for name, count in features.items():
                if (row := row_of(name)) is not None:
                    rows.append(row)
                    counts.append(count)
            ends.append(len(rows))
            keys.append(self._pairing.number.get(key, -1))
            marked[number] = marks(token, features)
        vectors = self._sums(np.array(rows, np.int64), np.array(counts, np.float32), ends)
        return vectors, np.array(keys, np.int64), marked

    def _sums(self, rows: Integers, counts: Floats, ends: Sequence[int]) -> Floats:
        """The vectors of units whose features are `rows` (of unit n from ends[n-1] to ends[n]), each as often as `counts` says."""
        p = self.parameters
        values = counts * p.rarity[rows]
        parts = np.empty((len(rows) + 1, len(p.bias) + 1), np.float32)
        parts[:-1, :-1] = p.weights[rows] * values[:, None]
        parts[:-1, -1] = values**2
        parts[-1] = 0  # what a unit without features at the end would begin with
        begins = np.array([0, *ends[:-1]], np.int64)
        sums = np.add.reduceat(parts, begins) if len(ends) else parts[:0]
        sums[begins == np.array(ends, np.int64)] = 0  # reduceat gives a unit without features the next one's first
        sums[:, :-1] *= p.scale
        return np.asarray(sums, np.float32)

    def scores(self, numbers: Integers, begins: Integers) -> tuple[Floats, Floats, Callable[[Integers], Floats]]:
        """Texts as one row of their words' numbers, ends included, and where each text begins, to scores [texts, columns of
        `heads`, then of the second look], marks [texts, 4], and a function that gives each word's part in a column of its text.
        """
        text = np.repeat(np.arange(len(begins)), np.diff(begins, append=len(numbers)))
        left, right = self._keys.take(numbers, axis=1)
        ends, pairs = self._pairing.of_texts(left, right, text)
        pairs += self._first_pair
        behind = text.take(ends)
        rows = np.insert(numbers, np.append(begins[1:], len(numbers)).take(behind), pairs)  # at the end of their texts
        more = np.bincount(behind, minlength=len(begins)).cumsum()
        begins = begins + np.append(0, more[:-1])
        total = np.add.reduceat(self._vectors.take(rows, axis=0), begins)
        length = np.sqrt(np.maximum(total[:, -1:], _SHORTEST))

        def weigh(columns: Integers) -> Floats:
            weights = self._vectors[numbers, columns.take(text)]
            np.add.at(weights, ends, self._vectors[pairs, columns.take(behind)])
            return weights

        return total[:, : -_MARKS - 1] / length + self._bias, total[:, -_MARKS - 1 : -1], weigh

    def score(self, numbers: Integers) -> tuple[Floats, list[float], Callable[[int], list[float]]]:
        """One text to its scores and marks like `scores`, and to a function that gives each word's part in a column."""
        left, right = self._keys.take(numbers, axis=1)
        ends, pairs = self._pairing.of_one(left, right)
        parts = self._vectors.take(np.concatenate((numbers, pairs + self._first_pair)), axis=0)
        total = np.add.reduce(parts)
        *marked, length = total[-_MARKS - 1 :].tolist()

        def weigh(column: int) -> list[float]:
            weights: list[float] = parts[:, column].tolist()
            for end, weight in zip(ends.tolist(), weights[len(numbers) :], strict=True):
                weights[end] += weight
            return weights[: len(numbers)]

        return total[: -_MARKS - 1] / np.float32(math.sqrt(max(length, _SHORTEST))) + self._bias, marked, weigh


def _parts(rows: int) -> list[slice]:
    """So many rows in parts; one that is empty where there are none."""
    return [slice(start, start + _AT_ONCE) for start in range(0, max(rows, 1), _AT_ONCE)]


def _asked(heads: Mapping[str, Head]) -> tuple[dict[str, Head], list[int]]:
    """The heads whose scores are asked for by themselves, side by side, and their columns; the second looks answer the rest."""
    asked: dict[str, Head] = {}
    columns: list[int] = []
    for name in ("category", "chatter"):
        head = heads[name]
        asked[name] = replace(head, start=len(columns))
        columns += range(head.start, head.start + len(head.answers))
    return asked, columns


def kept_words(model: LinearModel, texts: Iterable[str]) -> dict[str, Any]:
    """The vectors of words, after those of the signs, as `Parameters` keeps them: `words`, `vectors`, `lengths`, `keys`, `marks`."""
    words = list(dict.fromkeys([*SIGNS, *texts]))
    whole, keys, marked = model.look_up(words)
    vectors, scale = quantised(whole[:, :-1], axis=1)
    lengths = np.hstack([scale, whole[:, -1:]])
    numbers = keys.astype(np.int16)
    return {"words": tuple(words), "vectors": vectors, "lengths": lengths, "keys": numbers, "marks": marked}


def quantised(values: npt.NDArray[Any], axis: int, steps: int = 127) -> tuple[npt.NDArray[np.int8], Floats]:
    """Values as whole numbers up to `steps` and the scale, by which they are to be multiplied, of each row (axis 1) or column (axis 0)."""
    scale = np.maximum(np.abs(values).max(axis=axis, keepdims=True), 1e-9) / steps
    return np.rint(values / scale).astype(np.int8), scale.astype(np.float32)

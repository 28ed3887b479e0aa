"""The linear model at run time: a text's scores are a sum over its words, so each word's vector is computed once and kept."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from nlu.features import APART, BEGIN, END, LANDMARK, PAIRS, PLACE, WordFeatures, marks
from nlu.normalise import Lexicon
from nlu.parameters import BadModel, Floats, Head, Integers, Parameters

__all__ = ["BadModel", "Floats", "Head", "Integers", "LinearModel", "Parameters", "kept_words", "quantised"]

SIGNS = (BEGIN, END, PLACE, LANDMARK)
"""What stands among the words and is none; they have the first numbers."""
_MARKS = 4
_SHORTEST = 1e-6
"""The least squared length of a text."""
KEPT_WORDS = 65_536
"""Words whose vectors are kept; then those that are not in the model file are forgotten and computed anew."""


class LinearModel:
    """Scores texts. Not safe for several threads at once."""

    def __init__(self, parameters: Parameters, words: WordFeatures, look: Callable[[str], int] = lambda _: 0) -> None:
        """`look` gives the signs of a token that the parameters do not hold."""
        self._signs_of = look
        self.parameters = parameters
        self._words = words
        self._rows = {name: row for row, name in enumerate(parameters.features)}
        self._width = len(parameters.bias) + 1  # the last column is the squared length of the word
        self._second, self.beside = parameters.look[: len(parameters.bias)], parameters.look[len(parameters.bias) : -1]
        self._bias = np.append(parameters.bias, parameters.bias @ self._second + parameters.look[-1])
        self._pairing = {key: number for number, key in enumerate(parameters.paired)}
        self._wide = len(parameters.paired) + 1
        vectors, self._pairs = self._all_pairs()
        self._pair_vectors = self._widened(vectors, np.zeros((len(vectors), _MARKS), np.float32))
        self.forget()

    @property
    def lexicon(self) -> Lexicon:
        """The words known by hand."""
        return self._words.lexicon

    def forget(self) -> None:
        """Drop all words but those of the model file."""
        saved = self.parameters
        self.known = {word: number for number, word in enumerate(saved.words)}
        whole = np.hstack([saved.vectors * saved.lengths[:, :1], saved.lengths[:, 1:]])
        self._vectors = self._widened(whole, saved.marks)
        self._keys, self.signs = saved.keys.astype(np.int64), saved.signs
        self.learn(SIGNS[len(self.known) :])  # a model that is being made has no words yet

    def learn(self, tokens: Sequence[str]) -> None:
        """Compute the vectors of words not met before."""
        first, last = len(self.known), len(self.known) + len(tokens)
        if last > len(self._vectors):
            self._vectors = np.concatenate([self._vectors, np.zeros((last, self._vectors.shape[1]), np.float32)])
            self._keys = np.concatenate([self._keys, np.zeros(last, np.int64)])
            self.signs = np.concatenate([self.signs, np.zeros(last, np.uint16)])
        self.signs[first:last] = [self._signs_of(token) for token in tokens]
        whole, self._keys[first:last], marked = self.look_up(tokens)
        self._vectors[first:last] = self._widened(whole, marked)
        self.known.update(zip(tokens, range(first, last), strict=True))

    def _widened(self, vectors: Floats, marked: npt.NDArray[Any]) -> Floats:
        """Vectors as they are summed: scores, what the second look makes of them, marks, squared length."""
        scores = vectors[:, :-1]
        return np.hstack([scores, scores @ self._second, marked.astype(np.float32), vectors[:, -1:]])

    def look_up(self, tokens: Sequence[str]) -> tuple[Floats, Integers, npt.NDArray[np.int8]]:
        """The vectors of tokens [tokens, columns + 1], squared lengths last; the numbers of their keys, -1 where no pair has it;
        their marks [tokens, 4].
        """
        rows: list[int] = []
        counts: list[float] = []
        keys: list[int] = []
        ends: list[int] = []
        marked = np.zeros((len(tokens), _MARKS), np.int8)
        for number, token in enumerate(tokens):
            features, key = self._words.of(token)
            known = [(row, count) for name, count in features.items() if (row := self._rows.get(name)) is not None]
            rows += [row for row, _ in known]
            counts += [count for _, count in known]
            ends.append(len(rows))
            keys.append(self._pairing.get(key, -1))
            marked[number] = marks(token, features)
        vectors = self._sums(np.array(rows, np.int64), np.array(counts, np.float32), ends)
        return vectors, np.array(keys, np.int64), marked

    def _sums(self, rows: Integers, counts: Floats, ends: Sequence[int]) -> Floats:
        """The vectors of units whose features are `rows` (of unit n from ends[n-1] to ends[n]), each as often as `counts` says."""
        p = self.parameters
        values = counts * p.rarity[rows]
        parts = np.empty((len(rows) + 1, self._width), np.float32)
        parts[:-1, :-1] = p.weights[rows] * values[:, None]
        parts[:-1, -1] = values**2
        parts[-1] = 0  # what a unit without features at the end would begin with
        begins = np.array([0, *ends[:-1]], np.int64)
        sums = np.add.reduceat(parts, begins) if len(ends) else parts[:0]
        sums[begins == np.array(ends, np.int64)] = 0  # reduceat gives a unit without features the next one's first
        sums[:, :-1] *= p.scale
        return np.asarray(sums, np.float32)

    def scores(self, numbers: Integers, begins: Integers) -> tuple[Floats, Floats, Floats]:
        """Texts as one row of their words' numbers, ends included, and where each text begins, to scores [texts, columns + what
        the second look makes of them], marks [texts, 4] and each word's part in the scores [words, columns and more].
        """
        parts = self._vectors[numbers]
        self._add_pairs(parts, self._keys[numbers], begins)
        sums = np.add.reduceat(parts, begins) if len(begins) else parts
        length = np.sqrt(np.maximum(sums[:, -1:], _SHORTEST))
        return sums[:, : -_MARKS - 1] / length + self._bias, sums[:, -_MARKS - 1 : -1], parts

    def score(self, numbers: Integers) -> tuple[list[float], list[float], Callable[[int], list[float]]]:
        """One text to its scores and marks like `scores`, and to a function that gives each word's part in a column."""
        own = self._vectors.take(numbers, axis=0)
        keys = self._keys.take(numbers)
        left, right, tables = _neighbours(len(keys), self._wide**2)
        found = self._pairs.take(keys.take(left) * self._wide + keys.take(right) + tables)
        hits = found.nonzero()[0]
        beside = self._pair_vectors.take(found.take(hits), axis=0)
        total = np.add.reduce(own) + np.add.reduce(beside)
        length = np.float32(math.sqrt(max(total[-1], _SHORTEST)))

        def weigh(column: int) -> list[float]:
            weights: list[float] = own[:, column].tolist()
            for end, weight in zip(right.take(hits).tolist(), beside[:, column].tolist(), strict=True):
                weights[end] += weight
            return weights

        scores = total[: -_MARKS - 1] / length + self._bias
        return scores.tolist(), total[-_MARKS - 1 : -1].tolist(), weigh

    def _add_pairs(self, parts: Floats, keys: Integers, begins: Integers) -> None:
        """Add the vectors of pairs to the parts of their second words."""
        text = np.zeros(len(keys), np.int64)
        text[begins[1:]] = 1
        text = text.cumsum()
        for apart in (1, *APART):
            table = 0 if apart == 1 else self._wide**2
            found = self._pairs.take(keys[:-apart] * self._wide + keys[apart:] + table)
            hits = found.nonzero()[0]
            hits = hits[text[hits] == text[hits + apart]]
            parts[hits + apart] += self._pair_vectors.take(found[hits], axis=0)

    def _all_pairs(self) -> tuple[Floats, npt.NDArray[np.uint16]]:
        """The vectors of pairs, and a table that gives for two keys (first · wide + second) their number among them: first of
        neighbours, then of words farther apart. -1 for a key hits what is last in a row, and empty.
        """
        p = self.parameters
        rows = [row for row, name in enumerate(p.features) if name[0] in PAIRS]
        counts = np.array([PAIRS[p.features[row][0]] for row in rows], np.float32)
        vectors = np.zeros((len(rows) + 1, self._width), np.float32)
        vectors[1:] = self._sums(np.array(rows, np.int64), counts, range(1, len(rows) + 1))
        numbers = np.zeros((len(PAIRS), len(p.paired) + 1, len(p.paired) + 1), np.uint16)
        tables = {sort: numbers[n] for n, sort in enumerate(PAIRS)}
        for number, row in enumerate(rows, 1):
            name = p.features[row]
            left, right = name[1:].split(" ")
            tables[name[0]][self._pairing[left], self._pairing[right]] = number
        return vectors, numbers.ravel()


@lru_cache(maxsize=512)
def _neighbours(words: int, table: int) -> tuple[Integers, Integers, Integers]:
    """Of a text of so many words: the first words of all pairs, the second ones, and where their table begins, if one has `table` entries."""
    left = [at for apart in (1, *APART) for at in range(words - apart)]
    right = [at for apart in (1, *APART) for at in range(apart, words)]
    tables = [0] * (words - 1) + [table] * (len(left) - words + 1)
    return np.array(left, np.int64), np.array(right, np.int64), np.array(tables, np.int64)


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

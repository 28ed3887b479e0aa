"""The linear model at run time: a text's scores are a sum over its words, so each word's vector is computed once and kept."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from nlu.features import BEGIN, END, LANDMARK, LETTERS, PAIRS, PLACE, WordFeatures, is_run, marks
from nlu.letters import LetterRuns
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
_AT_ONCE = 256
"""Rows that are made at once: what they are made of stays small, and of 1,024 each took three times as long."""
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
        self._runs = LetterRuns(parameters.features)
        self._rows = {
            name: row for row, name in enumerate(parameters.features) if not (is_run(name) or name[0] in PAIRS)
        }
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
        self._vectors = np.concatenate([*self._word_vectors(), *self._pair_vectors(), self._room()])
        self._met = len(self._vectors) - _ROOM
        unpaired = np.full(len(self._vectors) - len(saved.words), -1)
        self._keys = np.concatenate([saved.keys, unpaired]) * np.array([[self._pairing.wide], [1]])
        self.signs = np.concatenate([saved.signs, np.zeros(len(unpaired), np.uint16)])
        self.learn(SIGNS[len(self.known) :])  # a model that is being made has no words yet

    def learn(self, tokens: Sequence[str]) -> None:
        """Compute the vectors of words not met before."""
        first, last = self._met, self._met + len(tokens)
        while last > len(self._vectors):
            self._vectors = np.concatenate([self._vectors, self._room()])
            self._keys = np.concatenate([self._keys, np.zeros((2, _ROOM), np.int64)], axis=1)
            self.signs = np.concatenate([self.signs, np.zeros(_ROOM, np.uint16)])
        self.signs[first:last] = [self._signs_of(token) for token in tokens]
        for start in range(0, len(tokens), _AT_ONCE):
            whole, keys, marked = self.look_up(tokens[start : start + _AT_ONCE])
            rows = slice(first + start, first + start + len(keys))
            self._keys[:, rows] = keys * self._pairing.wide, keys
            self._vectors[rows] = self._widened(whole, marked)
        self.known.update(zip(tokens, range(first, last), strict=True))
        self._met = last

    def _room(self) -> Floats:
        """Rows for new words."""
        return np.zeros((_ROOM, len(self._columns) + self._second.shape[1] + _MARKS + 1), np.float32)

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
            whole = self._sums(own, counts[at], np.arange(1, len(own) + 1))
            yield self._widened(whole, np.zeros((len(own), _MARKS), np.int8))

    def look_up(self, tokens: Sequence[str]) -> tuple[Floats, Integers, npt.NDArray[np.int8]]:
        """The vectors of tokens [tokens, columns + 1], squared lengths last; the numbers of their keys, -1 where no pair has it;
        their marks [tokens, 4].
        """
        told = [self._words.told(token) for token in tokens]
        rows, counts, ends = self._held(told)
        vectors = self._sums(rows, counts, ends)
        keys = np.array([self._pairing.number.get(key, -1) for _, _, key in told], np.int64)
        marked = [marks(token, features) for token, (_, features, _) in zip(tokens, told, strict=True)]
        return vectors, keys, np.array(marked, np.int8).reshape(-1, _MARKS)

    def _held(self, told: Sequence[tuple[list[str], dict[str, float], str]]) -> tuple[Integers, Floats, Integers]:
        """The rows of tokens' features that the model has, in one order at each run, their counts, and where each token's end."""
        row_of, many = self._rows.get, len(self.parameters.features)
        found = [
            (number * many + row, count)
            for number, (_, features, _) in enumerate(told)
            for name, count in features.items()
            if (row := row_of(name)) is not None
        ]
        owners = np.array([number for number, (words, _, _) in enumerate(told) for _ in words], np.int64)
        which, run = self._runs.of([word for words, _, _ in told for word in words])
        runs = np.sort(owners.take(which) * many + run)
        runs = runs[np.diff(runs, prepend=-1) > 0]
        places = np.concatenate([runs, np.array([place for place, _ in found], np.int64)])
        counts = np.concatenate([np.full(len(runs), LETTERS), [count for _, count in found]]).astype(np.float32)
        order = places.argsort()
        tokens, rows = np.divmod(places.take(order), many)
        return rows, counts.take(order), tokens.searchsorted(np.arange(len(told)), side="right")

    def _sums(self, rows: Integers, counts: Floats, ends: Integers) -> Floats:
        """The vectors of units whose features are `rows` (of unit n from ends[n-1] to ends[n]), each as often as `counts` says."""
        p = self.parameters
        values = counts * p.rarity.take(rows)
        parts = np.empty((len(rows) + 1, len(p.bias) + 1), np.float32)
        np.multiply(p.weights.take(rows, axis=0), values[:, None], out=parts[:-1, :-1])
        parts[:-1, -1] = values**2
        parts[-1] = 0  # what a unit without features at the end would begin with
        begins = np.append(0, ends[:-1])
        sums = np.add.reduceat(parts, begins) if len(ends) else parts[:0]
        sums[begins[: len(ends)] == ends] = 0  # reduceat gives a unit without features the next one's first
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
    parts = [model.look_up(words[at]) for at in _parts(len(words))]
    whole, keys, marked = (np.concatenate(tables) for tables in zip(*parts, strict=True))
    vectors, scale = quantised(whole[:, :-1], axis=1)
    lengths = np.hstack([scale, whole[:, -1:]])
    numbers = keys.astype(np.int16)
    return {"words": tuple(words), "vectors": vectors, "lengths": lengths, "keys": numbers, "marks": marked}


def quantised(values: npt.NDArray[Any], axis: int, steps: int = 127) -> tuple[npt.NDArray[np.int8], Floats]:
    """Values as whole numbers up to `steps` and the scale, by which they are to be multiplied, of each row (axis 1) or column (axis 0)."""
    scale = np.maximum(np.abs(values).max(axis=axis, keepdims=True), 1e-9) / steps
    return np.rint(values / scale).astype(np.int8), scale.astype(np.float32)

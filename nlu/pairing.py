"""Which pairs of words that the model knows stand in a text: of neighbours, and of words two or three apart."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from nlu.features import APART, PAIRS
from nlu.parameters import Integers

_DISTANCES = (1, *APART)


class Pairing:
    """Finds pairs by a table that gives for two keys (first · wide + second) the pair's number, 0 for none: first of neighbours,
    then of words farther apart. -1 for a key, which no pair has, hits what is last in a row, and empty.
    """

    def __init__(self, features: Sequence[str], paired: Sequence[str]) -> None:
        """`features` are all of the model, `paired` the keys in them."""
        self.number = {key: number for number, key in enumerate(paired)}
        self.features = [row for row, name in enumerate(features) if name[0] in PAIRS]
        """The features that are pairs, in the order of the pairs' numbers, which begin with 1."""
        self.wide = len(paired) + 1
        table = np.zeros((len(PAIRS), self.wide, self.wide), np.uint16)
        sorts = {sort: table[n] for n, sort in enumerate(PAIRS)}
        for number, row in enumerate(self.features, 1):
            left, right = features[row][1:].split(" ")
            sorts[features[row][0]][self.number[left], self.number[right]] = number
        self._table = table.ravel()

    def of_texts(self, left: Integers, right: Integers, text: Integers) -> tuple[Integers, Integers]:
        """The pairs of many texts in one row, and at which tokens their second words stand: `left` are the tokens' keys times
        `wide`, `right` the keys, `text` the numbers of their texts.
        """
        ends, pairs = [], []
        for apart in _DISTANCES:
            found = self._table.take(left[:-apart] + (right[apart:] + self._begin(apart)))
            hits = found.nonzero()[0]
            hits = hits[text.take(hits) == text.take(hits + apart)]
            ends.append(hits + apart)
            pairs.append(found.take(hits))
        return np.concatenate(ends), np.concatenate(pairs).astype(np.int64)

    def of_one(self, left: Integers, right: Integers) -> tuple[Integers, Integers]:
        """The same of one text, by a few calls only."""
        first, second, begin = _neighbours(len(left), self._begin(2))
        found = self._table.take(left.take(first) + right.take(second) + begin)
        hits = found.nonzero()[0]
        return second.take(hits), found.take(hits).astype(np.int64)

    def _begin(self, apart: int) -> int:
        """Where the table of words so far apart begins."""
        return 0 if apart == 1 else self.wide**2


@lru_cache(maxsize=512)
def _neighbours(words: int, table: int) -> tuple[Integers, Integers, Integers]:
    """Of a text of so many words: the first words of all pairs, the second ones, and where their table begins, if one has `table` entries."""
    left = [at for apart in _DISTANCES for at in range(words - apart)]
    right = [at for apart in _DISTANCES for at in range(apart, words)]
    tables = [0] * (words - 1) + [table] * (len(left) - words + 1)
    return np.array(left, np.int64), np.array(right, np.int64), np.array(tables, np.int64)

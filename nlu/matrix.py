"""Training messages as a sparse matrix: which features there are, how rare they are, and how much each message has of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from nlu.features import PAIRS, RAREST, WordFeatures, pairs
from nlu.parameters import Floats

_SEEN = 8
"""In how many messages a letter run, a stem or a pair must stand to become a feature."""

_EVERYDAY = 8
"""Messages in which an everyday word stands at least."""

Unit = tuple[dict[str, float], str]
"""Features of a token and its key."""


@dataclass(frozen=True)
class Matrix:
    """`rows` [messages, features], each of unit length (roughly: features that two words share count twice)."""

    features: list[str]
    rarity: Floats
    units: dict[str, Unit]
    """The tokens of all messages."""
    rows: Any


def met_again(texts: Sequence[Sequence[str]]) -> list[str]:
    """The tokens of more than three texts, the most frequent first: those whose vectors are worth keeping."""
    counts = Counter(token for text in texts for token in set(text))
    return [token for token, n in sorted(counts.items(), key=lambda item: (-item[1], item[0])) if n > 3]


def everyday(texts: Sequence[Sequence[str]]) -> frozenset[str]:
    """The tokens that stand in many of the texts."""
    counts = Counter(token for text in texts for token in set(text))
    return frozenset(token for token, n in counts.items() if n >= _EVERYDAY)


def build(texts: Sequence[Sequence[str]], words: WordFeatures) -> Matrix:
    """The matrix of messages given as tokens."""
    units = {token: words.of(token) for token in dict.fromkeys(token for text in texts for token in text)}
    paired = [pairs([units[token][1] for token in text]) for text in texts]
    counts: Counter[str] = Counter()
    for text, names in zip(texts, paired, strict=True):
        counts.update({name for token in text for name in units[token][0]}.union(names))
    features = sorted(name for name, n in counts.items() if n >= (RAREST if name[0] == "=" else _SEEN))
    rarity = np.array([np.log((len(texts) + 1) / (counts[name] + 1)) + 1 for name in features])
    rarity = rarity.astype(np.float16).astype(np.float32)  # as it is saved
    return Matrix(features, rarity, units, _rows(texts, paired, units, features, rarity))


def _rows(
    texts: Sequence[Sequence[str]],
    paired: Sequence[Sequence[str]],
    units: dict[str, Unit],
    features: Sequence[str],
    rarity: Floats,
) -> Any:
    """What units the messages hold, times what features the units have, divided by the messages' lengths."""
    number = {name: row for row, name in enumerate(features)}
    contents = [unit for unit, _ in units.values()] + [{name: PAIRS[name[0]]} for name in features if name[0] in PAIRS]
    order = {name: n for n, name in enumerate([*units, *(name for name in features if name[0] in PAIRS)])}
    weighed = (
        {number[name]: weight * rarity[number[name]] for name, weight in unit.items() if name in number}
        for unit in contents
    )
    vectors = _sparse(weighed, len(features))
    held = _sparse(
        (
            Counter(order[name] for name in (*text, *names) if name in order)
            for text, names in zip(texts, paired, strict=True)
        ),
        len(order),
    )
    length = np.sqrt(np.maximum(held @ np.asarray(vectors.multiply(vectors).sum(axis=1)), 1e-6))
    return sparse.csr_matrix((held @ vectors).multiply(1 / length), dtype=np.float32)


def _sparse(rows: Iterable[dict[int, Any]], width: int) -> Any:
    """A sparse matrix of rows given as {column: value}."""
    held = list(rows)
    ends = np.cumsum([0, *map(len, held)])
    columns = np.fromiter((c for row in held for c in row), np.int64, ends[-1])
    values = np.fromiter((v for row in held for v in row.values()), np.float32, ends[-1])
    return sparse.csr_matrix((values, columns, ends), shape=(len(held), width))

"""The linear model at run time: a text's scores are a sum over its words, so each word's vector is computed once and kept."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from nlu.features import PAIR, RAREST, WordFeatures, pair
from nlu.normalise import Lexicon

Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.int64]

KEPT_WORDS = 65_536
"""Words whose vectors are kept; then all are forgotten and computed anew."""

_FORMAT = 1


class BadModel(ValueError):
    """The saved model cannot be read."""


@dataclass(frozen=True)
class Head:
    """One question that the model answers: its answers stand in the columns `start` … `start + len(answers)`.

    One answer means yes or no by the sigmoid of its column, more mean a choice by softmax; `temperature` and `shift`
    (found on held-out folds) make confidences match frequencies.
    """

    answers: tuple[str, ...]
    start: int
    temperature: float = 1.0
    shift: tuple[float, ...] = (0.0,)

    def probabilities(self, scores: Floats) -> Floats:
        """Scores [n, columns of the model] to confidences [n, answers]."""
        own = scores[:, self.start : self.start + len(self.answers)]
        own = own * np.float32(self.temperature) + np.asarray(self.shift, np.float32)
        if len(self.answers) == 1:
            return np.asarray(1 / (1 + np.exp(-own)), np.float32)
        powers = np.exp(own - own.max(axis=1, keepdims=True))
        return np.asarray(powers / powers.sum(axis=1, keepdims=True), np.float32)


@dataclass(frozen=True)
class Parameters:
    """All that training finds: features with their rarity and their quantised weights, and the heads."""

    features: tuple[str, ...]
    rarity: Floats
    """[features] inverse document frequency, with which a feature counts."""
    weights: npt.NDArray[np.int8]
    """[features, columns]; times `scale` they are the model's weights."""
    scale: Floats
    """[columns]"""
    bias: Floats
    """[columns]"""
    heads: dict[str, Head]
    hash: str
    """Of the training data and the code that made it."""

    def save(self, path: Path) -> None:
        """Write to an npz without pickles; the file appears whole or not at all."""
        about = {
            "format": _FORMAT,
            "hash": self.hash,
            "heads": {n: [h.answers, h.start, h.temperature, h.shift] for n, h in self.heads.items()},
        }
        arrays: dict[str, Any] = {
            "about": np.frombuffer(json.dumps(about).encode(), np.uint8),
            "features": np.frombuffer("\n".join(self.features).encode(), np.uint8),
            "rarity": self.rarity.astype(np.float16),
            "weights": self.weights,
            "scale": self.scale,
            "bias": self.bias,
        }
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part.npz")
        np.savez_compressed(part, **arrays)
        part.replace(path)

    @classmethod
    def load(cls, path: Path) -> Parameters:
        """Read what `save` wrote; BadModel where the file is missing, damaged or of another format."""
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as saved:
                about = json.loads(saved["about"].tobytes())
                arrays = {name: saved[name] for name in ("rarity", "weights", "scale", "bias")}
                features = tuple(saved["features"].tobytes().decode().split("\n"))
        except Exception as error:  # zip, JSON, numpy and the file system each raise their own
            raise BadModel(f"{path.name}: {error}") from error
        if about.get("format") != _FORMAT or len(features) != len(arrays["weights"]):
            raise BadModel(f"{path.name}: written by another version")
        heads = {n: Head(tuple(a), s, t, tuple(b)) for n, (a, s, t, b) in about["heads"].items()}
        arrays["rarity"] = arrays["rarity"].astype(np.float32)
        return cls(features=features, heads=heads, hash=about["hash"], **arrays)


class LinearModel:
    """Scores texts. Not safe for several threads at once."""

    def __init__(self, parameters: Parameters, words: WordFeatures) -> None:
        self.parameters = parameters
        self._words = words
        self._rows = {name: row for row, name in enumerate(parameters.features)}
        self._width = len(parameters.bias) + 1  # the last column is the squared length of the word
        paired = sorted({word for name in parameters.features if " " in name for word in name.split(" ")})
        self._pairing = {word: number for number, word in enumerate(paired)}
        self._pair_keys, self._pair_vectors = self._all_pairs()
        self.forget()

    @property
    def lexicon(self) -> Lexicon:
        """The words known by hand."""
        return self._words.lexicon

    def common(self, messages: int) -> frozenset[str]:
        """The words that stood in at least so many training messages."""
        # rarity is ln((n + 1) / (seen + 1)) + 1; a feature of the rarest kind was seen `rarest` times
        wanted = float(self.parameters.rarity.max()) - math.log((messages + 1) / (RAREST + 1))
        pairs = zip(self.parameters.features, self.parameters.rarity.tolist(), strict=True)
        return frozenset(name[1:] for name, rarity in pairs if name[0] == "=" and rarity <= wanted)

    def forget(self) -> None:
        """Drop all kept words."""
        self.known: dict[str, int] = {}
        self._vectors = np.zeros((1024, self._width), np.float32)
        self._pair_numbers = np.full(1024, -1, np.int64)

    def learn(self, token: str) -> int:
        """Compute the vector of a word not met before; its number."""
        number = len(self.known)
        if number == len(self._vectors):
            self._vectors = np.concatenate([self._vectors, np.zeros_like(self._vectors)])
            self._pair_numbers = np.concatenate([self._pair_numbers, np.full(number, -1, np.int64)])
        features, word = self._words.of(token)
        self._vectors[number] = self._vector(features)
        self._pair_numbers[number] = self._pairing.get(word, -1)
        self.known[token] = number
        return number

    def scores(self, texts: Sequence[Sequence[int]]) -> tuple[Floats, Floats, Integers]:
        """Texts as numbers of their words to scores [n, columns], each word's part in them, and where each text's words begin."""
        lengths = np.fromiter(map(len, texts), np.int64, len(texts))
        ends = lengths.cumsum()
        numbers = np.fromiter(
            (number for text in texts for number in text), np.int64, int(ends[-1]) if len(ends) else 0
        )
        parts = self._vectors[numbers]
        self._add_pairs(parts, numbers, ends)
        sums = np.zeros((len(texts), self._width), np.float32)
        filled = lengths > 0
        if len(numbers):
            sums[filled] = np.add.reduceat(parts, (ends - lengths)[filled])
        length = np.sqrt(np.maximum(sums[:, -1:], 1e-6))
        scores = np.asarray(sums[:, :-1] / length + self.parameters.bias, np.float32)
        return scores, parts, ends - lengths

    def _add_pairs(self, parts: Floats, numbers: Integers, ends: Integers) -> None:
        """Add the vectors of neighbouring pairs to the parts of their second words."""
        if len(numbers) < 2 or not len(self._pair_keys):
            return
        paired = self._pair_numbers[numbers]
        keys = (paired[:-1] << 32) | paired[1:]
        keys[(paired[:-1] < 0) | (paired[1:] < 0)] = -1
        inner = ends[(ends > 0) & (ends < len(numbers))]
        keys[inner - 1] = -1  # the last word of one text and the first of the next are no pair
        at = np.searchsorted(self._pair_keys, keys)
        at[at == len(self._pair_keys)] = 0
        hits = np.flatnonzero(self._pair_keys[at] == keys)
        parts[hits + 1] += self._pair_vectors[at[hits]]

    def _vector(self, features: dict[str, float]) -> Floats:
        known = [(self._rows[name], weight) for name, weight in features.items() if name in self._rows]
        vector = np.zeros(self._width, np.float32)
        if known:
            rows = np.array([row for row, _ in known])
            values = np.array([weight for _, weight in known], np.float32) * self.parameters.rarity[rows]
            vector[:-1] = (values @ self.parameters.weights[rows].astype(np.float32)) * self.parameters.scale
            vector[-1] = values @ values
        return vector

    def _all_pairs(self) -> tuple[Integers, Floats]:
        names = [name for name in self.parameters.features if " " in name]
        keys = [(self._pairing[a] << 32) | self._pairing[b] for a, b in (name.split(" ") for name in names)]
        vectors = [self._vector({name: PAIR}) for name in names]
        order = np.argsort(np.array(keys, np.int64))
        return np.array(keys, np.int64)[order], np.array(vectors, np.float32).reshape(-1, self._width)[order]


def pair_names(words: Sequence[str]) -> list[str]:
    """The features of all neighbouring words of a text."""
    return [pair(left, right) for left, right in pairwise(words)]

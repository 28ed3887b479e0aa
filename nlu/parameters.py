"""What training finds, as it is kept in a file."""

from __future__ import annotations

import json
import math
import os
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.int64]

_FORMAT = 6
_SHORT = 7
"""Tokens of a short text."""
_ARRAYS = ("rarity", "scale", "bias", "lengths", "keys", "marks", "signs")
_PACKED = ("weights", "vectors")
_STEEPEST = 60.0
_LOOK = "look_"
_LISTS = ("features", "everyday", "words", "paired")


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
    shift: float = 0.0

    def scores(self, scores: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """The columns of this head."""
        return scores[:, self.start : self.start + len(self.answers)]

    def probabilities(self, scores: Floats) -> Floats:
        """Scores [n, columns of the model] to confidences [n, answers]."""
        own = self.scores(scores) * np.float32(self.temperature) + np.float32(self.shift)
        if len(self.answers) == 1:
            return np.asarray(1 / (1 + np.exp(-own)), np.float32)
        powers = np.exp(own - own.max(axis=1, keepdims=True))
        return np.asarray(powers / powers.sum(axis=1, keepdims=True), np.float32)


def shares(powers: Floats, widths: Mapping[str, int]) -> dict[str, Floats]:
    """The confidences [texts, answers] of the second looks by what they give before: `widths` says how many columns each has."""
    powers = np.exp(np.clip(powers, -_STEEPEST, _STEEPEST))
    answers, start = {}, 0
    for name, width in widths.items():
        part = powers[:, start : start + width]
        answers[name] = part / part.sum(axis=1, keepdims=True)
        start += width
    return answers


def overview(
    scores: npt.NDArray[Any], heads: dict[str, Head], tokens: Sequence[int], marks: npt.NDArray[Any]
) -> Floats:
    """What the second look sees, a row for each text: all scores, and what `beside` tells."""
    return np.column_stack([scores, beside(scores, heads, tokens, marks)]).astype(np.float32)


def beside(
    scores: npt.NDArray[Any], heads: Mapping[str, Head], tokens: Sequence[int] | Integers, marks: npt.NDArray[Any]
) -> npt.NDArray[Any]:
    """What the second look sees besides scores: how clearly the best categories and kinds of chatter stand out, the number of the
    text's tokens, and by its `marks` [texts, 4] (how many words tell a trouble, a public thing, a place, and how many are
    question marks) whether it asks, and whether it is a plain complaint, of nothing else, and short.
    """
    best = [np.partition(heads[name].scores(scores), (-2, -1), axis=1)[:, -2:] for name in ("category", "chatter")]
    length = np.maximum(np.asarray(tokens, np.float32), 1)
    has = np.minimum(marks, 1)
    plain = has[:, 0] * has[:, 1]
    only = plain * marks[:, :3].sum(axis=1) / length
    return np.column_stack([*best, np.log(length), has, only, plain * (length <= _SHORT)])


def beside_one(scores: Sequence[float], heads: Mapping[str, Head], tokens: int, marks: Sequence[float]) -> list[float]:
    """The row of `beside` for one text, by plain numbers."""
    best: list[float] = []
    for name in ("category", "chatter"):
        head = heads[name]
        best += sorted(scores[head.start : head.start + len(head.answers)])[-2:]
    length = max(tokens, 1)
    has = [mark > 0 for mark in marks]
    plain = has[0] * has[1]
    only = plain * sum(marks[:3]) / length
    return [*best, math.log(length), *has, only, plain * (length <= _SHORT)]


@dataclass(frozen=True)
class Parameters:
    """All that training finds: features with their rarity and their quantised weights, the heads, and the second look over them."""

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
    looks: dict[str, Floats]
    """[columns of overview + 1, answers] for each question of the second look: weights and, last, the biases."""
    everyday: tuple[str, ...]
    """Words of many training messages: no misspelt name of a place is read into them."""
    words: tuple[str, ...]
    """The tokens of the training messages, whose vectors are kept so that a new process need not compute them."""
    vectors: npt.NDArray[np.int8]
    """[words, columns]"""
    lengths: Floats
    """[words, 2] by what the words' vectors are to be multiplied, and the squared lengths of the words."""
    paired: tuple[str, ...]
    """The keys that stand in pair features."""
    keys: npt.NDArray[np.int16]
    """[words] the number of a word's key in `paired`, -1 for none."""
    marks: npt.NDArray[np.int8]
    """[words, 4] whether a token tells a trouble, a public thing, a place, whether it asks."""
    signs: npt.NDArray[np.uint16]
    """[words] what a token may have to do with places, and its language: the bits of nlu.signs."""
    quality: dict[str, float]
    """F1 on held-out training messages: `report`, and the mean over `category`."""
    hash: str
    """Of the training data and the code that made it."""

    @property
    def look(self) -> Floats:
        """The second looks side by side [columns of overview + 1, all answers]."""
        return np.hstack(list(self.looks.values())).astype(np.float32)

    def save(self, path: Path) -> None:
        """Write to an npz without pickles; the file appears whole or not at all."""
        about = {
            "format": _FORMAT,
            "hash": self.hash,
            "quality": self.quality,
            "heads": {n: [h.answers, h.start, h.temperature, h.shift] for n, h in self.heads.items()},
        }
        arrays: dict[str, Any] = {name: getattr(self, name) for name in _ARRAYS}
        arrays |= {f"{_LOOK}{name}": weights for name, weights in self.looks.items()}
        arrays |= {name: np.frombuffer("\n".join(getattr(self, name)).encode(), np.uint8) for name in _LISTS}
        arrays["about"] = np.frombuffer(json.dumps(about).encode(), np.uint8)
        arrays |= {name: _packed(getattr(self, name)) for name in _PACKED}
        arrays["rarity"] = self.rarity.astype(np.float16)
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(f".{os.getpid()}.part.npz")  # two processes may train at once
        np.savez_compressed(part, **arrays)
        part.replace(path)

    @classmethod
    def load(cls, path: Path) -> Parameters:
        """Read what `save` wrote; BadModel where the file is missing, damaged or of another format."""
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as saved:
                about = json.loads(saved["about"].tobytes())
                arrays = {name: saved[name] for name in _ARRAYS}
                arrays |= {name: _unpacked(saved[name], len(arrays["bias"])) for name in _PACKED}
                looks = {name.removeprefix(_LOOK): saved[name] for name in saved.files if name.startswith(_LOOK)}
                lists: Any = {name: tuple(saved[name].tobytes().decode().split("\n")) for name in _LISTS}
        except Exception as error:  # zip, JSON, numpy and the file system each raise their own
            raise BadModel(f"{path.name}: {error}") from error
        if about.get("format") != _FORMAT:
            raise BadModel(f"{path.name}: written by another version")
        arrays["rarity"] = arrays["rarity"].astype(np.float32)
        heads = {n: Head(tuple(a), s, t, b) for n, (a, s, t, b) in about["heads"].items()}
        return cls(heads=heads, looks=looks, quality=about["quality"], hash=about["hash"], **arrays, **lists)


def _packed(values: npt.NDArray[np.int8]) -> npt.NDArray[np.uint8]:
    """A table column by column, every value in as few bits as it is frequent there; that saves an eighth of the file. What npz does
    by itself, to look for repeated rows of bytes, finds none here.
    """
    packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS, 9, zlib.Z_HUFFMAN_ONLY)
    return np.frombuffer(packer.compress(values.T.tobytes()) + packer.flush(), np.uint8)


def _unpacked(packed: npt.NDArray[np.uint8], columns: int) -> npt.NDArray[np.int8]:
    """What `_packed` was given."""
    values = np.frombuffer(zlib.decompress(packed.tobytes()), np.int8)
    return np.ascontiguousarray(values.reshape(columns, -1).T)

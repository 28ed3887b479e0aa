"""Training of the linear model: ridge regression on all heads at once, calibrated on held-out folds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, get_args

import numpy as np
import numpy.typing as npt
from scipy import optimize, sparse
from sklearn.linear_model import Ridge
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from nlu.base import ReportClass, Urgency
from nlu.classifier import Floats, Head, Integers, Parameters, pair_names
from nlu.features import PAIR, RAREST, WordFeatures
from nlu.normalise import tokens
from nlu.training_data import Example

FOLDS = 3
_HALF = 0.5
"""Of a score that is wanted to be 1 for yes and 0 for no, where yes begins."""
ALPHA = 1.0
"""Strength of the ridge."""
_SEEN = 3
"""In how many messages a letter run, a stem or a pair must stand to become a feature."""

Numbers = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


class TooFewExamples(ValueError):
    """There are too few training messages to learn from."""


@dataclass(frozen=True)
class Question:
    """One head to be fitted: which examples teach it and what each of them answers."""

    name: str
    answers: tuple[str, ...]
    teaches: Flags
    targets: Integers
    """[examples] the answer's number; for a yes-or-no head 1 or 0."""
    balanced: bool = True
    """Whether each answer counts alike, however rare: what is rare among training messages may be frequent outside."""


def fit(
    examples: Sequence[Example],
    categories: Sequence[str],
    words: WordFeatures,
    hash_: str,
    progress: Callable[[str], None] = lambda _: None,
) -> Parameters:
    """The parameters learned from examples, the same for the same input; TooFewExamples below ten reports and ten others.

    Examples of an intent that is not among `categories` teach only whether a text is a report.
    """
    with threadpool_limits(1):  # other processes have their work too, and one thread sums in one order
        return _fit(examples, tuple(categories), words, hash_, progress)


def _fit(
    examples: Sequence[Example],
    categories: tuple[str, ...],
    words: WordFeatures,
    hash_: str,
    progress: Callable[[str], None],
) -> Parameters:
    reports = sum(example.is_report for example in examples)
    if min(reports, len(examples) - reports) < 10:
        raise TooFewExamples(f"{reports} reports and {len(examples) - reports} others")
    progress(f"reading {len(examples)} training messages")
    features, rarity, matrix = _matrix(examples, words)
    questions = _questions(examples, categories)
    columns = sum(len(question.answers) for question in questions)
    weights, bias, heads = np.zeros((len(features), columns)), np.zeros(columns), {}
    start = 0
    for question in questions:
        progress(f"fitting {question.name}")
        own = slice(start, start + len(question.answers))
        weights[:, own], bias[own] = _solve(question, matrix, np.flatnonzero(question.teaches))
        heads[question.name] = _calibrated(question, matrix, start)
        start = own.stop
    scale = np.maximum(np.abs(weights).max(axis=0), 1e-9) / 127
    return Parameters(
        features=tuple(features),
        rarity=rarity.astype(np.float16).astype(np.float32),
        weights=np.rint(weights / scale).astype(np.int8),
        scale=scale.astype(np.float32),
        bias=bias.astype(np.float32),
        heads=heads,
        hash=hash_,
    )


def _questions(examples: Sequence[Example], categories: tuple[str, ...]) -> list[Question]:
    known = np.array([e.intent in categories for e in examples])
    classed = known & np.array([e.report_class is not None for e in examples])
    urgent = known & np.array([e.urgency is not None for e in examples])
    classes, urgencies = get_args(ReportClass), get_args(Urgency)
    everything = np.ones(len(examples), bool)
    return [
        Question("report", ("yes",), everything, np.array([int(e.is_report) for e in examples])),
        Question("category", categories, known, _numbers([e.intent for e in examples], categories), balanced=False),
        Question("class", classes, classed, _numbers([e.report_class for e in examples], classes)),
        Question("supervised", ("yes",), known, np.array([int(e.supervised) for e in examples])),
        Question("urgency", urgencies, urgent, _numbers([e.urgency for e in examples], urgencies)),
    ]


def _numbers(labels: Sequence[str | None], answers: Sequence[str]) -> Integers:
    order = {answer: number for number, answer in enumerate(answers)}
    return np.array([order.get(label or "", 0) for label in labels], np.int64)


def _matrix(examples: Sequence[Example], words: WordFeatures) -> tuple[list[str], Floats, Any]:
    """The features, their rarity, and the examples as rows of unit length [examples, features]."""
    texts = [tokens(example.text) for example in examples]
    seen = {token: words.of(token) for token in dict.fromkeys(token for text in texts for token in text)}
    pairs = [pair_names([seen[token][1] for token in text]) for text in texts]
    counts: Counter[str] = Counter()
    for text, paired in zip(texts, pairs, strict=True):
        counts.update({name for token in text for name in seen[token][0]}.union(paired))
    features = sorted(name for name, n in counts.items() if n >= (RAREST if name[0] == "=" else _SEEN))
    rarity = np.array([np.log((len(examples) + 1) / (counts[name] + 1)) + 1 for name in features])
    rarity = rarity.astype(np.float16).astype(np.float64)  # as it is saved
    rows = {name: row for row, name in enumerate(features)}
    units = [seen[token][0] for token in seen] + [{name: PAIR} for name in rows if " " in name]
    numbers = {token: number for number, token in enumerate(seen)}
    numbers |= {name: len(seen) + n for n, name in enumerate(name for name in rows if " " in name)}
    vectors = _sparse(
        [{rows[k]: w * rarity[rows[k]] for k, w in unit.items() if k in rows} for unit in units], len(rows)
    )
    held = _sparse(
        [
            Counter(numbers[n] for n in (*text, *paired) if n in numbers)
            for text, paired in zip(texts, pairs, strict=True)
        ],
        len(units),
    )
    length = np.sqrt(np.maximum(held @ vectors.multiply(vectors).sum(axis=1), 1e-6))
    return features, rarity, sparse.csr_matrix((held @ vectors).multiply(1 / np.asarray(length).reshape(-1, 1)))


def _sparse(rows: Sequence[dict[int, Any]], width: int) -> Any:
    """A sparse matrix of rows given as {column: value}."""
    ends = np.cumsum([0, *map(len, rows)])
    columns = np.fromiter((c for row in rows for c in row), np.int64, ends[-1])
    values = np.fromiter((v for row in rows for v in row.values()), np.float64, ends[-1])
    return sparse.csr_matrix((values, columns, ends), shape=(len(rows), width))


def _wanted(question: Question) -> Numbers:
    """What the columns of a head should be: 1 at the answer, else 0; for yes-or-no 1 or 0."""
    if len(question.answers) == 1:
        return question.targets.reshape(-1, 1).astype(np.float64)
    return np.eye(len(question.answers))[question.targets]


def _solve(question: Question, matrix: Any, rows: Integers) -> tuple[Numbers, Numbers]:
    """Weights [features, columns] and bias [columns] learned from some of the examples."""
    ridge = Ridge(alpha=ALPHA, solver="sparse_cg", tol=1e-3)
    ridge.fit(matrix[rows], _wanted(question)[rows], sample_weight=_importance(question, question.targets[rows]))
    return ridge.coef_.T.reshape(matrix.shape[1], -1), np.atleast_1d(ridge.intercept_)


def _importance(question: Question, truth: Integers) -> Numbers:
    """How much each example counts, one on average."""
    counts = np.bincount(truth)
    return len(truth) / (np.count_nonzero(counts) * counts[truth]) if question.balanced else np.ones(len(truth))


def _calibrated(question: Question, matrix: Any, start: int) -> Head:
    """The head with the temperature that makes held-out confidences match frequencies."""
    rows = np.flatnonzero(question.teaches)
    truth = question.targets[rows]
    folds = _folds(truth)
    scores = np.zeros((len(rows), len(question.answers)))
    for fold in range(FOLDS):
        weights, bias = _solve(question, matrix, rows[folds != fold])
        scores[folds == fold] = matrix[rows[folds == fold]] @ weights + bias
    if len(question.answers) == 1:  # the middle stands for no, so that both share one formula
        scores = np.column_stack([np.full(len(rows), _HALF), scores])
    temperature = _temperature(scores, truth, _importance(question, truth))
    return Head(question.answers, start, temperature, (-temperature * _HALF,) if len(question.answers) == 1 else (0.0,))


def _folds(truth: Integers) -> Integers:
    """Fold numbers that spread each answer evenly, the same at every run."""
    folds = np.zeros(len(truth), np.int64)
    for answer in np.unique(truth):
        folds[truth == answer] = np.arange((truth == answer).sum()) % FOLDS
    return folds


def _temperature(scores: Numbers, truth: Integers, importance: Numbers) -> float:
    """The temperature of least cross-entropy."""

    def loss(temperature: float) -> float:
        powers = scores * temperature
        missed = np.logaddexp.reduce(powers, axis=1) - powers[np.arange(len(truth)), truth]
        return float((missed * importance).mean())

    return float(optimize.minimize_scalar(loss, bounds=(0.5, 60), method="bounded").x)

"""Training of the linear model: ridge regression for every question, calibrated on held-out folds, and the second look over them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, get_args

import numpy as np
import numpy.typing as npt
from scipy import optimize
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from nlu import look
from nlu.base import ReportClass, Urgency
from nlu.classifier import LinearModel, kept_words, quantised
from nlu.features import PAIRS, WordFeatures, marks
from nlu.matrix import Matrix, build, met_again
from nlu.parameters import Floats, Head, Integers, Parameters, overview, shares
from nlu.ridge import Numbers, solve
from nlu.training_data import KINDS, Example

FOLDS = 3
ALPHA = 1.0
"""Strength of the ridge."""
DROPOUT = 1.0
"""For the gate, the categories and the kinds of chatter; class and urgency stand in few words, which it would hold back."""
_HALF = 0.5
"""Of a score that is wanted to be 1 for yes and 0 for no, where yes begins."""
_STEPS = 40
"""Of a weight on either side of zero: less than half of what a byte holds packs a third smaller and reads as well."""
_UNMARKED = (False,) * 4

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
    """[examples] the answer's number, -1 for none of them; for a yes-or-no head 1 or 0."""
    balanced: bool = True
    """Whether each answer counts alike, however rare: what is rare among training messages may be frequent outside."""
    dropout: float = 0.0
    """See ridge.solve."""

    @property
    def wanted(self) -> Numbers:
        """What the columns should be [examples, answers]: 1 at the answer, else 0."""
        yes = np.arange(len(self.answers)) + (len(self.answers) == 1)
        return np.asarray(self.targets.reshape(-1, 1) == yes, np.float64)

    @property
    def importance(self) -> Numbers:
        """How much each example counts: one on average, nothing where it does not teach."""
        counts = np.bincount(self.targets[self.teaches] + 1, minlength=self.targets.max() + 2)
        share = self.teaches.sum() / (np.count_nonzero(counts) * np.maximum(counts, 1))
        each = share[self.targets + 1] if self.balanced else np.ones(len(self.targets))
        return np.asarray(np.where(self.teaches, each, 0.0))


def fit(
    examples: Sequence[Example],
    texts: Sequence[Sequence[str]],
    categories: Sequence[str],
    words: WordFeatures,
    progress: Callable[[str], None] = lambda _: None,
    judged: int | None = None,
) -> Parameters:
    """The parameters learned from examples and their tokens, the same for the same input; TooFewExamples below ten reports
    and ten others. Examples of an intent that is not among `categories` teach only whether a text is a report. The first
    `judged` examples (all, unless it is said) are those by which the quality is told.
    """
    reports = sum(example.is_report for example in examples)
    if min(reports, len(examples) - reports) < 10:
        raise TooFewExamples(f"{reports} reports and {len(examples) - reports} others")
    with threadpool_limits(1):  # other processes have their work too, and one thread sums in one order
        progress(f"reading {len(examples)} training messages")
        matrix = build(texts, words)
        questions = _questions(examples, tuple(categories))
        folds = _folds(questions[1].targets)
        weights, bias, held_out = _solved(questions, matrix.rows, folds, progress)
        heads = _calibrated(questions, held_out)
        marked = {token: marks(token, features) for token, (features, _) in matrix.units.items()}
        counts = np.array([np.sum([marked[token] for token in text] or [_UNMARKED], axis=0) for text in texts])
        seen = overview(held_out, heads, [len(text) for text in texts], counts)
        looks = {question.name: _look(question, seen) for question in questions if question.name in look.WAYS}
        own = looks["report"]
        taken = shares(seen @ own[:-1] + own[-1], {"report": 2})["report"][:, 1] > _HALF
        quality = _quality(questions, heads, held_out, taken, judged)
        bare = _parameters(matrix, weights, bias, heads, looks, quality)
        return replace(bare, **kept_words(LinearModel(bare, words), met_again(texts)))


def _questions(examples: Sequence[Example], categories: tuple[str, ...]) -> list[Question]:
    known = np.array([e.intent in categories for e in examples])
    classed = known & np.array([e.report_class is not None for e in examples])
    urgent = known & np.array([e.urgency is not None for e in examples])
    classes, urgencies = get_args(ReportClass), get_args(Urgency)
    known_kind = np.array([e.is_report or e.kind != "" for e in examples])
    every = np.ones(len(examples), bool)
    return [
        Question("report", ("yes",), every, np.array([int(e.is_report) for e in examples]), dropout=DROPOUT),
        Question("category", categories, known, _numbers([e.intent for e in examples], categories), False, DROPOUT),
        Question("class", classes, classed, _numbers([e.report_class for e in examples], classes)),
        Question("supervised", ("yes",), known, np.array([int(e.supervised) for e in examples])),
        Question("urgency", urgencies, urgent, _numbers([e.urgency for e in examples], urgencies)),
        Question("chatter", KINDS, known_kind, _numbers([e.kind for e in examples], KINDS), False, DROPOUT),
    ]


def _look(question: Question, seen: Floats) -> Floats:
    rows = question.teaches & (question.targets >= 0)
    return look.learn(seen[rows], question.targets[rows], look.WAYS[question.name])


def _numbers(labels: Sequence[str | None], answers: Sequence[str]) -> Integers:
    order = {answer: number for number, answer in enumerate(answers)}
    return np.array([order.get(label or "", -1) for label in labels], np.int64)


def _folds(categories: Integers) -> Integers:
    """Fold numbers that spread each category evenly, the same at every run."""
    folds = np.zeros(len(categories), np.int64)
    for category in np.unique(categories):
        folds[categories == category] = np.arange((categories == category).sum()) % FOLDS
    return folds


def _solved(
    questions: Sequence[Question], rows: Any, folds: Integers, progress: Callable[[str], None]
) -> tuple[Numbers, Numbers, Numbers]:
    """Weights and bias from all examples, and every example's scores by weights that were learned without its fold."""
    weights: list[Numbers] = []
    bias: list[Numbers] = []
    held_out: list[Numbers] = []
    for question in questions:
        progress(f"fitting {question.name}")
        importance = question.importance
        own = solve(rows, question.wanted, importance, ALPHA, question.dropout)
        weights.append(own[0])
        bias.append(own[1])
        scores = np.zeros_like(question.wanted)
        for fold in range(FOLDS):
            others = np.where(folds == fold, 0.0, importance)
            apart = solve(rows, question.wanted, others, ALPHA, question.dropout)
            scores[folds == fold] = rows[folds == fold] @ apart[0] + apart[1]
        held_out.append(scores)
    return np.hstack(weights), np.hstack(bias), np.hstack(held_out)


def _calibrated(questions: Sequence[Question], held_out: Numbers) -> dict[str, Head]:
    """The heads with the temperatures that make held-out confidences match frequencies."""
    heads: dict[str, Head] = {}
    start = 0
    for question in questions:
        head = Head(question.answers, start)
        start += len(question.answers)
        rows = question.teaches & (question.targets >= 0)
        scores = head.scores(held_out)[rows]
        if len(question.answers) == 1:  # the middle stands for no, so that both share one formula
            scores = np.column_stack([np.full(len(scores), _HALF), scores])
        told = question.targets[rows], question.importance[rows]
        temperature = _temperature(scores, *told) if rows.any() else 1.0  # own data may name no kind of chatter
        shift = -temperature * _HALF if len(question.answers) == 1 else 0.0
        heads[question.name] = replace(head, temperature=temperature, shift=shift)
    return heads


def _temperature(scores: Numbers, truth: Integers, importance: Numbers) -> float:
    """The temperature of least cross-entropy."""

    def loss(temperature: float) -> float:
        powers = scores * temperature
        missed = np.logaddexp.reduce(powers, axis=1) - powers[np.arange(len(truth)), truth]
        return float((missed * importance).mean())

    return float(optimize.minimize_scalar(loss, bounds=(0.5, 60), method="bounded").x)


def _quality(
    questions: Sequence[Question], heads: dict[str, Head], held_out: Numbers, reports: Flags, judged: int | None
) -> dict[str, float]:
    """F1 of the reports, whose second look saw only held-out scores, and the mean F1 of the categories, over the `judged` first."""
    report, category, *_ = questions
    asked = np.flatnonzero(category.teaches[:judged])
    given = heads["category"].scores(held_out).argmax(axis=1)[asked]
    truth = category.targets[asked]
    one_by_one = [_f1(truth == answer, given == answer) for answer in np.unique(truth)]
    return {"report": _f1((report.targets == 1)[:judged], reports[:judged]), "category": float(np.mean(one_by_one))}


def _f1(truth: Flags, given: Flags) -> float:
    return float(2 * (truth & given).sum() / max(truth.sum() + given.sum(), 1))


def _parameters(
    matrix: Matrix,
    weights: Numbers,
    bias: Numbers,
    heads: dict[str, Head],
    looks: dict[str, Floats],
    quality: dict[str, float],
) -> Parameters:
    """The parameters without words."""
    small, scale = quantised(weights, axis=0, steps=_STEPS)
    paired = sorted({key for name in matrix.features if name[0] in PAIRS for key in name[1:].split(" ")})
    nothing: Any = np.zeros((0, len(bias)), np.int8)
    return Parameters(
        features=tuple(matrix.features),
        rarity=matrix.rarity,
        weights=small,
        scale=scale[0],
        bias=bias.astype(np.float32),
        heads=heads,
        looks=looks,
        everyday=(),
        words=(),
        vectors=nothing,
        lengths=np.zeros((0, 2), np.float32),
        paired=tuple(paired),
        keys=np.zeros(0, np.int16),
        marks=np.zeros((0, 4), np.int8),
        signs=np.zeros(0, np.uint16),
        quality=quality,
        hash="",
    )

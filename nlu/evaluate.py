"""How well an engine reads labelled messages: F1 of the gate, the categories one by one, what is mistaken for what, calibration."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nlu.base import Engine, Extraction

_FEWEST = 3
"""Labelled messages that an answer must have to count in a macro-F1."""
_BINS = 5

Row = dict[str, Any]
Pairs = Sequence[tuple[Any, Any]]


class BadLabels(ValueError):
    """A labelled file cannot be read."""


@dataclass(frozen=True, slots=True)
class Score:
    """Precision, recall and F1 of one answer; `n` is how often it is right to give it."""

    n: int
    precision: float
    recall: float
    f1: float


@dataclass(frozen=True, slots=True)
class Bin:
    """Category answers of a range of confidence: how sure the engine was on average, and how often right."""

    n: int
    confidence: float
    accuracy: float


@dataclass(frozen=True, slots=True)
class Figures:
    """All that was measured; F1s of questions that no label answers are None."""

    n: int
    report: Score
    false_alarms: int
    accuracy: float | None
    category_f1: float | None
    categories: dict[str, Score]
    confusion: tuple[tuple[str, str, int], ...]
    """(right, given, how often), most frequent first."""
    calibration: tuple[Bin, ...]
    class_f1: float | None
    supervised: Score
    urgency_f1: float | None
    location: Score
    """Of the exact code, among reports whose labels say which places are named."""


def load(path: Path) -> list[Row]:
    """The rows of a JSON lines file with at least text and is_report; BadLabels names the line that is wrong."""
    rows = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            row["text"], row["is_report"]
        except (ValueError, KeyError, TypeError) as error:
            raise BadLabels(f"{path.name}, line {number}: {error!r}") from error
        rows.append(row)
    return rows


def evaluate(engine: Engine, rows: Sequence[Row], region: str = "63.04") -> Figures:
    """Read every row's text (in its thread, where it has one) and compare with its labels."""
    return compare(rows, [engine.read(row["text"], row.get("thread") or "", region) for row in rows])


def compare(rows: Sequence[Row], read: Sequence[Extraction]) -> Figures:
    """The figures of extractions against the labels of the same rows; an answer among `alt_categories` is right."""
    both = list(zip(rows, read, strict=True))
    reports = [(row, e) for row, e in both if row["is_report"]]
    asked = [(row, e) for row, e in reports if row.get("category")]
    categories = [(row["category"], _accepted(row, e)) for row, e in asked]
    table = _table(categories)
    gate = [(row["is_report"], e.is_report) for row, e in both]
    return Figures(
        n=len(rows),
        report=_score(gate, answer=True),
        false_alarms=sum(not right and given for right, given in gate),
        accuracy=_share(categories),
        category_f1=_macro(table),
        categories=table,
        confusion=_confusion(categories),
        calibration=_calibration(
            [(e.category_confidence, right == given) for (_, e), (right, given) in zip(asked, categories, strict=True)]
        ),
        class_f1=_macro(_table([(row["class"], e.report_class) for row, e in reports if row.get("class")])),
        supervised=_score(
            [(row["supervised"], e.supervised) for row, e in reports if "supervised" in row], answer=True
        ),
        urgency_f1=_macro(_table([(row["urgency"], e.urgency) for row, e in reports if row.get("urgency")])),
        location=_locations([(row["location"], e) for row, e in reports if row.get("location") is not None]),
    )


def as_text(figures: Figures) -> str:
    """The figures as a table for a terminal."""
    f = figures
    lines = [
        f"messages                    {f.n}",
        f"report: precision {f.report.precision:.3f}  recall {f.report.recall:.3f}  F1 {f.report.f1:.3f}  false alarms {f.false_alarms}",
        f"category: accuracy {_or_dash(f.accuracy)}  macro-F1 {_or_dash(f.category_f1)}",
        f"class macro-F1 {_or_dash(f.class_f1)}  supervised F1 {f.supervised.f1:.3f}  urgency macro-F1 {_or_dash(f.urgency_f1)}",
        f"location: precision {f.location.precision:.3f}  recall {f.location.recall:.3f}  F1 {f.location.f1:.3f}  ({f.location.n} named)",
        "",
        f"{'category':<24}{'n':>5}{'precision':>11}{'recall':>8}{'F1':>7}",
        *(
            f"{name:<24}{s.n:>5}{s.precision:>11.3f}{s.recall:>8.3f}{s.f1:>7.3f}"
            for name, s in sorted(f.categories.items())
        ),
        "",
        "most mistaken (right → given)",
        *(f"  {right} → {given}: {n}" for right, given, n in f.confusion[:15]),
        "",
        "confidence of the category and how often it was right",
        *(f"  {b.confidence:.2f} → {b.accuracy:.2f}  ({b.n})" for b in f.calibration),
    ]
    return "\n".join(lines) + "\n"


def _accepted(row: Row, extraction: Extraction) -> str:
    return row["category"] if extraction.category in row.get("alt_categories", ()) else str(extraction.category)


def _score(pairs: Pairs, *, answer: Any) -> Score:
    hits = sum(right == answer == given for right, given in pairs)
    n, claimed = sum(right == answer for right, _ in pairs), sum(given == answer for _, given in pairs)
    return _of(hits, n, claimed)


def _of(hits: int, n: int, claimed: int) -> Score:
    precision, recall = hits / claimed if claimed else 0.0, hits / n if n else 0.0
    return Score(n, precision, recall, 2 * precision * recall / (precision + recall) if hits else 0.0)


def _table(pairs: Pairs) -> dict[str, Score]:
    return {answer: _score(pairs, answer=answer) for answer in sorted({right for right, _ in pairs})}


def _macro(table: dict[str, Score]) -> float | None:
    scores = [score.f1 for score in table.values() if score.n >= _FEWEST]
    return sum(scores) / len(scores) if scores else None


def _share(pairs: Pairs) -> float | None:
    return sum(right == given for right, given in pairs) / len(pairs) if pairs else None


def _confusion(pairs: Pairs) -> tuple[tuple[str, str, int], ...]:
    counts = Counter((right, given) for right, given in pairs if right != given)
    return tuple(
        (right, given, n) for (right, given), n in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    )


def _calibration(answers: Iterable[tuple[float, bool]]) -> tuple[Bin, ...]:
    bins: dict[int, list[tuple[float, bool]]] = {}
    for confidence, right in answers:
        bins.setdefault(min(int(confidence * _BINS), _BINS - 1), []).append((confidence, right))
    return tuple(
        Bin(len(b), sum(c for c, _ in b) / len(b), sum(r for _, r in b) / len(b)) for _, b in sorted(bins.items())
    )


def _locations(pairs: Sequence[tuple[Sequence[str], Extraction]]) -> Score:
    """Labels list every acceptable code, none where no place is named."""
    codes = [(right, e.location.code if e.location else None) for right, e in pairs]
    hits = sum(given in right for right, given in codes)
    return _of(hits, sum(bool(right) for right, _ in codes), sum(given is not None for _, given in codes))


def _or_dash(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"

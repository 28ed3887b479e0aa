"""How well an engine reads labelled messages: F1 with intervals, the categories one by one, what is mistaken for what, calibration."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nlu import counting, intervals
from nlu.base import Engine, Extraction
from nlu.counting import Bin, Pairs, Score
from nlu.intervals import Interval

_WORST = 12

Row = dict[str, Any]


class BadLabels(ValueError):
    """A labelled file cannot be read."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """A message whose category was read wrong: its id or line, and the words that decided."""

    id: str
    right: str
    given: str
    confidence: float
    words: tuple[str, ...]


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
    worst: tuple[Mistake, ...]
    """The mistaken categories of which the engine was surest."""
    intervals: dict[str, Interval]
    """95 % intervals of report, accuracy, category, class, supervised, urgency and location, where they were measured."""


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
    pairs: dict[str, Pairs] = {
        "report": [(row["is_report"], e.is_report) for row, e in both],
        "category": [(row["category"], _accepted(row, e)) for row, e in asked],
        "class": [(row["class"], e.report_class) for row, e in reports if row.get("class")],
        "supervised": [(row["supervised"], e.supervised) for row, e in reports if "supervised" in row],
        "urgency": [(row["urgency"], e.urgency) for row, e in reports if row.get("urgency")],
    }
    placed = [(row["location"], e) for row, e in reports if row.get("location") is not None]
    sure = [e.category_confidence for _, e in asked]
    table = counting.table(pairs["category"])
    return Figures(
        n=len(rows),
        report=counting.score(pairs["report"], answer=True),
        false_alarms=sum(not right and given for right, given in pairs["report"]),
        accuracy=counting.share(pairs["category"]),
        category_f1=counting.macro(table),
        categories=table,
        confusion=counting.confusion(pairs["category"]),
        calibration=counting.calibration(
            (c, right == given) for c, (right, given) in zip(sure, pairs["category"], strict=True)
        ),
        class_f1=counting.macro(counting.table(pairs["class"])),
        supervised=counting.score(pairs["supervised"], answer=True),
        urgency_f1=counting.macro(counting.table(pairs["urgency"])),
        location=_locations(placed),
        worst=_worst(asked),
        intervals=_intervals(pairs, placed),
    )


def as_text(figures: Figures) -> str:
    """The figures as a table for a terminal."""
    f = figures
    lines = [
        f"messages                    {f.n}",
        f"report: precision {f.report.precision:.3f}  recall {f.report.recall:.3f}  F1 {f.report.f1:.3f}{_between(f, 'report')}",
        f"false alarms                {f.false_alarms}",
        f"category: accuracy {_or_dash(f.accuracy)}{_between(f, 'accuracy')}  macro-F1 {_or_dash(f.category_f1)}{_between(f, 'category')}",
        f"class macro-F1 {_or_dash(f.class_f1)}{_between(f, 'class')}",
        f"supervised F1 {f.supervised.f1:.3f}{_between(f, 'supervised')}",
        f"urgency macro-F1 {_or_dash(f.urgency_f1)}{_between(f, 'urgency')}",
        f"location: precision {f.location.precision:.3f}  recall {f.location.recall:.3f}  F1 {f.location.f1:.3f}{_between(f, 'location')}",
        "(in brackets: 95 % intervals)",
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
        "",
        "surest mistakes (right → given) and the words that decided",
        *(f"  {m.id}: {m.right} → {m.given} {m.confidence:.2f}  {' '.join(m.words)}" for m in f.worst),
    ]
    return "\n".join(lines) + "\n"


def _accepted(row: Row, extraction: Extraction) -> str:
    return row["category"] if extraction.category in row.get("alt_categories", ()) else str(extraction.category)


def _locations(pairs: Sequence[tuple[Sequence[str], Extraction]]) -> Score:
    """Labels list every acceptable code, none where no place is named."""
    codes = [(right, e.location.code if e.location else None) for right, e in pairs]
    hits = sum(given in right for right, given in codes)
    return counting.of_counts(
        hits, sum(bool(right) for right, _ in codes), sum(given is not None for _, given in codes)
    )


def _worst(asked: Sequence[tuple[Row, Extraction]]) -> tuple[Mistake, ...]:
    wrong = [
        Mistake(str(row.get("id", "?")), row["category"], str(e.category), e.category_confidence, e.words)
        for row, e in asked
        if _accepted(row, e) != row["category"]
    ]
    return tuple(sorted(wrong, key=lambda mistake: -mistake.confidence)[:_WORST])


def _intervals(pairs: dict[str, Pairs], placed: Sequence[tuple[Sequence[str], Extraction]]) -> dict[str, Interval]:
    """The 95 % intervals of what was measured."""
    codes = [(right, e.location.code if e.location else None) for right, e in placed]
    found = {
        name: intervals.of_f1(own, [True] if name in ("report", "supervised") else counting.counted(own))
        for name, own in pairs.items()
    }
    found["accuracy"] = intervals.of_share([right == given for right, given in pairs["category"]])
    found["location"] = intervals.of_hits(
        [given in right for right, given in codes], [bool(r) for r, _ in codes], [g is not None for _, g in codes]
    )
    return {name: interval for name, interval in found.items() if interval}


def _between(figures: Figures, name: str) -> str:
    interval = figures.intervals.get(name)
    return f" [{interval[0]:.3f}, {interval[1]:.3f}]" if interval else ""


def _or_dash(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"

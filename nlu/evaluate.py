"""How well an engine reads labelled messages: F1 with intervals, the categories one by one, what is mistaken for what, calibration."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nlu import counting, intervals, mistakes
from nlu.base import Engine, Extraction
from nlu.counting import Bin, Pairs, Score
from nlu.intervals import Interval
from nlu.mistakes import Explain, Mistake

Row = dict[str, Any]


class BadLabels(ValueError):
    """A labelled file cannot be read."""


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
    """Of the category."""
    calibration_error: float | None
    """Expected calibration error (ECE) of the category."""
    report_calibration: tuple[Bin, ...]
    """Of being a report: how often texts of such a confidence are one."""
    report_calibration_error: float | None
    class_f1: float | None
    supervised: Score
    urgency_f1: float | None
    location: Score
    """Of the exact code, among reports whose labels say which places are named."""
    worst: tuple[Mistake, ...]
    """The mistaken categories of which the engine was surest."""
    misjudged: tuple[Mistake, ...]
    """The reports taken for none, and the other way round, of which it was surest."""
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
            raise BadLabels(f"{path.name}, baris {number}: {error!r}") from error
        rows.append({"id": f"baris {number}", **row})
    return rows


def evaluate(
    engine: Engine, rows: Sequence[Row], region: str = "63.04", done: Callable[[int], None] = lambda _: None
) -> Figures:
    """Read every row's text (in its thread, where it has one) and compare with its labels; `done` is told after each
    how many have been read.
    """
    read = []
    for row in rows:
        read.append(engine.read(row["text"], row.get("thread") or "", region))
        done(len(read))
    return compare(rows, read, mistakes.by_leaving_out(engine, region))


def compare(rows: Sequence[Row], read: Sequence[Extraction], explain: Explain = lambda _row, _read: ()) -> Figures:
    """The figures of extractions against the labels of the same rows; an answer among `alt_categories` is right.

    Category, class, urgency and place are judged on all reports, whether or not they were taken for one.
    """
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
    bins = counting.calibration((c, right == given) for c, (right, given) in zip(sure, pairs["category"], strict=True))
    gate_bins = counting.calibration((e.report_confidence, row["is_report"]) for row, e in both)
    return Figures(
        n=len(rows),
        report=counting.score(pairs["report"], answer=True),
        false_alarms=sum(not right and given for right, given in pairs["report"]),
        accuracy=counting.share(pairs["category"]),
        category_f1=counting.macro(table),
        categories=table,
        confusion=counting.confusion(pairs["category"]),
        calibration=bins,
        calibration_error=counting.calibration_error(bins),
        report_calibration=gate_bins,
        report_calibration_error=counting.calibration_error(gate_bins),
        class_f1=counting.macro(counting.table(pairs["class"])),
        supervised=counting.score(pairs["supervised"], answer=True),
        urgency_f1=counting.macro(counting.table(pairs["urgency"])),
        location=_locations(placed),
        worst=mistakes.of_category(asked),
        misjudged=mistakes.of_gate(both, explain),
        intervals=_intervals(pairs, placed),
    )


def _accepted(row: Row, extraction: Extraction) -> str:
    return row["category"] if extraction.category in row.get("alt_categories", ()) else str(extraction.category)


def _locations(pairs: Sequence[tuple[Sequence[str], Extraction]]) -> Score:
    """Labels list every acceptable code, none where no place is named."""
    codes = [(right, e.location.code if e.location else None) for right, e in pairs]
    hits = sum(given in right for right, given in codes)
    return counting.of_counts(
        hits, sum(bool(right) for right, _ in codes), sum(given is not None for _, given in codes)
    )


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

"""The figures of an evaluation as a person or another program reads them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict

from nlu.counting import Bin, Score
from nlu.evaluate import Figures
from nlu.mistakes import Mistake

_CONFUSIONS = 15
_TEXT = 160
"""Characters of a message that are shown."""


def as_json(figures: Figures) -> str:
    """All figures as one JSON object."""
    return json.dumps(asdict(figures), ensure_ascii=False)


def as_text(figures: Figures) -> str:
    """The figures as tables for a terminal."""
    f = figures
    lines = [
        *_summary(f),
        "(in brackets: 95 % intervals)",
        "",
        f"{'category':<24}{'n':>5}{'precision':>11}{'recall':>8}{'F1':>7}",
        *(
            f"{name:<24}{s.n:>5}{s.precision:>11.3f}{s.recall:>8.3f}{s.f1:>7.3f}"
            for name, s in sorted(f.categories.items())
        ),
        "",
        "most mistaken (right → given)",
        *(f"  {right} → {given}: {n}" for right, given, n in f.confusion[:_CONFUSIONS]),
        "",
        *_calibration("confidence of the category → how often it was right", f.calibration, f.calibration_error),
        "",
        *_calibration(
            "confidence of being a report → how often it was one", f.report_calibration, f.report_calibration_error
        ),
        "",
        "surest mistakes of category (right → given) and the words that decided",
        *_mistakes(f.worst),
        "",
        "surest mistakes of report or not (right → given) and the words without which it would be less sure",
        *_mistakes(f.misjudged),
    ]
    return "\n".join(lines) + "\n"


def _summary(f: Figures) -> Iterator[str]:
    yield f"messages                    {f.n}"
    yield _of_score("report", f.report) + _between(f, "report")
    yield f"false alarms                {f.false_alarms}"
    accuracy = f"category: accuracy {_or_dash(f.accuracy)}{_between(f, 'accuracy')}"
    yield f"{accuracy}  macro-F1 {_or_dash(f.category_f1)}{_between(f, 'category')}"
    yield f"class macro-F1 {_or_dash(f.class_f1)}{_between(f, 'class')}"
    yield f"supervised F1 {f.supervised.f1:.3f}{_between(f, 'supervised')}"
    yield f"urgency macro-F1 {_or_dash(f.urgency_f1)}{_between(f, 'urgency')}"
    yield _of_score("location", f.location) + _between(f, "location")


def _of_score(name: str, score: Score) -> str:
    return f"{name}: precision {score.precision:.3f}  recall {score.recall:.3f}  F1 {score.f1:.3f}"


def _calibration(heading: str, bins: Sequence[Bin], error: float | None) -> Iterator[str]:
    yield f"{heading}; on average {_or_dash(error)} apart (ECE)"
    yield from (f"  {b.confidence:.2f} → {b.accuracy:.2f}  ({b.n})" for b in bins)


def _mistakes(found: Sequence[Mistake]) -> Iterator[str]:
    for m in found:
        words = " ".join(m.text.split())
        yield f"  {m.id}: {m.right} → {m.given} {m.confidence:.2f}  {' '.join(m.words)}"
        yield f"    “{words[:_TEXT]}{'…' * (len(words) > _TEXT)}”"


def _between(figures: Figures, name: str) -> str:
    interval = figures.intervals.get(name)
    return f" [{interval[0]:.3f}, {interval[1]:.3f}]" if interval else ""


def _or_dash(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"

"""The mistakes of which an engine was surest, with the words that led it there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nlu.base import Engine, Extraction

Row = Mapping[str, Any]
Explain = Callable[[Row, Extraction], tuple[str, ...]]
"""The words of a row that made an engine take it for a report, or for none."""

REPORT, NO_REPORT = "report", "no report"
_WORST = 12
_WORDS = 5
_LOOKED_AT = 80
"""Words of a long message that are tried one by one."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """A message that was read wrong: its id or line, its words, and those that decided, weightiest first."""

    id: str
    text: str
    right: str
    given: str
    confidence: float
    """In what was given, 0..1."""
    words: tuple[str, ...]


def of_category(asked: Iterable[tuple[Row, Extraction]]) -> tuple[Mistake, ...]:
    """The worst among reports whose category is neither the right one nor one that is accepted."""
    wrong = [
        Mistake(str(row.get("id", "?")), row["text"], row["category"], str(e.category), e.category_confidence, e.words)
        for row, e in asked
        if e.category not in (row["category"], *row.get("alt_categories", ()))
    ]
    return tuple(sorted(wrong, key=lambda mistake: -mistake.confidence)[:_WORST])


def of_gate(both: Iterable[tuple[Row, Extraction]], explain: Explain) -> tuple[Mistake, ...]:
    """The worst among reports taken for none and the other way round."""
    wrong = [(_sureness(e), row, e) for row, e in both if e.is_report != row["is_report"]]
    worst = sorted(wrong, key=lambda one: -one[0])[:_WORST]
    return tuple(
        Mistake(str(row.get("id", "?")), row["text"], *_names(row, e), sure, explain(row, e)) for sure, row, e in worst
    )


def by_leaving_out(engine: Engine, region: str) -> Explain:
    """Explains any engine: the words without which it would be least sure of what it said."""

    def explain(row: Row, read: Extraction) -> tuple[str, ...]:
        words = str(row["text"]).split()
        texts = [" ".join(words[:n] + words[n + 1 :]) for n in range(min(len(words), _LOOKED_AT))]
        without = [engine.read(text, row.get("thread") or "", region).report_confidence for text in texts]
        sign = 1 if read.is_report else -1
        return _heaviest(words, [sign * (read.report_confidence - other) for other in without])

    return explain


def _heaviest(words: Sequence[str], weights: Sequence[float]) -> tuple[str, ...]:
    order = sorted(range(len(weights)), key=lambda n: -weights[n])
    return tuple(dict.fromkeys(words[n] for n in order if weights[n] > 0))[:_WORDS]


def _sureness(read: Extraction) -> float:
    return read.report_confidence if read.is_report else 1 - read.report_confidence


def _names(row: Row, read: Extraction) -> tuple[str, str]:
    right, given = (REPORT if told else NO_REPORT for told in (row["is_report"], read.is_report))
    return right, given

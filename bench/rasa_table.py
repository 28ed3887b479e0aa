"""What bench/rasa.py measures of an engine, and the table that sets it beside the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.table import Table

from nlu import evaluate
from nlu.base import Extraction


@dataclass(frozen=True, slots=True)
class Measured:
    """One engine: seconds, processor seconds and peak bytes of its training, texts a second (by the clock, and of processor time, which other
    work on the machine does not lengthen) and peak bytes of its reading, what it read.
    """

    name: str
    training_s: float
    training_cpu_s: float
    training_memory: int
    rate: float
    cpu_rate: float
    memory: int
    read: list[Extraction]
    asked_rate: float | None = None
    """Texts a processor second when only what Rasa answers is asked."""
    report_by_first: float | None = None
    """F1 of report or not by Rasa's first intent alone, instead of by the sum of all categories."""


def show(rows: Sequence[dict[str, Any]], all_measured: Sequence[Measured], trained: int) -> None:
    """Print the table; the ratios are ours to theirs."""
    title = f"{trained} training messages, {len(rows)} of the test; in brackets how many times ours"
    table = Table("", *(one.name for one in all_measured), title=title)
    figures = [evaluate.compare(rows, one.read) for one in all_measured]
    table.add_row("category macro-F1", *(_between(f.category_f1, f.intervals.get("category")) for f in figures))
    table.add_row("category accuracy", *(_between(f.accuracy, f.intervals.get("accuracy")) for f in figures))
    table.add_row("report F1", *(_between(f.report.f1, f.intervals.get("report")) for f in figures))
    table.add_row("report F1 by first intent", *(_between(one.report_by_first) for one in all_measured))
    table.add_row("chatter taken for a report", *(str(f.false_alarms) for f in figures))
    for name, value in (("texts a second", "rate"), ("texts a processor second", "cpu_rate")):
        rates = [getattr(one, value) for one in all_measured]
        table.add_row(name, *(f"{rate:,.1f} (1/{rates[0] / rate:,.0f})" for rate in rates))
    if asked := all_measured[0].asked_rate:
        others = (f"{one.cpu_rate:,.1f} (1/{asked / one.cpu_rate:,.0f})" for one in all_measured[1:])
        table.add_row("the same question alone", f"{asked:,.1f}", *others)
    for name, value in (
        ("training, s", "training_s"),
        ("training, processor s", "training_cpu_s"),
        ("training, peak MB", "training_memory"),
        ("reading, peak MB", "memory"),
    ):
        unit = 1 << 20 if value.endswith("memory") else 1
        own = [getattr(one, value) / unit for one in all_measured]
        table.add_row(name, *(f"{number:,.1f} ({number / own[0]:,.1f})" if number else "-" for number in own))
    Console(width=140).print(table)


def _between(value: float | None, interval: tuple[float, float] | None = None) -> str:
    if value is None:
        return "-"
    return f"{value:.3f}" + (f" [{interval[0]:.3f}, {interval[1]:.3f}]" if interval else "")

"""The figures of an evaluation as a person or another program reads them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict

from nlu.counting import Bin, Score
from nlu.evaluate import Figures
from nlu.mistakes import Mistake

_CONFUSIONS = 15
_NAMED = {"report": "laporan", "no report": "bukan laporan"}
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
        "(dalam kurung: selang 95 %)",
        "",
        f"{'kategori':<24}{'n':>5}{'presisi':>11}{'recall':>8}{'F1':>7}",
        *(
            f"{name:<24}{s.n:>5}{s.precision:>11.3f}{s.recall:>8.3f}{s.f1:>7.3f}"
            for name, s in sorted(f.categories.items())
        ),
        "",
        "paling sering tertukar (benar → terbaca)",
        *(f"  {right} → {given}: {n}" for right, given, n in f.confusion[:_CONFUSIONS]),
        "",
        *_calibration("keyakinan atas kategori → seberapa sering benar", f.calibration, f.calibration_error),
        "",
        *_calibration(
            "keyakinan bahwa ini laporan → seberapa sering benar", f.report_calibration, f.report_calibration_error
        ),
        "",
        "kekeliruan kategori yang paling yakin (benar → terbaca) dan kata yang menentukan",
        *_mistakes(f.worst),
        "",
        "kekeliruan laporan atau bukan yang paling yakin (benar → terbaca) dan kata yang bila hilang mengurangi keyakinan",
        *_mistakes(f.misjudged),
    ]
    return "\n".join(lines) + "\n"


def _summary(f: Figures) -> Iterator[str]:
    yield f"pesan                       {f.n}"
    yield _of_score("laporan", f.report) + _between(f, "report")
    yield f"salah dianggap laporan      {f.false_alarms}"
    accuracy = f"kategori: akurasi {_or_dash(f.accuracy)}{_between(f, 'accuracy')}"
    yield f"{accuracy}  macro-F1 {_or_dash(f.category_f1)}{_between(f, 'category')}"
    yield f"jenis macro-F1 {_or_dash(f.class_f1)}{_between(f, 'class')}"
    yield f"pengawasan F1 {f.supervised.f1:.3f}{_between(f, 'supervised')}"
    yield f"kegawatan macro-F1 {_or_dash(f.urgency_f1)}{_between(f, 'urgency')}"
    yield _of_score("tempat", f.location) + _between(f, "location")


def _of_score(name: str, score: Score) -> str:
    return f"{name}: presisi {score.precision:.3f}  recall {score.recall:.3f}  F1 {score.f1:.3f}"


def _calibration(heading: str, bins: Sequence[Bin], error: float | None) -> Iterator[str]:
    yield f"{heading}; rata-rata selisih {_or_dash(error)} (ECE)"
    yield from (f"  {b.confidence:.2f} → {b.accuracy:.2f}  ({b.n})" for b in bins)


def _mistakes(found: Sequence[Mistake]) -> Iterator[str]:
    for m in found:
        words = " ".join(m.text.split())
        right, given = (_NAMED.get(name, name) for name in (m.right, m.given))
        yield f"  {m.id}: {right} → {given} {m.confidence:.2f}  {' '.join(m.words)}"
        yield f"    “{words[:_TEXT]}{'…' * (len(words) > _TEXT)}”"


def _between(figures: Figures, name: str) -> str:
    interval = figures.intervals.get(name)
    return f" [{interval[0]:.3f}, {interval[1]:.3f}]" if interval else ""


def _or_dash(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"

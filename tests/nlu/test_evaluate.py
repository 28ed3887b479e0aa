"""The figures of an evaluation, worked out by hand for a few messages."""

from pathlib import Path

import pytest

from nlu import intervals
from nlu.base import Extraction, Location
from nlu.evaluate import BadLabels, as_text, compare, load


def extraction(category: str, confidence: float, *, report: bool = True, code: str | None = None) -> Extraction:
    location = Location(code, "x", "desa", 0.9) if code else None
    return Extraction(
        is_report=report,
        report_confidence=0.9,
        category=category,
        category_confidence=confidence,
        report_class="pengaduan",
        supervised=False,
        urgency="normal",
        location=location,
        place=None,
        language="id",
        personal_data=(),
        engine="builtin",
    )


def gold(category: str | None, **more: object) -> dict[str, object]:
    return {"text": "x", "is_report": category is not None, "category": category, **more}


def test_figures() -> None:
    rows = [
        gold("jalan", location=["1"]),
        gold("jalan", location=["2"]),
        gold("jalan", alt_categories=["desa"]),
        gold("sampah", location=[]),
        gold(None),
        gold(None),
    ]
    read = [
        extraction("jalan", 0.9, code="1"),
        extraction("sampah", 0.3, code="1"),
        extraction("desa", 0.5),
        extraction("sampah", 0.95, report=False, code="3"),
        extraction("jalan", 0.2, report=True),
        extraction("jalan", 0.2, report=False),
    ]
    figures = compare(rows, read)
    assert (figures.n, figures.false_alarms) == (6, 1)
    assert figures.report.precision == figures.report.recall == 0.75
    assert figures.accuracy == 0.75
    assert figures.category_f1 == pytest.approx(0.8)  # sampah stands only once and does not count
    assert figures.confusion == (("jalan", "sampah", 1),)
    assert figures.location.precision == pytest.approx(1 / 3)
    assert figures.location.recall == 0.5
    assert [(b.n, b.accuracy) for b in figures.calibration] == [(1, 0.0), (1, 1.0), (2, 1.0)]
    assert [(m.right, m.given) for m in figures.worst] == [("jalan", "sampah")]
    low, high = figures.intervals["report"]
    assert low < 0.75 < high <= 1
    assert "urgency" not in figures.intervals
    text = as_text(figures)
    assert f"F1 0.750 [{low:.3f}, {high:.3f}]" in text
    assert "jalan → sampah: 1" in text
    assert "macro-F1 0.800" in text


def test_intervals_narrow_with_more_messages() -> None:
    few = intervals.of_share([True, True, True, False] * 5)
    many = intervals.of_share([True, True, True, False] * 500)
    assert few is not None
    assert many is not None
    assert few[0] < many[0] < 0.75 < many[1] < few[1]
    # of a share the interval is known: 0.75 ± 1.96 * sqrt(0.75 * 0.25 / 2000)
    assert many == pytest.approx((0.731, 0.769), abs=0.003)
    assert intervals.of_f1([], [True]) is None


def test_a_bad_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text('{"text": "a", "is_report": true}\n\n{"text": "b"}\n')
    with pytest.raises(BadLabels, match=r"gold\.jsonl, line 3"):
        load(path)

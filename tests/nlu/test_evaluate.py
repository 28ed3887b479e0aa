"""The figures of an evaluation, worked out by hand for a few messages."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from nlu import intervals
from nlu.base import Extraction, Location
from nlu.evaluate import BadLabels, compare, evaluate, load
from nlu.figures import as_json, as_text


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


def test_calibration_tells_how_far_confidence_and_truth_lie_apart() -> None:
    rows = [gold("jalan"), gold("jalan"), gold("jalan"), gold("sampah")]
    read = [extraction("jalan", 0.9), extraction("jalan", 0.9), extraction("sampah", 0.9), extraction("jalan", 0.25)]
    figures = compare(rows, read)
    assert [(b.n, round(b.accuracy, 3)) for b in figures.calibration] == [(1, 0.0), (3, 0.667)]
    assert figures.calibration_error == pytest.approx((0.25 + 3 * (0.9 - 2 / 3)) / 4)
    assert figures.report_calibration_error == pytest.approx(0.1)  # 0.9 sure of four reports, all are
    assert f"{figures.calibration_error:.3f} (ECE)" in as_text(figures)
    assert json.loads(as_json(figures))["calibration_error"] == figures.calibration_error
    assert compare([], []).calibration_error is None


class Fearful:
    """Takes for a report whatever is said of a snake, the surer the more it hears of it."""

    name = "fearful"

    def read(self, text: str, thread: str = "", region: str = "63.04") -> Extraction:
        sure = min(0.9, 0.1 + 0.5 * text.count("ular") + 0.2 * text.count("besar"))
        return replace(extraction("lainnya", 0.5, report=sure > 0.5), report_confidence=sure)


def test_the_worst_mistakes_name_the_words_that_decided() -> None:
    rows = [
        gold(None) | {"id": "a", "text": "gambar ular besar di pasar"},
        gold(None) | {"id": "b", "text": "foto ular"},
        gold("jalan") | {"id": "c", "text": "jalan berlubang"},
        gold("jalan") | {"id": "d", "text": "ular di jalan"},
    ]
    told: list[int] = []
    figures = evaluate(Fearful(), rows, done=told.append)
    assert told == [1, 2, 3, 4]
    surest, *_ = figures.misjudged
    assert [m.id for m in figures.misjudged] == ["c", "a", "b"]
    assert (surest.right, surest.given, surest.confidence) == ("report", "no report", pytest.approx(0.9))
    assert figures.misjudged[1].words == ("ular", "besar")
    assert "a: bukan laporan → laporan 0.80  ular besar\n    “gambar ular besar di pasar”" in as_text(figures)


def test_the_interval_of_a_macro_f1_passes_over_answers_that_were_not_drawn() -> None:
    right = [("a", "a")] * 30 + [("b", "b")] * 3
    assert intervals.of_f1(right, ["a", "b"]) == (1.0, 1.0)


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
    with pytest.raises(BadLabels, match=r"gold\.jsonl, baris 3"):
        load(path)

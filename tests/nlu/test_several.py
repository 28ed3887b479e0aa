"""Two problems in one message, read by the engine itself: made messages are told apart, the own set is left whole."""

from __future__ import annotations

import json
from pathlib import Path

from aggregator.rules.several import problems

CORPUS = Path(__file__).parents[1] / "corpus" / "messages.jsonl"
TWO = (
    "jalan di handil bakti rusak, oh iya lampu jalan muka pasar jua mati sudah seminggu",
    "jalan di berangas berlubang banyak yang jatuh. Selain itu sampah di TPS pasar menumpuk seminggu tidak diangkut",
    "1. jalan puntik luar rusak parah\n2. air pdam di handil bakti mati 3 hari",
    "banyu pdam mati sudah 3 hari di berangas, oh iya lampu jalan muka masjid jua padam",
    "jalan handil bakti rusak parah. jalan marabahan kota juga rusak parah",
)
ONE = (
    "jalan rusak dan berlubang, becek",
    "jalan rusak banjir selokan mampet air masuk rumah",
    "lampu jalan mati di handil bakti. jalan gelap. banyak begal. tolong dipasang",
    "Jl. Handil Bakti RT. 05 rusak parah, no. 3 dari simpang",
)


def test_clearly_two_are_two_and_one_is_one(engine):
    assert [text for text in TWO if not problems(text, engine.read)] == []
    assert [text for text in ONE if problems(text, engine.read)] == []


def test_fewer_than_one_in_a_hundred_single_problems_is_made_two(engine):
    told = [json.loads(line) for line in CORPUS.read_text().splitlines()]
    wrong = [one["id"] for one in told if problems(one["text"], engine.read)]
    assert len(wrong) < len(told) / 100

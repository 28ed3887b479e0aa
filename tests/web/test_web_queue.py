"""The queue: filters, due dates, pages; words never in an address."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from stage import NOW


@pytest.fixture
async def reviewer(browser):
    return await browser("peninjau")


def codes(stage, text):
    return {name for name, code in stage.report.items() if f"/laporan/{code}" in text}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"jalan", "jalan2", "lampu"}),
        ("?status=received", {"jalan", "jalan2"}),
        ("?status=verifying", {"lampu"}),
        ("?perangkat=dishub", {"lampu"}),
        ("?kategori=jalan", {"jalan", "jalan2"}),
        ("?tempat=63.04.05", {"jalan", "jalan2", "lampu"}),
        ("?tempat=63.04.10", set()),
        ("?telat=1", {"jalan2"}),
        ("?telat=1&perangkat=dishub", set()),
    ],
)
async def test_filters_narrow(stage, reviewer, query, found):
    stage.desk.move(stage.viewer, stage.report["lampu"], "verifying", "")
    assert codes(stage, (await reviewer.get(f"/antrean{query}")).text) == found


@pytest.mark.parametrize("query", ["?hal=0", "?hal=x", "?telat=ya"])
async def test_a_wrong_address_is_an_honest_page(reviewer, query):
    assert (await reviewer.get(f"/antrean{query}")).status_code == 400


async def test_words_are_searched_without_standing_in_an_address(stage, reviewer):
    answer = await reviewer.post("/antrean", words="mati simpang", status="received")
    assert answer.status_code == 200
    assert codes(stage, answer.text) == set()
    answer = await reviewer.post("/antrean", words="merah simpang", status="received")
    assert codes(stage, answer.text) == {"lampu"}
    assert "simpang" not in "".join(re.findall(r'href="([^"]*)"', answer.text))


async def test_filters_without_words_become_an_address_to_keep(reviewer):
    answer = await reviewer.post("/antrean", perangkat="pupr", kategori="jalan", telat="1", words="", status="")
    assert answer.headers["location"] == "/antrean?perangkat=pupr&kategori=jalan&telat=1"


async def test_a_place_is_found_by_its_name_and_homonyms_are_asked_about(reviewer):
    one = await reviewer.post("/antrean", place_words="handil")
    assert one.headers["location"] == "/antrean?tempat=63.04.05.2008"
    several = await reviewer.post("/antrean", place_words="karya baru", kategori="jalan")
    assert "Tempat mana yang dimaksud?" in several.text
    assert "/antrean?kategori=jalan&amp;tempat=63.04.02.2003" in several.text
    none = await reviewer.post("/antrean", place_words="atlantis")
    assert "tidak dikenal" in none.text


async def test_what_is_late_says_by_how_much(stage, reviewer):
    text = (await reviewer.get("/antrean?telat=1")).text
    assert "24 Februari 2026" in text  # opened 30 days ago, due after 14
    assert "terlambat 16 hari" in text
    stage.now = NOW + timedelta(days=14, hours=1)
    assert "lewat batas" in (await reviewer.get("/antrean?perangkat=dishub")).text


async def test_long_queues_come_in_pages(stage, reviewer, monkeypatch):
    monkeypatch.setattr("aggregator.web.queue.PER_PAGE", 2)
    first, second = (await reviewer.get("/antrean")).text, (await reviewer.get("/antrean?hal=2")).text
    assert codes(stage, first) | codes(stage, second) == {"jalan", "jalan2", "lampu"}
    assert codes(stage, first) & codes(stage, second) == set()
    assert "hal=2" in first
    assert "Berikutnya" not in second


async def test_how_many_voices_is_told(stage, reviewer):
    stage.desk.join(stage.viewer, stage.report["jalan2"], stage.report["jalan"])
    text = (await reviewer.get("/antrean")).text
    assert 'data-name="Suara">2<' in text
    assert codes(stage, text) == {"jalan", "lampu"}

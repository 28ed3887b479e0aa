"""Matching within a conversation: who answers a complaint means it, who jokes about it does not, and time told is time counted."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from aggregator.rules.course import contrasts, mended
from aggregator.rules.lasting import lasting, still
from aggregator.rules.match import MatchSettings, nearest, score
from aggregator.rules.report import Candidate, Traits
from aggregator.rules.stream import Stream
from aggregator.rules.vocabulary import load_vocabulary

ROOT = Path(__file__).resolve().parents[2]
T0 = datetime(2026, 9, 1, 1, 0, tzinfo=UTC)  # a Tuesday
VILLAGE, SIBLING = "63.04.01.2005", "63.04.01.2006"
SETTINGS = MatchSettings(join=0.5, offer=0.4, vocabulary=load_vocabulary(ROOT / "data"))

FERRY = Traits(
    text="papan dermaga di desa kami patah, penumpang takut naik",
    category="transportasi",
    sent_at=T0,
    location=VILLAGE,
    thread="Kabar Desa",
    author="a1",
)
ANSWER = replace(
    FERRY, text="kamanakan ulun tadi tajalujur batisnya di situ", sent_at=T0 + timedelta(minutes=9), author="a2"
)


def likeness(new: Traits, known: Traits = FERRY) -> float:
    return score(new, known, SETTINGS)[0]


def joins(new: Traits, *known: Traits) -> int | None:
    found = nearest(new, [Candidate(number, traits) for number, traits in enumerate(known, 1)], SETTINGS)
    return found.report if found and found.sure else None


def test_who_answers_in_the_thread_need_not_name_the_thing():
    other = replace(ANSWER, category="kesehatan")
    assert joins(ANSWER, FERRY) == 1
    assert likeness(other) > likeness(replace(other, thread="Jual Beli"))
    assert likeness(replace(other, faint=("transportasi",))) > likeness(other)
    assert likeness(replace(other, rivals=("transportasi",))) > likeness(replace(other, faint=("transportasi",)))


def test_what_is_hardly_a_report_is_doubted():
    assert likeness(replace(ANSWER, confidence=0.3)) < likeness(replace(ANSWER, confidence=0.6)) < likeness(ANSWER)


def test_a_thread_is_remembered_though_another_voice_came_later():
    elsewhere = replace(FERRY, thread="", author="a9", sent_at=ANSWER.sent_at - timedelta(minutes=1))
    both = [Candidate(1, FERRY), Candidate(1, elsewhere)]
    found = nearest(ANSWER, both, SETTINGS)
    assert found is not None
    assert "percakapan yang sama" in found.reasons


def test_another_matter_at_the_same_place_is_another_problem():
    fare = replace(FERRY, text="ongkos di dermaga naik dua kali lipat, tarifnya tidak jelas", author="a3", thread="")
    likely, reasons = score(fare, replace(FERRY, text="lantai titian penyeberangan lapuk, papan patah"), SETTINGS)
    assert "perihal berbeda: dermaga, tarif dan dermaga" not in reasons
    alone = replace(fare, text="ongkos naik dua kali lipat, tarifnya tidak jelas")
    likely, reasons = score(alone, FERRY, SETTINGS)
    assert likely < SETTINGS.join
    assert "perihal berbeda: tarif dan dermaga" in reasons


@pytest.mark.parametrize(
    ("category", "text", "same"),
    [
        ("listrik", "padam dari magrib, belum menyala", True),
        ("air_bersih", "air leding mati dari magrib", True),
        ("jalan", "jalan berlubang dari magrib", False),
    ],
)
def test_a_supply_fails_in_several_villages_at_once(category, text, same):
    known = Traits(text, category, T0, VILLAGE)
    beside = replace(known, location=SIBLING, sent_at=T0 + timedelta(minutes=20))
    assert (joins(beside, known) == 1) == same


def test_a_text_lies_at_every_place_that_it_names():
    road = Traits("jalan poros dua desa hancur", "jalan", T0, VILLAGE, also=(SIBLING,))
    there = Traits("jalan poros hancur, motor jatuh", "jalan", T0 + timedelta(days=1), SIBLING)
    assert likeness(there, road) > likeness(there, replace(road, also=()))
    assert likeness(replace(road, sent_at=there.sent_at), replace(there, sent_at=T0)) > SETTINGS.offer


def test_a_place_that_only_the_thread_names_is_all_its_voices_place():
    vague = replace(ANSWER, location="63.04.01.2009", by_thread=True)
    assert joins(vague, FERRY) == 1
    assert joins(replace(vague, by_thread=False), FERRY) is None


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("sudah talu hari kada manitik", 3),
        ("memasuki hari kelima air mati", 5),
        ("seminggu lebih belum diangkut", 7),
        ("dari Senin padam terus", 1),
        ("sejak kemarin malam", 1),
        ("padam pada Jumat (28/8) malam", 4),
        ("tiga hari lagi ada rapat", 0),
        ("RT 2 hari ini kebanjiran", 0),
        ("minggu lalu sudah lapor", 0),
        ("tanggal (99/99) entah", 0),
        ("lampu mati", 0),
    ],
)
def test_how_long_a_trouble_has_lasted_is_read_from_words(text, days):
    assert lasting(text, T0) == timedelta(days=days)


def test_what_has_lasted_since_then_is_the_event_of_then():
    outage = Traits("listrik padam di desa kami", "listrik", T0, VILLAGE)
    later = Traits("listrik di desa kami padam", "listrik", T0 + timedelta(days=3), VILLAGE)
    told = replace(later, text="listrik di desa kami padam sudah tiga hari")
    assert joins(later, outage) is None
    assert joins(told, outage) == 1
    assert likeness(replace(later, text="listrik di desa kami masih padam"), outage) >= likeness(later, outage)
    assert still("masih padam")
    assert not still("padam")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("lampu muka kantor sudah hidup pulang, makasih dishub", True),
        ("feri sudah bajalan pulang mulai subuh", True),
        ("pipa sudah disambung, banyu mangalir laju pulang", True),
        ("gas sudah masuk di pangkalan", True),
        ("alhamdulillah nyala", True),
        ("makasih habarnya", False),
        ("mantap kota kita makin maju", False),
        ("baru seminggu hidup, malam ini padam lagi", False),
        ("sudah ditambal tapi bolong lagi", False),
        ("air sudah masuk rumah", False),
    ],
)
def test_news_of_repair_is_told_from_thanks_and_from_trouble(text, said):
    assert mended(text) == said


def test_news_of_repair_opens_nothing_though_it_was_read_as_a_report():
    stream = Stream(SETTINGS, "63.04")
    lamp = Traits("lampu jalan muka kantor desa mati", "lampu_jalan", T0, VILLAGE, thread="Kabar Desa")
    news = replace(lamp, text="lampu jalan muka kantor desa sudah hidup pulang", sent_at=T0 + timedelta(days=1))
    again = replace(lamp, text="lampu jalan muka kantor desa mati", sent_at=T0 + timedelta(days=2))
    first = stream.take("a", lamp, is_report=True)
    assert stream.take("b", news, is_report=True, confidence=0.55).report is None
    assert stream.take("c", again, is_report=True).report not in (None, first.report)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("kalau yang di pasar lain lagi, gotnya mampet", True),
        ("beda ya, ini yang di RT 2", True),
        ("bukan yang dekat sekolah", True),
        ("di RT 2 juga mati", False),
        ("lampu mati", False),
    ],
)
def test_who_sets_a_trouble_apart_says_so(text, said):
    assert contrasts(text) == said


def test_of_two_reports_nearly_certain_the_clearly_likelier_one_is_joined():
    pier = replace(FERRY, thread="")
    mine = replace(ANSWER, text="papan dermaga di desa kami patah lagi, penumpang takut naik", photos=(7,))
    assert joins(mine, replace(pier, photos=(7,)), pier) == 1

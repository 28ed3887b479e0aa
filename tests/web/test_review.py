"""Review: the list, one finding, and what becomes of it."""

from __future__ import annotations

import re

import pytest
from stage import likely

from aggregator.rules.report import Correction

READ = {
    "category": "jalan",
    "report_class": "pengaduan",
    "urgency": "normal",
    "location": "63.04.05.2008",
    "place": "RT 3",
}


@pytest.fixture
async def reviewer(browser):
    return await browser("peninjau")


def page(stage, key, deed=""):
    return f"/tinjau/{stage.finding[key]}{deed}"


async def test_danger_stands_first_and_tabs_count(stage, reviewer):
    text = (await reviewer.get("/tinjau")).text
    order = [int(number) for number in re.findall(r'href="/tinjau/(\d+)"', text)]
    assert order[0] == stage.finding["tiang"]
    assert re.findall(r'class="count">(\d+)<', text) == ["3", "1", "0", "0"]
    aside = (await reviewer.get("/tinjau?status=set_aside")).text
    assert "wkwk mantap bos" in aside


async def test_long_lists_come_in_pages_that_miss_and_repeat_nothing(stage, reviewer, monkeypatch):
    monkeypatch.setattr("aggregator.web.review.PER_PAGE", 2)
    seen, address = [], "/tinjau"
    while address:
        text = (await reviewer.get(address)).text
        seen += re.findall(r'href="/tinjau/(\d+)"', text)
        onward = re.search(r'href="([^"]+)">Berikutnya', text)
        address = onward[1].replace("&amp;", "&") if onward else ""
    assert len(seen) == len(set(seen)) == 3


async def test_a_finding_shows_its_source_and_how_it_was_read(stage, reviewer):
    text = (await reviewer.get(page(stage, "lubang"))).text
    for told in (
        "Jalan ke Handil Bakti berlubang parah",
        "Facebook",
        "Info Warga Karangan",
        "Penulis lubang Karangan",
        "Kamis, 12 Maret 2026 pukul 10.30",
        'href="https://example.org/lubang"',
        "yakin 93%",
        "yakin 81%",
        "berlubang</span>",
        "<kbd>j</kbd> berikutnya",
    ):
        assert told in text


async def test_how_sure_it_is_is_told_of_what_the_reading_says(stage, reviewer):
    aside = (await reviewer.get("/tinjau?status=set_aside")).text
    number = re.search(r'href="(/tinjau/\d+)"', aside)
    assert number is not None
    assert "Tampaknya bukan, yakin 80%" in (await reviewer.get(number[1])).text


async def test_homonyms_are_offered(stage, reviewer):
    text = (await reviewer.get(page(stage, "karya"))).text
    assert "Karya Baru, Barambai" in text
    assert "Karya Baru, Marabahan" in text


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, Correction()),
        ({"category": "lampu_jalan"}, Correction(category="lampu_jalan")),
        ({"location": "63.04.10.1001"}, Correction(location="63.04.10.1001")),
        ({"location": ""}, Correction(location="")),
        ({"place": "RT 4"}, Correction(place="RT 4")),
        ({"urgency": "darurat", "report_class": "aspirasi"}, Correction(urgency="darurat", report_class="aspirasi")),
        ({"supervised": "true"}, Correction(supervised=True)),
    ],
)
async def test_accepting_files_it_with_only_what_was_changed(stage, reviewer, changed, expected):
    await reviewer.get(page(stage, "lubang"))
    answer = await reviewer.post(page(stage, "lubang", "/terima"), **{**READ, **changed})
    assert answer.status_code == 303
    assert stage.desk.corrections == [expected]
    assert stage.store.finding_counts(stage.viewer)["accepted"] == 1


@pytest.mark.parametrize(
    "wrong",
    [{"category": "tiada"}, {"location": "99.99"}, {"urgency": "x"}, {"report_class": ""}, {"place": "x" * 201}],
)
async def test_what_the_form_cannot_have_offered_is_refused(stage, reviewer, wrong):
    answer = await reviewer.post(page(stage, "lubang", "/terima"), **{**READ, **wrong})
    assert answer.status_code == 400
    assert "Isian tidak dapat dibaca" in answer.text
    assert stage.desk.corrections == []


async def test_deciding_goes_on_to_the_next_message_and_at_last_to_the_list(stage, reviewer):
    first = await reviewer.post(page(stage, "lubang", "/terima"), **READ)
    onward = first.headers["location"]
    assert onward == f"/tinjau/{stage.finding['karya']}?sudah=accepted"
    assert "Pesan diterima" in (await reviewer.get(onward)).text
    last = await reviewer.post(page(stage, "karya", "/tolak"), kind="Lainnya")
    assert last.headers["location"] == "/tinjau?sudah=refused"


async def test_the_key_for_joining_leads_to_the_likeliest_report_else_to_the_field_for_a_code(stage, reviewer):
    assert '<details data-key="g">' in (await reviewer.get(page(stage, "lubang"))).text
    stage.desk.likely = [likely(stage.report["jalan"])]
    text = (await reviewer.get(page(stage, "lubang"))).text
    assert re.findall(r'<(\w+)[^>]*data-key="g"', text) == ["button"]


@pytest.mark.parametrize("typed", [False, True])
async def test_accepting_joins_the_report_that_was_chosen(stage, reviewer, typed):
    stage.desk.likely = [likely(stage.report["jalan"])]
    text = (await reviewer.get(page(stage, "lubang"))).text
    code = stage.report["jalan"]
    assert f'name="into" value="{code}"' in text
    assert "Kemiripan <strong>82%</strong>: tempat sama; RT sama" in text
    chosen = {"into_typed": code.lower().replace("-", " ")} if typed else {"into": code}
    answer = await reviewer.post(page(stage, "lubang", "/terima"), **READ, **chosen)
    assert "sudah=joined" in answer.headers["location"]
    row = next(r for r in stage.store.queue(stage.viewer) if r.code == code)
    assert row.voices == 2


@pytest.mark.parametrize("code", ["BTL-0000-0000-0000", "apa saja", "suap"])
async def test_joining_what_one_may_not_see_changes_nothing(stage, reviewer, code):
    code = stage.report.get(code, code)
    answer = await reviewer.post(page(stage, "lubang", "/terima"), **READ, into_typed=code)
    assert answer.status_code == 404
    assert "Tidak ditemukan" in answer.text
    assert stage.store.finding_counts(stage.viewer)["waiting"] == 4


async def test_refusing_keeps_who_and_why(stage, reviewer):
    await reviewer.post(page(stage, "lubang", "/tolak"), kind="Lainnya", words="sudah diperbaiki")
    finding = stage.store.finding(stage.viewer, stage.finding["lubang"])
    assert (finding.state, finding.decided_by, finding.reason) == (
        "refused",
        "Rahma Peninjau",
        "Lainnya: sudah diperbaiki",
    )
    text = (await reviewer.get(page(stage, "lubang"))).text
    assert "Diputuskan oleh Rahma Peninjau: Lainnya: sudah diperbaiki" in text
    assert "Terima <kbd>" not in text


@pytest.mark.parametrize("deed", ["/terima", "/tolak"])
async def test_what_a_colleague_decided_is_not_decided_again(stage, reviewer, deed):
    await reviewer.post(page(stage, "lubang", "/tolak"), kind="Lainnya")
    answer = await reviewer.post(page(stage, "lubang", deed), **READ, kind="Lainnya")
    assert answer.status_code == 409
    assert "Sudah diputuskan" in answer.text


async def test_a_refusal_needs_a_reason(stage, reviewer):
    answer = await reviewer.post(page(stage, "lubang", "/tolak"), kind=" ")
    assert answer.status_code == 400


async def test_places_are_looked_up_without_scripts_and_the_rest_stays(stage, reviewer):
    filled = {**READ, "category": "lampu_jalan", "place": "gang tiga", "search": "marabahan"}
    text = (await reviewer.post(page(stage, "lubang"), **filled)).text
    assert "Marabahan Kota, Marabahan" in text
    assert '<option value="lampu_jalan" selected>' in text
    assert 'value="gang tiga"' in text
    assert '<option value="63.04.05.2008" selected>' in text


async def test_htmx_gets_only_the_choices(stage, reviewer):
    text = (await reviewer.post(page(stage, "lubang", "/tempat"), **READ, search="marabahan")).text
    assert text.strip().startswith("<select")
    assert "Marabahan Kota" in text
    assert "2 tempat ditemukan" in text
    nothing = (await reviewer.post(page(stage, "lubang", "/tempat"), **READ, search="atlantis")).text
    assert "Tidak ada tempat bernama “atlantis”" in nothing


async def test_words_of_citizens_are_never_markup_nor_a_link_to_run(stage, reviewer):
    stage.find("jahat", "<script>alert(1)</script> jalan rusak")
    text = (await reviewer.get("/tinjau")).text + (await reviewer.get(page(stage, "jahat"))).text
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)" in text


@pytest.mark.parametrize("permalink", ["javascript:alert(1)", "data:text/html,x", ""])
async def test_only_web_addresses_become_links(stage, reviewer, permalink):
    stage.find("tautan", "jalan rusak di tikungan", permalink=permalink)
    text = (await reviewer.get(page(stage, "tautan"))).text
    assert "Buka di sumbernya" not in text


async def test_an_unknown_finding_is_an_honest_page(reviewer):
    for path in ("/tinjau/9999", "/tinjau/abc"):
        answer = await reviewer.get(path)
        assert answer.status_code in (400, 404)
        assert "Ke antrean" in answer.text


async def test_who_took_a_finding_over_is_told_as_such_and_not_named(stage, reviewer):
    await reviewer.post(page(stage, "lubang", "/terima"), **READ)
    before = (await reviewer.get(page(stage, "lubang"))).text
    with stage.store.writing() as tx:
        whose = "turn_id = (SELECT turn_id FROM finding WHERE id = ?)"
        taken = f"UPDATE submission SET taken_over_at = 1, channel = 'telegram', {whose} WHERE id = (SELECT max(id) FROM submission)"
        tx.exec_driver_sql(taken, (stage.finding["lubang"],))
    code = next(row.code for row in stage.store.queue(stage.viewer) if "berlubang parah" in row.text)
    pages = [page(stage, "lubang"), "/tinjau?status=accepted", f"/laporan/{code}"]
    told = [(await reviewer.get(address)).text for address in pages]
    assert "diambil alih" not in before
    assert all("diambil alih oleh pelapor" in text for text in told)
    assert "sidik kata" in told[0]
    assert "Direkam <time" in told[0]
    voice = told[2].split("<h2>Suara warga")[1].split("<h2>Riwayat")[0]
    assert "Facebook" in voice
    assert "Telegram" not in voice
    assert "Penulis lubang Karangan" not in voice


async def test_whoever_may_review_it_lets_its_author_write_more_for_a_day(stage, reviewer, browser):
    assert "Izinkan selama sehari" in (await reviewer.get(page(stage, "lubang"))).text
    done = await reviewer.post(page(stage, "lubang", "/longgarkan"))
    shown = await reviewer.get(done.headers["location"])
    assert "boleh menulis lebih banyak selama sehari" in shown.text
    assert re.search("Boleh menulis melebihi batas sampai .*, diizinkan oleh ", shown.text)
    other = await browser("pupr")
    assert (await other.post(page(stage, "lubang", "/longgarkan"))).status_code in (403, 404)

"""One report: what is shown of it, and what a person may do with it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import update

from aggregator.rules.report import SYSTEM
from aggregator.store.tables import submissions


@pytest.fixture
async def reviewer(browser):
    return await browser("peninjau")


def page(stage, key, deed=""):
    return f"/laporan/{stage.report[key]}{deed}"


def offered(text):
    return re.findall(r'<option value="(\w+)"', text.split('name="to"')[1].split("</select>")[0])


async def test_a_report_shows_its_voices_history_and_dues(stage, reviewer):
    await reviewer.post(page(stage, "jalan", "/pindah"), to="forwarded", note="Ke Bina Marga.")
    await reviewer.post(page(stage, "jalan", "/gabung"), other=stage.voice["jalan2"])
    text = (await reviewer.get(page(stage, "jalan"))).text
    for told in (
        "Jalan poros Barambai becek dan berlubang",
        "Titian di Marabahan patah",
        stage.voice["jalan"],
        stage.voice["jalan2"],
        "diterima → diteruskan",
        "Ke Bina Marga.",
        "Rahma Peninjau",
        "Dinas Pekerjaan Umum dan Penataan Ruang",
        "26 Maret 2026",
        "terbuka",
        "akan dikirim",
    ):
        assert told in text
    merged = await reviewer.get(page(stage, "jalan2"))
    assert stage.report["jalan"] in merged.text


@pytest.mark.parametrize(
    ("way", "moves"),
    [
        ((), ["verifying", "forwarded", "needs_info", "rejected", "transferred"]),
        (("forwarded",), ["in_progress", "needs_info", "verifying", "resolved"]),
        (("forwarded", "needs_info"), ["forwarded", "closed"]),
        (("forwarded", "resolved"), ["closed", "in_progress"]),
    ],
)
async def test_only_moves_that_are_allowed_are_offered(stage, reviewer, way, moves):
    for to in way:
        await reviewer.post(page(stage, "jalan", "/pindah"), to=to, note="Catatan.")
    assert offered((await reviewer.get(page(stage, "jalan"))).text) == moves


async def test_before_a_move_the_officer_sees_who_will_read_what(stage, reviewer):
    before = stage.picture()
    text = (await reviewer.post(page(stage, "jalan", "/pratinjau"), to="forwarded", note="Ke <Bina> Marga.")).text
    assert stage.picture() == before
    for told in (
        "1 suara dikabari:",
        "1 perlu dikirim sendiri oleh petugas",
        "sudah diteruskan",
        stage.voice["jalan"],
        "Bahasa Indonesia",
    ):
        assert told in text.split('id="pratinjau"')[1]
    assert "Keterangan: Ke &lt;Bina&gt; Marga." in text
    assert '<option value="forwarded" selected>' in text
    assert "Siti" not in text.split('id="pratinjau"')[1]
    await reviewer.post(page(stage, "jalan", "/pindah"), to="forwarded", note="Ke <Bina> Marga.")
    assert [one["say"]["params"]["note"] for one in stage.store.outbox()] == ["Ke <Bina> Marga."]


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"to": "verifying"}, "status ini hanya tampil di halaman lacak"),
        ({"to": "needs_info", "note": " "}, "Catatan belum diisi"),
        ({"to": "closed"}, "sudah berubah"),
        ({"to": ""}, ""),
    ],
)
async def test_in_place_only_the_preview_is_exchanged(stage, reviewer, fields, told):
    answer = await reviewer.post(page(stage, "jalan", "/pratinjau"), headers={"HX-Request": "true"}, **fields)
    assert (answer.status_code, "<html" in answer.text) == (200, False)
    assert told in answer.text
    assert bool(answer.text.strip()) == bool(told)


async def test_only_who_may_see_a_report_looks_ahead(stage, browser):
    other = await browser("dishub")
    assert (await other.post(page(stage, "jalan", "/pratinjau"), to="forwarded")).status_code == 404


async def test_a_rejected_report_offers_no_move(stage, reviewer):
    await reviewer.post(page(stage, "jalan", "/pindah"), to="rejected", note="Bukan aduan.")
    text = (await reviewer.get(page(stage, "jalan"))).text
    assert 'name="to"' not in text
    assert "tidak dapat diubah lagi" in text


async def test_a_refused_move_lists_what_is_allowed(stage, reviewer):
    answer = await reviewer.post(page(stage, "jalan", "/pindah"), to="closed", note="")
    assert answer.status_code == 409
    assert (
        "Yang diperbolehkan sekarang: diverifikasi, diteruskan, butuh keterangan, ditolak, dilimpahkan." in answer.text
    )


async def test_a_closed_report_opens_again_only_within_ten_days(stage, reviewer):
    for to in ("forwarded", "resolved", "closed"):
        await reviewer.post(page(stage, "jalan", "/pindah"), to=to)
    assert offered((await reviewer.get(page(stage, "jalan"))).text) == ["in_progress"]
    stage.now += timedelta(days=11)
    assert "tidak dapat diubah lagi" in (await reviewer.get(page(stage, "jalan"))).text
    assert (await reviewer.post(page(stage, "jalan", "/pindah"), to="in_progress")).status_code == 409


@pytest.mark.parametrize("to", ["needs_info", "rejected", "transferred"])
async def test_citizens_are_not_turned_away_without_a_word(stage, reviewer, to):
    answer = await reviewer.post(page(stage, "jalan", "/pindah"), to=to, note="  ")
    assert answer.status_code == 400
    assert "Catatan belum diisi" in answer.text
    assert stage.store.report(stage.viewer, stage.report["jalan"]).status == "received"


async def test_a_voice_is_split_off_into_a_report_of_its_own(stage, reviewer):
    await reviewer.post(page(stage, "jalan", "/gabung"), other=stage.report["jalan2"])
    answer = await reviewer.post(page(stage, "jalan", "/pisah"), submission=stage.voice["jalan2"])
    assert answer.headers["location"] == page(stage, "jalan2")
    text = (await reviewer.get(page(stage, "jalan"))).text
    assert stage.voice["jalan2"] not in text.split("Riwayat")[0]
    assert "Pisahkan" not in text


async def test_the_last_voice_stays(stage, reviewer):
    answer = await reviewer.post(page(stage, "jalan", "/pisah"), submission=stage.voice["jalan"])
    assert answer.status_code == 400
    assert "Hanya satu aduan" in answer.text


@pytest.mark.parametrize("other", ["lampu", "suap"])
async def test_only_a_voice_of_this_report_is_split_off_it(stage, reviewer, other):
    await reviewer.post(page(stage, "jalan", "/gabung"), other=stage.report["jalan2"])
    answer = await reviewer.post(page(stage, "jalan", "/pisah"), submission=stage.voice[other])
    assert answer.status_code == 404


async def test_a_join_is_taken_back(stage, reviewer):
    await reviewer.post(page(stage, "jalan", "/gabung"), other=stage.report["jalan2"])
    (joined,) = (
        e
        for e in stage.store.timeline(stage.viewer, stage.store.report(stage.viewer, stage.report["jalan"]).id)
        if e.kind == "merged"
    )
    assert "Kembalikan" in (await reviewer.get(page(stage, "jalan"))).text
    answer = await reviewer.post(page(stage, "jalan", "/batalkan"), event=str(joined.id))
    assert answer.headers["location"] == page(stage, "jalan2")
    assert stage.voice["jalan2"] not in (await reviewer.get(page(stage, "jalan"))).text.split("Riwayat")[0]
    again = await reviewer.post(page(stage, "jalan", "/batalkan"), event=str(joined.id))
    assert (again.status_code, "Tidak ada lagi yang dapat dikembalikan" in again.text) == (409, True)
    history = (await reviewer.get(page(stage, "jalan"))).text.split("Riwayat</h2>")[1]
    assert [f'value="{event}"' in history for event in (joined.id, joined.id + 1)] == [False, False]
    assert "Kembalikan</button>" in history  # the undoing itself


async def test_only_what_stands_in_this_history_is_taken_back(stage, reviewer):
    await reviewer.post(page(stage, "jalan", "/gabung"), other=stage.report["jalan2"])
    (joined,) = (
        e
        for e in stage.store.timeline(stage.viewer, stage.store.report(stage.viewer, stage.report["jalan"]).id)
        if e.kind == "merged"
    )
    assert (await reviewer.post(page(stage, "lampu", "/batalkan"), event=str(joined.id))).status_code == 404


async def test_a_voice_is_moved_to_another_report(stage, reviewer):
    await reviewer.post(page(stage, "jalan", "/gabung"), other=stage.report["jalan2"])
    answer = await reviewer.post(
        page(stage, "jalan", "/pindahkan"), submission=stage.voice["jalan2"], other=stage.report["lampu"]
    )
    assert answer.headers["location"] == page(stage, "lampu")
    assert stage.voice["jalan2"] in (await reviewer.get(page(stage, "lampu"))).text


async def test_a_report_is_not_joined_to_itself(stage, reviewer):
    answer = await reviewer.post(page(stage, "jalan", "/gabung"), other=stage.voice["jalan"])
    assert answer.status_code == 409
    assert "Tidak dapat digabungkan" in answer.text


async def test_a_report_given_away_is_the_other_units_now(stage, browser):
    ours, theirs = await browser("pupr"), await browser("dishub")
    answer = await ours.post(page(stage, "jalan", "/alih"), unit="dishub", reason="rambu, bukan jalan")
    assert answer.headers["location"] == "/antrean"
    assert (await ours.get(page(stage, "jalan"))).status_code == 404
    assert "rambu, bukan jalan" in (await theirs.get(page(stage, "jalan"))).text


@pytest.mark.parametrize("fields", [{"unit": "tiada", "reason": "x"}, {"unit": "dishub", "reason": " "}])
async def test_giving_away_needs_a_unit_and_a_reason(stage, reviewer, fields):
    assert (await reviewer.post(page(stage, "jalan", "/alih"), **fields)).status_code == 400


async def test_an_accusation_is_given_only_to_those_who_may_see_it(stage, browser):
    one = await browser("inspektorat")
    assert 'name="unit"' not in (await one.get(page(stage, "suap"))).text
    await one.post(page(stage, "suap", "/alih"), unit="pupr", reason="coba")
    assert stage.store.report(stage.viewer, stage.report["suap"]).unit == "inspektorat"


async def test_a_reply_that_could_not_be_sent_stands_ready_to_be_sent_by_hand(stage, reviewer):
    reply = stage.reply_by_hand("jalan")
    text = (await reviewer.get(page(stage, "jalan"))).text
    for told in ("perlu dijawab sendiri", "window shut", "Di RT berapa?", stage.voice["jalan"]):
        assert told in text.split("<h2>Balasan</h2>")[1]
    await reviewer.post(page(stage, "jalan", f"/balasan/{reply}"), to="sent")
    assert "terkirim" in (await reviewer.get(page(stage, "jalan"))).text
    assert stage.store.outbox()[-1]["state"] == "sent"


@pytest.mark.parametrize(("key", "to"), [("lampu", "sent"), ("jalan", "failed")])
async def test_only_a_reply_of_this_report_is_settled(stage, reviewer, key, to):
    reply = stage.reply_by_hand("jalan")
    assert (await reviewer.post(page(stage, key, f"/balasan/{reply}"), to=to)).status_code == 404
    assert stage.store.outbox()[-1]["state"] == "by_hand"


@pytest.mark.parametrize("code", ["BTL-0000-0000-0000", "BTL-7Q4M-2XPH-9K3R", "apa", "%3Cscript%3E"])
async def test_an_unknown_code_is_an_honest_page(reviewer, code):
    answer = await reviewer.get(f"/laporan/{code}")
    assert answer.status_code == 404
    assert "Tidak ditemukan" in answer.text
    assert "<script>" not in answer.text


async def test_the_report_that_a_voice_may_belong_to_is_named_with_the_reasons(stage, reviewer):
    with stage.store.writing() as tx:
        target = stage.store.resolve(tx, SYSTEM, stage.report["jalan2"])
        offered = update(submissions).where(submissions.c.code == stage.voice["jalan"])
        tx.execute(offered.values(likely_report_id=target.id, reasons=["foto sama", "2 hari"]))
    told = f'<a href="/laporan/{target.code}">{target.code}</a>: foto sama; 2 hari'
    assert told in (await reviewer.get(page(stage, "jalan"))).text
    await reviewer.post(page(stage, "jalan", "/gabung"), other=target.code)
    assert told not in (await reviewer.get(page(stage, "jalan"))).text

"""The public pages: state and answers by the code alone; no text, no identity."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from browser import Browser

from aggregator.web.app import create_app
from aggregator.web.progress import steps


async def test_a_code_shows_state_unit_dates_and_answers_and_nothing_else(stage, browser):
    stage.desk.move(stage.viewer, stage.report["jalan"], "forwarded", "Diperiksa Bina Marga hari Senin.")
    text = (await browser().get(f"/lacak/{stage.voice['jalan']}")).text
    for told in (
        "<h1>Diteruskan</h1>",
        "Dinas Pekerjaan Umum",
        "Diperiksa Bina Marga",
        "12 Maret 2026",
        "26 Maret 2026",
    ):
        assert told in text
    for hidden in ("Barambai", "becek", "Siti", "RT 3", "Handil Bakti", "sistem", "Telegram", stage.report["jalan"]):
        assert hidden not in text


async def test_a_move_without_words_is_no_answer(stage, browser):
    stage.desk.move(stage.viewer, stage.report["jalan"], "forwarded", "")
    text = (await browser().get(f"/lacak/{stage.voice['jalan']}")).text
    assert "Belum ada jawaban tertulis" in text


async def test_every_voice_of_a_report_tells_the_same(stage, browser):
    stage.desk.join(stage.viewer, stage.report["jalan2"], stage.report["jalan"])
    stage.desk.move(stage.viewer, stage.report["jalan"], "rejected", "Sudah dikerjakan desa.")
    for key in ("jalan", "jalan2"):
        text = (await browser().get(f"/lacak/{stage.voice[key]}")).text
        assert "<h1>Ditolak</h1>" in text
        assert "Sudah dikerjakan desa." in text
        assert "<dt>Dilaporkan oleh</dt><dd>2 warga</dd>" in text


async def test_a_voice_alone_and_an_accusation_tell_of_no_others(stage, browser):
    for key in ("jalan", "suap"):
        assert "Dilaporkan oleh" not in (await browser().get(f"/lacak/{stage.voice[key]}")).text


@pytest.mark.parametrize("code", ["BTL-7Q4M-2XPH-9K3R", "xxx", "BTL", "<b>", "a" * 300])
async def test_a_wrong_code_is_a_polite_page(browser, code):
    for answer in (await browser().get(f"/lacak/{code}"), await browser().get(f"/lacak?kode={code[:90]}")):
        page = await browser().get(answer.headers["location"]) if answer.status_code == 303 else answer
        assert page.status_code == 404
        assert "tidak kami temukan" in page.text
        assert "<b>" not in page.text


async def test_the_code_form_forgives_how_a_code_is_typed(stage, browser):
    code = stage.voice["jalan"]
    for typed in (code, code.lower(), code.replace("-", ""), f" {code.replace('-', ' ')} "):
        answer = await browser().get(f"/lacak?kode={typed}")
        assert answer.headers["location"] == f"/lacak/{code}"


async def test_an_empty_form_asks_again(browser):
    assert "Masukkan kode" in (await browser().get("/lacak?kode=")).text


async def test_public_pages_set_no_cookie(stage, browser):
    for path in ("/", "/lacak", f"/lacak/{stage.voice['jalan']}", "/lacak/x", "/healthz"):
        assert "set-cookie" not in (await browser().get(path)).headers


async def test_the_landing_page_tells_how_to_report(stage):
    ways = (("whatsapp", "0812-5555-0100"),)
    office = replace(stage.office, ways=ways, emergency=(("Polisi", "110"),), demo=True)
    text = (await Browser(create_app(office)).get("/")).text
    assert "<strong>WhatsApp</strong>: 0812-5555-0100" in text
    assert 'Polisi <a href="tel:110"><strong>110</strong></a>' in text
    assert "Peragaan" in text


async def test_a_way_that_is_an_address_can_be_pressed(stage):
    office = replace(stage.office, ways=(("Telegram", "https://t.me/rekaan_bot?start=web"),))
    text = (await Browser(create_app(office)).get("/")).text
    assert '<strong>Telegram</strong>: <a href="https://t.me/rekaan_bot?start=web">t.me/rekaan_bot</a>' in text


async def test_whoever_used_the_form_is_told_where_an_answer_goes(stage, browser):
    code = stage.voice["jalan"]
    text = (await browser().get(f"/lacak/{code}")).text
    assert "Bila melapor lewat formulir situs ini, lihat lagi halaman ini nanti." in text


def moved(*way):
    """Events of a report that went this way, a day apart."""
    events, before = [], ""
    for day, status in enumerate(way, 1):
        at = datetime(2026, 3, day, tzinfo=UTC)
        events.append(SimpleNamespace(from_status=before, to_status=status, at=at))
        before = status
    return events


@pytest.mark.parametrize(
    ("way", "shown"),
    [
        (["received"], "received! verifying forwarded in_progress resolved closed"),
        (["received", "forwarded"], "received. verifying. forwarded! in_progress resolved closed"),
        (
            ["received", "forwarded", "needs_info"],
            "received. verifying. forwarded. needs_info! in_progress resolved closed",
        ),
        (
            ["received", "forwarded", "resolved", "closed"],
            "received. verifying. forwarded. in_progress. resolved. closed!",
        ),
        (["received", "rejected"], "received. rejected!"),
        (["received", "verifying", "transferred"], "received. verifying. transferred!"),
    ],
)
def test_the_way_of_a_report_as_steps(way, shown):
    signs = {"behind": ".", "here": "!", "ahead": ""}
    row = steps(way[-1], moved(*way))
    assert " ".join(step.status + signs[step.place] for step in row) == shown
    assert [step.status for step in row if step.at] == way


def test_what_was_reached_before_a_report_was_opened_again_lies_ahead_without_a_date():
    row = steps("in_progress", moved("received", "forwarded", "resolved", "in_progress"))
    assert [step.status for step in row if step.at] == ["received", "forwarded", "in_progress"]

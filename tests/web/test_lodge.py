"""The public form: what is stored, what is said, and that nothing typed is lost."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from stage import submission

from aggregator.rules.report import Match, parse_code
from aggregator.web import lodge
from aggregator.web.app import furnish
from aggregator.web.complaint import reached_by
from aggregator.web.turnstile import MOST

JPEG = b"\xff\xd8\xff\xe0 gambar karangan"
FILLED = {
    "text": "Jalan berlubang di depan sekolah",
    "place": "RT 3 dekat mesjid",
    "visibility": "anonim",
    "name": "Siti Karangan",
    "contact": "0812-5555-0101",
    "consent": "2026-11",
}


@pytest.fixture(autouse=True)
def _impatient(monkeypatch):
    """No worker runs beside these tests: the page after sending waits for none."""
    monkeypatch.setattr(lodge, "PATIENCE_S", 0)


class Shelf:
    """Keeps pictures for the tests."""

    def __init__(self):
        self.kept = []

    def __call__(self, content):
        if b"rusak" in content:
            raise ValueError("no picture")
        self.kept.append(content)
        return f"gambar{len(self.kept)}.jpg"


@pytest.fixture
def woken():
    return []


@pytest.fixture
def shelf(stage, app, woken):
    """A place for pictures, which makes the form take some."""
    kept = Shelf()
    stage.office = replace(
        stage.office, keep_photo=kept, stored=lambda: woken.append(1), emergency=(("Polisi", "110"),)
    )
    furnish(app, stage.office)
    return kept


async def opened(browser):
    """A visitor who sees the form, with its nonce."""
    one = browser()
    page = await one.get("/lapor")
    one.nonce = re.search(r'name="nonce" value="([\w-]{22})"', page.text)[1]
    one.page = page
    return one


async def sent(one, files=(), **changes):
    fields = {"proof": one.proof, "nonce": one.nonce, **FILLED, **changes}
    pictures = [("photos", (name, content, kind)) for name, content, kind in files]
    return await one.client.post("/lapor", data=fields, files=pictures or None)


def deliveries(stage):
    with stage.store.reading() as tx:
        rows = tx.exec_driver_sql("SELECT id FROM delivery WHERE channel = 'web' ORDER BY id").scalars().all()
    return [json.loads(stage.store.delivery(identity).body) for identity in rows]


async def test_what_was_filled_in_is_stored_before_the_code_is_shown(stage, shelf, browser, woken):
    one = await opened(browser)
    answer = await sent(one, search="Handil", location="63.04.05.2008", category="jalan", lat="-3.2", lon="114.6")
    (body,) = deliveries(stage)
    wanted = {"text": FILLED["text"], "place": "RT 3 dekat mesjid", "location": "63.04.05.2008", "category": "jalan"}
    wanted |= {"visibility": "anonim", "name": "Siti Karangan", "contact": "6281255550101", "consent": "2026-11"}
    wanted |= {"lat": "-3.2", "lon": "114.6", "photos": []}
    assert {name: body[name] for name in wanted} == wanted
    assert parse_code(body["code"], "BTL") == body["code"]
    assert answer.status_code == 303
    assert answer.headers["location"].startswith(f"/lapor/{body['code']}?t=")
    assert woken == [1]


async def test_the_page_with_the_code_works_before_and_after_filing(stage, shelf, browser):
    one = await opened(browser)
    onward = (await sent(one)).headers["location"]
    code = onward[7:27].split("?")[0]
    text = (await one.get(onward)).text
    assert code in text
    assert "sedang dicatat" in text
    with stage.store.writing() as tx:
        new = replace(submission("Jalan berlubang", key="x"), code=code)
        stage.store.file_within(tx, new, lambda *_: None, stage.now, by="web")
    text = (await one.get(onward)).text
    assert "sedang dicatat" not in text
    assert f'href="/lacak/{code}"' in text
    for hidden in (*FILLED.values(), "Handil Bakti"):
        assert hidden not in text


@pytest.mark.parametrize(
    "address", ["/lapor/BTL-7Q4M-2XPH-9K3R", "/lapor/BTL-7Q4M-2XPH-9K3R?t=0123456789abcdef", "/lapor/x?t="]
)
async def test_no_page_says_of_a_code_that_we_did_not_give_that_it_was_stored(browser, address):
    assert (await browser().get(address)).status_code == 404


async def test_sent_twice_is_one_and_changed_is_another(stage, shelf, browser):
    one = await opened(browser)
    first, second = await sent(one), await sent(one)
    assert first.headers["location"] == second.headers["location"]
    assert len(deliveries(stage)) == 1
    third = await sent(one, text="Lampu jalan mati semua")
    fourth = await sent(one, visibility="rahasia")
    assert len({first.headers["location"], third.headers["location"], fourth.headers["location"]}) == 3
    assert len(deliveries(stage)) == 3


async def test_two_visitors_who_write_the_same_are_two(stage, shelf, browser):
    answers = [await sent(await opened(browser)) for _ in range(2)]
    assert len({answer.headers["location"] for answer in answers}) == 2


@pytest.mark.parametrize(
    ("changed", "field", "said"),
    [
        ({"text": " "}, "text", "Tuliskan apa masalahnya"),
        ({"text": "x" * 4001}, "text", "4001"),
        ({"consent": ""}, "consent", "Centang"),
        ({"contact": "besok saja"}, "contact", "Bukan nomor telepon"),
        ({"visibility": "siapa"}, "visibility", "Pilih salah satu"),
        ({"category": "tiada"}, "category", "Pilih salah satu"),
        ({"location": "99.99"}, "location", "tidak kami kenal"),
        ({"place": "x" * 301}, "place", "Terlalu panjang"),
        ({"name": "x" * 101}, "name", "Terlalu panjang"),
    ],
)
async def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(
    stage, shelf, browser, changed, field, said
):
    one = await opened(browser)
    answer = await sent(one, **changed)
    assert answer.status_code == 422
    assert deliveries(stage) == []
    problem = re.search(rf'class="problem"(?: id="{field}_salah")?>([^<]*)', answer.text)
    assert said in problem[1]
    told = re.search(r"Perbaiki <a href=\"#([a-z]+)\">", answer.text)[1]
    assert f'id="{told}"' in answer.text
    for name in {"text", "place", "name", "contact"} - {field}:
        assert FILLED[name] in answer.text
    assert f'name="nonce" value="{one.nonce}"' in answer.text
    assert ('value="anonim" checked' in answer.text) == (field != "visibility")


async def test_a_page_that_stood_open_too_long_loses_nothing(stage, shelf, browser):
    one = await opened(browser)
    one.client.cookies.clear()
    one.client.headers.pop("cookie", None)
    answer = await sent(one)
    assert answer.status_code == 403
    assert FILLED["text"] in answer.text
    assert "Isian Anda masih ada" in answer.text
    one._note(answer)
    assert (await sent(one)).status_code == 303


async def test_another_sites_form_is_refused(stage, shelf, browser):
    one = await opened(browser)
    one.proof = "0" * 64
    assert (await sent(one)).status_code == 403
    assert deliveries(stage) == []


async def test_the_trap_for_robots_stops_them_and_not_a_person(stage, shelf, browser):
    one = await opened(browser)
    answer = await sent(one, website="http://jual.example")
    assert answer.status_code == 422
    assert deliveries(stage) == []
    assert FILLED["text"] in answer.text
    assert "jual.example" not in answer.text
    assert (await sent(one)).status_code == 303


async def test_too_many_from_one_address_wait_with_their_words_kept(stage, shelf, browser):
    one = await opened(browser)
    for number in range(MOST):
        assert (await sent(one, text=f"Jalan berlubang nomor {number}")).status_code == 303
    answer = await sent(one)
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 0
    assert FILLED["text"] in answer.text
    assert "tunggu 10 menit" in answer.text
    stage.now += timedelta(minutes=11)
    assert (await sent(one)).status_code == 303


async def test_pictures_are_kept_under_the_names_that_they_get(stage, shelf, browser):
    one = await opened(browser)
    await sent(one, [("IMG_1.jpg", JPEG, "image/jpeg"), ("x.heic", b"\0\0\0\x18ftypheic..", "image/heic")])
    assert deliveries(stage)[0]["photos"] == ["gambar1.jpg", "gambar2.jpg"]
    assert shelf.kept[0] == JPEG


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ([("a.jpg", JPEG, "image/jpeg")] * 4, "Paling banyak 3"),
        ([("a.jpg", b"<html>bukan", "image/jpeg")], "bukan foto"),
        ([("a.jpg", JPEG + b"rusak", "image/jpeg")], "bukan foto"),
        ([("a.jpg", JPEG + bytes(10 * 1024 * 1024), "image/jpeg")], "10 MB"),
    ],
)
async def test_what_is_no_picture_is_said(stage, shelf, browser, files, said):
    answer = await sent(await opened(browser), files)
    assert answer.status_code == 422
    assert said in answer.text
    assert "Foto perlu dipilih lagi" in answer.text
    assert deliveries(stage) == []


async def test_without_a_place_for_pictures_none_is_asked_for(browser):
    one = await opened(browser)
    assert 'type="file"' not in one.page.text
    assert (await sent(one)).status_code == 303


async def test_a_village_is_looked_up_with_and_without_scripts(stage, shelf, browser):
    one = await opened(browser)
    page = (await sent(one, search="karya", look_up="1")).text
    assert '<option value="63.04.02.2003">' in page
    assert FILLED["text"] in page
    assert "Belum terkirim" not in page
    part = (await one.post("/lapor/tempat", search="handil")).text
    assert '<option value="63.04.05.2008" selected>' in part
    assert "<html" not in part
    assert "Tidak apa-apa" in (await one.post("/lapor/tempat", search="atlantis")).text
    assert deliveries(stage) == []


async def test_words_for_a_village_that_was_not_chosen_are_kept(stage, shelf, browser):
    await sent(await opened(browser), search="Karya Baru")
    assert deliveries(stage)[0]["place"] == "RT 3 dekat mesjid, Karya Baru"


async def test_emergency_numbers_stand_first_and_everything_is_explained(shelf, browser):
    page = (await opened(browser)).page
    assert page.text.index('href="tel:110"') < page.text.index("Apa masalahnya")
    for told in ("Biar kami tentukan", "tanpa nama dan nomor Anda", "Menuduh pejabat", "versi 2026-11"):
        assert told in page.text
    assert "geolocation=(self)" in page.headers["permissions-policy"]
    assert "geolocation=()" in (await browser().get("/lacak")).headers["permissions-policy"]
    for path in ("/", "/lacak"):
        assert 'href="/lapor"' in (await browser().get(path)).text


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("0812-5555-0101", "6281255550101"),
        ("+62 812 5555 0101", "6281255550101"),
        ("(0511) 555 0101", "625115550101"),
        ("Warga@Contoh.Example", "warga@contoh.example"),
        ("12345", ""),
        ("@siapa", ""),
        ("a@b", ""),
        ("08" + "1" * 40, ""),
    ],
)
def test_contacts_are_written_alike(typed, expected):
    assert reached_by(typed) == expected


async def test_no_words_of_citizens_are_markup(stage, shelf, browser):
    answer = await sent(await opened(browser), text="<script>alert(1)</script>", consent="")
    assert "<script>alert" not in answer.text


async def lodged(stage, browser, *, sure=False, report="jalan", **changed):
    """A visitor whose form was filed as what the rule takes for a known report; gives them, the page and the code."""
    one = await opened(browser)
    onward = (await sent(one, contact="")).headers["location"]
    code = onward[7:27].split("?")[0]
    known = stage.store.report(stage.viewer, stage.report[report])
    new = replace(submission("Jalan berlubang", key=code, sent=stage.now), code=code, channel="web", **changed)
    with stage.store.writing() as tx:
        stage.store.file_within(tx, new, lambda *_: Match(known.id, 0.6, ("mirip",), sure=sure), stage.now, by="web")
    return one, onward, code


def report_of(stage, code):
    return stage.store.submission(code).report_code


async def test_a_page_between_asks_when_something_is_known_and_joins(stage, shelf, browser):
    one, onward, code = await lodged(stage, browser)
    stage.now += timedelta(hours=20)
    page = (await one.get(onward)).text
    for told in ("Sepertinya sudah dilaporkan", "Handil Bakti", "kemarin", "diterima", code):
        assert told in page
    for hidden in ("Jalan poros", "Siti Karangan", "becek", stage.report["jalan"], stage.voice["jalan"]):
        assert hidden not in page
    answer = await one.post(re.search(r'action="([^"]+)"', page)[1].replace("&amp;", "&"), answer="gabung")
    assert answer.status_code == 303
    assert report_of(stage, code) == stage.report["jalan"]
    page = (await one.get(answer.headers["location"])).text
    assert "Digabung dengan laporan yang sama" in page
    assert code in page
    answer = await one.post(f"/lapor/{code}/suara?{onward.partition('?')[2]}", answer="pisah")
    assert report_of(stage, code) != stage.report["jalan"]
    assert "laporan tersendiri" in (await one.get(answer.headers["location"])).text


async def test_the_other_answer_leaves_it_apart_and_may_be_changed(stage, shelf, browser):
    one, onward, code = await lodged(stage, browser)
    where = f"/lapor/{code}/suara?{onward.partition('?')[2]}"
    await one.get(onward)
    answer = await one.post(where, answer="pisah")
    page = (await one.get(answer.headers["location"])).text
    assert "Kode lacak Anda" in page
    assert "Ubah pilihan" in page
    assert report_of(stage, code) != stage.report["jalan"]
    assert "Sepertinya sudah dilaporkan" in (await one.get(onward)).text
    await one.post(where, answer="gabung")
    await one.post(where, answer="gabung")
    assert [row.voices for row in stage.store.queue(stage.viewer) if row.code == stage.report["jalan"]] == [2]


async def test_going_back_and_sending_again_is_the_same_complaint(stage, shelf, browser):
    one, onward, _ = await lodged(stage, browser)
    await one.get(onward)
    assert (await sent(one, contact="")).headers["location"] == onward
    assert len(deliveries(stage)) == 1


async def test_what_is_joined_by_rule_is_told_with_the_code(stage, shelf, browser):
    one, onward, code = await lodged(stage, browser, sure=True)
    page = (await one.get(onward)).text
    assert "Kode lacak Anda" in page
    assert "Digabung dengan laporan yang sama" in page
    assert "Sepertinya" not in page
    await one.post(f"/lapor/{code}/suara?{onward.partition('?')[2]}", answer="pisah")
    assert report_of(stage, code) != stage.report["jalan"]


@pytest.mark.parametrize(
    ("report", "changed"),
    [("suap", {}), ("jalan", {"visibility": "rahasia"}), ("jalan", {"supervised": True}), ("tutup", {})],
    ids=["an accusation is known", "secret", "accuses", "closed"],
)
async def test_nothing_hints_at_what_is_not_public(stage, shelf, browser, report, changed):
    if report == "tutup":
        report = "jalan2"
        stage.desk.move(stage.viewer, stage.report[report], "rejected", "")
    one, onward, code = await lodged(stage, browser, report=report, **changed)
    page = (await one.get(onward)).text
    assert "Kode lacak Anda" in page
    assert "dilaporkan" not in page.replace("Sudah dilaporkan?", "")
    await one.post(f"/lapor/{code}/suara?{onward.partition('?')[2]}", answer="gabung")
    assert report_of(stage, code) != stage.report[report]


@pytest.mark.parametrize("proof", ["", "t=0123456789abcdef"])
async def test_nobody_decides_for_others(stage, shelf, browser, proof):
    _, _, code = await lodged(stage, browser)
    other = await opened(browser)
    assert (await other.post(f"/lapor/{code}/suara?{proof}", answer="gabung")).status_code == 404
    assert report_of(stage, code) != stage.report["jalan"]


async def test_an_answer_without_our_pages_proof_is_refused(stage, shelf, browser):
    one, onward, code = await lodged(stage, browser)
    one.proof = "0" * 64
    assert (await one.post(f"/lapor/{code}/suara?{onward.partition('?')[2]}", answer="gabung")).status_code == 403
    assert report_of(stage, code) != stage.report["jalan"]


async def test_the_page_waits_a_moment_for_the_worker(stage, shelf, browser, monkeypatch):
    one = await opened(browser)
    onward = (await sent(one)).headers["location"]
    seen = iter([None, None, object()])
    monkeypatch.setattr(lodge, "PATIENCE_S", 60)
    monkeypatch.setattr(lodge, "_LOOK_EVERY_S", 0)
    monkeypatch.setattr(type(stage.store), "submission", lambda *_: next(seen))
    assert "sedang dicatat" not in (await one.get(onward)).text

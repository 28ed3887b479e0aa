"""The page on which whoever sent a form answers an officer: small, safe, without scripts, and no flood."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from stage import NOW, submission

from aggregator.web.answering import MOST_ANSWERS, MOST_AT_ONCE
from aggregator.web.app import furnish
from connectors.base import Author, Inbound

JPEG = b"\xff\xd8\xff\xe0 gambar karangan"


class Lodged:
    """A complaint sent by the form and asked about."""

    def __init__(self, stage):
        self.stage, self.woken, self.kept = stage, [], []
        who = Author("6281255550101", "Siti Karangan", phone="6281255550101")
        item = Inbound("web", "lapor", "k1", "k1", NOW, author=who, text="Jalan rusak", direct=True)
        with stage.store.writing() as tx:
            place = {"conversation_id": stage.store.conversation_of(tx, item, NOW)}
            place["contact_id"] = stage.store.contact_of(tx, "web", who, NOW)
            new = replace(submission("Jalan rusak", key="k1"), channel="web", **place)
            self.code = stage.store.file_within(tx, new, lambda *_: None, NOW, by="web").code
        stage.desk.move(stage.viewer, self.code, "needs_info", "Di RT <berapa>?")
        self.page = f"/lacak/{self.code}/jawab"

    async def opened(self, browser):
        one = browser()
        page = await one.get(self.page)
        one.nonce = re.search(r'name="nonce" value="([\w-]{22})"', page.text)[1]
        one.page = page
        return one

    async def sent(self, one, files=(), **changes):
        fields = {"proof": one.proof, "nonce": one.nonce, "text": "Di RT 3", "contact": "0812-5555-0101", **changes}
        return await one.client.post(self.page, data=fields, files=[("photos", file) for file in files] or None)

    def bodies(self):
        with self.stage.store.reading() as tx:
            ids = tx.exec_driver_sql("SELECT id FROM delivery WHERE channel = 'web' ORDER BY id").scalars().all()
        return [json.loads(self.stage.store.delivery(one).body) for one in ids]

    def keep(self, content):
        self.kept.append(content)
        return f"gambar{len(self.kept)}"


@pytest.fixture
def lodged(stage, app):
    one = Lodged(stage)
    stage.office = replace(stage.office, keep_photo=one.keep, stored=lambda: one.woken.append(1))
    furnish(app, stage.office)
    return one


async def test_the_question_is_answered_in_words_and_pictures(lodged, browser):
    tracked = (await browser().get(f"/lacak/{lodged.code}")).text
    assert f'href="{lodged.page}"' in tracked
    one = await lodged.opened(browser)
    assert "Di RT &lt;berapa&gt;?" in one.page.text
    for hidden in ("Jalan rusak", "Siti", "0101", "Handil Bakti"):
        assert hidden not in one.page.text
    answer = await lodged.sent(one, files=[("a.jpg", JPEG, "image/jpeg")])
    assert (answer.status_code, answer.headers["location"]) == (303, f"/lacak/{lodged.code}?terjawab=1")
    (body,) = lodged.bodies()
    wanted = {"answers": lodged.code, "thread": "k1", "author": "6281255550101", "name": "Siti Karangan"}
    wanted |= {"phone": "6281255550101", "text": "Di RT 3", "photos": ["gambar1"]}
    assert {name: body[name] for name in wanted} == wanted
    assert (lodged.kept, lodged.woken) == ([JPEG], [1])
    text = (await one.get(answer.headers["location"])).text
    assert "Jawaban Anda sudah kami terima" in text
    assert "Di RT 3" not in text


@pytest.mark.parametrize(
    ("changes", "files", "told"),
    [
        ({"contact": "0812-5555-0102"}, (), "Bukan nomor atau surel yang ditulis"),
        ({"contact": ""}, (), "Bukan nomor atau surel yang ditulis"),
        ({"text": " "}, (), "Tulis jawabannya"),
        ({"text": "x" * 2001}, (), "Paling banyak 2000"),
        ({}, [("a.jpg", b"bukan gambar", "image/jpeg")], "bukan foto"),
        ({}, [("a.jpg", JPEG, "image/jpeg")] * 4, "Paling banyak 3 foto"),
    ],
)
async def test_what_is_wrong_is_said_and_nothing_typed_is_lost(lodged, browser, changes, files, told):
    answer = await lodged.sent(await lodged.opened(browser), files, **changes)
    assert (answer.status_code, told in answer.text) == (422, True)
    assert changes.get("text", "Di RT 3").strip() in answer.text
    assert (lodged.bodies(), lodged.woken) == ([], [])


async def test_a_form_that_left_no_contact_asks_for_none(stage, lodged, browser):
    with stage.store.writing() as tx:
        who = Author("form:k1")
        contact_id = stage.store.contact_of(tx, "web", who, NOW)
        tx.exec_driver_sql(f"UPDATE submission SET contact_id = {contact_id} WHERE code = '{lodged.code}'")
    one = await lodged.opened(browser)
    assert 'name="contact"' not in one.page.text
    assert (await lodged.sent(one, contact="")).status_code == 303


async def test_a_page_that_stood_open_too_long_keeps_the_words(lodged, browser):
    one = await lodged.opened(browser)
    answer = await lodged.sent(one, proof="0" * 64)
    assert (answer.status_code, "sudah lama terbuka" in answer.text, "Di RT 3" in answer.text) == (403, True, True)
    assert lodged.bodies() == []


async def test_one_code_takes_so_many_answers_and_no_more(stage, lodged, browser):
    for _ in range(MOST_AT_ONCE):
        assert (await lodged.sent(await lodged.opened(browser))).status_code == 303
    one = await lodged.opened(lambda: browser(address="203.0.113.99"))
    answer = await lodged.sent(one)
    assert (answer.status_code, answer.headers["retry-after"], "Di RT 3" in answer.text) == (429, "600", True)
    assert len(lodged.bodies()) == MOST_AT_ONCE
    stage.now += timedelta(minutes=11)
    assert (await lodged.sent(one)).status_code == 303


async def test_after_many_answers_the_officer_speaks_first(stage, lodged, browser):
    one = await lodged.opened(browser)
    row = stage.store.submission(lodged.code)
    with stage.store.writing() as tx:
        for _ in range(MOST_ANSWERS):
            stage.store.note_event(tx, row.report_id, "added", stage.now, "web", note="x", submission_id=row.id)
    assert "Tunggu tanggapan petugas" in (await browser().get(lodged.page)).text
    assert (await lodged.sent(one)).status_code == 429
    stage.desk.move(stage.viewer, lodged.code, "received", "")
    stage.desk.move(stage.viewer, lodged.code, "needs_info", "Sejak kapan?")
    assert (await lodged.sent(await lodged.opened(browser))).status_code == 303


async def test_where_nothing_is_asked_the_page_leads_back(stage, lodged, browser):
    for code in (stage.voice["jalan"], stage.voice["suap"]):
        stage.desk.move(stage.viewer, code, "needs_info", "Di mana?")  # asked in the conversation, not here
        assert (await browser().get(f"/lacak/{code}/jawab")).headers["location"] == f"/lacak/{code}"
        assert "Jawablah di percakapan" in (await browser().get(f"/lacak/{code}")).text
    one = await lodged.opened(browser)
    stage.desk.move(stage.viewer, lodged.code, "received", "")
    assert (await lodged.sent(one)).headers["location"] == f"/lacak/{lodged.code}"
    assert lodged.bodies() == []
    assert (await browser().get("/lacak/xxx/jawab")).status_code == 404

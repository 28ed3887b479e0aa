"""Files of messages at the console: shown to those who may see them, as what they are, and to nobody else."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from sqlalchemy import select
from stage import NOW

from aggregator.pipeline.fetching import Keeper
from aggregator.store.files import Files
from aggregator.store.tables import attachments, findings, messages, submissions
from connectors.base import Media
from connectors.fetch import Fetched

PDF = b"%PDF-1.7 surat karangan"
SOUND = b"OggS suara karangan"


class Platform:
    """Hands out what stands under a ref."""

    def fetch(self, ref, limit):
        return Fetched({"dokumen": PDF, "suara": SOUND, "tipuan": b"<html><script>"}.get(ref) or picture())


def picture():
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(out, "JPEG")
    return out.getvalue()


@pytest.fixture
def house(stage, app, tmp_path):
    """A stage whose office keeps files."""
    stage.files = Files(tmp_path / "media", stage.store.vault)
    app.state.office = stage.office = replaced(stage.office, files=stage.files)
    stage.keeper = Keeper(stage.store, stage.files, {"facebook": Platform(), "telegram": Platform()}, lambda: NOW, str)
    return stage


def replaced(office, **changed):
    from dataclasses import replace

    return replace(office, **changed)


def bring(house, media, *, finding="", voice=""):
    """Let a message of a finding, or of a voice, have files; their numbers."""
    store = house.store
    if finding:
        turn = select(findings.c.turn_id).where(findings.c.id == house.finding[finding])
    else:
        turn = select(submissions.c.turn_id).where(submissions.c.code == house.voice[voice])
    with store.writing() as tx:
        turn_id = tx.execute(turn).scalar_one()
        message = tx.execute(select(messages.c.id).where(messages.c.turn_id == turn_id)).scalars().first()
        store.attach(tx, message, media)
        made = tx.execute(select(attachments.c.id).where(attachments.c.message_id == message)).scalars().all()
        store.want_media(tx, turn_id, NOW)
    return made


def fetch(house):
    for job in house.store.claim(NOW, 100, ("media",)):
        house.keeper.fetch(job)


ALL = (Media("photo", "foto"), Media("voice", "suara"), Media("document", "dokumen"))


async def test_a_reviewer_sees_the_files_of_a_finding(house, browser):
    photo, voice, document = bring(house, ALL, finding="lubang")
    reviewer = await browser("peninjau")
    page = f"/tinjau/{house.finding['lubang']}"
    assert (await reviewer.get(page)).text.count("sedang diambil") == 3
    fetch(house)
    text = (await reviewer.get(page)).text
    assert f'<img src="/lampiran/{photo}" alt="Foto 1 dari warga"' in text
    assert f'<audio controls preload="none" src="/lampiran/{voice}">' in text
    assert f'<a href="/lampiran/{document}">Dokumen 3' in text
    assert "sedang diambil" not in text


async def test_why_a_file_is_not_there_is_said(house, browser):
    bring(house, (Media("photo", "tipuan"),), finding="lubang")
    fetch(house)
    text = (await (await browser("peninjau")).get(f"/tinjau/{house.finding['lubang']}")).text
    assert "Foto: tidak dapat diambil: jenis berkasnya tidak diterima" in text
    assert "/lampiran/" not in text


async def test_opening_what_was_set_aside_has_its_files_fetched(house, browser):
    store = house.store
    with store.writing() as tx:
        turn = tx.execute(select(findings.c.turn_id).where(findings.c.id == house.finding["obrolan"])).scalar_one()
        message = tx.execute(select(messages.c.id).where(messages.c.turn_id == turn)).scalar_one()
        store.attach(tx, message, (Media("photo", "foto"),))
    fetch(house)
    reviewer = await browser("peninjau")
    page = f"/tinjau/{house.finding['obrolan']}"
    assert "sedang diambil" in (await reviewer.get(page)).text
    fetch(house)
    assert "<img " in (await reviewer.get(page)).text


@pytest.mark.parametrize(
    ("n", "mime", "shown", "content"),
    [
        (0, "image/jpeg", "inline", None),
        (1, "audio/ogg", "inline", SOUND),
        (2, "application/pdf", "attachment", PDF),
    ],
)
async def test_a_file_comes_as_what_it_is(house, browser, n, mime, shown, content):
    made = bring(house, ALL, finding="lubang")
    fetch(house)
    answer = await (await browser("peninjau")).get(f"/lampiran/{made[n]}")
    told = answer.headers
    assert answer.status_code == 200
    assert (told["content-type"], told["content-disposition"].split(";")[0]) == (mime, shown)
    assert told.get_list("x-content-type-options") == ["nosniff"]
    assert told.get_list("cache-control") == ["private, max-age=300"]
    assert "media-src 'self'" in told["content-security-policy"]
    assert content is None or answer.content == content


async def test_parts_of_a_file_come_for_those_who_ask_so(house, browser):
    made = bring(house, ALL, finding="lubang")
    fetch(house)
    reviewer = await browser("peninjau")
    for asked, status, content, told in (
        ("bytes=0-1", 206, SOUND[:2], f"bytes 0-1/{len(SOUND)}"),
        ("bytes=5-", 206, SOUND[5:], f"bytes 5-{len(SOUND) - 1}/{len(SOUND)}"),
        ("bytes=5-999999", 206, SOUND[5:], f"bytes 5-{len(SOUND) - 1}/{len(SOUND)}"),
        ("bytes=999-", 416, b"", f"bytes */{len(SOUND)}"),
        ("bytes=0-1,3-4", 200, SOUND, None),
        ("nonsense", 200, SOUND, None),
    ):
        answer = await reviewer.client.get(f"/lampiran/{made[1]}", headers={"range": asked})
        assert (answer.status_code, answer.content, answer.headers.get("content-range")) == (status, content, told)


SEES = {
    "lubang": ("peninjau", "admin"),
    "pungli": ("inspektorat",),
}
SEES_VOICE = {
    "jalan": ("peninjau", "pupr", "admin"),
    "lampu": ("peninjau", "dishub", "admin"),
    "suap": ("inspektorat",),
}
PEOPLE = ("peninjau", "pupr", "dishub", "inspektorat", "admin")


@pytest.mark.parametrize("place", [*(("finding", key) for key in SEES), *(("voice", key) for key in SEES_VOICE)])
async def test_only_those_who_see_where_it_belongs_see_a_file(house, browser, place):
    (made,) = bring(house, (Media("photo", "foto"),), **dict([place]))
    fetch(house)
    allowed = (SEES if place[0] == "finding" else SEES_VOICE)[place[1]]
    told = {login: (await (await browser(login)).get(f"/lampiran/{made}")).status_code for login in PEOPLE}
    assert told == {login: 200 if login in allowed else 404 for login in PEOPLE}
    stranger = await browser().get(f"/lampiran/{made}")
    assert (stranger.status_code, stranger.headers["location"]) == (303, f"/masuk?lanjut=/lampiran/{made}")


@pytest.mark.parametrize("number", ["0", "999999", "../secret.key", "%2e%2e%2fsecret.key", "x"])
async def test_what_is_not_there_is_not_found(house, browser, number):
    answer = await (await browser("admin")).get(f"/lampiran/{number}")
    assert answer.status_code in (400, 404)


async def test_a_report_shows_the_files_of_each_voice(house, browser):
    (made,) = bring(house, (Media("photo", "foto"),), voice="jalan")
    fetch(house)
    for login, sees in (("pupr", True), ("peninjau", True), ("dishub", False)):
        page = await (await browser(login)).get(f"/laporan/{house.report['jalan']}")
        assert (f'src="/lampiran/{made}"' in page.text) == sees


async def test_a_file_that_was_removed_is_shown_no_more(house, browser):
    (made,) = bring(house, (Media("photo", "foto"),), finding="lubang")
    fetch(house)
    (contact,) = house.store.contacts_of("id-lubang")
    house.store.erase(contact, NOW)
    reviewer = await browser("peninjau")
    assert (await reviewer.get(f"/lampiran/{made}")).status_code == 404
    assert "/lampiran/" not in (await reviewer.get(f"/tinjau/{house.finding['lubang']}")).text

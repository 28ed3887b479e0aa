"""`/tinjau/catat`: a reviewer pastes what was said elsewhere and lands in its finding."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from aggregator.pipeline.noting import Noter
from aggregator.store.findings import NewFinding
from aggregator.store.intake import Settling
from aggregator.web.app import furnish
from connectors.noted import NotedConnector, source

JPEG = b"\xff\xd8\xff\xe0 gambar karangan"
LINK = "https://www.facebook.com/groups/77/posts/801/?comment_id=901"
FILLED = {"platform": "facebook", "text": "Jembatan goyang", "name": "Budi Karangan", "thread_name": "Info Karangan"}


class Reading:
    """Puts every turn to review, an accusation before the inspectorate."""

    def __init__(self, store):
        self.store = store

    def put(self, job, turn):
        text = turn.messages[-1].text
        accused = "pungli" in text
        unit = "inspektorat" if accused else ""
        new = NewFinding(
            text, text, {"category": "jalan"}, 0.9, "normal", accused, turn.messages[-1].sent_at,
            permalink=turn.messages[-1].permalink, unit=unit,
        )  # fmt: skip
        self.store.find(job, turn, new)


@pytest.fixture
def kept():
    return []


@pytest.fixture
async def reviewer(stage, app, browser, kept):
    """A reviewer at an office that takes notes and pictures."""

    def keep(content):
        kept.append(content)
        return f"gambar{len(kept)}.jpg"

    noter = Noter(stage.store, NotedConnector("61000"), source, Reading(stage.store), Settling(), lambda: stage.now)
    stage.office = replace(stage.office, noter=noter, keep_photo=keep)
    furnish(app, stage.office)
    return await browser("peninjau")


async def save(reviewer, files=(), **changes):
    pictures = [("photos", (name, content, "image/jpeg")) for name, content in files]
    fields = {"proof": reviewer.proof, "nonce": "n1", "deed": "review", **FILLED, **changes}
    return await reviewer.client.post("/tinjau/catat", data=fields, files=pictures or None)


async def test_saving_leads_at_once_to_the_finding(stage, reviewer):
    answer = await save(reviewer, link=LINK, day="2026-03-11", hour="19:30")
    assert answer.status_code == 303
    page = (await reviewer.get(answer.headers["location"])).text
    for told in (
        "Jembatan goyang",
        "Budi Karangan",
        "Info Karangan (Facebook)",
        "Dicatat peninjau",
        "Rabu, 11 Maret 2026 pukul 19.30",
        "comment_id=901",
        "Pesan tersimpan",
    ):
        assert told in page
    assert "Jembatan goyang" in (await reviewer.get("/tinjau")).text


@pytest.mark.parametrize("again", [{"link": LINK + "&fbclid=1", "text": "lain"}, {"text": " jembatan  GOYANG"}])
async def test_the_same_again_says_so_and_leads_to_it(stage, reviewer, again, kept):
    first = await save(reviewer, **({"link": LINK} if "link" in again else {}))
    second = await save(reviewer, [("a.jpg", JPEG)], nonce="n2", **again)
    assert second.headers["location"] == first.headers["location"].replace("noted", "known")
    assert "Sudah ada" in (await reviewer.get(second.headers["location"])).text
    assert kept == []


async def test_save_and_note_another_comes_back_to_an_empty_form(stage, reviewer):
    answer = await save(reviewer, deed="again")
    assert answer.headers["location"].startswith("/tinjau/catat?sudah=noted&pesan=")
    page = (await reviewer.get(answer.headers["location"])).text
    assert re.search(r'href="/tinjau/\d+">buka pesannya', page)
    assert "Jembatan goyang" not in page
    assert 'value="2026-03-12"' in page
    assert 'value="10:30"' in page


async def test_an_accusation_is_said_to_be_elsewhere(stage, reviewer, browser):
    answer = await save(reviewer, text="ada pungli di kantor")
    assert answer.headers["location"] == "/tinjau/catat?sudah=hidden"
    assert "unit lain yang berwenang" in (await reviewer.get(answer.headers["location"])).text
    assert "ada pungli di kantor" in (await (await browser("inspektorat")).get("/tinjau")).text


@pytest.mark.parametrize(
    ("changed", "field", "said"),
    [
        ({"text": ""}, "text", "Tulis isi pesannya"),
        ({"link": "bukan tautan"}, "link", "Bukan alamat web"),
        ({"link": "javascript:alert(1)"}, "link", "Bukan alamat web"),
        ({"platform": ""}, "platform", "Pilih asalnya"),
        ({"platform": "surat"}, "platform", "Pilih asalnya"),
        ({"day": "2026-03-13"}, "day", "belum lewat"),
        ({"day": "kemarin"}, "day", "tidak dapat dibaca"),
        ({"hour": "25:99"}, "day", "tidak dapat dibaca"),
        ({"name": "x" * 101}, "name", "Terlalu panjang"),
        ({"text": "x" * 4001}, "text", "Terlalu panjang"),
    ],
)
async def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_lost(stage, reviewer, changed, field, said):
    answer = await save(reviewer, **changed)
    assert answer.status_code == 422
    problem = re.search(rf'class="problem"(?: id="{field}_salah")?>([^<]*)', answer.text)
    assert said in problem[1]
    for name in {"text", "name", "thread_name"} - {field}:
        assert FILLED[name] in answer.text
    assert stage.store.finding_counts(stage.viewer)["waiting"] == 4


async def test_a_screenshot_alone_is_enough(stage, reviewer, kept):
    answer = await save(reviewer, [("layar.png", b"\x89PNG\r\n\x1a\n...")], text="", platform="rekan")
    assert answer.status_code == 303
    assert len(kept) == 1
    with stage.store.reading() as tx:
        assert tx.exec_driver_sql("SELECT count(*) FROM attachment").scalar() == 1


async def test_the_link_tells_where_it_is_from_and_whether_it_is_there(stage, reviewer):
    part = (await reviewer.post("/tinjau/catat/tautan", link="https://vm.tiktok.com/ZS1/", platform="")).text
    assert '<option value="tiktok" selected>' in part
    assert "Sudah ada" not in part
    location = (await save(reviewer, link=LINK, platform="")).headers["location"]
    part = (
        await reviewer.post("/tinjau/catat/tautan", link="m." + LINK.removeprefix("https://www."), platform="")
    ).text
    assert "Sudah ada" in part
    assert f'href="{location.split("?")[0]}"' in part
    assert '<option value="facebook" selected>' in part


async def test_a_page_that_stood_open_too_long_loses_nothing(stage, reviewer):
    answer = await save(reviewer, proof="0" * 64)
    assert answer.status_code == 403
    assert FILLED["text"] in answer.text
    reviewer._note(answer)
    assert (await save(reviewer)).status_code == 303


async def test_the_list_leads_to_it_by_key(reviewer):
    assert 'data-key="c" href="/tinjau/catat"' in (await reviewer.get("/tinjau")).text


async def test_only_reviewers_note(stage, reviewer, browser):
    assert (await browser().get("/tinjau/catat")).headers["location"].startswith("/masuk")
    assert (await (await browser("pupr")).get("/tinjau/catat")).status_code == 403
    unsigned = browser()
    await unsigned.get("/lapor")
    assert (await save(unsigned)).status_code == 303
    assert stage.store.finding_counts(stage.viewer)["waiting"] == 4


async def test_an_office_that_takes_no_notes_has_no_such_page(browser):
    one = await browser("peninjau")
    assert (await one.get("/tinjau/catat")).status_code == 404
    assert "/tinjau/catat" not in (await one.get("/tinjau")).text

"""The channel page: a plain sentence for each channel, the button to look again, the line on every page, the figures."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from aggregator.web.app import furnish
from connectors.check import Check

DEAF = Check("webhook", "bad", "Webhook belum didaftarkan. Jalankan setWebhook.")
FINE = Check("token", "good", "Token bot diterima.")
BANNER = "pesan warga mungkin tidak terdengar"


@pytest.fixture
def looked(stage, app):
    """How often the checks were asked for; each time they find Telegram fine."""
    times = []

    async def look():
        times.append(stage.now)
        stage.store.checked("telegram", [FINE], stage.now)

    stage.office = replace(stage.office, channels=("telegram", "facebook"), check_channels=look)
    furnish(app, stage.office)
    return times


@pytest.fixture
async def page(looked, browser):
    """The channel page as a reviewer sees it: `await page()`."""
    reviewer = await browser("peninjau")

    async def show():
        return (await reviewer.get("/pengaturan/kanal")).text

    return show


def heading(text, channel):
    """The sentence of a channel's card."""
    (found,) = [part.split("</h2>")[0] for part in text.split("<h2>")[1:] if part.startswith(f"{channel}:")]
    return " ".join(found.split())


async def test_each_channel_is_told_in_a_sentence(stage, page):
    stage.store.checked("telegram", [FINE], stage.now)
    text = await page()
    assert heading(text, "Telegram") == "Telegram: mendengar"
    assert heading(text, "Facebook") == "Facebook: belum diperiksa"
    assert heading(text, "WhatsApp") == "WhatsApp: tidak dipakai"
    stage.store.checked("telegram", [FINE, DEAF], stage.now)
    stage.store.trouble("facebook", "190", stage.now, "sending")
    text = await page()
    assert heading(text, "Telegram").startswith("Telegram: TULI sejak <time")
    assert "Kamis, 12 Maret 2026 pukul 10.30" in heading(text, "Telegram")
    assert heading(text, "Facebook").startswith("Facebook: mendengar, tetapi balasan tidak terkirim sejak")
    assert DEAF.words in text
    assert "kode 190" in text
    assert text.index("Facebook:") < text.index("WhatsApp:")


async def test_a_cards_facts(stage, page):
    store = stage.store
    ends = stage.now + timedelta(days=9)
    store.checked("facebook", [Check("token", "warn", "Token segera habis.", ends)], stage.now)
    stage.reply_by_hand("jalan")
    store.trouble("instagram_private", "challenge", stage.now)
    text = await page()
    assert "sampai <time" in text
    assert "21 Maret 2026" in text
    assert "1 perlu dijawab sendiri" in text
    assert "ditolak platform (challenge)" in text
    assert "perlu dilihat" in text


async def test_only_replies_that_there_are_are_told_and_an_import_hears_nothing(stage, page):
    stage.reply_by_hand("jalan")
    stage.store.checked("whatsapp_export", [FINE], stage.now)
    text = await page()
    assert "0 menunggu" not in text
    assert heading(text, "Grup WhatsApp") == "Grup WhatsApp: hanya lewat impor"


async def test_the_button_looks_again(looked, browser):
    for login in ("peninjau", "admin"):
        one = await browser(login)
        await one.get("/pengaturan/kanal")
        answer = await one.post("/pengaturan/kanal/periksa")
        assert (answer.status_code, answer.headers["location"]) == (303, "/pengaturan/kanal?sudah=diperiksa")
        assert "baru saja diperiksa" in (await one.get(answer.headers["location"])).text
    assert len(looked) == 2


async def test_the_page_is_for_reviewers_and_administrators(looked, browser):
    answers = {}
    for login in (None, "peninjau", "pupr", "inspektorat", "admin"):
        one = await browser(login) if login else browser()
        await one.get("/masuk")
        got, posted = await one.get("/pengaturan/kanal"), await one.post("/pengaturan/kanal/periksa")
        answers[login] = got.status_code, posted.status_code
    refused = (403, 403)
    assert answers == {
        None: (303, answers[None][1]),
        "peninjau": (200, 303),
        "pupr": refused,
        "inspektorat": refused,
        "admin": (200, 303),
    }
    assert answers[None][1] in (303, 403)
    assert len(looked) == 2


async def test_a_forged_form_checks_nothing(looked, browser):
    one = await browser("admin")
    assert (await one.post("/pengaturan/kanal/periksa", proof="palsu")).status_code == 403
    assert looked == []


async def test_every_console_page_says_that_a_channel_is_in_trouble(stage, looked, browser):
    people = {login: await browser(login) for login in ("peninjau", "admin", "pupr")}
    pages = ("/antrean", "/tinjau", "/pengaturan/kanal")
    for path in pages:
        assert BANNER not in (await people["peninjau"].get(path)).text
    stage.store.checked("telegram", [DEAF], stage.now)
    for path in pages:
        text = (await people["peninjau"].get(path)).text
        assert BANNER in text
        assert 'href="/pengaturan/kanal"' in text
    assert BANNER in (await people["admin"].get("/pengaturan")).text
    assert BANNER not in (await people["pupr"].get("/antrean")).text
    stage.store.checked("telegram", [FINE], stage.now)
    assert BANNER not in (await people["peninjau"].get("/antrean")).text


async def test_nothing_that_a_platform_said_becomes_markup(stage, page):
    stage.store.checked("telegram", [Check("webhook", "bad", "<b onmouseover=x>")], stage.now)
    stage.store.trouble("facebook", "<script>", stage.now)
    text = await page()
    assert "<b onmouseover" not in text
    assert "<script>" not in text


async def test_the_figures(stage, looked, browser):
    store = stage.store
    store.checked("facebook", [DEAF], stage.now)
    store.checked("sms", [FINE], stage.now)
    with store.writing() as tx:
        store.saw(tx, "sms", stage.now - timedelta(seconds=90))
        store._write(tx, "instagram", {"polled_at": stage.now - timedelta(seconds=40)})
    text = (await browser().get("/metrics")).text
    assert 'elapor_channel_up{channel="facebook"} 0\n' in text
    assert 'elapor_channel_up{channel="sms"} 1\n' in text
    assert 'elapor_channel_last_item_seconds{channel="sms"} 90\n' in text
    assert 'elapor_poll_lag_seconds{channel="instagram"} 40\n' in text
    assert "# TYPE elapor_channel_up gauge\n" in text

"""Stopping all sending at the console: administrators do it, everybody there sees it."""

from __future__ import annotations

from dataclasses import replace

from aggregator.web.app import furnish

STOPPED = "Pengiriman dihentikan"


async def test_an_administrator_stops_sending_and_every_officer_sees_it(stage, browser):
    admin, officer = await browser("admin"), await browser("pupr")
    assert STOPPED not in (await officer.get("/antrean")).text
    assert (await admin.post("/pengaturan/pengiriman", to="stop")).status_code == 303
    assert stage.store.stopped().by in (await officer.get("/antrean")).text
    assert STOPPED in (await admin.get("/pengaturan")).text
    await admin.post("/pengaturan/pengiriman", to="go_on")
    assert stage.store.stopped() is None
    assert STOPPED not in (await officer.get("/antrean")).text


async def test_nobody_else_throws_the_switch(stage, browser):
    for login in ("peninjau", "pupr"):
        assert (await (await browser(login)).post("/pengaturan/pengiriman", to="stop")).status_code == 403
    assert stage.store.stopped() is None


async def test_the_public_pages_say_nothing_of_it(stage, browser):
    stage.store.stop_sending("Admin Rekaan", stage.office.clock())
    assert "dihentikan" not in (await browser().get("/")).text


async def test_what_the_settings_stop_or_turn_is_said(app, stage, browser):
    furnish(app, replace(stage.office, sending=False, test_recipients=("telegram",)))
    page = (await (await browser("peninjau")).get("/antrean")).text
    assert "lewat pengaturan program" in page
    assert "Mode uji" in page
    assert "Telegram" in page

"""One's own password: changed with the old one only; other sessions end, this one goes on."""

from __future__ import annotations

import logging

import pytest
from browser import Browser
from stage import PASSWORD

from aggregator.web.passwords import PER_LOGIN, is_right

NEW = "handil panjang empat kata"


async def sent(one, **changes):
    return await one.post("/pengaturan/sandi", **({"old": PASSWORD, "new": NEW, "again": NEW} | changes))


async def test_a_new_password_ends_the_other_sessions_and_not_this_one(stage, app, browser, caplog):
    one, other, caplog.handler.level = await browser("pupr"), await browser("pupr"), logging.INFO
    caplog.set_level(logging.INFO, "elapor")
    answer = await sent(one)
    assert answer.headers["location"] == "/pengaturan/sandi?sudah=1"
    del one.client.headers["cookie"]  # from here on the new one
    assert "sudah diganti" in (await one.get("/pengaturan/sandi?sudah=1")).text
    assert (await other.get("/antrean")).status_code == 303
    assert (await Browser(app).sign_in("pupr")).status_code == 401
    assert (await Browser(app).sign_in("pupr", NEW)).status_code == 303
    assert stage.store.account("pupr").password_at == stage.now
    assert [r.getMessage() for r in caplog.records if "password" in r.getMessage()] == [
        f"account {stage.store.account('pupr').id}: password changed by its owner"
    ]
    assert "kata sandi diganti <time" in (await (await browser("admin")).get("/pengaturan")).text


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"old": "bukan yang lama"}, "Kata sandi lama tidak cocok"),
        ({"old": ""}, "Kata sandi lama tidak cocok"),
        ({"new": "sebelas ini", "again": "sebelas ini"}, "Terlalu pendek: 11 karakter"),
        ({"new": "x" * 101, "again": "x" * 101}, "Terlalu panjang"),
        ({"new": PASSWORD, "again": PASSWORD}, "Sama dengan yang lama"),
        ({"again": NEW + "x"}, "Tidak sama dengan kata sandi baru"),
    ],
)
async def test_what_is_wrong_is_said_and_changes_nothing(stage, browser, changes, told):
    one = await browser("peninjau")
    answer = await sent(one, **changes)
    assert (answer.status_code, told in answer.text) == (422, True)
    assert NEW not in answer.text
    assert is_right(PASSWORD, stage.store.account("peninjau").password)
    assert (await one.get("/antrean")).status_code == 200


async def test_the_old_password_is_not_guessed_from_an_open_session(stage, browser):
    one = await browser("peninjau")
    for _ in range(PER_LOGIN):
        await sent(one, old="tebakan yang salah")
    answer = await sent(one)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "900")
    assert is_right(PASSWORD, stage.store.account("peninjau").password)


async def test_everybody_finds_the_way(browser):
    for login in ("peninjau", "pupr", "admin"):
        assert 'href="/pengaturan/sandi"' in (await (await browser(login)).get("/antrean")).text

"""Signing in: who comes in, who doesn't, and that nothing tells which of login and password was wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from browser import Browser
from stage import PASSWORD

from aggregator.web import passwords
from aggregator.web.app import create_app
from aggregator.web.session import COOKIE


@pytest.mark.parametrize(
    ("login", "page"),
    [("peninjau", "/tinjau"), ("admin", "/tinjau"), ("pupr", "/antrean"), ("inspektorat", "/antrean")],
)
async def test_each_role_comes_in_at_its_first_page(browser, login, page):
    one = browser()
    answer = await one.sign_in(login)
    assert (answer.status_code, answer.headers["location"]) == (303, page)
    assert (await one.get(page)).status_code == 200


@pytest.mark.parametrize("secure", [False, True])
async def test_the_cookie_is_closed_to_scripts_and_other_sites(stage, secure):
    one = Browser(create_app(replace(stage.office, secure_cookies=secure)))
    cookie = (await one.get("/masuk")).headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert ("Secure" in cookie) == secure


async def test_signing_in_begins_a_new_session(browser):
    one = browser()
    await one.get("/masuk")
    before = one.client.cookies[COOKIE], one.proof
    await one.sign_in("peninjau")
    assert one.client.cookies[COOKIE] != before[0]
    assert one.proof != before[1]


async def test_no_failure_tells_which_part_was_wrong(stage, browser):
    stage.store.disable_account("dishub")
    told = set()
    for login, password in (("peninjau", "salah salah salah"), ("siapa", PASSWORD), ("dishub", PASSWORD), ("", "")):
        one = browser()
        answer = await one.sign_in(login, password)
        told.add((answer.status_code, answer.text.replace(one.proof, "")))
        assert (await one.get("/antrean")).status_code == 303
    assert len(told) == 1
    assert "tidak cocok" in told.pop()[1]


def test_an_unknown_login_costs_a_verification_like_a_known_one(monkeypatch):
    assert not PasswordHasher().check_needs_rehash(passwords.NOBODY)
    verified = []
    monkeypatch.setattr(PasswordHasher, "verify", lambda _, kept, given: verified.append(kept) or True)
    assert not passwords.is_right("apa saja", None)
    assert verified == [passwords.NOBODY]


async def test_wrong_passwords_shut_a_login_for_a_while_from_everywhere(stage, app):
    for n in range(passwords.PER_LOGIN):
        one = Browser(app, address=f"203.0.113.{n}")
        assert (await one.sign_in("peninjau", "salah salah salah")).status_code == 401
    answer = await Browser(app, address="203.0.113.99").sign_in("peninjau")
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "900")
    assert "Tunggu 15 menit" in answer.text
    assert (await Browser(app).sign_in("admin")).status_code == 303
    stage.now += passwords.WINDOW
    assert (await Browser(app).sign_in("peninjau")).status_code == 303


async def test_wrong_passwords_shut_an_address_for_a_while_whatever_the_login(monkeypatch, app):
    monkeypatch.setattr(passwords, "is_right", lambda *_: False)
    monkeypatch.setattr("aggregator.web.signing_in.is_right", lambda *_: False)
    for n in range(passwords.PER_ADDRESS):
        await Browser(app).sign_in(f"siapa{n}", "salah salah salah")
    assert (await Browser(app).sign_in("peninjau")).status_code == 429
    assert (await Browser(app, address="203.0.113.99").sign_in("peninjau")).status_code == 401


def test_the_throttle_forgets_and_stays_small(stage):
    throttle = passwords.Throttle(lambda: stage.now, most_kept=10)
    for n in range(50):
        stage.now += timedelta(seconds=1)
        throttle.note_wrong(f"siapa{n}", f"198.51.100.{n}")
    assert len(throttle._wrong) <= 12


@pytest.mark.parametrize(
    ("onward", "page"),
    [
        ("/laporan/BTL-7Q4M-2XPH-9K3R", "/laporan/BTL-7Q4M-2XPH-9K3R"),
        ("/antrean", "/antrean"),
        ("https://example.org/", "/tinjau"),
        ("//example.org/tinjau", "/tinjau"),
        ("/\\example.org", "/tinjau"),
        ("/tinjau/../../keluar", "/tinjau"),
        ("/tinjau\r\nset-cookie: a=b", "/tinjau"),
        ("javascript:alert(1)", "/tinjau"),
    ],
)
async def test_signing_in_goes_on_only_to_our_own_pages(browser, onward, page):
    assert (await browser().sign_in("peninjau", lanjut=onward)).headers["location"] == page


async def test_a_page_asks_to_sign_in_and_is_come_back_to(browser):
    asked = await browser().get("/antrean")
    assert asked.headers["location"] == "/masuk?lanjut=/antrean"


@pytest.mark.parametrize("end", ["disable_account", "set_password"])
async def test_shutting_an_account_or_changing_its_password_ends_its_sessions(stage, browser, end):
    one = await browser("peninjau")
    assert (await one.get("/antrean")).status_code == 200
    more = (passwords.hash_password("kata baru yang lain"), stage.now) if "pass" in end else ()
    getattr(stage.store, end)("peninjau", *more)
    assert (await one.get("/antrean")).status_code == 303


@pytest.mark.parametrize("harm", [lambda c: c[:-2] + "xx", lambda c: "x" + c, lambda _: "", lambda _: "a.b.c"])
async def test_a_harmed_cookie_is_none_and_signing_in_still_works(browser, harm):
    one = browser()
    await one.sign_in("peninjau")
    one.client.cookies[COOKIE] = harm(one.client.cookies[COOKIE])
    assert (await one.get("/antrean")).status_code == 303
    one.client.cookies.clear()
    assert (await one.sign_in("peninjau")).status_code == 303


async def test_a_session_lasts_no_longer_than_a_working_day(monkeypatch, browser):
    one = await browser("peninjau")
    monkeypatch.setattr("aggregator.web.session.LASTS", timedelta(seconds=-1))
    assert (await one.get("/antrean")).status_code == 303


async def test_signing_out_forgets(browser):
    one = browser()
    await one.sign_in("peninjau")
    assert (await one.post("/keluar")).headers["location"] == "/masuk"
    assert (await one.get("/antrean")).status_code == 303


@pytest.mark.parametrize("path", ["/masuk", "/keluar"])
async def test_no_form_is_taken_without_its_proof(browser, path):
    one = browser()
    await one.get("/masuk")
    answer = await one.post(path, login="peninjau", password=PASSWORD, proof="0" * 64)
    assert answer.status_code == 403
    assert "Formulir kedaluwarsa" in answer.text

"""Settings: accounts are made and shut by administrators."""

from __future__ import annotations

import pytest
from browser import Browser

NEW = {"login": "baru", "name": "Orang Baru", "role": "unit_admin", "unit": "pupr", "password": "kata sandi panjang"}


@pytest.fixture
async def admin(browser):
    return await browser("admin")


async def test_a_new_account_comes_in(stage, app, admin):
    assert (await admin.post("/pengaturan/akun", **NEW)).status_code == 303
    one = Browser(app)
    assert (await one.sign_in("baru", NEW["password"])).status_code == 303
    assert "Orang Baru" in (await admin.get("/pengaturan")).text
    assert stage.store.account("baru").password.startswith("$argon2id$")


async def test_only_a_units_admin_has_a_unit(stage, admin):
    await admin.post("/pengaturan/akun", **{**NEW, "role": "reviewer"})
    assert stage.store.account("baru").unit == ""


@pytest.mark.parametrize(
    ("wrong", "status", "told"),
    [
        ({"login": "Nama Besar"}, 400, "Akun belum lengkap"),
        ({"login": "ab"}, 400, "Akun belum lengkap"),
        ({"name": " "}, 400, "Akun belum lengkap"),
        ({"role": "system"}, 400, "Akun belum lengkap"),
        ({"unit": ""}, 400, "Perangkat daerah belum dipilih"),
        ({"unit": "tiada"}, 400, "Perangkat daerah belum dipilih"),
        ({"password": "pendek"}, 400, "Kata sandi terlalu pendek"),
        ({"login": "peninjau"}, 409, "Nama masuk sudah dipakai"),
    ],
)
async def test_what_is_wrong_is_said_and_makes_no_account(stage, admin, wrong, status, told):
    before = len(stage.store.accounts())
    answer = await admin.post("/pengaturan/akun", **{**NEW, **wrong})
    assert (answer.status_code, told in answer.text) == (status, True)
    assert len(stage.store.accounts()) == before


async def test_shutting_an_account_ends_its_session(stage, browser, admin):
    other = await browser("pupr")
    await admin.post("/pengaturan/akun/tutup", login="pupr")
    assert stage.store.account("pupr").disabled
    assert (await other.get("/antrean")).status_code == 303


async def test_nobody_shuts_the_own_account(stage, admin):
    assert (await admin.post("/pengaturan/akun/tutup", login="admin")).status_code == 400
    assert not stage.store.account("admin").disabled

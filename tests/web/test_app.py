"""What holds for every page: headers, honest errors, no scripts in pages, figures, and nothing of citizens in logs."""

from __future__ import annotations

import logging
import re
from dataclasses import replace
from pathlib import Path

import pytest
from browser import Browser

from aggregator.web.app import MAX_FORM, create_app

PAGES = ("/", "/lacak", "/masuk", "/tinjau", "/tinjau/1", "/antrean", "/pengaturan", "/tidak-ada", "/static/elapor.css")
STATIC = Path(__file__).parents[2] / "aggregator" / "web" / "static"


@pytest.fixture
async def admin(browser):
    return await browser("admin")


def is_guarded(headers):
    policy = headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "no-referrer"
    return True


@pytest.mark.parametrize("path", PAGES)
async def test_every_answer_is_guarded_and_pages_are_kept_by_no_cache(admin, path):
    headers = (await admin.get(path)).headers
    assert is_guarded(headers)
    assert headers["cache-control"] == ("no-cache" if path.startswith("/static") else "no-store")


async def test_our_own_failure_is_a_guarded_page_that_tells_nothing(stage, admin, monkeypatch):
    monkeypatch.setattr(type(stage.store), "queue", lambda *_, **__: 1 / 0)
    answer = await admin.get("/antrean")
    assert answer.status_code == 500
    assert is_guarded(answer.headers)
    assert "gangguan di pihak kami" in answer.text
    assert "ZeroDivision" not in answer.text


async def test_what_is_not_there_is_a_page(browser, admin):
    for one in (browser(), admin):
        answer = await one.get("/tidak-ada")
        assert answer.status_code == 404
        assert "Halaman tidak ada" in answer.text
    assert (await admin.get("/keluar")).status_code == 405


@pytest.mark.parametrize("told", [True, False])
async def test_a_form_that_is_too_long_is_refused_before_it_is_read(admin, told):
    async def chunks():
        for _ in range(9):
            yield b"a" * (MAX_FORM // 8)

    content = b"a" * (MAX_FORM + 1) if told else chunks()
    answer = await admin.client.post(
        "/masuk", content=content, headers={"content-type": "application/x-www-form-urlencoded"}
    )
    assert answer.status_code == 413
    assert is_guarded(answer.headers)


@pytest.mark.parametrize("body", [b"\xff\xfe", b"proof", b"%%%", b"--x\r\nbroken"])
@pytest.mark.parametrize(
    "kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json"]
)
async def test_forms_that_are_none_are_refused(admin, body, kind):
    answer = await admin.client.post("/antrean", content=body, headers={"content-type": kind})
    assert answer.status_code in (400, 403)


async def test_pages_hold_no_inline_script_or_style(stage, admin):
    stage.reply_by_hand("jalan")
    for path in (*PAGES[:-1], f"/laporan/{stage.report['jalan']}", f"/lacak/{stage.voice['jalan']}"):
        text = (await admin.get(path)).text
        assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", text))
        assert not re.search(r"<style|\sstyle=|\son\w+=", text)


async def test_every_form_that_changes_something_carries_the_proof(stage, admin):
    for path in ("/tinjau", "/tinjau/1", "/antrean", "/pengaturan", f"/laporan/{stage.report['jalan']}"):
        text = (await admin.get(path)).text
        forms = re.findall(r'<form[^>]*method="post".*?</form>', text, re.DOTALL)
        assert forms
        assert all(f'name="proof" value="{admin.proof}"' in form for form in forms)


async def test_the_console_works_without_browser_libraries_and_says_so(admin):
    text = (await admin.get("/antrean")).text
    assert "konsol tetap dapat dipakai tanpa skrip" in text
    assert "/lib/htmx" not in text


async def test_browser_libraries_are_served_from_node_modules_alone(stage, tmp_path):
    library = tmp_path / "node_modules" / "htmx.org" / "dist"
    library.mkdir(parents=True)
    (library / "htmx.min.js").write_text("1;")
    (tmp_path / "node_modules" / "other.js").write_text("2;")
    one = Browser(create_app(replace(stage.office, node_modules=tmp_path / "node_modules")))
    await one.sign_in("peninjau")
    text = (await one.get("/tinjau")).text
    assert "/lib/htmx/htmx.min.js" in text
    assert "tanpa skrip" not in text
    assert (await one.get("/lib/htmx/htmx.min.js")).text == "1;"
    assert (await one.get("/lib/other.js")).status_code == 404
    assert (await one.get("/lib/htmx/..%2f..%2fother.js")).status_code == 404


def test_the_style_stays_small():
    assert (STATIC / "elapor.css").stat().st_size < 15_000


async def test_health(stage, browser):
    one = browser()
    assert (await one.get("/healthz")).text == "ok"
    assert (await one.get("/readyz")).json() == {"database": True, "queue": True, "model": True}
    stage.parts["model"] = False
    answer = await one.get("/readyz")
    assert (answer.status_code, answer.json()["model"]) == (503, False)


async def test_metrics_tell_what_the_store_counts(stage, browser):
    stage.reply_by_hand("jalan")
    with stage.store.writing() as tx:
        stage.store.count(tx, {("deliveries", "telegram:accepted"): 3})
    answer = await browser().get("/metrics")
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    lines = set(answer.text.splitlines())
    assert {
        "# TYPE elapor_deliveries_total counter",
        'elapor_deliveries_total{channel="telegram",outcome="accepted"} 3',
        'elapor_inbound_total{channel="facebook"} 5',
        'elapor_inbound_total{channel="telegram"} 4',
        'elapor_jobs{task="send",state="done"} 1',
        'elapor_reports{status="needs_info"} 1',
        'elapor_reports{status="received"} 3',
        'elapor_reports{status="closed"} 0',
        'elapor_replies_total{channel="telegram",outcome="by_hand"} 1',
    } <= lines
    assert answer.text.endswith("\n")


async def test_no_log_holds_a_text_or_a_name(stage, admin, caplog):
    caplog.set_level(logging.DEBUG)
    await admin.get("/tinjau/1")
    await admin.post("/antrean", words="Pak Karangan")
    await admin.post("/tinjau/1/terima", category="jalan", report_class="pengaduan", urgency="normal")
    await admin.get(f"/laporan/{stage.report['jalan']}")
    for hidden in ("Karangan", "berlubang", "becek"):
        assert hidden not in caplog.text

"""`elapor doctor` as somebody who types it sees it: what is well, what is not, what to do, and the exit status."""

from __future__ import annotations

import io
import re
import shutil
import sys
from argparse import Namespace
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest
from feeds import MODELS, PAGE, SECRETS

from aggregator.app import App, now
from aggregator.cli import doctor, main
from aggregator.cli.streams import Streams
from aggregator.demo.platforms.server import serving
from aggregator.settings import load_settings
from aggregator.store.deliveries import Delivered

LINE = re.compile(r"(baik |awas |RUSAK)  (\w+: )?\S.*")


@pytest.fixture(scope="module")
def server():
    with serving() as platforms:
        yield platforms


@pytest.fixture
def platforms(server):
    server.reset()
    return server


@pytest.fixture
def doctor_says(tmp_path, monkeypatch, capsys, engine, secret):
    """Type `elapor doctor` with these settings: (exit status, lines)."""
    monkeypatch.setattr("aggregator.knowledge.load_engine", lambda *_: engine)

    def run(**settings):
        for name, value in {"MODELS": MODELS, "SECRET_KEY": secret, **settings}.items():
            monkeypatch.setenv(f"ELAPOR_{name}", str(value))
        status = main(["--data", str(tmp_path / "var"), "doctor"])
        lines = capsys.readouterr().out.splitlines()
        assert all(LINE.fullmatch(line) for line in lines), lines
        return status, lines

    return run


@pytest.fixture
def store(tmp_path, engine, secret):
    """The store that the doctor will look at."""
    settings = load_settings({"ELAPOR_SECRET_KEY": secret}, data=tmp_path / "var")
    app = App(settings)
    yield app.store
    app.store.close()


def line(lines, words):
    (found,) = [one for one in lines if words in one]
    return found


def test_a_fresh_house_is_well(doctor_says):
    status, lines = doctor_says()
    assert (status, {one[:5] for one in lines}) == (0, {"baik "})
    for channel in ("telegram", "whatsapp", "facebook", "instagram", "sms"):
        assert f"baik   {channel}: tidak dipakai" in lines
    for words in ("basis data dapat ditulis", "mesin baca", "kunci rahasia", "ruang cakram", "menyerah"):
        assert line(lines, words)


def facebook(platforms):
    known = {name: value for name, value in SECRETS.items() if name.startswith("FACEBOOK_")}
    return known | {"FACEBOOK_TOKEN": "token-rekaan", "FACEBOOK_BASE_URL": platforms.base_url, "META_APP_ID": "990011"}


def test_the_platform_itself_is_asked(doctor_says, platforms):
    status, lines = doctor_says(**facebook(platforms))
    assert status == 0
    assert line(lines, "facebook: Token diterima").startswith("baik ")
    assert line(lines, "ELAPOR_PUBLIC_URL").startswith("awas ")
    platforms.account.subscriptions = []
    status, lines = doctor_says()
    assert status == 1
    assert line(lines, "menu Webhooks").startswith("RUSAK  facebook: ")


def test_what_ends_soon_is_no_failure_yet(doctor_says, platforms):
    platforms.account.token["expires_at"] = int((now() + timedelta(days=10)).timestamp())
    status, lines = doctor_says(**facebook(platforms))
    assert status == 0
    assert line(lines, "kedaluwarsa 9 hari lagi").startswith("awas ")


def test_a_channel_half_set_up_is_bad_and_nobody_is_asked(doctor_says):
    status, lines = doctor_says(FACEBOOK_TOKEN="token-rekaan", FACEBOOK_PAGE_ID=PAGE)
    assert status == 1
    told = line(lines, "ELAPOR_FACEBOOK_APP_SECRET")
    assert told.startswith("RUSAK  facebook: Kurang ")
    assert "ELAPOR_FACEBOOK_PAGE_ID" not in told


def test_long_polling_needs_no_secret(doctor_says, platforms):
    status, lines = doctor_says(TELEGRAM_TOKEN="1:rekaan", TELEGRAM_MODE="poll", TELEGRAM_BASE_URL=platforms.base_url)
    assert (status, line(lines, "getUpdates")[:5]) == (0, "baik ")


def test_what_was_left_behind_is_told(doctor_says, store):
    at = now()
    store.keep([Delivered("telegram", b"1", at - timedelta(hours=2))])
    (job,) = store.claim(at, tasks=("read",))
    with store.writing() as tx:
        store.saw(tx, "telegram", at - timedelta(days=3, hours=1))
        tx.exec_driver_sql("UPDATE job SET state = 'quarantined'")
    store.trouble("facebook", "190", at - timedelta(minutes=90), "sending")
    status, lines = doctor_says()
    assert (status, job.task) == (1, "read")
    assert line(lines, "telegram: pesan terakhir 3 hari lalu").startswith("baik ")
    assert line(lines, "belum dibaca: 2 jam lalu").startswith("awas ")
    assert line(lines, "menyerah: read 1").startswith("RUSAK")
    assert line(lines, "menolak balasan kita sejak 1 jam lalu (kode 190)").startswith("RUSAK  facebook: ")


def test_a_poll_that_lags_is_told(doctor_says, store):
    with store.writing() as tx:
        for channel, ago in (("instagram", 2), ("facebook", 40)):
            store._write(tx, channel, {"polled_at": now() - timedelta(minutes=ago)})
    store.trouble("instagram", "login required", now())
    status, lines = doctor_says()
    assert status == 1
    assert line(lines, "facebook: pengambilan terakhir 40 menit lalu").startswith("awas ")
    assert line(lines, "instagram: pengambilan terakhir 2 menit lalu").startswith("baik ")
    assert line(lines, "login required").startswith("RUSAK  instagram: ")


def test_a_redis_that_is_away_is_told(doctor_says):
    status, lines = doctor_says(REDIS_URL="redis://127.0.0.1:9/0")
    assert (status, line(lines, "Redis")[:5]) == (1, "RUSAK")


@pytest.mark.parametrize(
    ("free", "level", "status"), [(5 << 30, "baik ", 0), (500 << 20, "awas ", 0), (50 << 20, "RUSAK", 1)]
)
def test_a_full_disk_is_told(doctor_says, monkeypatch, free, level, status):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=free))
    told, lines = doctor_says()
    assert (told, line(lines, "ruang cakram")[:5]) == (status, level)


class Terminal(io.StringIO):
    """A terminal."""

    def isatty(self):
        return True


def test_a_terminal_gets_colours(app, tmp_path):
    for out, coloured in ((Terminal(), True), (io.StringIO(), False)):
        doctor.doctor(
            app_without_channels(app), Namespace(create_templates=False), Streams(sys.stdin, out, sys.stderr, tmp_path)
        )
        assert ("\x1b[32mbaik \x1b[0m  " in out.getvalue()) == coloured


def app_without_channels(app):
    """The same app, of whose channels nothing is set up."""
    app.settings = replace(app.settings, env={})
    return app

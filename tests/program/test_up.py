"""`elapor up` as a process beside the stand-ins: what no webhook told is polled, files come and go, and it ends in order."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import feeds
import httpx
import pytest
import shapes
from feeds import MODELS
from processes import environment
from town import POSTS, Spoken

from aggregator.app import App
from aggregator.demo.platforms.server import serving
from aggregator.rules.report import SYSTEM
from aggregator.settings import ROOT, load_settings
from aggregator.web.passwords import hash_password

WORDS = "Jalan di Handil Bakti rusak parah banyak lubang"
WARGA = ("7000100020003", "Budi Rekaan")
PROOF = re.compile(r'name="proof" value="([0-9a-f]+)"')


class Up:
    """The running program, its stand-ins, and a look into its database."""

    def __init__(self, platforms, process, app, address):
        self.platforms, self.process, self.app = platforms, process, app
        self.client = httpx.Client(base_url=address, timeout=30)

    def hook(self, channel, body):
        headers = feeds.proof(channel, body)
        assert self.client.post(f"/hooks/{channel}", content=body, headers=headers).status_code == 200

    def texts(self, state="waiting"):
        return sorted(one.text for one in self.app.store.findings(SYSTEM, state))

    def sign_in(self):
        self.app.store.add_account(
            "peninjau", "Peninjau", "reviewer", "", hash_password("sandi rekaan"), datetime.now(UTC)
        )
        page = self.client.get("/masuk")
        told = {"proof": PROOF.search(page.text)[1], "login": "peninjau", "password": "sandi rekaan"}
        answer = self.client.post("/masuk", data=told)
        assert answer.status_code == 303
        self.client.headers["cookie"] = answer.headers["set-cookie"].split(";")[0]


def until(there, seconds=60):
    end = time.monotonic() + seconds
    while not (found := there()):
        assert time.monotonic() < end
        time.sleep(0.05)
    return found


@pytest.fixture
def up(engine, sqlite_url, tmp_path):
    """`elapor up` with every channel set, Telegram by long polling, and rounds of polling without a pause."""
    data = tmp_path / "var"
    with serving() as platforms, socket.create_server(("127.0.0.1", 0)) as door:
        at = datetime.now(UTC) - timedelta(hours=1)
        platforms.wall.post(feeds.PAGE, POSTS[0], "Kabar", (feeds.PAGE, "Pemkab Rekaan"), at)
        env = environment(sqlite_url, platforms.base_url, MODELS)
        env |= {"ELAPOR_POLL_S": "0.3", "ELAPOR_TELEGRAM_MODE": "poll", "OPENBLAS_NUM_THREADS": "1"}
        port = str(door.getsockname()[1])
        door.close()
        command = [sys.executable, "-m", "aggregator", "up", "--data", str(data), "--port", port]
        with (tmp_path / "log").open("wb") as log:
            process = subprocess.Popen(command, stderr=log, env={**os.environ, **env}, cwd=ROOT)
        app = App(load_settings(env, data=data))
        made = Up(platforms, process, app, f"http://127.0.0.1:{port}")
        try:
            until(lambda: "E-LAPOR siap" in (tmp_path / "log").read_text())
            yield made
        finally:
            made.client.close()
            app.store.close()
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            process.wait()


def test_what_no_webhook_told_is_heard_and_the_program_ends_in_order(up):
    wall, at = up.platforms.wall, int(time.time()) - 60
    for number, words in (("1", f"{WORDS} satu"), ("2", f"{WORDS} dua"), ("3", f"{WORDS} tiga")):
        author = f"700010002000{number}"
        one = Spoken(("facebook", feeds.PAGE, POSTS[0], f"901_{number}"), author, at, words)
        wall.comment(POSTS[0], one.id, words, (author, "Warga Rekaan"), datetime.fromtimestamp(at, UTC))
        if number == "2":  # both tell of it
            up.hook("facebook", shapes.facebook(one))
    up.platforms.updates.add(
        {
            "update_id": 1,
            "message": {
                "message_id": 4,
                "date": at,
                "text": f"{WORDS} empat",
                "from": {"id": 5550009, "is_bot": False, "first_name": "Warga"},
                "chat": {"id": -1002100000001, "type": "supergroup", "title": "Warga Rekaan"},
            },
        }
    )
    first = [f"{WORDS} {number}" for number in ("dua", "empat", "satu", "tiga")]
    until(lambda: up.texts() == first)
    wall.edit("901_1", f"{WORDS} satu kali")
    wall.remove("901_3")
    until(lambda: up.texts() == [f"{WORDS} {number}" for number in ("dua", "empat", "satu kali")])
    assert up.app.store.finding_counts(SYSTEM) == {"waiting": 3, "removed": 1}
    up.process.send_signal(signal.SIGTERM)
    up.process.wait(5)
    assert not up.app.store.busy()


def test_a_photo_is_shown_to_a_reviewer_until_its_author_takes_it_back(up):
    address, at = f"{up.platforms.base_url}/media/foto-fb", int(time.time()) - 60
    by_facebook = Spoken(("facebook", feeds.PAGE, POSTS[0], "901_7"), WARGA[0], at, f"{WORDS} fb")
    body = shapes.facebook(by_facebook).replace(b'"message"', b'"photo":"' + address.encode() + b'","message"')
    when = datetime.fromtimestamp(at, UTC)
    more = {"attachment": {"type": "photo", "media": {"image": {"src": address}}}}
    up.platforms.wall.comment(POSTS[0], "901_7", by_facebook.text, WARGA, when, **more)
    by_whatsapp = Spoken(("whatsapp", feeds.NUMBER, "GRUP-REKAAN", "wamid.7"), "6281255550207", at, f"{WORDS} wa")
    by_whatsapp.photo = "880077"
    by_telegram = Spoken(("telegram", "bot", "-1002100000001", "7"), "5550007", at, f"{WORDS} tg", photo="foto-tg")
    up.hook("facebook", body)
    up.hook("whatsapp", whatsapp_body(shapes.whatsapp(by_whatsapp)))
    up.hook("telegram", shapes.telegram(by_telegram, 77, 0, "album"))
    up.sign_in()
    assert until(lambda: files(up) == 3)
    until(lambda: len(shown(up)) == 3)
    assert {up.client.get(one).headers["content-type"] for one in shown(up)} == {"image/jpeg"}
    by_whatsapp.removed, by_whatsapp.edited = True, at + 9
    up.hook("whatsapp", whatsapp_body(shapes.whatsapp_change(by_whatsapp, 8)))
    up.platforms.wall.remove("901_7")
    until(lambda: files(up) == 1)
    assert len(shown(up)) == 1


def whatsapp_body(part):
    import random

    return shapes.whatsapp_batch([part], random.Random(1))


def files(up):
    """How many files lie in the data folder."""
    return sum(one.is_file() for one in (up.app.settings.data / "media").rglob("*"))


def shown(up):
    """The addresses of the pictures that the reviewer's pages show."""
    pages = [up.client.get(f"/tinjau/{one.id}").text for one in up.app.store.findings(SYSTEM)]
    return {address for page in pages for address in re.findall(r'<img src="(/lampiran/\d+)"', page)}

"""The durable door as a platform, a forger and a crowd meet it, on both databases."""

from __future__ import annotations

import asyncio
import sqlite3
import threading

import feeds
import httpx
import psycopg
import pytest

from aggregator.cli import arguments
from aggregator.cli.handover import Streams, perform
from aggregator.cli.serving import bound, make_server
from aggregator.web import hooks
from aggregator.web.hooks import Door
from connectors.base import Parsed

COMPLAINT = "Jalan di Handil Bakti berlubang parah, tolong diperbaiki"


class Caller:
    """A platform, or somebody else, who calls the door of an app."""

    def __init__(self, app, keeper=None):
        self.stored = 0
        door = Door(keeper or app.store, app.connectors, self._count, app.clock)
        transport = httpx.ASGITransport(door, raise_app_exceptions=False, client=("203.0.113.9", 4000))
        self._client = httpx.AsyncClient(transport=transport, base_url="http://door")

    def _count(self):
        self.stored += 1

    async def post(self, channel, body, headers=None):
        signed = feeds.proof(channel, body) if headers is None else headers
        return await self._client.post(f"/hooks/{channel}", content=body, headers=signed)

    async def get(self, channel, **query):
        asked = {f"hub.{name}": value for name, value in query.items()}
        return await self._client.get(f"/hooks/{channel}", params=asked)


@pytest.fixture
def caller(app):
    return Caller(app)


def kept(url):
    """(channel, outcome, reason) of every delivery, seen by a connection of its own."""
    statement = "SELECT channel, outcome, reason FROM delivery ORDER BY id"
    if url.startswith("sqlite"):
        with sqlite3.connect(url.removeprefix("sqlite:///")) as there:
            return there.execute(statement).fetchall()
    with psycopg.connect(url.replace("+psycopg", "")) as there:
        return there.execute(statement).fetchall()


def read_all(app):
    """Do the jobs of reading, as the worker does."""
    while claimed := app.store.claim(app.clock(), 50, ("read",)):
        for job in claimed:
            app.reader.read(job)


FORGED = (
    *((channel, {}) for channel in feeds.CHANNELS),
    ("telegram", {"x-telegram-bot-api-secret-token": "salah"}),
    ("telegram", {"x-telegram-bot-api-secret-token": ""}),
    ("whatsapp", {"x-hub-signature-256": "sha256=" + "0" * 64}),
    ("whatsapp", {"x-hub-signature-256": ""}),
    ("whatsapp", {"x-hub-signature": "sha1=" + "0" * 40}),
    ("facebook", feeds.sign(feeds.SECRETS, "instagram", feeds.facebook(1, COMPLAINT))),
    ("instagram", feeds.sign(feeds.SECRETS, "instagram", b"another body")),
    ("meta", feeds.sign(feeds.SECRETS, "whatsapp", feeds.facebook(1, COMPLAINT))),
    ("sms", {"authorization": "Bearer salah"}),
    ("sms", {"authorization": f"Basic {feeds.SECRETS['SMS_SECRET']}"}),
)


async def test_what_is_not_proven_is_refused_without_a_hint(app, caller, database_url):
    for channel, headers in FORGED:
        answer = await caller.post(channel, feeds.said(channel, 1, COMPLAINT), headers)
        assert (channel, answer.status_code, answer.content) == (channel, 403, b"")
    await asyncio.sleep(0.1)  # forged ones are counted after the answer
    assert kept(database_url) == []
    counted = app.store.figures()["deliveries"]
    assert sum(n for (_, outcome), n in counted.items() if outcome == "forged") == len(FORGED)
    assert counted["telegram", "forged"] == 3


async def test_a_channel_without_its_secret_refuses_everybody(app_on, database_url):
    caller = Caller(app_on(database_url, env={}))
    for channel in (*feeds.CHANNELS, "whatsapp_export"):
        body = feeds.said("sms" if channel == "whatsapp_export" else channel, 1, COMPLAINT)
        empty = feeds.sign(dict.fromkeys(feeds.SECRETS, ""), "facebook", body)  # what an empty key would sign
        for headers in (empty, {"x-telegram-bot-api-secret-token": ""}, {"authorization": "Bearer "}):
            assert (await caller.post(channel, body, headers)).status_code == 403
        assert (await caller.get(channel, mode="subscribe", verify_token="", challenge="1")).status_code == 403
    assert kept(database_url) == []


async def test_an_unknown_channel_and_an_unknown_method_are_told_so(caller):
    for path in ("faks", "", "telegram/lain"):
        assert (await caller.post(path, b"{}", {})).status_code == 404
    assert (await caller._client.put("/hooks/telegram", content=b"{}")).status_code == 405


async def test_meta_is_answered_its_challenge_only_with_the_right_token(caller):
    for channel, name in (("whatsapp",) * 2, ("facebook",) * 2, ("instagram",) * 2, ("meta", "instagram")):
        token = feeds.SECRETS[f"{name.upper()}_VERIFY_TOKEN"]
        right = await caller.get(channel, mode="subscribe", verify_token=token, challenge="1158201444")
        assert (right.status_code, right.text) == (200, "1158201444")
        for query in (
            {"mode": "subscribe", "verify_token": "salah", "challenge": "1"},
            {"mode": "lain", "verify_token": token, "challenge": "1"},
            {},
        ):
            wrong = await caller.get(channel, **query)
            assert (wrong.status_code, wrong.content) == (403, b"")
    assert (await caller.get("telegram")).status_code == 403


DEEP = b"[" * 100_000
LONG = "jalan rusak " * 1_667
ODD = (
    (b"", "malformed"),
    (b"bukan json", "malformed"),
    (b"\xff\xfe\x00\x80", "malformed"),
    (b"null", "malformed"),
    (b'"teks"', "malformed"),
    (b"[[]]", "malformed"),
    (DEEP, "malformed"),
    (b'{"a":' * 50_000, "malformed"),
    (b"1" * 10_000, "malformed"),
)
"""Whatever the channel: rightly signed, and not to be read."""
SHAPED = (
    ("telegram", b"{}", "ignored"),
    ("telegram", b'{"update_id":1,"poll":{}}', "ignored"),
    ("telegram", b'{"update_id":1,"message":7}', "malformed"),
    ("telegram", b'{"update_id":1,"message":{"chat":[],"from":"x","text":{}}}', "malformed"),
    ("telegram", feeds.telegram(2, LONG), "accepted"),
    ("telegram", feeds.telegram(3, ""), "accepted"),
    ("telegram", feeds.telegram(4, "HALF").replace(b"HALF", b"nol \\u0000 dan setengah \\ud83d"), "accepted"),
    ("whatsapp", b'{"object":"whatsapp_business_account"}', "malformed"),
    ("whatsapp", b'{"object":"page","entry":[]}', "ignored"),
    ("whatsapp", b'{"object":"whatsapp_business_account","entry":[{"changes":[{"value":[]}]}]}', None),
    ("whatsapp", feeds.whatsapp(2, LONG), "accepted"),
    ("whatsapp", feeds.whatsapp_status(1), "accepted"),
    ("facebook", b'{"object":"page","entry":{}}', "malformed"),
    ("facebook", b'{"object":"user","entry":[]}', "ignored"),
    ("facebook", feeds.facebook(2, LONG), "accepted"),
    ("instagram", feeds.instagram(2, LONG), "accepted"),
    ("instagram", b'[{"object":"instagram","entry":[{"field":"comments","value":{}}]}]', "malformed"),
    ("meta", b'{"object":"page","entry":[]}', "ignored"),
    ("sms", b'{"from":"x"}', "malformed"),
    ("sms", b"from=6281255550301&text=&id=7", "accepted"),
)


async def test_whatever_is_signed_is_kept_with_the_reason(app, caller, database_url):
    sent = [(channel, body, outcome) for channel in feeds.CHANNELS for body, outcome in ODD] + list(SHAPED)
    for channel, body, _ in sent:
        answer = await caller.post(channel, body)
        assert (channel, body[:60], answer.status_code) == (channel, body[:60], 200)
    read_all(app)
    found = kept(database_url)
    for (channel, body, outcome), (at, became, reason) in zip(sent, found, strict=True):
        assert (at, body[:60], became) == (channel, body[:60], outcome or became)
        assert became in ("accepted", "ignored", "malformed")
        assert bool(reason) == (became != "accepted"), body[:60]
    assert {state for _, state in app.store.figures()["jobs"]} <= {"ready", "done"}


async def test_a_body_over_four_mebibytes_is_refused(caller, database_url):
    for size, status in ((5 << 20, 413), ((4 << 20) + 1, 413), (4 << 20, 200)):
        assert (await caller.post("telegram", b"x" * size)).status_code == status

    async def in_pieces():
        for _ in range(5):
            yield b"x" * (1 << 20)

    headers = {"x-telegram-bot-api-secret-token": feeds.SECRETS["TELEGRAM_SECRET"]}
    assert (await caller._client.post("/hooks/telegram", content=in_pieces(), headers=headers)).status_code == 413
    assert len(kept(database_url)) == 1


async def test_a_caller_who_hangs_up_in_the_middle_leaves_nothing(app, database_url):
    """Telegram's proof stands in a header: half a body would pass it."""
    secret = feeds.SECRETS["TELEGRAM_SECRET"].encode()
    scope = {"type": "http", "method": "POST", "path": "/hooks/telegram", "query_string": b"", "client": ("::1", 1)}
    scope["headers"] = [(b"x-telegram-bot-api-secret-token", secret)]
    told = iter(({"type": "http.request", "body": b'{"upd', "more_body": True}, {"type": "http.disconnect"}))

    async def receive():
        return next(told)

    async def send(message):
        pass

    await Door(app.store, app.connectors, lambda: None, app.clock)(scope, receive, send)
    assert kept(database_url) == []


async def test_the_same_bytes_twice_are_one(app, caller, database_url):
    body = feeds.whatsapp(1, COMPLAINT)
    statuses = [(await caller.post("whatsapp", body)).status_code for _ in range(3)]
    at_once = await asyncio.gather(*(caller.post("whatsapp", body) for _ in range(3)))
    assert statuses + [answer.status_code for answer in at_once] == [200] * 6
    assert len(kept(database_url)) == 1
    read_all(app)
    counted = app.store.figures()["deliveries"]
    assert counted == {("whatsapp", "repeated"): 5, ("whatsapp", "accepted"): 1}


class Away:
    """A store that is away for some calls."""

    def __init__(self, store, times):
        self._store, self._times = store, times

    def keep(self, batch, forged=()):
        if self._times:
            self._times -= 1
            raise ConnectionError("the database is away")
        return self._store.keep(batch, forged)


async def test_what_could_not_be_stored_is_to_be_sent_again(app, database_url):
    caller = Caller(app, Away(app.store, times=1))
    body = feeds.telegram(1, COMPLAINT)
    answer = await caller.post("telegram", body)
    assert (answer.status_code, answer.content) == (503, b"")
    assert int(answer.headers["retry-after"]) > 0
    assert kept(database_url) == []
    assert caller.stored == 0
    assert (await caller.post("telegram", body)).status_code == 200
    assert len(kept(database_url)) == 1


class Slow:
    """A store whose commit waits until it is told to go on; counts commits."""

    def __init__(self, store):
        self._store = store
        self.go = threading.Event()
        self.begun = threading.Event()
        self.batches = []

    def keep(self, batch, forged=()):
        self.begun.set()
        assert self.go.wait(20)
        new = self._store.keep(batch, forged)
        self.batches.append(len(batch))
        return new


async def test_the_answer_comes_after_the_commit(app, database_url):
    slow = Slow(app.store)
    caller = Caller(app, slow)
    posting = asyncio.create_task(caller.post("telegram", feeds.telegram(1, COMPLAINT)))
    await asyncio.to_thread(slow.begun.wait, 20)
    await asyncio.sleep(0.05)
    assert not posting.done()
    assert kept(database_url) == []
    slow.go.set()
    assert (await posting).status_code == 200
    assert kept(database_url) == [("telegram", "kept", "")]
    assert caller.stored == 1  # the worker was woken


async def test_a_full_buffer_sends_the_platform_away_for_a_moment(app, database_url, monkeypatch):
    monkeypatch.setattr(hooks, "CAPACITY", 3)
    slow = Slow(app.store)
    caller = Caller(app, slow)
    first = asyncio.create_task(caller.post("telegram", feeds.telegram(0, COMPLAINT)))
    await asyncio.to_thread(slow.begun.wait, 20)
    waiting = [asyncio.create_task(caller.post("telegram", feeds.telegram(n, COMPLAINT))) for n in range(1, 6)]
    _, pending = await asyncio.wait(waiting, timeout=0.2)
    slow.go.set()
    answers = [await task for task in (first, *waiting)]
    assert sorted(answer.status_code for answer in answers) == [200] * 4 + [503] * 2
    assert len(pending) == 3
    assert all("retry-after" in answer.headers for answer in answers if answer.status_code == 503)
    assert len(kept(database_url)) == 4


async def test_a_crowd_is_committed_in_few_batches(app, database_url):
    slow = Slow(app.store)
    caller = Caller(app, slow)
    first = asyncio.create_task(caller.post("telegram", feeds.telegram(0, COMPLAINT)))
    await asyncio.to_thread(slow.begun.wait, 20)
    crowd = [asyncio.create_task(caller.post("telegram", feeds.telegram(n, COMPLAINT))) for n in range(1, 200)]
    await asyncio.sleep(0.3)
    slow.go.set()
    answers = await asyncio.gather(first, *crowd)
    assert {answer.status_code for answer in answers} == {200}
    assert slow.batches == [1, 199]
    assert len(kept(database_url)) == 200


async def test_only_unproven_callers_are_slowed_down(app, caller, database_url, monkeypatch):
    monkeypatch.setattr(hooks, "FORGED_A_MINUTE", 5)
    answers = [await caller.post("telegram", feeds.telegram(n, COMPLAINT), {}) for n in range(7)]
    assert [answer.status_code for answer in answers] == [403] * 5 + [429] * 2
    assert answers[-1].headers["retry-after"] == "60"
    assert answers[-1].content == b""
    assert (await caller.post("telegram", feeds.telegram(8, COMPLAINT))).status_code == 200
    assert (await caller.post("telegram", feeds.telegram(9, COMPLAINT), {})).status_code == 429
    assert len(kept(database_url)) == 1


async def test_over_real_http_beside_the_console(app, database_url):
    with bound("127.0.0.1", 0) as door:
        address = f"http://127.0.0.1:{door.getsockname()[1]}"
        server = make_server(app, "127.0.0.1", 0, lambda: None)
        serving = asyncio.create_task(server.serve(sockets=[door]))
        async with httpx.AsyncClient(base_url=address) as client:
            posts = [
                client.post(f"/hooks/{channel}", content=body, headers=feeds.proof(channel, body))
                for channel in feeds.CHANNELS
                for body in (feeds.said(channel, 1, COMPLAINT), b"bukan json")
            ]
            statuses = [answer.status_code for answer in await asyncio.gather(*posts)]
            large = await client.post("/hooks/telegram", content=b"x" * (5 << 20))
            unsigned = await client.post("/hooks/whatsapp", content=b"{}")
            elsewhere = await client.post("/hooks/faks", content=b"{}")
            read_all(app)
            metrics = (await client.get("/metrics")).text.splitlines()
        server.should_exit = True
        await serving
    assert statuses == [200] * len(posts)
    assert (large.status_code, unsigned.status_code, elsewhere.status_code) == (413, 403, 404)
    assert 'elapor_deliveries_total{channel="telegram",outcome="accepted"} 1' in metrics
    assert 'elapor_deliveries_total{channel="telegram",outcome="malformed"} 1' in metrics
    assert 'elapor_deliveries_total{channel="whatsapp",outcome="forged"} 1' in metrics
    assert 'elapor_inbound_total{channel="sms"} 1' in metrics
    assert 'elapor_jobs{task="read",state="done"} 12' in metrics
    assert 'elapor_reports{status="received"} 0' in metrics


class Broken:
    """A connector that reads nothing until it is mended."""

    channel = "telegram"

    def __init__(self, mended):
        self._mended = mended

    def verify(self, headers, body):
        return self._mended.verify(headers, body)

    def parse(self, body, received_at):
        return Parsed(malformed=("no chat id",))


async def test_what_was_malformed_is_read_again_after_the_fix(app, app_on, database_url, tmp_path, capsys):
    broken = app_on(database_url, more_connectors={"telegram": Broken(app.connectors["telegram"])})
    caller = Caller(broken)
    await caller.post("telegram", feeds.telegram(1, COMPLAINT))
    await caller.post("whatsapp", feeds.whatsapp(1, COMPLAINT))
    read_all(broken)
    assert kept(database_url) == [("telegram", "malformed", "no chat id"), ("whatsapp", "accepted", "")]
    for again in ("1 kiriman dibaca lagi.\n", "0 kiriman dibaca lagi.\n"):
        out = tmp_path / "out"
        with out.open("w") as words:
            status = await asyncio.to_thread(
                perform, app, arguments.parser().parse_args(["replay"]), Streams((), words, words, tmp_path)
            )
        assert (status, out.read_text()) == (0, again)
    assert kept(database_url) == [("telegram", "accepted", ""), ("whatsapp", "accepted", "")]
    counted = app.store.figures()["deliveries"]
    assert counted == {("telegram", "malformed"): 0, ("telegram", "accepted"): 1, ("whatsapp", "accepted"): 1}
    assert app.store.figures()["inbound"] == {("telegram",): 1, ("whatsapp",): 1}

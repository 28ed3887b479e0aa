"""The stand-ins answer like the platforms, are scripted over HTTP, and keep a ledger that outlives who sends."""

from __future__ import annotations

import json
import subprocess
import sys

import httpx
import pytest
from telegram import Bot

from aggregator.demo.platforms.platforms import FIRST_ID
from aggregator.demo.platforms.server import running_platforms


@pytest.fixture
async def client(platforms):
    async with httpx.AsyncClient(base_url=platforms.base_url, timeout=5) as made:
        yield made


async def test_telegram_tells_of_itself_and_gives_files(platforms):
    async with Bot("123:rahasia", f"{platforms.base_url}/bot", f"{platforms.base_url}/file/bot") as bot:
        assert bot.can_read_all_group_messages
        await bot.set_webhook("https://elapor.example/hooks/telegram")
        assert (await bot.get_webhook_info()).url == "https://elapor.example/hooks/telegram"
        await bot.delete_webhook()
        assert await bot.get_updates() == ()
        one, two = [await (await bot.get_file(name)).download_as_bytearray() for name in ("foto-1", "foto-2")]
    assert one.startswith(b"\xff\xd8\xff")
    assert one != two


async def test_a_medium_of_whatsapp_comes_in_two_steps(client, platforms):
    platforms.media["55501"] = ("audio/ogg", b"OggS")
    told = (await client.get("/v26.0/55501")).json()
    assert (told["mime_type"], told["file_size"]) == ("audio/ogg", 4)
    assert told["url"].startswith(platforms.base_url)
    assert (await client.get(told["url"])).content == b"OggS"


async def test_ledger_faults_and_windows_over_http(client):
    await client.post("/faults", json={"platform": "sms", "status": 503, "to": "6281255550123", "retry_after": 2})
    await client.post("/windows", json={"to": "6281255550124", "open": False})
    headers = {"Authorization": "Bearer rahasia"}
    for to, status in (("6281255550122", 200), ("6281255550123", 503), ("6281255550123", 200)):
        sent = await client.post("/send", json={"to": to, "text": "halo", "id": f"{to}-{status}"}, headers=headers)
        assert sent.status_code == status
    text = {"messaging_product": "whatsapp", "to": "6281255550124", "type": "text", "text": {"body": "halo"}}
    shut = await client.post("/v26.0/55501/messages", json=text, headers=headers)
    assert (shut.status_code, shut.json()["error"]["code"]) == (400, 131047)
    await client.post("/windows", json={"to": "6281255550124", "open": True})
    taken = (await client.post("/v26.0/55501/messages", json=text, headers=headers)).json()
    assert taken["contacts"] == [{"input": "6281255550124", "wa_id": "6281255550124"}]
    ledger = (await client.get("/ledger")).json()
    assert [entry["to"][-3:] for entry in ledger] == ["122", "123", "124"]
    assert ledger[-1]["id"] == taken["messages"][0]["id"]


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        ("/v26.0/1/messages", {"messaging_product": "whatsapp", "to": "62812", "type": "text", "text": {}}, 100),
        ("/v26.0/1/likes", {"message": "halo"}, 100),
        ("/bot1:x/sendMessage", {"chat_id": 5, "text": "x" * 4097}, 400),
        ("/bot1:x/sendMessage", {"chat_id": 5, "text": " "}, 400),
        ("/bot1:x/sendNothing", {}, 404),
    ],
)
async def test_what_a_platform_would_refuse_is_refused(client, platforms, path, body, code):
    answer = await client.post(path, json=body, headers={"Authorization": "Bearer rahasia"})
    held = answer.json()
    assert code in (held.get("error_code"), held.get("error", {}).get("code"))
    assert not platforms.ledger


async def test_unsigned_calls_are_refused(client, platforms):
    for path in ("/v26.0/1/comments", "/send"):
        assert (await client.post(path, json={"message": "halo"})).status_code == 401
    assert not platforms.ledger


async def test_the_ledger_file_is_taken_up_again(tmp_path):
    file = tmp_path / "ledger.jsonl"
    for expected in (FIRST_ID, FIRST_ID + 1):
        async with running_platforms(file=file) as platforms, httpx.AsyncClient() as client:
            sent = await client.post(f"{platforms.base_url}/bot1:x/sendMessage", json={"chat_id": 5, "text": "halo"})
            assert sent.json()["result"]["message_id"] == expected
    assert [json.loads(line)["text"] for line in file.read_text().splitlines()] == ["halo", "halo"]


def test_a_process_of_its_own(tmp_path):
    file = tmp_path / "ledger.jsonl"
    command = [sys.executable, "-m", "aggregator.demo.platforms", "--ledger", str(file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        address = process.stdout.readline().strip()
        sent = httpx.post(f"{address}/bot1:x/sendMessage", json={"chat_id": -100555, "text": "halo"}, timeout=5)
        process.kill()
    assert sent.json()["result"]["chat"]["type"] == "supergroup"
    assert json.loads(file.read_text())["to"] == "-100555"

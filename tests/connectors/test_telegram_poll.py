"""Telegram's long polling, against the stand-in: nothing is confirmed before it is stored, every refusal has its name."""

import json
import logging
import threading
import time
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from aggregator.demo.platforms.server import serving
from connectors.poll import AskLater, NotAllowed
from connectors.telegram import TelegramConnector
from connectors.telegram_poll import TelegramPoller

TOKEN = "5550100:token-rekaan"
NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def server():
    with serving() as platforms:
        yield platforms


@pytest.fixture
def platforms(server):
    server.reset()
    server.webhook = ""
    return server


@pytest.fixture
def poller(platforms):
    made = TelegramPoller(TOKEN, platforms.base_url, hold=0)
    yield made
    made.close()


def unknown(_account, _threads):
    raise AssertionError("Telegram tells removals never: nothing is compared")


def said(number, text="jalan rusak", kind="message"):
    chat = {"id": 5550001, "type": "private", "first_name": "Rahmat Rekaan"}
    message = {"message_id": number, "from": {"id": 5550001, "is_bot": False, "first_name": "Rahmat Rekaan"}}
    return {"update_id": 700 + number, kind: message | {"chat": chat, "date": 1792967400, "text": text}}


def ask(poller, cursor=None, now=NOW):
    return poller.poll(cursor or {}, unknown, now)


def test_each_update_is_a_delivery_as_the_webhook_would_bring_it(platforms, poller):
    updates = [said(1), said(2, "lampu mati 😀")]
    for update in updates:
        platforms.updates.add(update)
    polled = ask(poller)
    assert [json.loads(body) for body in polled.bodies] == updates
    parsed = [TelegramConnector("secret").parse(body, NOW) for body in polled.bodies]
    assert [item.text for one in parsed for item in one.items] == ["jalan rusak", "lampu mati 😀"]


def test_what_a_webhook_brought_too_is_the_same_message(platforms, poller):
    update = said(1, kind="edited_message")
    update["edited_message"]["edit_date"] = 1792967500
    platforms.updates.add(update)
    (body,) = ask(poller).bodies
    by_webhook = json.dumps(update, indent=1, ensure_ascii=False).encode()
    assert body != by_webhook
    read = TelegramConnector("secret").parse
    assert read(body, NOW).items == read(by_webhook, NOW + timedelta(seconds=3)).items


def test_updates_are_confirmed_by_the_next_call_only(platforms, poller):
    platforms.updates.add(said(1))
    first = ask(poller)
    assert ask(poller).bodies == first.bodies  # a crash before the cursor was kept
    assert len(platforms.updates.waiting) == 1
    platforms.updates.add(said(2))
    second = ask(poller, first.cursor)
    assert [json.loads(body)["update_id"] for body in second.bodies] == [702]
    third = ask(poller, second.cursor)
    assert third.bodies == ()
    assert third.cursor == second.cursor
    assert platforms.updates.waiting == []


def test_a_long_row_is_fetched_in_parts(platforms, poller):
    for number in range(1, 251):
        platforms.updates.add(said(number))
    polled, got = ask(poller), []
    while polled.bodies:
        got += [json.loads(body)["update_id"] for body in polled.bodies]
        polled = ask(poller, polled.cursor)
    assert got == list(range(701, 951))


def test_a_call_is_held_until_there_is_news(platforms):
    poller = TelegramPoller(TOKEN, platforms.base_url, hold=20)
    found = []
    asking = threading.Thread(target=lambda: found.append(ask(poller)))
    asking.start()
    while not platforms.updates.asked:
        time.sleep(0.01)
    platforms.updates.add(said(1))
    asking.join(10)
    assert not asking.is_alive()
    assert len(found[0].bodies) == 1
    poller.close()


KINDS = ["message", "edited_message", "channel_post", "edited_channel_post", "my_chat_member", "callback_query"]


@pytest.mark.parametrize("kind", KINDS)
def test_everything_that_is_read_is_asked_for(platforms, poller, kind):
    platforms.updates.add({"update_id": 1, kind: {}})
    platforms.updates.add({"update_id": 2, "poll": {}})
    assert [json.loads(body) for body in ask(poller).bodies] == [{"update_id": 1, kind: {}}]


def test_after_a_week_of_silence_telegram_may_have_begun_to_number_anew(platforms, poller):
    platforms.updates.add({**said(1), "update_id": 900_000})
    cursor = ask(poller).cursor
    assert ask(poller, cursor).bodies == ()
    platforms.updates.add({**said(2), "update_id": 17})
    polled = ask(poller, cursor, NOW + timedelta(days=7))
    assert [json.loads(body)["update_id"] for body in polled.bodies] == [17]
    assert "offset" not in platforms.updates.asked[-1]


FAULTS = {
    "token refused": ({"status": 401}, NotAllowed, "ELAPOR_TELEGRAM_TOKEN", None),
    "no such bot": ({"status": 404}, NotAllowed, "ELAPOR_TELEGRAM_TOKEN", None),
    "another program": ({"status": 409, "words": "Conflict: terminated by other"}, NotAllowed, "program lain", None),
    "too many calls": ({"status": 429, "retry_after": 7}, AskLater, "http 429", 7.0),
    "too many calls, no time": ({"status": 429}, AskLater, "http 429", None),
    "telegram is ill": ({"status": 502}, AskLater, "http 502", None),
    "connection dropped": ({"how": "drop"}, AskLater, "no answer", None),
}


@pytest.mark.parametrize(("fault", "kind", "reason", "wait"), FAULTS.values(), ids=FAULTS.keys())
def test_every_failure_has_its_name(platforms, poller, fault, kind, reason, wait, caplog):
    caplog.set_level(logging.DEBUG)
    platforms.updates.add(said(1))
    platforms.fail_next("telegram", **fault)
    with pytest.raises(kind) as failed:
        ask(poller)
    assert reason in failed.value.reason
    assert failed.value.retry_after == wait
    assert TOKEN not in caplog.text + repr(failed.value)
    assert failed.value.__cause__ is None
    assert len(ask(poller).bodies) == 1  # it was only this call


def test_a_webhook_that_is_still_set_is_named(platforms, poller):
    platforms.webhook = "https://lapor.contoh.invalid/hooks/telegram"
    with pytest.raises(NotAllowed, match="deleteWebhook"):
        ask(poller)


def test_two_that_poll_with_one_token_hinder_each_other(platforms, poller):
    first = TelegramPoller(TOKEN, platforms.base_url, hold=20)
    failed = []

    def poll():
        try:
            ask(first)
        except NotAllowed as why:
            failed.append(why.reason)

    asking = threading.Thread(target=poll)
    asking.start()
    while not platforms.updates.asked:
        time.sleep(0.01)
    assert ask(poller).bodies == ()
    asking.join(10)
    assert ["program lain" in reason for reason in failed] == [True]
    first.close()


def test_nobody_there(platforms):
    poller = TelegramPoller(TOKEN, "http://127.0.0.1:1", hold=0)
    with pytest.raises(AskLater, match="no answer"):
        ask(poller)
    poller.close()


ODD = {
    "no JSON": b"<html>",
    "no object": b"[]",
    "not ok": b'{"ok": false}',
    "no list": b'{"ok": true, "result": {}}',
    "nothing that could be confirmed": b'{"ok": true, "result": [{"message": {}}, {"update_id": "x"}]}',
}


@pytest.mark.parametrize("answer", ODD.values(), ids=ODD.keys())
def test_an_odd_answer_is_asked_again_later(poller, answer):
    poller._http = httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(200, content=answer)))
    with pytest.raises(AskLater):
        ask(poller)


def test_a_bad_update_loses_no_neighbour(poller):
    result = [{"update_id": 5, "message": "broken \ud800"}, None, said(1), {"message": {}}]
    told = json.dumps({"ok": True, "result": result})
    answer = httpx.MockTransport(lambda _: httpx.Response(200, content=told))
    poller._http = httpx.Client(transport=answer)
    polled = ask(poller)
    assert [json.loads(body) for body in polled.bodies] == [result[0], result[2], result[3]]
    assert polled.cursor["offset"] == 702

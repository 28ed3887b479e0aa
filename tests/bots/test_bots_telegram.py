"""python-telegram-bot against the stand-in of Telegram: what arrives, and what each refusal means."""

from __future__ import annotations

import logging

import pytest

from bots.base import NO_ANSWER, Button, Later, Refused, Throttled, TokenDead, Unreachable
from bots.calls import NOT_CONNECTED
from bots.telegram import TelegramBot

CHAT = "5550123"


@pytest.fixture
async def bot(platforms):
    made = TelegramBot("123:rahasia", platforms.base_url, timeout=5)
    yield made
    await made.close()


async def test_the_text_arrives_as_it_is_and_the_id_comes_back(bot, platforms, outbound):
    text = "Laporan *BTL-1* <b>diterima</b> & dicatat_\nBaris kedua 🙏 [1] {x}"
    identity = await bot.send(outbound("telegram", text, thread=CHAT, reply_to="41"))
    (entry,) = platforms.sent("telegram")
    assert (entry.to, entry.text, entry.id) == (CHAT, text, identity)
    assert entry.body["reply_parameters"] == {"message_id": 41, "allow_sending_without_reply": True}
    assert "message_thread_id" not in entry.body


async def test_a_topic_and_buttons(bot, platforms, outbound):
    buttons = (Button("Ya, benar", "yes"), Button("Bukan", "no"))
    await bot.send(outbound("telegram", thread="-1005550777/12", direct=False, buttons=buttons))
    (entry,) = platforms.sent("telegram")
    assert (entry.to, entry.body["message_thread_id"]) == ("-1005550777", "12")
    assert entry.body["reply_markup"]["inline_keyboard"] == [
        [{"text": "Ya, benar", "callback_data": "yes"}],
        [{"text": "Bukan", "callback_data": "no"}],
    ]


async def test_an_answer_to_a_pressed_button_quotes_nothing(bot, platforms, outbound):
    await bot.send(outbound("telegram", thread=CHAT, reply_to="callback:998877"))
    (entry,) = platforms.sent("telegram")
    assert "reply_parameters" not in entry.body


async def test_a_long_text_is_split_at_paragraphs_and_loses_nothing(bot, platforms, outbound):
    paragraphs = [f"Bagian {n}. " + "kata " * 300 for n in range(6)]
    out = outbound("telegram", "\n\n".join(paragraphs), thread=CHAT, buttons=(Button("Ya", "yes"),))
    identity = await bot.send(out)
    parts = platforms.sent("telegram")
    assert len(parts) > 1
    assert all(part.text.startswith("Bagian") and len(part.text) <= 4096 for part in parts)
    assert " ".join(part.text for part in parts).split() == out.text.split()
    assert ["reply_markup" in part.body for part in parts] == [False] * (len(parts) - 1) + [True]
    assert identity == parts[-1].id


async def test_the_next_try_of_a_split_text_goes_on_where_it_broke_off(bot, platforms, outbound, tried):
    out = outbound("telegram", "Kalimat pendek. " * 600, thread=CHAT)
    platforms.fail_next("telegram", 502, after=1)
    assert isinstance(await tried(bot, out), Later)
    assert len(platforms.ledger) == 1
    await bot.send(out)
    assert " ".join(entry.text for entry in platforms.sent("telegram")).split() == out.text.split()


@pytest.mark.parametrize(
    ("fault", "kind", "reason", "wait"),
    [
        ({"status": 429, "retry_after": 7}, Throttled, "429", 7),
        ({"status": 403}, Unreachable, "403", None),
        ({"status": 401}, TokenDead, "401", None),
        ({"status": 400, "words": "Bad Request: chat not found"}, Unreachable, "400 gone", None),
        ({"status": 400, "words": "Bad Request: message thread not found"}, Unreachable, "400 gone", None),
        ({"status": 400, "words": "Bad Request: can't parse entities"}, Refused, "400", None),
        ({"status": 502}, Later, "http 5xx", None),
        ({"status": 500}, Later, "http 5xx", None),
        ({"how": "drop"}, Later, NO_ANSWER, None),
    ],
)
async def test_refusals(bot, platforms, outbound, tried, fault, kind, reason, wait):
    platforms.fail_next("telegram", **fault)
    why = await tried(bot, outbound("telegram", thread=CHAT))
    assert (type(why), why.reason, why.retry_after) == (kind, reason, wait)
    assert why.__suppress_context__


async def test_no_answer_in_time_is_tried_later_though_it_was_taken(platforms, outbound, tried):
    bot = TelegramBot("123:rahasia", platforms.base_url, timeout=0.2)
    platforms.fail_next("telegram", how="hang")
    why = await tried(bot, outbound("telegram", thread=CHAT))
    await bot.close()
    assert (type(why), why.reason, len(platforms.sent("telegram"))) == (Later, NO_ANSWER, 1)


async def test_nobody_at_the_address(outbound, tried):
    bot = TelegramBot("123:rahasia", "http://127.0.0.1:9", timeout=1)
    why = await tried(bot, outbound("telegram", thread=CHAT))
    await bot.close()
    assert (type(why), why.reason) == (Later, NOT_CONNECTED)


async def test_a_group_that_became_a_supergroup_is_followed(bot, platforms, outbound):
    platforms.fail_next("telegram", migrate_to=-1005550999)
    identity = await bot.send(outbound("telegram", thread="-5550777/3", direct=False))
    (entry,) = platforms.sent("telegram")
    assert (entry.to, entry.id) == ("-1005550999", identity)


async def test_without_a_token_nothing_is_called(platforms, outbound, tried):
    assert isinstance(await tried(TelegramBot("", platforms.base_url), outbound("telegram", thread=CHAT)), TokenDead)
    assert not platforms.ledger


async def test_a_closed_bot_sends_again(bot, platforms, outbound):
    for ref in ("a", "b"):
        await bot.send(outbound("telegram", thread=CHAT, ref=ref))
        await bot.close()
    assert len(platforms.sent("telegram")) == 2


async def test_logs_hold_neither_text_nor_token(bot, platforms, outbound, caplog):
    caplog.set_level(logging.DEBUG)
    platforms.fail_next("telegram", 502)
    platforms.fail_next("telegram", 400)
    for _ in range(3):
        try:
            await bot.send(outbound("telegram", "kalimat yang khas", thread=CHAT))
        except (Later, Unreachable):
            continue
    assert "khas" not in caplog.text
    assert "rahasia" not in caplog.text

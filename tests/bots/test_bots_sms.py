"""The SMS bot against the stand-in of a gateway."""

from __future__ import annotations

import pytest

from bots.base import NO_ANSWER, Button, Later, Refused, Throttled, TokenDead, Unreachable
from bots.calls import NOT_CONNECTED
from bots.sms import SmsBot

TO = "6281255550123"


@pytest.fixture
async def bot(platforms):
    made = SmsBot("rahasia", platforms.base_url, timeout=5)
    yield made
    await made.close()


async def test_the_text_arrives_under_our_key_and_the_gateway_id_comes_back(bot, platforms, outbound):
    identity = await bot.send(outbound("sms", "Laporan diterima. Kode: BTL-1", thread=TO, ref="answer:3:1"))
    (entry,) = platforms.sent("sms")
    assert entry.body == {"to": TO, "text": "Laporan diterima. Kode: BTL-1", "id": "answer:3:1"}
    assert identity == entry.id


async def test_a_second_try_of_what_the_gateway_took_is_sent_once(bot, platforms, outbound, tried):
    out = outbound("sms", thread=TO)
    platforms.fail_next("sms", how="drop")
    assert (await tried(bot, out)).reason == NO_ANSWER
    identity = await bot.send(out)
    assert [entry.id for entry in platforms.sent("sms")] == [identity]


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("\u201cJalan rusak\u201d \u2013 km 5\u2026", '"Jalan rusak" - km 5...'),
        ("Terima kasih 🙏 kawan", "Terima kasih  kawan"),
        ("[BTL] café ½ `a`", "(BTL) cafe 1/2 'a'"),
    ],
)
async def test_what_would_halve_a_message_is_written_plainly(bot, platforms, outbound, written, sent):
    await bot.send(outbound("sms", written, thread=TO))
    assert platforms.sent("sms")[0].text == sent


async def test_a_long_text_ends_at_a_sentence_within_three_messages_and_keeps_its_code(bot, platforms, outbound):
    text = "Perbaikan jalan sedang dijadwalkan. " * 20 + "Kode: BTL-1"
    await bot.send(outbound("sms", text, thread=TO, code="BTL-1", buttons=(Button("Ya", "yes"),)))
    (entry,) = platforms.sent("sms")
    assert len(entry.text) <= 459
    assert entry.text.endswith("dijadwalkan. ... BTL-1")


@pytest.mark.parametrize(
    ("fault", "kind", "wait"),
    [
        ({"status": 429, "retry_after": 8}, Throttled, 8),
        ({"status": 401}, TokenDead, None),
        ({"status": 403}, TokenDead, None),
        ({"status": 410}, Unreachable, None),
        ({"status": 422}, Refused, None),
        ({"status": 503, "retry_after": 4}, Later, 4),
        ({"status": 500}, Later, None),
    ],
)
async def test_refusals(bot, platforms, outbound, tried, fault, kind, wait):
    platforms.fail_next("sms", **fault)
    why = await tried(bot, outbound("sms", thread=TO))
    assert (type(why), why.reason, why.retry_after) == (kind, f"http {fault['status']}", wait)


async def test_nobody_at_the_address_or_no_secret(platforms, outbound, tried):
    bot = SmsBot("rahasia", "http://127.0.0.1:9", timeout=1)
    why = await tried(bot, outbound("sms", thread=TO))
    await bot.close()
    assert (type(why), why.reason) == (Later, NOT_CONNECTED)
    assert isinstance(await tried(SmsBot("", platforms.base_url), outbound("sms", thread=TO)), TokenDead)

"""facebook-sdk, through our client, against the stand-ins of Facebook and Instagram."""

from __future__ import annotations

import json

import pytest

from bots.base import (
    NO_ANSWER,
    Accepted,
    AnsweredBefore,
    Button,
    Later,
    Refused,
    Throttled,
    TokenDead,
    Unreachable,
    WindowShut,
)
from bots.calls import NOT_CONNECTED
from bots.facebook import FacebookBot
from bots.instagram import InstagramBot
from connectors.graph import GraphClient

PAGE, COMMENT, MEDIA_COMMENT = "5550101", "5550202_5550303", "17850005550404"


@pytest.fixture
async def facebook(platforms):
    made = FacebookBot("rahasia", PAGE, platforms.base_url)
    yield made
    await made.close()


@pytest.fixture
async def instagram(platforms):
    made = InstagramBot("rahasia", platforms.base_url)
    yield made
    await made.close()


@pytest.fixture
def bots(facebook, instagram):
    return {"facebook": facebook, "instagram": instagram}


async def test_a_public_reply_on_facebook(facebook, platforms, outbound):
    text = 'Terima kasih & "diterima" {1} [2]\nBaris kedua 🙏'
    identity = await facebook.send(outbound("facebook", text, reply_to=COMMENT, direct=False))
    (entry,) = platforms.sent("facebook")
    assert (entry.method, entry.to, entry.text, entry.id) == (f"{COMMENT}/comments", COMMENT, text, identity)


async def test_a_private_reply_on_facebook_once(facebook, platforms, outbound, tried):
    out = outbound("facebook", 'Kode "BTL-1"\nsimpan ya', reply_to=COMMENT)
    identity = await facebook.send(out)
    (entry,) = platforms.sent("facebook")
    assert (entry.method, entry.to, entry.text, entry.id) == (f"{PAGE}/messages", COMMENT, out.text, identity)
    why = await tried(facebook, out)
    assert (type(why), why.reason) == (AnsweredBefore, "10900")


async def test_a_private_reply_keeps_within_one_message_and_its_code(facebook, platforms, outbound):
    text = "Kalimat keterangan. " * 150 + "Kode: BTL-7Q4M-2XPH-9K3R"
    await facebook.send(outbound("facebook", text, reply_to=COMMENT, code="BTL-7Q4M-2XPH-9K3R"))
    (entry,) = platforms.sent("facebook")
    assert len(entry.text) <= 2000
    assert entry.text.endswith("keterangan. … BTL-7Q4M-2XPH-9K3R")


async def test_a_private_reply_on_instagram(instagram, platforms, outbound):
    out = outbound("instagram", account="17841400", reply_to=MEDIA_COMMENT)
    identity = await instagram.send(out)
    entry = platforms.ledger[-1]
    assert (entry.method, entry.to, entry.text, entry.id) == ("17841400/messages", MEDIA_COMMENT, out.text, identity)


@pytest.mark.parametrize("channel", ["facebook", "instagram"])
async def test_a_private_message_tells_which_conversation_it_opened(channel, bots, outbound):
    taken = await bots[channel].send(outbound(channel, account=PAGE, reply_to=COMMENT))
    assert isinstance(taken, Accepted)
    assert taken.thread


@pytest.mark.parametrize("channel", ["facebook", "instagram"])
async def test_an_answer_to_who_wrote_in_private(channel, monkeypatch, outbound):
    posted = []

    def put_object(_client, parent, edge, **told):
        posted.append((parent, edge, {name: json.loads(told[name]) for name in ("recipient", "message")}))
        posted.append(told["messaging_type"])
        return {"recipient_id": "7700101", "message_id": "m_1"}

    monkeypatch.setattr(GraphClient, "put_object", put_object)
    bot = FacebookBot("rahasia", PAGE) if channel == "facebook" else InstagramBot("rahasia")
    taken = await bot.send(outbound(channel, "Halo", account=PAGE, thread="7700101"))
    await bot.close()
    assert (taken, taken.thread) == ("m_1", "7700101")
    assert posted == [(PAGE, "messages", {"recipient": {"id": "7700101"}, "message": {"text": "Halo"}}), "RESPONSE"]


@pytest.mark.parametrize("channel", ["facebook", "instagram"])
@pytest.mark.parametrize(("code", "kind"), [(10, Refused), (200, Refused), (190, TokenDead), (10900, AnsweredBefore)])
async def test_no_permission_for_messages_leaves_the_channel_open(
    channel, bots, platforms, outbound, tried, code, kind
):
    for name in ("facebook", "instagram"):
        platforms.fail_next(name, code=code)
    why = await tried(bots[channel], outbound(channel, account=PAGE, reply_to=COMMENT))
    assert (type(why), why.reason) == (kind, str(code))


async def test_a_reply_on_instagram(instagram, platforms, outbound):
    out = outbound("instagram", "Laporan diterima 🙏", reply_to=MEDIA_COMMENT, direct=False)
    identity = await instagram.send(out)
    (entry,) = platforms.sent("instagram")
    assert (entry.method, entry.text, entry.id) == (f"{MEDIA_COMMENT}/replies", out.text, identity)


@pytest.mark.parametrize("channel", ["facebook", "instagram"])
async def test_choices_are_numbered(channel, bots, platforms, outbound):
    buttons = (Button("Ya", "yes"), Button("Bukan", "no"))
    await bots[channel].send(outbound(channel, "Benar?", reply_to=COMMENT, direct=False, buttons=buttons))
    assert platforms.sent(channel)[0].text == "Benar?\n\n1. Ya\n2. Bukan"


@pytest.mark.parametrize("channel", ["facebook", "instagram"])
@pytest.mark.parametrize(
    ("fault", "kind", "reason", "wait"),
    [
        ({"code": 190, "subcode": 463}, TokenDead, "190/463", None),
        ({"code": 10}, TokenDead, "10", None),
        ({"status": 403, "code": 200}, TokenDead, "200", None),
        ({"code": 10, "subcode": 2018278}, WindowShut, "10/2018278", None),
        ({"code": 10900}, AnsweredBefore, "10900", None),
        ({"code": 10903, "subcode": 1}, WindowShut, "10903/1", None),
        ({"code": 100, "subcode": 33}, Unreachable, "100/33", None),
        ({"code": 551, "subcode": 1545041}, Unreachable, "551/1545041", None),
        ({"code": 100}, Refused, "100", None),
        ({"status": 403, "code": 4, "retry_after": 60}, Throttled, "4", 60),
        ({"code": 17}, Throttled, "17", None),
        ({"code": 32}, Throttled, "32", None),
        ({"code": 613}, Throttled, "613", None),
        ({"status": 429, "retry_after": 9}, Throttled, "http 429", 9),
        ({"status": 500, "code": 2}, Later, "2", None),
        ({"status": 502}, Later, "http 502", None),
        ({"how": "drop"}, Later, NO_ANSWER, None),
    ],
)
async def test_refusals(channel, bots, platforms, outbound, tried, fault, kind, reason, wait):
    platforms.fail_next(channel, **fault)
    why = await tried(bots[channel], outbound(channel, reply_to=COMMENT, direct=False))
    assert (type(why), why.reason, why.retry_after) == (kind, reason, wait)


@pytest.mark.parametrize("kind", [FacebookBot, InstagramBot])
async def test_nobody_at_the_address_no_token_no_comment(kind, outbound, tried):
    token_only = {"page_id": PAGE} if kind is FacebookBot else {}
    bot = kind("rahasia", base_url="http://127.0.0.1:9", **token_only)
    dead = kind("", base_url="http://127.0.0.1:9", **token_only)
    out = outbound(bot.channel, reply_to=COMMENT, direct=False)
    assert isinstance(await tried(dead, out), TokenDead)
    assert isinstance(await tried(bot, outbound(bot.channel)), Refused)
    why = await tried(bot, out)
    await bot.close()
    assert isinstance(why, Later)
    assert why.reason in (NOT_CONNECTED, NO_ANSWER)

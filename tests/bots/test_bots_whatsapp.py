"""pywa against the stand-in of WhatsApp: texts, choices, groups, the 24-hour window, and what each refusal means."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

import pytest

from bots.base import NO_ANSWER, Button, Later, Refused, TemplateRefused, Throttled, TokenDead, Unreachable, WindowShut
from bots.calls import NOT_CONNECTED
from bots.whatsapp import Template, WhatsAppBot

TO, GROUP, PHONE = "6281255550123", "Y2FwaV9ncm91cDo1NTUwMTIz", "5550199"
NOW = datetime(2026, 8, 3, 9, 0, tzinfo=UTC)
OPEN, PAST = NOW + timedelta(hours=3), NOW - timedelta(minutes=1)
TEMPLATE = Template("kabar_laporan")
TOLD = {"code": "BTL-7Q4M-2XPH-9K3R", "status": "diproses"}
NOTICE = "kabar_laporan | BTL-7Q4M-2XPH-9K3R | diproses"


def whatsapp(platforms, template=TEMPLATE, **more):
    return WhatsAppBot("rahasia", PHONE, platforms.base_url, template, **{"timeout": 5, "clock": lambda: NOW} | more)


@pytest.fixture
async def bot(platforms):
    made = whatsapp(platforms)
    yield made
    await made.close()


async def test_the_text_arrives_as_it_is_with_our_key_and_the_id_comes_back(bot, platforms, outbound):
    text = "Laporan *BTL-1* diterima.\nhttps://elapor.example/lacak/BTL-1 🙏"
    identity = await bot.send(outbound("whatsapp", text, thread=TO, reply_to="wamid.abc", ref="answer:7:1"))
    (entry,) = platforms.sent("whatsapp")
    assert (entry.to, entry.text, entry.ref, entry.id) == (TO, text, "answer:7:1", identity)
    assert entry.method == f"{PHONE}/messages"
    assert entry.body["context"] == {"message_id": "wamid.abc"}
    assert entry.body["text"]["preview_url"] is False


async def test_the_answer_comes_from_the_number_that_was_written_to(bot, platforms, outbound):
    await bot.send(outbound("whatsapp", thread=TO, account="5550188"))
    assert platforms.sent("whatsapp")[0].method == "5550188/messages"


async def test_a_person_without_a_phone_number(bot, platforms, outbound):
    await bot.send(outbound("whatsapp", thread="ID.13491208655302741918"))
    assert platforms.sent("whatsapp")[0].body["recipient"] == "ID.13491208655302741918"


def choices(*labels):
    return tuple(Button(label, f"pick:{number}") for number, label in enumerate(labels))


async def test_few_short_choices_are_buttons(bot, platforms, outbound):
    await bot.send(outbound("whatsapp", thread=TO, buttons=choices("Ya, benar", "Bukan", "Ubah tempat")))
    action = platforms.sent("whatsapp")[0].body["interactive"]["action"]
    assert action["buttons"][0]["reply"] == {"id": "pick:0", "title": "Ya, benar"}
    assert len(action["buttons"]) == 3


async def test_more_choices_are_a_list(bot, platforms, outbound):
    labels = ("Marabahan", "Alalak", "Mandastana", "Belawang", "Wanaraya (kecamatan)")
    await bot.send(outbound("whatsapp", thread=TO, buttons=choices(*labels)))
    interactive = platforms.sent("whatsapp")[0].body["interactive"]
    assert interactive["type"] == "list"
    assert [row["title"] for row in interactive["action"]["sections"][0]["rows"]] == list(labels)


@pytest.mark.parametrize(
    ("thread", "labels"),
    [
        (TO, ("Jalan Jenderal Sudirman km 12", "Bukan")),
        (TO, ("Sama", "Sama")),
        (TO, tuple(f"Desa {n}" for n in range(11))),
        (GROUP, ("Ya", "Bukan")),
    ],
)
async def test_choices_that_fit_neither_are_numbered(bot, platforms, outbound, thread, labels):
    out = outbound("whatsapp", "Yang mana?", thread=thread, direct=thread == TO, buttons=choices(*labels))
    await bot.send(out)
    (entry,) = platforms.sent("whatsapp")
    lines = "\n".join(f"{number}. {label}" for number, label in enumerate(labels, 1))
    assert entry.text == f"Yang mana?\n\n{lines}"
    assert entry.body["recipient_type"] == ("individual" if thread == TO else "group")


async def test_a_long_text_with_buttons_is_split_and_the_last_part_has_them(bot, platforms, outbound):
    out = outbound("whatsapp", ("Satu kalimat penuh. " * 100).strip(), thread=TO, buttons=choices("Ya", "Bukan"))
    identity = await bot.send(out)
    parts = platforms.sent("whatsapp")
    assert [part.body["type"] for part in parts] == ["text", "interactive"]
    assert all(part.text.endswith(".") for part in parts)
    assert [part.ref for part in parts] == ["", out.ref]  # told back in statuses: it says that all has arrived
    assert identity == parts[-1].id


async def test_in_the_window_free_text(bot, platforms, outbound):
    await bot.send(outbound("whatsapp", "Sedang dikerjakan.", thread=TO, window_until=OPEN, **TOLD))
    assert platforms.sent("whatsapp")[0].text == "Sedang dikerjakan."


async def test_past_the_window_the_template_at_once(bot, platforms, outbound):
    identity = await bot.send(outbound("whatsapp", thread=TO, window_until=PAST, ref="notice:9", **TOLD))
    (entry,) = platforms.sent("whatsapp")
    assert (entry.text, entry.ref, entry.id) == (NOTICE, "notice:9", identity)
    assert entry.body["template"]["language"] == {"code": "id"}


@pytest.mark.parametrize("window", [OPEN, None])
async def test_a_window_that_shut_unseen_leads_to_the_template(bot, platforms, outbound, window):
    platforms.shut.add(TO)
    await bot.send(outbound("whatsapp", thread=TO, window_until=window, **TOLD))
    assert [entry.text for entry in platforms.sent("whatsapp")] == [NOTICE]


@pytest.mark.parametrize("code", [131026, 131009, 131051, 100])
async def test_any_refusal_leads_to_the_template_where_the_window_is_unknown(bot, platforms, outbound, code):
    platforms.fail_next("whatsapp", 400, code)
    await bot.send(outbound("whatsapp", thread=TO, **TOLD))
    assert [entry.text for entry in platforms.sent("whatsapp")] == [NOTICE]


@pytest.mark.parametrize(
    ("template", "told", "faults", "reason"),
    [
        (None, TOLD, [], "131047 without template"),
        (TEMPLATE, {}, [], "131047 without template"),
        (TEMPLATE, TOLD, [132001], "template 132001"),
    ],
)
async def test_the_window_is_shut_without_a_template_that_fits(
    platforms, outbound, tried, template, told, faults, reason
):
    bot = whatsapp(platforms, template)
    for code in faults:
        platforms.fail_next("whatsapp", 404, code)
    why = await tried(bot, outbound("whatsapp", thread=TO, window_until=PAST, **told))
    await bot.close()
    assert (isinstance(why, WindowShut), why.reason, platforms.ledger) == (True, reason, [])


async def test_a_template_that_was_found_unusable_is_not_tried(bot, platforms, outbound, tried):
    why = await tried(bot, outbound("whatsapp", thread=TO, window_until=PAST, without_template=True, **TOLD))
    assert (type(why), platforms.ledger) == (WindowShut, [])


@pytest.mark.parametrize(
    ("code", "kind"),
    [(132001, TemplateRefused), (132015, TemplateRefused), (132016, TemplateRefused), (131009, WindowShut)],
)
async def test_a_template_that_is_refused_for_everybody_is_told_apart(bot, platforms, outbound, tried, code, kind):
    platforms.fail_next("whatsapp", 400, code)
    assert type(await tried(bot, outbound("whatsapp", thread=TO, window_until=PAST, **TOLD))) is kind


@pytest.mark.parametrize(
    ("fault", "kind", "reason", "wait"),
    [
        ({"status": 429, "code": 130429, "retry_after": 11}, Throttled, "130429", 11),
        ({"status": 400, "code": 131056}, Throttled, "131056", None),
        ({"status": 400, "code": 80007}, Throttled, "80007", None),
        ({"status": 400, "code": 4}, Throttled, "4", None),
        ({"status": 429, "retry_after": 3}, Throttled, "http 429", 3),
        ({"status": 400, "code": 131026}, Unreachable, "131026", None),
        ({"status": 401, "code": 190}, TokenDead, "190", None),
        ({"status": 403, "code": 200}, TokenDead, "200", None),
        ({"status": 401}, TokenDead, "http 401", None),
        ({"status": 400, "code": 100, "subcode": 33}, TokenDead, "100", None),
        ({"status": 400, "code": 131009}, Refused, "131009", None),
        ({"status": 400, "code": 100}, Refused, "100", None),
        ({"status": 500, "code": 131000}, Later, "131000", None),
        ({"status": 503, "code": 99, "retry_after": 5}, Later, "http 503", 5),
        ({"status": 502}, Later, "http 502", None),
        ({"how": "drop"}, Later, NO_ANSWER, None),
    ],
)
async def test_refusals_in_the_window(bot, platforms, outbound, tried, fault, kind, reason, wait):
    platforms.fail_next("whatsapp", **fault)
    why = await tried(bot, outbound("whatsapp", thread=TO, window_until=OPEN, **TOLD))
    assert (type(why), why.reason, why.retry_after) == (kind, reason, wait)


async def test_no_answer_in_time_may_have_been_taken(platforms, outbound, tried):
    bot = whatsapp(platforms, timeout=0.2)
    platforms.fail_next("whatsapp", how="hang")
    why = await tried(bot, outbound("whatsapp", thread=TO))
    await bot.close()
    assert (type(why), why.reason, len(platforms.sent("whatsapp"))) == (Later, NO_ANSWER, 1)


async def test_nobody_at_the_address(platforms, outbound, tried):
    bot = WhatsAppBot("rahasia", PHONE, "http://127.0.0.1:9", timeout=1)
    why = await tried(bot, outbound("whatsapp", thread=TO))
    await bot.close()
    assert (type(why), why.reason) == (Later, NOT_CONNECTED)


async def test_without_an_address_or_a_token_nothing_is_called(bot, platforms, outbound, tried):
    assert isinstance(await tried(bot, outbound("whatsapp")), Refused)
    assert isinstance(
        await tried(WhatsAppBot("", PHONE, platforms.base_url), outbound("whatsapp", thread=TO)), TokenDead
    )
    assert not platforms.ledger


async def test_logs_hold_neither_text_nor_number(bot, platforms, outbound, caplog):
    caplog.set_level(logging.DEBUG)
    platforms.fail_next("whatsapp", 500, 131000)
    for _ in range(2):
        try:
            await bot.send(outbound("whatsapp", "kalimat yang khas", thread=TO))
        except Later:
            continue
    assert "khas" not in caplog.text
    assert TO not in caplog.text

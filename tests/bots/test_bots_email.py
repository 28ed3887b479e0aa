"""E-mail against a small SMTP server: what a letter holds, that it goes over TLS, and what each refusal means."""

from __future__ import annotations

from datetime import datetime

import pytest
from smtp_server import SmtpServer, certificate

from aggregator import channels, checkers, fetchers, pollers
from aggregator.settings import SettingsError, load_settings
from bots.base import Button, Later, Refused, Throttled, TokenDead, Unreachable
from bots.calls import NO_ANSWER, NOT_CONNECTED
from bots.email import EmailBot, Server

TO, FROM, CODE = "warga@contoh.example", "Layanan Aduan <lapor@contoh.example>", "BTL-7Q4M-2XPH-9K3R"


@pytest.fixture
def server():
    made = SmtpServer()
    yield made
    made.close()


def bot_at(server, url="smtp://pengirim:rahasia@127.0.0.1:{}", **more):
    return EmailBot(Server.at(url.format(server.port)), FROM, **{"timeout": 5} | more)


async def test_a_letter_is_plain_text_that_says_a_machine_wrote_it(server, outbound):
    out = outbound(
        "email", "Aduan Anda diteruskan. \u2013 \U0001f64f", thread=TO, code=CODE, reply_to="m1@contoh.example"
    )
    identity = await bot_at(server).send(out)
    (letter,) = server.letters
    assert (letter["To"], letter["From"]) == (TO, FROM)
    assert letter["Subject"] == f"Kabar aduan {CODE}"
    assert letter.get_content_type() == "text/plain"
    assert letter.get_content().strip() == out.text
    assert letter["Auto-Submitted"] == "auto-replied"
    assert (letter["In-Reply-To"], letter["References"]) == ("<m1@contoh.example>", "<m1@contoh.example>")
    assert letter["Message-ID"] == f"<{identity}>"


async def test_a_second_try_has_the_same_id_and_another_reply_another(server, outbound):
    bot = bot_at(server)
    first, again = [await bot.send(outbound("email", thread=TO, ref="notice:1:2")) for _ in range(2)]
    other = await bot.send(outbound("email", thread=TO, ref="notice:1:3"))
    elsewhere = await bot_at(server, "smtp://pengirim:lain@127.0.0.1:{}").send(
        outbound("email", thread=TO, ref="notice:1:2")
    )
    assert first == again
    assert len({first, other, elsewhere}) == 3
    assert "notice" not in first


async def test_choices_are_numbered_and_an_opening_says_so(server, outbound):
    await bot_at(server).send(
        outbound("email", "Yang mana?", thread=TO, buttons=(Button("Ya", "a"), Button("Bukan", "b")))
    )
    (letter,) = server.letters
    assert letter.get_content().replace("\r", "").strip() == "Yang mana?\n\n1. Ya\n2. Bukan"
    assert (letter["Subject"], letter["Auto-Submitted"]) == ("Layanan aduan", "auto-generated")


async def test_what_is_said_after_starttls_is_private(outbound, tmp_path):
    theirs, ours = certificate(tmp_path)
    server = SmtpServer(theirs)
    await bot_at(server, context=ours).send(outbound("email", thread=TO))
    server.close()
    assert [private for verb, private in server.said if verb in ("auth", "mail", "rcpt", "data")] == [True] * 4
    assert len(server.letters) == 1


async def test_a_certificate_that_nobody_vouches_for_is_not_trusted(outbound, tried, tmp_path):
    server = SmtpServer(certificate(tmp_path)[0])
    why = await tried(bot_at(server), outbound("email", thread=TO))
    server.close()
    assert (type(why), server.letters) == (Later, [])
    assert "auth" not in [verb for verb, _ in server.said]


async def test_without_tls_no_password_is_told_to_another_machine(server, outbound, tried, monkeypatch):
    monkeypatch.setattr(Server, "own", False)
    why = await tried(bot_at(server), outbound("email", thread=TO))
    assert (type(why), [verb for verb, _ in server.said]) == (TokenDead, ["ehlo"])


REFUSALS = [
    ("rcpt", "550 5.1.1 no such user warga", Unreachable, "smtp 550 5.1.1"),
    ("rcpt", "550 gone", Unreachable, "smtp 550"),
    ("rcpt", "552 5.2.2 mailbox full", Unreachable, "smtp 552 5.2.2"),
    ("rcpt", "450 4.2.0 greylisted", Later, "smtp 450 4.2.0"),
    ("rcpt", "451 4.7.1 too many", Throttled, "smtp 451 4.7.1"),
    ("rcpt", "554 5.7.1 blocked", Refused, "smtp 554 5.7.1"),
    ("data", "554 5.7.1 looks like spam", Refused, "smtp 554 5.7.1"),
    ("end", "552 5.3.4 too big", Refused, "smtp 552 5.3.4"),
    ("end", "451 4.3.0 later", Later, "smtp 451 4.3.0"),
    ("end", "drop", Later, NO_ANSWER),
    ("auth", "535 5.7.8 bad password", TokenDead, "smtp 535 5.7.8"),
    ("auth", "454 4.7.0 for now", Throttled, "smtp 454 4.7.0"),
    ("mail", "553 5.7.1 not your address", TokenDead, "smtp 553 5.7.1"),
    ("mail", "421 4.3.2 slow down", Throttled, "smtp 421 4.3.2"),
    ("hello", "554 5.3.2 no service", Later, "smtp 554 5.3.2"),
    ("hello", "drop", Later, NOT_CONNECTED),
]


@pytest.mark.parametrize(("step", "answer", "kind", "reason"), REFUSALS)
async def test_what_a_refusal_means(server, outbound, tried, step, answer, kind, reason):
    server.answers[step] = answer
    why = await tried(bot_at(server), outbound("email", thread=TO))
    assert (type(why), why.reason) == (kind, reason)


async def test_nobody_at_the_address(server, outbound, tried):
    server.close()
    why = await tried(bot_at(server), outbound("email", thread=TO))
    assert (type(why), why.reason) == (Later, NOT_CONNECTED)


@pytest.mark.parametrize("to", ["a@contoh.example\nBcc: b@contoh.example", "a@contoh.example, b@contoh.example", ""])
async def test_an_address_adds_no_headers(server, outbound, tried, to):
    assert isinstance(await tried(bot_at(server), outbound("email", thread=to)), Unreachable)
    assert server.letters == []


@pytest.mark.parametrize("url", ["http://x", "smtp://", "bukan"])
def test_an_address_of_another_kind_is_no_server(url):
    with pytest.raises(ValueError, match="smtp://"):
        Server.at(url)


@pytest.mark.parametrize(
    ("url", "port", "wrapped"),
    [("smtp://a:b@h", 587, False), ("smtps://a:b@h", 465, True), ("smtp://a%40b:p%3A@h:25", 25, False)],
)
def test_the_server_is_read_from_its_address(url, port, wrapped):
    server = Server.at(url)
    assert (server.port, server.wrapped) == (port, wrapped)
    assert server.user in ("a", "a@b")
    assert server.password not in repr(server)


def settings(tmp_path, **told):
    return load_settings({f"ELAPOR_{name}": value for name, value in told.items()}, data=tmp_path)


def test_the_settings_open_the_channel_both_ways(tmp_path):
    told = {"EMAIL_ADDRESS": FROM, "SMTP_URL": "smtp://127.0.0.1", "IMAP_URL": "imap://127.0.0.1"}
    given = settings(tmp_path, **told)
    assert [*channels.outgoing(given, datetime.now)] == ["email"]
    assert [poller.channel for poller in pollers.polling(given, tmp_path)] == ["email"]
    assert fetchers.fetching(given)["email"]
    assert (checkers.in_use(given), checkers.lacking(given, "email")) == (("email",), [])
    assert checkers.lacking(settings(tmp_path, SMTP_URL="smtp://x"), "email") == [
        "ELAPOR_EMAIL_ADDRESS",
        "ELAPOR_IMAP_URL",
    ]


def test_an_address_that_cannot_be_read_is_said(tmp_path):
    with pytest.raises(SettingsError, match="ELAPOR_SMTP_URL"):
        channels.outgoing(settings(tmp_path, EMAIL_ADDRESS=FROM, SMTP_URL="mail.example"), datetime.now)
    with pytest.raises(SettingsError, match="ELAPOR_IMAP_URL"):
        pollers.polling(settings(tmp_path, IMAP_URL="mail.example"), tmp_path)

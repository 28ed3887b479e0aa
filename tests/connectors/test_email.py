"""A mailbox is asked for letters: each once, none before the first round; files are fetched again; who is believed."""

from __future__ import annotations

import pytest
from channels import RECEIVED, cases
from imap_server import ImapServer

from connectors.email import EmailConnector
from connectors.email_poll import EmailFetcher, EmailPoller, Mailbox
from connectors.email_words import own_words
from connectors.fetch import FetchGone, FetchLater, FetchRefused
from connectors.poll import AskLater, NotAllowed

LETTER = cases("email")["letter"]["delivery"]
PHOTO = cases("email")["photo_and_document"]["delivery"]


@pytest.fixture
def server():
    made = ImapServer()
    yield made
    made.close()


@pytest.fixture
def ask(server):
    poller = EmailPoller(Mailbox(server.url, timeout=5))

    def once(cursor):
        return poller.poll(cursor, lambda *_: {}, RECEIVED)

    return once


def test_each_letter_comes_once_and_nothing_from_before(server, ask):
    server.arrive(LETTER)
    first = ask({})
    assert first.bodies == ()
    assert ask(first.cursor).bodies == ()  # "*" names the last one even where nothing is new
    for name in ("a", "b"):
        server.arrive(LETTER.replace("<m1@", f"<{name}@"))
    news = ask(first.cursor)
    parsed = [EmailConnector().parse(body, RECEIVED).items[0].external_id for body in news.bodies]
    assert parsed == ["a@contoh.example", "b@contoh.example"]
    assert ask(news.cursor).bodies == ()
    assert not [command for command in server.said if "STORE" in command or command.startswith("SELECT")]


def test_an_empty_mailbox_begins_with_the_first_letter(server, ask):
    first = ask({})
    server.arrive(LETTER)
    assert len(ask(first.cursor).bodies) == 1


def test_many_are_taken_in_several_rounds(server, ask):
    cursor = ask({}).cursor
    for n in range(45):
        server.arrive(LETTER.replace("<m1@", f"<m{n}@"))
    sizes = []
    for _ in range(4):
        polled = ask(cursor)
        cursor = polled.cursor
        sizes.append(len(polled.bodies))
    assert sizes == [20, 20, 5, 0]


def test_a_mailbox_that_numbers_anew_loses_nothing(server, ask):
    server.arrive(LETTER)
    cursor = ask({}).cursor
    server.validity, server.letters = 8, {}
    server.arrive(LETTER)
    again = ask(cursor)
    assert (len(again.bodies), again.cursor) == (1, {"validity": 8, "uid": 1})
    assert "SINCE 28-Sep-2026" in " ".join(server.said)


def test_a_refused_password_waits_for_a_person_and_is_not_told(server, ask):
    server.refuses = True
    with pytest.raises(NotAllowed) as caught:
        ask({})
    assert "rahasia" not in caught.value.reason


def test_a_mailbox_that_does_not_answer_is_asked_again(server, ask):
    server.fails = "SEARCH"
    with pytest.raises(AskLater):
        ask({"validity": 7, "uid": 0})
    server.close()
    with pytest.raises(AskLater):
        ask({})


def test_files_are_fetched_by_the_letters_id_and_their_place(server):
    server.arrive(LETTER)
    server.arrive(PHOTO.replace("<m1@", "<foto@"))
    fetcher = EmailFetcher(Mailbox(server.url, timeout=5))
    (item,) = EmailConnector().parse(server.letters[2], RECEIVED).items
    fetched = [fetcher.fetch(one.ref, 1000) for one in item.media]
    assert [(one.content, one.mime) for one in fetched] == [
        (b"\xff\xd8\xff", "image/jpeg"),
        (b"%PDF", "application/pdf"),
    ]


@pytest.mark.parametrize(
    ("ref", "limit", "error"),
    [
        ("lain@contoh.example 0", 1000, FetchGone),
        ("m1@contoh.example 9", 1000, FetchGone),
        ("m1@contoh.example 0", 2, FetchRefused),
        ('m1"@contoh.example 0', 1000, FetchRefused),
        ("m1@contoh.example", 1000, FetchRefused),
    ],
)
def test_what_cannot_be_fetched_has_its_reason(server, ref, limit, error):
    server.arrive(PHOTO)
    with pytest.raises(error):
        EmailFetcher(Mailbox(server.url, timeout=5)).fetch(ref, limit)


def test_a_mailbox_that_is_away_is_asked_for_a_file_later(server):
    server.close()
    with pytest.raises(FetchLater):
        EmailFetcher(Mailbox(server.url, timeout=5)).fetch("m1@contoh.example 0", 10)


def test_a_long_letter_is_cut_behind_its_words(server, ask, monkeypatch):
    monkeypatch.setattr("connectors.email_poll.LARGEST", len(LETTER) - 20)
    cursor = ask({}).cursor
    server.arrive(LETTER)
    (body,) = ask(cursor).bodies
    assert len(body) == len(LETTER) - 20


PROOFS = {
    "Authentication-Results: mx.kita.example; dkim=pass; dmarc=pass header.from=contoh.example\n": True,
    "Authentication-Results: mx.kita.example; spf=pass; dmarc=fail\n": False,
    "Authentication-Results: mx.lain.example; dmarc=pass\n": False,
    "Authentication-Results: mx.kita.example; dmarc=none\nAuthentication-Results: mx.kita.example; dmarc=pass\n": False,
    "": False,
}


@pytest.mark.parametrize(("header", "heard"), PROOFS.items())
def test_where_our_mail_server_proves_senders_the_others_are_not_heard(header, heard):
    parsed = EmailConnector(authserv="mx.kita.example").parse((header + LETTER).encode(), RECEIVED)
    assert (bool(parsed.items), parsed.ignored) == (heard, () if heard else ("sender not proven",))


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Jalan rusak", "Jalan rusak"),
        ("Ya\n\n-----Pesan Asli-----\nlama", "Ya"),
        ("Ya\r\n> lama\r\n>> lebih lama\r\nRT 3", "Ya\n\nRT 3"),
        ("From: kami\nTo: anda\nlama", ""),
        ("Dari rumah: jalan rusak\nPada malam hari gelap", "Dari rumah: jalan rusak\nPada malam hari gelap"),
        ("Tolong -- segera --", "Tolong -- segera --"),
        ("3 > 2", "3 > 2"),
    ],
)
def test_only_what_was_written_now_is_kept(text, kept):
    assert own_words(text) == kept

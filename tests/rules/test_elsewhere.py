"""By which other channel a reply may reach a citizen: only where they wrote themselves, or left the address for it."""

import pytest

from aggregator.rules.elsewhere import Known, Way, may_go_elsewhere, other_way, said_elsewhere

ALL = ("whatsapp", "telegram", "sms", "email", "facebook")
PHONE, MAIL = Known("web", None, "6281255550101"), Known("web", None, "warga@contoh.example")
WAYS = {
    "nobody else known": ([], "", ALL, None),
    "wrote on another": ([Known("telegram", 7)], "whatsapp", ALL, Way("telegram", 7)),
    "known there, but never wrote in private": ([Known("whatsapp")], "telegram", ALL, None),
    "the shut one is not tried again": ([Known("telegram", 7)], "telegram", ALL, None),
    "no credentials for it": ([Known("telegram", 7)], "whatsapp", ("whatsapp",), None),
    "a phone left at the form": ([PHONE], "web", ALL, Way("whatsapp", None, "6281255550101")),
    "then by SMS": ([PHONE], "web whatsapp", ALL, Way("sms", None, "6281255550101")),
    "then nobody": ([PHONE], "web whatsapp sms", ALL, None),
    "an e-mail address left at the form": ([MAIL], "web", ALL, Way("email", None, "warga@contoh.example")),
    "nothing left at the form": ([Known("web")], "web", ALL, None),
    "where they wrote before what they left": ([PHONE, Known("whatsapp", 7)], "web", ALL, Way("whatsapp", 7)),
    "the best of several": ([Known("sms", 3), Known("telegram", 7)], "web", ALL, Way("telegram", 7)),
    "comments are no way to a person": ([Known("facebook", 7)], "whatsapp", ALL, None),
}


@pytest.mark.parametrize(("known", "shut", "carriers", "way"), WAYS.values(), ids=WAYS)
def test_the_next_way(known, shut, carriers, way):
    assert other_way(known, shut.split(), carriers) == way


@pytest.mark.parametrize(
    ("kind", "say", "may"),
    [
        ("notice", {}, True),
        ("answer", {}, False),
        ("notice", {"courtesy": True}, False),
        ("notice", {"private": True}, False),
        ("notice", {"relayed": True}, False),
    ],
)
def test_only_news_of_a_complaint_goes_elsewhere(kind, say, may):
    assert may_go_elsewhere(kind, {"key": "status_forwarded", **say}) is may


def test_what_was_erased_goes_nowhere():
    assert not may_go_elsewhere("notice", {})


def test_elsewhere_it_says_who_writes_once_and_asks_nothing():
    say = {"key": "status_resolved+ask_rating", "params": {"code": "x"}, "buttons": [{}], "reply_to": "m1"}
    moved = said_elsewhere(say)
    assert moved == {"key": "elsewhere+status_resolved", "params": {"code": "x"}}
    assert said_elsewhere(moved) == moved

"""Conversations about a link of ours, as tables: shown, taken over only by an own yes, refused without saying why."""

from __future__ import annotations

from dataclasses import replace

import pytest
from talking import (
    ASK_PLACE,
    BASE,
    FILED,
    FOREIGN,
    HERE,
    LAMP_HERE,
    NOTHING,
    OLD,
    OTHER,
    PHOTO,
    ROAD,
    ROAD_HERE,
    Turn,
    filing,
    press,
    replies,
    said,
)

from bots import wording
from bots.dialogue import Answer, Dialogue, Handshake, Heard, Link, ToPerson, answers_at_once, link_meant

TOKEN = "aduan-" + "7q4m2xph9k3r" * 2 + "00"
LINK = Link("12", "Jalan", "Handil Bakti, RT 3", "jalan rusak parah di ...", OTHER, "jalan", "63.04.05.1003")
OPENS = replace(BASE, followed=True, link=LINK)
SHUT = replace(BASE, followed=True)
THEIRS = replace(BASE, own=(replace(FOREIGN, mine=True),))
ASKED = replace(BASE, link=LINK)
TAKEN = replace(BASE, link=replace(LINK, taken=True))
ASK, YES = "link_ask+link_consent+yes_or_no", "link_taken+follow+ask_detail"
OPENED, TAKES, LEAVES = (
    (Handshake(act, "12", consent),) for act, consent in (("opened", ""), ("taken", "2026-11"), ("declined", ""))
)
MISSED = (Handshake("missed"),)
FOLLOWS = Turn(f"/start {TOKEN}", NOTHING, ASK, OPENED, OPENS)

SCRIPTS = {
    "followed, and yes; what comes then is added to it": [
        FOLLOWS,
        Turn("ya", NOTHING, YES, TAKES, ASKED),
        Turn("lubangnya di depan SD, dalam sekali", ROAD, "added", (Answer(OTHER, "lubangnya di depan SD, dalam sekali"),), THEIRS, after=900),
        Turn("terima kasih", NOTHING, "thanks"),
    ],
    "a photo is added, and what follows it": [
        FOLLOWS,
        Turn("setuju", NOTHING, YES, TAKES, ASKED),
        Turn(PHOTO, NOTHING, "added", (Answer(OTHER, "[foto: 1]"),)),
        Turn("itu dari pagi tadi", NOTHING, "added", (Answer(OTHER, "itu dari pagi tadi"),)),
    ],
    "by a button": [FOLLOWS, Turn(press("link:yes:12"), NOTHING, YES, TAKES, ASKED)],
    "no": [FOLLOWS, Turn("bukan", NOTHING, "link_declined", LEAVES, ASKED), Turn("1", NOTHING, "chat+tell_problem", ())],
    "no by a button": [FOLLOWS, Turn(press("link:no:12"), NOTHING, "link_declined", LEAVES, ASKED)],
    "a mere ok is no consent, the question stays open": [
        FOLLOWS,
        Turn("ok siap", NOTHING, "", (), ASKED),
        Turn("iya", NOTHING, YES, TAKES, ASKED, after=3600),
    ],
    "another complaint instead is filed; the button works on": [
        FOLLOWS,
        Turn(HERE, ROAD_HERE, FILED, (filing(HERE, ROAD_HERE),), ASKED),
        Turn("ya", NOTHING, "", (), BASE, after=300),
        Turn(press("link:yes:12"), NOTHING, YES, TAKES, ASKED),
    ],
    "WhatsApp's words around the token": [Turn(f"Saya ingin melanjutkan laporan saya: {TOKEN}", NOTHING, ASK, OPENED, OPENS)],
    "a link that leads nowhere": [Turn(f"/start {TOKEN}", NOTHING, "link_gone+tell_problem", MISSED, SHUT)],
    "it stopped leading anywhere while the question stood open": [FOLLOWS, Turn("ya", NOTHING, "choice_gone", ())],
    "followed again once it is theirs": [
        Turn(f"/start {TOKEN}", NOTHING, "link_taken+follow", (), replace(TAKEN, followed=True)),
        Turn(press("link:yes:12"), NOTHING, "link_taken+follow", (), TAKEN),
        Turn(press("link:no:12"), NOTHING, "choice_gone", (), TAKEN),
    ],
    "a draft is kept, and its question comes back": [
        Turn("jalan rusak", ROAD, ASK_PLACE),
        Turn(f"/start {TOKEN}", NOTHING, ASK, OPENED, OPENS),
        Turn("ya", NOTHING, "link_taken+follow+still_kept+ask_place", TAKES, ASKED),
    ],
    "a complaint of another kind is no detail of it": [
        FOLLOWS,
        Turn("ya", NOTHING, YES, TAKES, ASKED),
        Turn("lampu mati di handil bakti", LAMP_HERE, FILED, (filing("lampu mati di handil bakti", LAMP_HERE),), THEIRS, after=900),
    ],
    "a person can be reached before any yes": [FOLLOWS, Turn("petugas", NOTHING, "to_person", (ToPerson("petugas"),), ASKED)],
}  # fmt: skip


@pytest.mark.parametrize("talk", SCRIPTS.values(), ids=SCRIPTS.keys())
def test_conversation(talk):
    for turn, done in replies(talk):
        assert [say.key for say in done.says] == ([turn.says] if turn.says else [])
        assert done.wishes == turn.wishes


def test_the_question_shows_what_was_understood_and_neither_code_nor_more():
    words = said([FOLLOWS])
    for told in (LINK.category, LINK.place, LINK.line, "setuju"):
        assert told in words
    assert OTHER not in words
    _, done = replies([FOLLOWS])[-1]
    assert [(button.label, button.payload) for button in done.says[0].buttons] == [("Ya", "link:yes:12"), ("Tidak", "link:no:12")]  # fmt: skip
    assert OTHER in said([FOLLOWS, Turn("ya", NOTHING, YES, TAKES, ASKED)])


def test_what_a_choice_is_about():
    asked = Dialogue(asked="link", subject="12")
    told = [link_meant(asked, button) for button in ("", "link:yes:7", "voice:yes:BTL")]
    assert told == ["12", "7", ""]
    assert link_meant(Dialogue(asked="voice", subject=OLD), "") == ""


@pytest.mark.parametrize(("words", "at_once"), [("ya", True), ("iya betul", True), ("sebentar", False)])
def test_the_answer_is_not_waited_for(words, at_once):
    assert answers_at_once(Dialogue(asked="link", subject="12"), Heard(words), NOTHING) is at_once


def test_in_banjar():
    assert "satuju" in wording.render(ASK, {"line": "x"}, "bjn")

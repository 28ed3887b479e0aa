"""Conversations once a complaint is done, as tables: one question how satisfied, one line of words, and having it reopened."""

from __future__ import annotations

from dataclasses import replace

import pytest
from talking import (
    AGAIN,
    ASK_PLACE,
    ASKED,
    BASE,
    DONE,
    FILED,
    FIRE,
    FRESH,
    HANDIL_BAKTI,
    HERE,
    LAMP,
    LAMP_HERE,
    NAMING_FOREIGN,
    NAMING_MINE,
    NAMING_NONE,
    NOTHING,
    NOW,
    OLD,
    OTHER,
    PHOTO,
    ROAD,
    ROAD_HERE,
    UNCLEAR,
    Turn,
    check,
    filing,
    press,
    reading,
    replies,
    said,
)

from bots.base import Button
from bots.dialogue import Answer, Dialogue, Finished, Heard, Rate, Remark, Reopen, Status, ToPerson, answers_at_once
from bots.limits import numbered

LAMPS = Finished(OLD, "Lampu jalan", asked=True)
ROADS = Finished(OTHER, "Jalan", asked=True)
KNOWN = replace(BASE, own=(DONE,), finished=(LAMPS,))
RATED = replace(KNOWN, finished=(replace(LAMPS, rated=True),))
BOTH = replace(KNOWN, finished=(ROADS, LAMPS))
NAMED = replace(KNOWN, named=DONE, named_code=OLD)
LATE, AGAIN_DONE = (replace(KNOWN, finished=(replace(LAMPS, reopen=reopen),)) for reopen in ("late", "again"))
OPEN_AGAIN = replace(BASE, own=(replace(DONE, status="in_progress"),))
OFFICER_ASKS = replace(KNOWN, own=(ASKED, DONE))
BANJAR = reading(language="bjn")
STILL = "lampunya masih mati"
RATES = Turn("3", NOTHING, "rated+ask_remark", (Rate(OLD, 3),), KNOWN)
REOPENS = Turn("belum selesai", NOTHING, "reopened+ask_why", (Reopen(OLD),), KNOWN)
NEW = "lampu mati di handil bakti"

SCRIPTS = {
    "a number": [RATES],
    "every number of the scale": [Turn("4", NOTHING, "rated+ask_remark", (Rate(OLD, 4),), KNOWN)],
    "a low one is told how to have it reopened": [Turn("1", NOTHING, "rated+unhappy+ask_remark", (Rate(OLD, 1),), KNOWN)],
    "a low one of what can't be reopened is not": [Turn("2", NOTHING, "rated+ask_remark", (Rate(OLD, 2),), LATE)],
    "no number of the scale": [Turn("5", NOTHING, "chat+tell_problem", (), KNOWN), Turn("0", NOTHING, "chat+tell_problem", (), KNOWN)],
    "a button": [Turn(press(f"rate:2:{OLD}"), NOTHING, "rated+unhappy+ask_remark", (Rate(OLD, 2),), KNOWN)],
    "a button pressed twice": [
        Turn(press(f"rate:2:{OLD}"), NOTHING, "rated+unhappy+ask_remark", (Rate(OLD, 2),), KNOWN),
        Turn(press(f"rate:4:{OLD}"), NOTHING, "choice_gone", (), RATED),
    ],
    "a button of somebody else's": [Turn(press(f"rate:4:{OTHER}"), NOTHING, "choice_gone", (), KNOWN)],
    "a button that was tampered with": [Turn(press(f"rate:9:{OLD}"), NOTHING, "choice_gone", (), KNOWN), Turn(press("rate:"), NOTHING, "choice_gone", (), KNOWN)],
    "the words of the scale": [Turn("sangat puas pak", NOTHING, "rated+ask_remark", (Rate(OLD, 4),), KNOWN)],
    "in Banjar": [
        Turn("kada puas", BANJAR, "rated+unhappy+ask_remark", (Rate(OLD, 1),), KNOWN),
        Turn("lawas banar", BANJAR, "remarked", (Remark(OLD, "lawas banar"),), RATED),
        Turn("balum tuntung", BANJAR, "reopened+ask_why", (Reopen(OLD),), RATED),
    ],
    "NILAI": [Turn("nilai 2", NOTHING, "rated+unhappy+ask_remark", (Rate(OLD, 2),), KNOWN)],
    "NILAI with a code": [Turn(f"nilai 4 {OLD}", NOTHING, "rated+ask_remark", (Rate(OLD, 4),), replace(BOTH, named=DONE, named_code=OLD))],
    "NILAI of somebody else's": [Turn(f"nilai 4 {OTHER}", NOTHING, "choice_gone", (), NAMING_FOREIGN)],
    "NILAI without anything done": [Turn("nilai 4", NOTHING, "choice_gone")],
    "two are asked about: which?": [
        Turn("3", NOTHING, "rate_which", (), BOTH),
        Turn(f"nilai 3 {OLD}", NOTHING, "rated+ask_remark", (Rate(OLD, 3),), replace(BOTH, named=DONE, named_code=OLD)),
    ],
    "words after it are kept once": [
        RATES,
        Turn("petugasnya ramah", NOTHING, "remarked", (Remark(OLD, "petugasnya ramah"),), RATED),
        Turn("cepat pula", NOTHING, "chat+tell_problem", (), RATED),
    ],
    "thanks are no words, and the line may still come": [
        RATES,
        Turn("terima kasih", NOTHING, "thanks", (), RATED),
        Turn("petugasnya ramah", NOTHING, "remarked", (Remark(OLD, "petugasnya ramah"),), RATED),
    ],
    "words that come the next day are no words beside it": [RATES, Turn("petugasnya ramah", NOTHING, "chat+tell_problem", (), RATED, after=90_000)],
    "a complaint of another kind is no words beside it": [
        RATES,
        Turn(HERE, ROAD_HERE, FILED, (filing(HERE, ROAD_HERE),), RATED),
    ],
    "the same trouble told after rating is words beside it": [RATES, Turn(STILL, LAMP, "remarked", (Remark(OLD, STILL),), RATED)],
    "danger is no words beside it": [RATES, Turn("kebakaran di handil bakti", FIRE, "danger+filed+follow", (filing("kebakaran di handil bakti", FIRE),), RATED)],
    "a second number is neither words nor a rating": [RATES, Turn("4", NOTHING, "chat+tell_problem", (), RATED)],
    "a command after rating": [RATES, Turn("status", NOTHING, "status_resolved", (Status(OLD),), RATED)],
    "a number answers the place that was asked": [
        Turn("lampu mati", LAMP, ASK_PLACE, (), KNOWN),
        Turn("3", NOTHING, FILED, (filing("lampu mati\n3", LAMP, place_text="3"),), KNOWN),
    ],
    "a number answers whether it is a report": [
        Turn("anu di situ", UNCLEAR, "ask_report", (), KNOWN),
        Turn("2", NOTHING, "not_noted", (), KNOWN),
    ],
    "a number answers whether to erase": [
        Turn("hapus data", NOTHING, "erase_ask+yes_or_no", (), KNOWN),
        Turn("2", NOTHING, "erase_kept", (), KNOWN),
    ],
    "a number answers an officer": [Turn("3", NOTHING, "added", (Answer(OLD, "3"),), OFFICER_ASKS)],
    "a number soon after filing belongs to what was filed": [
        Turn(HERE, ROAD_HERE, FILED, (filing(HERE, ROAD_HERE),), KNOWN),
        Turn("3", NOTHING, "added", (Answer(FRESH, "3"),), KNOWN),
        Turn("3", NOTHING, "rated+ask_remark", (Rate(OLD, 3),), KNOWN, after=600),
    ],
    "a rating in mid-draft keeps the draft": [
        Turn("jalan rusak", ROAD, ASK_PLACE, (), KNOWN),
        Turn(press(f"rate:3:{OLD}"), NOTHING, f"rated+{AGAIN}", (Rate(OLD, 3),), KNOWN),
        Turn("handil bakti", reading(at=HANDIL_BAKTI), FILED, (filing("jalan rusak\nhandil bakti", ROAD_HERE),), RATED),
    ],
    "nobody was asked: a number is chatter": [Turn("3", NOTHING, "chat+tell_problem", (), replace(KNOWN, finished=(replace(LAMPS, asked=False),)))],
    "a number within a sentence is no rating": [Turn("3 tiang roboh", NOTHING, "chat+tell_problem", (), KNOWN)],
    # reopening
    "reopened, and why": [REOPENS, Turn(STILL, LAMP, "added", (Answer(OLD, STILL),), OPEN_AGAIN)],
    "reopened, and a photo": [REOPENS, Turn(PHOTO, NOTHING, "added", (Answer(OLD, "[foto: 1]"),), OPEN_AGAIN)],
    "reopened, and another complaint": [REOPENS, Turn(HERE, ROAD_HERE, FILED, (filing(HERE, ROAD_HERE),), OPEN_AGAIN)],
    "reopened, and nothing for a day": [REOPENS, Turn(STILL, NOTHING, "chat+tell_problem", (), OPEN_AGAIN, after=90_000)],
    "reopened by the other words": [Turn("BUKA LAGI", NOTHING, "reopened+ask_why", (Reopen(OLD),), KNOWN)],
    "reopened with the reason": [Turn("belum selesai pak, lampunya masih mati", LAMP, "reopened", (Reopen(OLD, "belum selesai pak, lampunya masih mati"),), KNOWN)],
    "reopened in Banjar with the reason": [Turn("balum tuntung, magun kadap", BANJAR, "reopened", (Reopen(OLD, "balum tuntung, magun kadap"),), KNOWN)],
    "reopened by code": [Turn(f"buka lagi {OLD}", NOTHING, "reopened+ask_why", (Reopen(OLD),), replace(BOTH, named=DONE, named_code=OLD))],
    "reopened by a button": [Turn(press(f"reopen:{OLD}"), NOTHING, "reopened+ask_why", (Reopen(OLD),), KNOWN)],
    "the button of somebody else's": [Turn(press(f"reopen:{OTHER}"), NOTHING, "choice_gone", (), KNOWN)],
    "after rating": [RATES, Turn("belum selesai", NOTHING, "reopened+ask_why", (Reopen(OLD),), RATED)],
    "which of two": [Turn("belum selesai", NOTHING, "reopen_which", (), BOTH)],
    "somebody else's by code": [Turn(f"buka lagi {OTHER}", NOTHING, "status_forwarded", (Status(OTHER),), NAMING_FOREIGN)],
    "an unknown code": [Turn("buka lagi BTL-9999-9999-9999", NOTHING, "code_unknown", (), NAMING_NONE)],
    "one that is being worked on": [Turn(f"buka lagi {OLD}", NOTHING, "status_in_progress", (Status(OLD),), NAMING_MINE)],
    "nothing is done": [Turn("belum selesai", NOTHING, "reopen_none")],
    "words that begin so, with nothing done, are what they are": [Turn(f"belum selesai juga {HERE}", ROAD_HERE, FILED, (filing(f"belum selesai juga {HERE}", ROAD_HERE),))],
    "a complaint of another kind that begins so": [Turn(f"belum selesai juga {HERE}", ROAD_HERE, FILED, (filing(f"belum selesai juga {HERE}", ROAD_HERE),), KNOWN)],
    "danger that begins so": [Turn("belum selesai apinya di handil bakti", FIRE, "danger+filed+follow", (filing("belum selesai apinya di handil bakti", FIRE),), KNOWN)],
    "a second time goes to a person": [Turn("belum selesai", NOTHING, "reopened_before+to_person", (ToPerson("belum selesai", OLD),), AGAIN_DONE)],
    "too late: a new complaint that takes up the old one": [
        Turn("belum selesai", NOTHING, "reopen_late+ask_problem", (), LATE),
        Turn(NEW, LAMP_HERE, "filed+follows+follow", (filing(NEW, LAMP_HERE, follows=OLD),), LATE),
    ],
    "too late, and its place is asked": [
        Turn(f"belum selesai, {STILL}", LAMP, ASK_PLACE, (), LATE),
        Turn("handil bakti", reading(at=HANDIL_BAKTI), "filed+follows+follow", (filing(f"belum selesai, {STILL}\nhandil bakti", LAMP_HERE, follows=OLD),), LATE),
    ],
    "too late, and in mid-draft: the draft stays": [
        Turn("jalan rusak", ROAD, ASK_PLACE, (), LATE),
        Turn("buka lagi", NOTHING, f"reopen_late+{AGAIN}", (), LATE),
        Turn("handil bakti", reading(at=HANDIL_BAKTI), FILED, (filing("jalan rusak\nhandil bakti", ROAD_HERE),), LATE),
    ],
    "too late, and left alone: a complaint of the next day takes up nothing": [
        Turn("belum selesai", NOTHING, "reopen_late+ask_problem", (), LATE),
        Turn(HERE, ROAD_HERE, FILED, (filing(HERE, ROAD_HERE),), LATE, after=90_000),
    ],
    "reopening in mid-draft keeps the draft": [
        Turn("jalan rusak", ROAD, ASK_PLACE, (), KNOWN),
        Turn("belum selesai", NOTHING, f"reopened+{AGAIN}", (Reopen(OLD),), KNOWN),
        Turn("handil bakti", reading(at=HANDIL_BAKTI), FILED, (filing("jalan rusak\nhandil bakti", ROAD_HERE),), OPEN_AGAIN),
    ],
    "reopening leaves a question to confirm unanswered": [
        Turn("hapus data", NOTHING, "erase_ask+yes_or_no", (), KNOWN),
        REOPENS,
        Turn("ya", NOTHING, "", (), OPEN_AGAIN),
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", SCRIPTS)
def test_the_conversation(name):
    check(SCRIPTS[name])


def test_what_was_rated_is_told_in_words_and_about_which():
    assert said([RATES]).startswith(f"Penilaian Anda kami catat: Puas untuk aduan {OLD}.")
    assert OLD in said([Turn("3", NOTHING, "", (), BOTH)])
    assert OTHER in said([Turn("belum selesai", NOTHING, "", (), BOTH)])


def test_a_low_rating_can_be_reopened_by_a_button_that_stands_nowhere_as_a_number():
    _, done = replies([SCRIPTS["a low one is told how to have it reopened"][0]])[0]
    assert done.says[0].buttons == (Button("Belum selesai", f"reopen:{OLD}", typed=False),)
    assert numbered("x", done.says[0].buttons) == "x"
    _, high = replies([RATES])[0]
    assert high.says[0].buttons == ()


AT_ONCE = [("belum selesai", True), ("nilai 3", True), ("petugasnya ramah", False)]


@pytest.mark.parametrize(("words", "at_once"), AT_ONCE)
@pytest.mark.parametrize("asked", ["remark", "why"])
def test_words_that_were_asked_for_may_come_in_several_messages(words, at_once, asked):
    state = Dialogue(asked=asked, subject=OLD, until=NOW)
    assert answers_at_once(state, Heard(words), NOTHING) is at_once

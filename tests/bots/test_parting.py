"""Conversations about two problems in one message, as tables: filed as one at once, two upon the citizen's word."""

from __future__ import annotations

from dataclasses import replace

import pytest
from talking import (
    ASK_PLACE,
    BASE,
    BRIBE,
    FILED,
    FIRE,
    FRESH,
    HANDIL_BAKTI,
    LAMP,
    LAMP_HERE,
    NOTHING,
    OLD,
    ROAD,
    ROAD_HERE,
    Turn,
    filing,
    press,
    reading,
    replies,
    said,
)

from bots.dialogue import Answer, Dialogue, Heard, Similar, Unsay, answers_at_once
from nlu.base import Part

ROAD_SAID, LAMP_SAID = "jalan di handil bakti rusak,", "oh iya lampu jalan jua mati"
BOTH_SAID = f"{ROAD_SAID} {LAMP_SAID}"
BOTH = replace(ROAD_HERE, parts=(Part(ROAD_SAID, ROAD_HERE), Part(LAMP_SAID, LAMP)))
ASK_TWO = f"{FILED}+ask_two"
SECOND = "BTL-8888-8888-8888"
NEXT = replace(BASE, fresh_code=SECOND)

TOLD = Turn(BOTH_SAID, BOTH, ASK_TWO, (filing(BOTH_SAID, ROAD_HERE),))
MADE = (replace(filing(LAMP_SAID, LAMP_HERE), code=SECOND, apart_from=FRESH), Unsay(FRESH, LAMP_SAID, LAMP_HERE))


def two(heard, **more):
    return Turn(heard, NOTHING, FILED, MADE, NEXT, **more)


def one(heard, **more):
    return Turn(heard, NOTHING, "one_kept", (), NEXT, **more)


FIRE_SAID = "rumah terbakar di handil bakti"
DANGER = replace(BOTH, urgency="darurat", parts=(Part(ROAD_SAID, ROAD_HERE), Part(FIRE_SAID, FIRE)))
ACCUSING = replace(BOTH, supervised=True, parts=(Part(ROAD_SAID, ROAD_HERE), Part("kades minta uang", BRIBE)))
LOST = replace(ROAD, parts=(Part("jalan rusak", ROAD), Part("lampu mati", LAMP)))
AS_FIRE = replace(FIRE, location=HANDIL_BAKTI)
AS_BRIBE = replace(BRIBE, urgency="normal")

SCRIPTS = {
    "the word": [TOLD, two("DUA")],
    "the word in a sentence": [TOLD, two("jadikan dua aduan saja pak")],
    "the number that says so": [TOLD, two("2")],
    "yes": [TOLD, two("iya")],
    "the button": [TOLD, two(press(f"two:yes:{FRESH}"))],
    "in Banjar": [TOLD, two("dua haja lah")],
    "one": [TOLD, one("satu saja")],
    "one by its number": [TOLD, one("1")],
    "one by no": [TOLD, one("kada usah")],
    "one by its button": [TOLD, one(press(f"two:no:{FRESH}"))],
    "no answer leaves both filed as one, and small talk leaves the question open": [
        TOLD,
        Turn("makasih", NOTHING, "thanks"),
        Turn("ok", NOTHING, ""),
        two("dua", after=3600),
    ],
    "what follows is added, and the question stays open": [
        TOLD,
        Turn("lubangnya dalam", ROAD, "added", (Answer(FRESH, "lubangnya dalam"),)),
        two("dua"),
    ],
    "a day later it is too late": [
        TOLD,
        Turn("dua aduan", NOTHING, "choice_gone", (), NEXT, after=90_000),
        Turn(press(f"two:yes:{FRESH}"), NOTHING, "choice_gone", (), NEXT),
    ],
    "twice is once": [TOLD, two("dua"), Turn(press(f"two:yes:{FRESH}"), NOTHING, "choice_gone", (), NEXT)],
    "the button of another message": [TOLD, Turn(press(f"two:yes:{OLD}"), NOTHING, "choice_gone", (), NEXT)],
    "number words without an offer are nothing special": [Turn("dua", NOTHING, "chat+tell_problem")],
    "danger is answered first and filed as such": [
        Turn(BOTH_SAID, DANGER, f"danger+{ASK_TWO}", (filing(BOTH_SAID, AS_FIRE),)),
        Turn("dua", NOTHING, FILED, (replace(filing(ROAD_SAID, ROAD_HERE), code=SECOND, apart_from=FRESH), Unsay(FRESH, ROAD_SAID, ROAD_HERE)), NEXT),
    ],
    "a danger without its place asks for that alone": [
        Turn(
            "ada api",
            replace(DANGER, location=None, parts=(Part("ada api", replace(FIRE, location=None)), Part("lampu mati", LAMP))),
            "danger+filed+ask_where",
            (filing("ada api", replace(FIRE, location=None)),),
        ),
    ],
    "an accusation is what the message is filed as; the other goes its own way": [
        Turn(BOTH_SAID, ACCUSING, "filed+supervised+hide_offer+follow+ask_two", (filing(BOTH_SAID, AS_BRIBE),)),
        Turn("dua", NOTHING, FILED, (replace(filing(ROAD_SAID, ROAD_HERE), code=SECOND, apart_from=FRESH), Unsay(FRESH, ROAD_SAID, ROAD_HERE)), NEXT),
    ],
    "the place that was asked for is both problems' place": [
        Turn("jalan rusak\nlampu mati", LOST, ASK_PLACE),
        Turn("handil bakti", reading(at=HANDIL_BAKTI), ASK_TWO, (filing("jalan rusak\nlampu mati\nhandil bakti", ROAD_HERE),)),
        Turn("dua", NOTHING, FILED, (replace(filing("lampu mati", LAMP_HERE), code=SECOND, apart_from=FRESH), Unsay(FRESH, "lampu mati", LAMP_HERE)), NEXT),
    ],
    "a place that nobody knows is both problems' place": [
        Turn("jalan rusak\nlampu mati", LOST, ASK_PLACE),
        Turn("parak pal 7", NOTHING, ASK_TWO, (filing("jalan rusak\nlampu mati\nparak pal 7", ROAD, place_text="parak pal 7"),)),
        Turn("dua", NOTHING, FILED, (replace(filing("lampu mati", replace(LAMP, place="parak pal 7")), code=SECOND, apart_from=FRESH), Unsay(FRESH, "lampu mati", replace(LAMP, place="parak pal 7"))), NEXT),
    ],
    "a draft that was begun meanwhile stays": [
        TOLD,
        Turn("ada jua jembatan", ROAD, ASK_PLACE, after=200),
        Turn("dua aduan", NOTHING, "filed+follow+still_kept+ask_place", MADE, NEXT),
    ],
    "of what is known only what was done is said beside the question": [
        Turn(BOTH_SAID, BOTH, ASK_TWO, (filing(BOTH_SAID, ROAD_HERE),), replace(BASE, similar=Similar("Jalan", "", "received", 1))),
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", SCRIPTS)
def test_the_conversation(name):
    for turn, done in replies(SCRIPTS[name]):
        assert "+".join(say.key for say in done.says) == turn.says
        assert done.wishes == turn.wishes


def test_the_offer_shows_both_in_a_line_each_with_choices_whose_numbers_mean_what_they_say():
    text = said([TOLD])
    assert f"- Jalan: {ROAD_SAID}\n- Lampu jalan: {LAMP_SAID}\n" in text
    ((_, done),) = replies([TOLD])
    assert [button.label for button in done.says[0].buttons] == ["Satu saja", "Dua aduan"]


@pytest.mark.parametrize(
    ("text", "at_once"), [("dua", True), ("2", True), ("satu saja", True), ("dua orang jatuh di situ", False)]
)
def test_only_an_answer_to_it_needs_no_waiting(text, at_once):
    ((_, done),) = replies([TOLD])
    assert answers_at_once(Dialogue.from_json(done.state.to_json()), Heard(text), NOTHING) is at_once

"""Conversations about who may know, as tables: the draft, what was filed, that of a code, or what comes next."""

from __future__ import annotations

from dataclasses import replace

import pytest
from talking import (
    AGAIN,
    ASK_PLACE,
    BANJAR,
    BASE,
    FILED,
    FRESH,
    HERE,
    LAMP,
    NAMING_FOREIGN,
    NAMING_MINE,
    NAMING_NONE,
    NOTHING,
    OLD,
    OTHER,
    ROAD,
    ROAD_HERE,
    WITH_OWN,
    WITH_TWO,
    Turn,
    filing,
    replies,
    said,
)
from test_parting import ASK_TWO, BOTH, BOTH_SAID, LAMP_HERE, LAMP_SAID, NEXT, SECOND

from bots.dialogue import Answer, Hide, Unsay

TOLD = Turn(HERE, ROAD_HERE, FILED, (filing(HERE, ROAD_HERE),))
TOLD_BANJAR = Turn(HERE, BANJAR, FILED, (filing(HERE, BANJAR),))
NAMELESS, SECRET = "hidden+anonim+undo_hide", "hidden+rahasia+alone+undo_hide"


def hidden(heard, visibility="rahasia", code=FRESH, known=BASE, **more):
    says = {"anonim": NAMELESS, "rahasia": SECRET, "public": "hidden+terbuka"}[visibility]
    return Turn(heard, NOTHING, says, (Hide(code, visibility),), known, **more)


SCRIPTS = {
    "what was filed last": [TOLD, hidden("RAHASIA"), hidden("anonim", "anonim", after=3600), hidden("Terbuka", "public", after=3600)],
    "in Banjar": [TOLD_BANJAR, hidden("rahasiaakan lah"), hidden("sambunyiakan ngaran ulun", "anonim"), hidden("jangan dirahasiaakan", "public")],
    "in a sentence of its own": [TOLD, hidden("tolong nama saya jangan disebut ya", "anonim")],
    "in a sentence that says more it is added": [
        TOLD,
        Turn("lubangnya di muka sd, nama saya jangan disebut, dalamnya sampai setengah meter lebih sedikit", ROAD, "added",
             (Answer(FRESH, "lubangnya di muka sd, nama saya jangan disebut, dalamnya sampai setengah meter lebih sedikit"),)),
    ],
    "that of a code": [hidden(f"RAHASIA {OLD}", code=OLD, known=NAMING_MINE), hidden(f"terbuka {OLD}", "public", OLD, NAMING_MINE)],
    "not another's": [Turn(f"RAHASIA {OTHER}", NOTHING, "hide_not_own", (), NAMING_FOREIGN)],
    "no such code": [Turn("anonim BTL-9999-9999-9999", NOTHING, "code_unknown", (), NAMING_NONE), Turn("rahasia btl-99", NOTHING, "code_unknown")],
    "more than a day later it is meant for what comes next, and says how else": [
        TOLD,
        Turn("rahasia", NOTHING, "rahasia+tell_problem+hide_older", (), WITH_OWN, after=90_000),
        Turn(HERE, ROAD_HERE, "filed+rahasia+follow", (filing(HERE, ROAD_HERE, visibility="rahasia"),)),
    ],
    "without anything filed it is meant for what comes next": [Turn("anonim", NOTHING, "anonim+tell_problem")],
    "while a draft is open it is the draft's, and back": [
        TOLD,
        Turn("ada jua lampu", LAMP, ASK_PLACE, after=300),
        Turn("rahasia", NOTHING, f"rahasia+{AGAIN}"),
        Turn("terbuka", NOTHING, f"terbuka+{AGAIN}"),
        Turn(f"anonim {OLD}", NOTHING, f"{NAMELESS}+{AGAIN}", (Hide(OLD, "anonim"),), NAMING_MINE),
    ],
    "shown again without a code: the only one, which one, none": [
        hidden("terbuka", "public", OLD, WITH_OWN),
        Turn("terbuka", NOTHING, "hide_which", (), WITH_TWO),
        Turn("terbuka", NOTHING, "status_none"),
    ],
    "both problems of one message": [
        Turn(BOTH_SAID, BOTH, ASK_TWO, (filing(BOTH_SAID, ROAD_HERE),)),
        hidden("rahasia"),
        Turn("dua aduan", NOTHING, "filed+rahasia+follow",
             (replace(filing(LAMP_SAID, LAMP_HERE, visibility="rahasia"), code=SECOND, apart_from=FRESH), Unsay(FRESH, LAMP_SAID, LAMP_HERE)), NEXT),
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", SCRIPTS)
def test_the_conversation(name):
    for turn, done in replies(SCRIPTS[name]):
        assert "+".join(say.key for say in done.says) == turn.says
        assert done.wishes == turn.wishes


def test_the_answer_says_what_it_means_and_how_to_go_back():
    text = said([TOLD, hidden("RAHASIA")])
    assert "tidak dibuka untuk umum" in text
    assert f"TERBUKA {FRESH}" in text

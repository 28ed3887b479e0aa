"""Conversations about what others reported before, as tables: told with the filing, joined or apart, never lost by either."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from talking import (
    AGAIN,
    ASK_PLACE,
    BANJAR,
    BASE,
    BRIBE,
    FILED,
    FIRE,
    FRESH,
    HANDIL_BAKTI,
    HERE,
    LAMP_HERE,
    NAMING_MINE,
    NOTHING,
    OLD,
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

from bots.dialogue import AddVoice, Answer, Dialogue, File, Heard, Similar, StandApart, ToPerson, answers_at_once

LIKELY = Similar("Jalan", "Handil Bakti", "in_progress", 3)
SURE = replace(LIKELY, sure=True)
SEEMS, IS = replace(BASE, similar=LIKELY), replace(BASE, similar=SURE)
MAY_JOIN, MAY_LEAVE = replace(BASE, may_join=(FRESH,)), replace(BASE, may_leave=(FRESH,))
ASKED, JOINED = "filed+follow+known+ask_voice", "filed+known_sure+joined+follow"
ASKS = Turn(HERE, ROAD_HERE, ASKED, (filing(HERE, ROAD_HERE),), SEEMS)
TELLS = Turn(HERE, ROAD_HERE, JOINED, (filing(HERE, ROAD_HERE),), IS)
ADD, APART = (AddVoice(FRESH),), (StandApart(FRESH),)
ADDED = "voice_added+undo"

SCRIPTS = {
    "asked, and yes": [ASKS, Turn("ya", NOTHING, ADDED, ADD, MAY_JOIN)],
    "asked, and a number": [ASKS, Turn("1", NOTHING, ADDED, ADD, MAY_JOIN)],
    "asked, and the word": [ASKS, Turn("GABUNG", NOTHING, ADDED, ADD, MAY_JOIN)],
    "asked, and the word in a sentence": [ASKS, Turn("gabungkan saja pak", NOTHING, ADDED, ADD, MAY_JOIN)],
    "asked, and a button": [ASKS, Turn(press(f"voice:yes:{FRESH}"), NOTHING, ADDED, ADD, MAY_JOIN)],
    "asked, and no": [ASKS, Turn("bukan", NOTHING, "apart", (), MAY_JOIN)],
    "asked, and the other number": [ASKS, Turn("2", NOTHING, "apart", (), MAY_JOIN)],
    "asked, and the other word": [ASKS, Turn("pisah", NOTHING, "apart", (), MAY_JOIN)],
    "asked, and the other button": [ASKS, Turn(press(f"voice:no:{FRESH}"), NOTHING, "apart", (), MAY_JOIN)],
    "in Banjar": [
        Turn(HERE, BANJAR, ASKED, (filing(HERE, BANJAR),), SEEMS),
        Turn("umpat gabung haja", NOTHING, ADDED, ADD, MAY_JOIN),
        Turn("kada jadi, pisahakan", NOTHING, "chat+tell_problem", (), MAY_LEAVE, after=300),
        Turn("pisahakan", NOTHING, "left", APART, MAY_LEAVE),
    ],
    "no by a word of Banjar": [ASKS, Turn("kada usah", NOTHING, "apart", (), MAY_JOIN)],
    "a mere ok decides nothing, and the question stays open": [
        ASKS,
        Turn("ok siap", NOTHING, "", (), MAY_JOIN),
        Turn("makasih", NOTHING, "thanks", (), MAY_JOIN),
        Turn("iya", NOTHING, ADDED, ADD, MAY_JOIN, after=900),
    ],
    "what follows is added meanwhile, and the question stays open": [
        ASKS,
        Turn(PHOTO, NOTHING, "added", (Answer(FRESH, "[foto: 1]"),), MAY_JOIN),
        Turn("lubangnya dalam", ROAD, "", (Answer(FRESH, "lubangnya dalam"),), MAY_JOIN),
        Turn("1", NOTHING, ADDED, ADD, MAY_JOIN),
    ],
    "another complaint instead of an answer is filed, and the first stays as it is": [
        ASKS,
        Turn("lampu mati di handil bakti", LAMP_HERE, FILED, (filing("lampu mati di handil bakti", LAMP_HERE),), MAY_JOIN),
        Turn("1", NOTHING, "chat+tell_problem", (), MAY_JOIN, after=300),
        Turn(press(f"voice:yes:{FRESH}"), NOTHING, ADDED, ADD, MAY_JOIN),
    ],
    "the mind may be changed within a day, both ways": [
        ASKS,
        Turn("pisah", NOTHING, "apart", (), MAY_JOIN),
        Turn("gabung", NOTHING, ADDED, ADD, MAY_JOIN, after=3600),
        Turn("pisah", NOTHING, "left", APART, MAY_LEAVE, after=3600),
        Turn("gabung", NOTHING, ADDED, ADD, MAY_JOIN, after=3600),
    ],
    "pressed twice is joined once": [
        ASKS,
        Turn(press(f"voice:yes:{FRESH}"), NOTHING, ADDED, ADD, MAY_JOIN),
        Turn(press(f"voice:yes:{FRESH}"), NOTHING, "voice_added", (), MAY_LEAVE),
    ],
    "what was closed meanwhile is not joined": [ASKS, Turn("gabung", NOTHING, "none_to_join"), Turn("ya", NOTHING, "")],
    "sure: joined without a question, and how to undo": [TELLS, Turn("PISAH", NOTHING, "left", APART, MAY_LEAVE)],
    "sure: by code": [TELLS, Turn(f"pisah {OLD}", NOTHING, "left", (StandApart(OLD),), replace(NAMING_MINE, may_leave=(FRESH, OLD)))],
    "sure: a yes is no answer to anything": [TELLS, Turn("ya", NOTHING, "", (), MAY_LEAVE)],
    "sure: after a day it is too late": [TELLS, Turn("pisah", NOTHING, "none_joined", after=90_000)],
    "nothing to join or leave": [Turn("pisah", NOTHING, "none_joined"), Turn("gabung", NOTHING, "none_to_join")],
    "nothing to join or leave in mid-draft keeps the draft": [
        Turn("jalan rusak", ROAD, ASK_PLACE),
        Turn("pisah", NOTHING, f"none_joined+{AGAIN}"),
        Turn(press(f"voice:yes:{OLD}"), NOTHING, f"none_to_join+{AGAIN}"),
        Turn("handil bakti", reading(at=HANDIL_BAKTI), ASKED, (filing("jalan rusak\nhandil bakti", ROAD_HERE),), SEEMS),
    ],
    "one's own complaint told again days later": [
        Turn(HERE, ROAD_HERE, "filed+follow+known_own+ask_voice", (filing(HERE, ROAD_HERE),), replace(BASE, similar=replace(LIKELY, own=OLD))),
    ],
    "one's own, surely": [
        Turn(HERE, ROAD_HERE, "filed+known_own+joined+follow", (filing(HERE, ROAD_HERE),), replace(BASE, similar=replace(SURE, own=OLD))),
    ],
    "danger is not asked about": [Turn("kebakaran di handil bakti", FIRE, "danger+filed+follow", (filing("kebakaran di handil bakti", FIRE),), SEEMS)],
    "danger that is joined is told so": [Turn("kebakaran di handil bakti", FIRE, "danger+filed+known_sure+joined+follow", (filing("kebakaran di handil bakti", FIRE),), IS)],
    "danger in answer to the question": [
        ASKS,
        Turn("ada yang luka parah", replace(ROAD, urgency="darurat"), "danger+added", (Answer(FRESH, "ada yang luka parah"), ToPerson("ada yang luka parah", FRESH)), MAY_JOIN),
        Turn("ya", NOTHING, ADDED, ADD, MAY_JOIN),
    ],
    "of an accusation nothing is told": [
        Turn("lurah minta uang di handil bakti", BRIBE, "filed+supervised+hide_offer+follow", (filing("lurah minta uang di handil bakti", BRIBE),), SEEMS),
    ],
    "of a confidential one nothing is told": [
        Turn("rahasia", NOTHING, "rahasia+tell_problem"),
        Turn(HERE, ROAD_HERE, "filed+rahasia+follow", (filing(HERE, ROAD_HERE, visibility="rahasia"),), SEEMS),
    ],
    "a draft that waits is asked about, not the known report": [
        Turn("jalan rusak", ROAD, ASK_PLACE),
        Turn("lampu mati di handil bakti", LAMP_HERE, f"filed+follow+{AGAIN}", (filing("lampu mati di handil bakti", LAMP_HERE),), SEEMS, after=90_000),
    ],
    "in a group nothing is told": [Turn(Heard(HERE, direct=False), ROAD_HERE, "accepted_group", (), SEEMS)],
}  # fmt: skip


@pytest.mark.parametrize("name", SCRIPTS)
def test_the_conversation(name):
    check(SCRIPTS[name])


@pytest.mark.parametrize(
    ("days", "when"), [(0, "hari ini"), (1, "kemarin"), (3, "3 hari lalu")], ids=["today", "yesterday", "days"]
)
def test_what_is_known_is_one_line_with_place_status_and_date(days, when):
    text = said([replace(ASKS, known=replace(BASE, similar=replace(LIKELY, days=days)))])
    assert f"Sepertinya sudah dilaporkan warga lain {when}: Jalan, Handil Bakti, status: diproses." in text.splitlines()
    assert FRESH in text
    nowhere = said([replace(ASKS, known=replace(BASE, similar=replace(LIKELY, place="")))])
    assert "lalu: Jalan, status: diproses." in nowhere


def test_a_sure_one_tells_the_own_code_and_how_to_undo():
    text = said([TELLS])
    assert text.index(FRESH) < text.index("sudah dilaporkan warga lain 3 hari lalu") < text.index("digabung")
    assert "balas PISAH dalam sehari" in text
    _, done = replies([TELLS])[0]
    assert done.says[0].buttons == ()


def test_choices_come_with_the_question_in_the_citizens_language():
    _, done = replies([ASKS])[0]
    assert [(b.label, b.payload) for b in done.says[0].buttons] == [
        ("Gabung", f"voice:yes:{FRESH}"),
        ("Pisah", f"voice:no:{FRESH}"),
    ]
    text = said([replace(ASKS, read=BANJAR)])
    assert "Kayanya sudah dilaporakan urang lain 3 hari nang lalu: Jalan, Handil Bakti, status: digawi." in text


AT_ONCE = [("ya", True), ("2", True), ("gabung", True), ("pisah", True), ("lubangnya dalam", False), ("ok", False)]


@pytest.mark.parametrize(("words", "at_once"), AT_ONCE)
def test_only_an_answer_to_the_question_is_answered_without_waiting(words, at_once):
    state = Dialogue(asked="voice", subject=FRESH)
    assert answers_at_once(state, Heard(words), NOTHING) is at_once


WORDS = ["ya", "1", "2", "gabung", "pisah", "batal", "tidak", "ok", "jalan", "handil bakti", "petugas", "menu", f"pisah {OLD}"]  # fmt: skip
KNOWN = [BASE, SEEMS, IS, MAY_JOIN, MAY_LEAVE, replace(SEEMS, may_join=(OLD,)), replace(NAMING_MINE, may_leave=(OLD,))]
TURNS = st.builds(
    Turn,
    st.sampled_from([*WORDS, PHOTO, press(f"voice:yes:{FRESH}"), press(f"voice:no:{OLD}"), press("voice:?")]),
    st.sampled_from([NOTHING, UNCLEAR, ROAD, ROAD_HERE, LAMP_HERE, FIRE, BRIBE, reading(at=HANDIL_BAKTI)]),
    st.just(""),
    st.just(()),
    st.sampled_from(KNOWN),
    st.sampled_from([5, 130, 30_000]),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(TURNS, max_size=10))
def test_no_answer_about_a_known_report_loses_a_draft_or_touches_what_is_not_ones_own(talk):
    before = Dialogue()
    for turn, done in replies(talk):
        filed = [wish for wish in done.wishes if isinstance(wish, File)]
        for wish in done.wishes:
            assert not isinstance(wish, AddVoice) or wish.code in turn.known.may_join
            assert not isinstance(wish, StandApart) or wish.code in turn.known.may_leave
        if before.draft and before.draft.text and not (done.state.draft and before.draft.text in done.state.draft.text):
            kept = any(before.draft.text in wish.text for wish in filed)
            assert kept or before.asked in ("report", "discard"), turn.heard
        asked = any("ask_voice" in say.key for say in done.says)
        assert asked == (bool(filed) and done.state.asked == "voice")
        before = done.state

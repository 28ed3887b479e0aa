"""A volunteer's conversations as tables: what is passed on, from which group, and what stays the volunteer's own."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from bots import wording
from bots.dialogue import Dialogue, File, Harvest, Heard, Known, answers_at_once, group_named, step
from bots.ways import ways
from nlu.base import Extraction, Location

NOW = datetime(2026, 8, 3, 9, 0, tzinfo=UTC)
KNOWN = Known("BTL-7Q4M-2XPH-9K3R", volunteer="KIM Rekaan")
HERE = Location("63.04.05.1003", "Handil Bakti", "kelurahan", 0.95)
NOTHING = Extraction(False, 0.05, "lainnya", 0.9, "pengaduan", False, "normal", None, None, "id", (), "test")
ROAD = Extraction(True, 0.95, "jalan", 0.9, "pengaduan", False, "normal", HERE, None, "id", (), "test")
ROAD_SOMEWHERE = Extraction(True, 0.95, "jalan", 0.9, "pengaduan", False, "normal", None, None, "id", (), "test")
FIRE = Extraction(True, 0.95, "bencana_kebakaran", 0.9, "pengaduan", False, "darurat", HERE, None, "id", (), "test")


@pytest.mark.parametrize(
    ("text", "group"),
    [
        ("GRUP RT 5 Handil Bakti", "RT 5 Handil Bakti"),
        ("grup: RT 5 Handil Bakti", "RT 5 Handil Bakti"),
        ("Grup:RT 5", "RT 5"),
        ("group  Info   Warga ", "Info Warga"),
        ("GRUP : Warga yang sering membahas jalan dan lampu di kampung kita semua", "Warga yang sering membahas jalan dan lampu di kampung kita semua"),
        ("GRUP", ""),
        ("grup warga ramai membahas jalan rusak di depan pasar besar", ""),
        ("Grupnya ramai", ""),
        ("GRUP RT 5\njalan rusak", ""),
        ("GRUP " + "x" * 81, ""),
    ],
)  # fmt: skip
def test_how_a_group_is_named(text, group):
    assert group_named(text) == group


def turn(*passed, text="", read=NOTHING, button="", after=20.0, photos=0):
    return Heard(text, button=button, passed=passed, photos=photos), read, after


def play(*turns, known=KNOWN):
    """The (key said, wishes) of each turn and the last step; every state survives a restart."""
    state, now, told = {}, NOW, []
    for heard, read, after in turns:
        now += timedelta(seconds=after)
        done = step(Dialogue.from_json(state), heard, read, known, now)
        state = json.loads(json.dumps(done.state.to_json()))
        assert Dialogue.from_json(state) == done.state
        assert len(done.says) <= 1
        told.append((done.says[0].key if done.says else "", done.wishes))
    return told, done


A, B = "RT 5 Handil Bakti", "Info Puntik"


@pytest.mark.parametrize(
    ("turns", "told"),
    [
        pytest.param([turn(A), turn(1, 2, 3)], [("relay_group", ()), ("relay_noted", (Harvest(A, (1, 2, 3)),))], id="named, then forwarded"),
        pytest.param([turn(A, 1)], [("relay_noted", (Harvest(A, (1,)),))], id="in one turn"),
        pytest.param([turn(1, 2, A)], [("relay_noted", (Harvest(A, (1, 2)),))], id="the name comes behind"),
        pytest.param([turn(A, 1), turn(2, B)], [("relay_noted", (Harvest(A, (1,)),)), ("relay_noted", (Harvest(B, (2,)),))], id="the name behind is of what came with it"),
        pytest.param([turn(A), turn(1, B, 2)], [("relay_group", ()), ("relay_noted", (Harvest(A, (1,)), Harvest(B, (2,))))], id="two groups in one turn"),
        pytest.param([turn(A, 1, B, 2)], [("relay_noted", (Harvest(A, (1,)), Harvest(B, (2,))))], id="two names in one turn"),
        pytest.param([turn(1), turn(2, 3), turn(A)], [("ask_group", ()), ("ask_group", ()), ("relay_noted", (Harvest(A, (1, 2, 3)),))], id="held until named"),
        pytest.param([turn(1), turn(text="RT 5 Handil Bakti")], [("ask_group", ()), ("relay_noted", (Harvest(A, (1,)),))], id="the bare name answers the question"),
        pytest.param([turn(A), turn(1, after=86_300), turn(2, after=200)], [("relay_group", ()), ("relay_noted", (Harvest(A, (1,)),)), ("ask_group", ())], id="asked again after a day"),
        pytest.param([turn(A, 1), turn(2, after=90_000), turn(text="rt 5  handil bakti")], [("relay_noted", (Harvest(A, (1,)),)), ("ask_group", ()), ("relay_noted", (Harvest(A, (2,)),))], id="a known name in any spelling"),
        pytest.param([turn(A, 1), turn(2, after=90_000), turn(text="1")], [("relay_noted", (Harvest(A, (1,)),)), ("ask_group", ()), ("relay_noted", (Harvest(A, (2,)),))], id="its number"),
        pytest.param([turn(1), turn(text="terima kasih"), turn(A)], [("ask_group", ()), ("thanks+ask_group", ()), ("relay_noted", (Harvest(A, (1,)),))], id="small talk is no name"),
        pytest.param([turn(text="halo")], [("greeting+tell_problem", ())], id="like everybody else"),
    ],
)  # fmt: skip
def test_what_is_passed_on(turns, told):
    assert play(*turns)[0] == told


def test_a_turn_with_both_is_handled_whole():
    text = "jalan di depan rumah saya rusak di Handil Bakti"
    told, done = play(turn(A, 1, 2, text=text, read=ROAD))
    (filed, harvest) = done.wishes
    assert isinstance(filed, File)
    assert (filed.text, harvest) == (text, Harvest(A, (1, 2)))
    assert told[0][0] == "filed+follow+relay_noted"
    words = wording.render(done.says[0].key, done.says[0].params, done.language)
    assert "2 pesan dari grup RT 5 Handil Bakti dicatat untuk ditinjau." in words
    assert "BTL-7Q4M-2XPH-9K3R" in words


def test_an_own_complaint_while_the_group_is_asked_is_filed_and_nothing_is_lost():
    told, _ = play(turn(1), turn(text="jalan rusak di Handil Bakti", read=ROAD), turn(A))
    assert [type(w).__name__ for w in told[1][1]] == ["File"]
    assert told[1][0] == "filed+follow+ask_group"
    assert told[2][1] == (Harvest(A, (1,)),)


def test_the_answer_to_the_drafts_question_is_no_group():
    told, _ = play(turn(text="jalan rusak", read=ROAD_SOMEWHERE), turn(1), turn(text="RT 5 Handil Bakti"))
    assert [type(w).__name__ for w in told[2][1]] == ["File"]


def test_the_last_groups_are_offered_as_buttons_that_stay_good():
    _, done = play(turn(A, 1), turn(B, 2), turn(3, after=90_000))
    assert [b.label for b in done.says[0].buttons] == ["Info Puntik", "RT 5 Handil Bakti"]
    assert all(len(b.payload) <= 64 for b in done.says[0].buttons)
    old = done.says[0].buttons[1].payload
    told, _ = play(turn(A, 1), turn(B, 2), turn(3, after=90_000), turn(button=old))
    assert told[-1] == ("relay_noted", (Harvest(A, (3,)),))
    told, done = play(turn(A, 1), turn("C" * 40, 2), turn(3, after=90_000), turn(B), turn(4, button=old))
    assert told[-1] == ("relay_noted", (Harvest(A, (4,)),))
    assert max(len(group) for group in done.state.relay.groups) == 40


def test_three_groups_are_remembered_with_labels_that_whatsapp_shows():
    _, done = play(*(turn(f"Grup Warga Perumahan Nomor {n}", n) for n in range(1, 6)), turn(9, after=90_000))
    labels = [b.label for b in done.says[0].buttons]
    assert len(labels) <= 3
    assert all(len(label) <= 20 for label in labels)


def test_nobody_else_passes_on():
    told, done = play(turn(A, 1), known=Known("BTL-7Q4M-2XPH-9K3R"))
    assert (told, done.state.relay.group) == ([("", ())], "")


def test_erasing_ones_data_forgets_the_groups():
    _, done = play(turn(A, 1), turn(text="HAPUS DATA"), turn(text="ya"))
    assert done.state.relay.groups == ()


@pytest.mark.parametrize(
    ("heard", "read", "now"),
    [(Heard("", passed=(A,)), NOTHING, True), (Heard("", passed=(1,)), NOTHING, False), (Heard("", passed=(1, A)), NOTHING, False), (Heard("x", passed=(1,)), FIRE, True)],
)  # fmt: skip
def test_forwarded_messages_settle_and_a_name_is_answered_at_once(heard, read, now):
    assert answers_at_once(Dialogue(), heard, read) is now


@pytest.mark.parametrize("language", wording.LANGUAGES)
def test_the_volunteer_is_told_in_words(language):
    told = wording.render("ask_group", {"held": "3"}, language)
    assert "3 " in told
    assert "GRUP" in told
    notice = wording.render("pass_on+status_resolved", {"group": A, "code": "BTL-1"}, language)
    assert A in notice.splitlines()[0]
    assert "BTL-1" in notice.splitlines()[1]


def test_the_ways_to_the_bot_are_links_that_tell_nothing_of_a_complaint():
    lines = ways("@elapor_batola_bot", "+62 812-5555-0100", "facebook").splitlines()
    assert lines == [
        "",
        "Telegram: https://t.me/elapor_batola_bot?start=facebook",
        "WhatsApp: https://wa.me/6281255550100?text=Saya%20mau%20lapor",
    ]
    assert ways("", "", "facebook") == ""
    assert [line.rpartition("=")[2] for line in ways("x", "1", "facebook", "aduan-1").splitlines()[1:]] == [
        "aduan-1",
        "Saya%20ingin%20melanjutkan%20laporan%20saya%3A%20aduan-1",
    ]
    words = wording.render("way_to_bot", {"ways": "\n".join(lines)}, "id")
    assert "\nTelegram: https" in words
    assert "lewat" not in wording.render("way_to_bot", {"ways": ""}, "id")

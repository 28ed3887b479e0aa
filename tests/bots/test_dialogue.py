"""Conversations as tables: what a citizen says, and what the bot says and does; every turn survives a restart."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from talking import (
    AGAIN,
    ALALAK,
    ASK_PLACE,
    BANJAR,
    BARAMBAI,
    BASE,
    BATOLA,
    BRIBE,
    FILED,
    FIRE,
    FIRE_SOMEWHERE,
    FOREIGN,
    FRESH,
    HANDIL_BAKTI,
    HERE,
    KARYA_BARU,
    KOTABARU,
    LAMP,
    LAMP_HERE,
    MINE,
    NAMING_DONE,
    NAMING_FOREIGN,
    NAMING_MINE,
    NAMING_NONE,
    NONE,
    NOTHING,
    NOW,
    OLD,
    OTHER,
    PHOTO,
    POINT,
    ROAD,
    ROAD_HERE,
    SUNGAI_LUMBAH,
    UNCLEAR,
    VOICE,
    WANTED,
    WITH_OWN,
    WITH_TWO,
    Turn,
    check,
    filing,
    press,
    reading,
    replies,
    said,
)

from bots.dialogue import (
    Answer,
    Dialogue,
    EraseMe,
    File,
    Heard,
    Hide,
    Status,
    ToPerson,
    Withdraw,
    answers_at_once,
    step,
)
from nlu.base import PersonalData

SCRIPTS = {
    "a complete complaint is filed at once": [Turn(HERE, ROAD_HERE, FILED, (filing(HERE, ROAD_HERE),))],
    "a missing place is asked for, and the answer completes it": [
        Turn("jalan rusak", ROAD, ASK_PLACE),
        Turn("handil bakti", reading(at=HANDIL_BAKTI), FILED, (filing("jalan rusak\nhandil bakti", ROAD_HERE),)),
    ],
    "a place that nobody knows is taken as typed, and never asked twice": [
        Turn("jalan rusak", ROAD, ASK_PLACE),
        Turn("parak warung acil ijah", NOTHING, FILED, (filing("jalan rusak\nparak warung acil ijah", ROAD, place_text="parak warung acil ijah"),)),
    ],
    "a shared location is a place": [
        Turn("jalan rusak", ROAD, ASK_PLACE),
        Turn(POINT, NOTHING, FILED, (filing("jalan rusak", ROAD, point=(-3.25, 114.61)),)),
    ],
    "text and location in one turn": [
        Turn(Heard("jalan rusak", point=(-3.25, 114.61), photos=2), ROAD, FILED, (filing("jalan rusak", ROAD, point=(-3.25, 114.61), photos=2),)),
    ],
    "the kabupaten alone is no place": [
        Turn("jalan rusak di batola", reading("jalan", BATOLA), ASK_PLACE),
    ],
    "a landmark of the kabupaten is one": [
        Turn("lubang di jembatan barito", reading("jalan", BATOLA, place="jembatan barito"), FILED, (filing("lubang di jembatan barito", reading("jalan", BATOLA, place="jembatan barito")),)),
    ],
    "two villages of one name: the kecamatan settles it": [
        Turn("jalan karya baru rusak", reading("jalan", KARYA_BARU), "noted+ask_which"),
        Turn("barambai", reading(at=BARAMBAI), FILED, (filing("jalan karya baru rusak\nbarambai", reading("jalan", replace(KARYA_BARU, code="63.04.14.2010", confidence=0.9, alternatives=()))),)),
    ],
    "a question about a service needs no place": [
        Turn("syarat membuat KK apa saja?", reading("adminduk", report_class="permintaan_informasi"), FILED, (filing("syarat membuat KK apa saja?", reading("adminduk", report_class="permintaan_informasi")),)),
    ],
    "a place outside the kabupaten is taken": [
        Turn("jalan rusak di kotabaru", reading("jalan", KOTABARU), "filed+outside+follow", (filing("jalan rusak di kotabaru", reading("jalan", KOTABARU)),)),
    ],
    "unclear: asked once, yes, then the place": [
        Turn("parah banar di sini", UNCLEAR, "ask_report"),
        Turn("iya", NOTHING, ASK_PLACE),
        Turn("handil bakti", reading(at=HANDIL_BAKTI), FILED, (filing("parah banar di sini\nhandil bakti", replace(UNCLEAR, location=HANDIL_BAKTI)),)),
    ],
    "unclear: no": [Turn("parah banar di sini", UNCLEAR, "ask_report"), Turn("bukan", NOTHING, "not_noted")],
    "unclear: numbers": [Turn("parah di handil bakti", replace(UNCLEAR, location=HANDIL_BAKTI), "ask_report"), Turn("1", NOTHING, FILED, (filing("parah di handil bakti", replace(UNCLEAR, location=HANDIL_BAKTI)),))],
    "unclear: a button": [Turn("parah banar", UNCLEAR, "ask_report"), Turn(press("report:no"), NOTHING, "not_noted")],
    "unclear: told on instead of answered": [
        Turn("parah banar di sini", UNCLEAR, "ask_report"),
        Turn("jalannya balubang di handil bakti", ROAD_HERE, FILED, (filing("parah banar di sini\njalannya balubang di handil bakti", ROAD_HERE),)),
    ],
    "unclear: Banjar yes and no": [
        Turn("parah banar di sini", UNCLEAR, "ask_report"),
        Turn("kada", NOTHING, "not_noted"),
        Turn("parah banar di situ", UNCLEAR, "ask_report"),
        Turn("bujur pak ai", NOTHING, ASK_PLACE),
    ],
    "a language that we don't read is read by a person": [
        Turn("dalan rusak nang ngarep omahku", NOTHING, "foreign", (ToPerson("dalan rusak nang ngarep omahku"),)),
        Turn("The road at our school is broken", NOTHING, "foreign", (ToPerson("The road at our school is broken"),)),
        Turn("jalan hong lewu jida bahalap", ROAD_HERE, FILED, (filing("jalan hong lewu jida bahalap", ROAD_HERE),)),
    ],
    "signs alone, and hellos from elsewhere": [
        Turn("\U0001f64f", NOTHING, ""),
        Turn("...", NOTHING, ""),
        Turn("???", NOTHING, "tell_problem"),
        Turn("Good morning admin", NOTHING, "greeting+tell_problem"),
        Turn("thank you very much", NOTHING, "thanks"),
        Turn("matur nuwun pak", NOTHING, "thanks"),
    ],
    "an insult after filing is no detail of it": [
        Turn(HERE, ROAD_HERE, FILED, (filing(HERE, ROAD_HERE),)),
        Turn("anjing kalian semua", NOTHING, "calm+tell_problem"),
        Turn("lubangnya dalam, bodoh", ROAD, "added", (Answer(FRESH, "lubangnya dalam, bodoh"),)),
    ],
    "what was withdrawn is added to no more": [
        Turn(HERE, ROAD_HERE, FILED, (filing(HERE, ROAD_HERE),)),
        Turn("salah kirim", NOTHING, "withdraw_ask+yes_or_no", (), replace(BASE, own=(replace(MINE, code=FRESH),))),
        Turn("ya", NOTHING, "status_withdrawn", (Withdraw(FRESH),)),
        Turn("tiangnya miring", NOTHING, "chat+tell_problem"),
    ],
    "greeting, thanks, test, stickers": [
        Turn("Assalamualaikum pak", NOTHING, "greeting+tell_problem"),
        Turn("tes", NOTHING, "test+tell_problem"),
        Turn("terima kasih banyak min", NOTHING, "thanks"),
        Turn("oke siap", NOTHING, ""),
        Turn(Heard("", other_media=True), NOTHING, ""),
        Turn(Heard("", removed=True), NOTHING, ""),
    ],
    "somebody wants to report": [
        Turn("mau lapor pak", NOTHING, "tell_problem"),
        Turn(HERE, ROAD_HERE, FILED, (filing(HERE, ROAD_HERE),)),
    ],
    "chatter and insults": [
        Turn("tadi makan apa ya enaknya", NOTHING, "chat+tell_problem"),
        Turn("dasar bungul", NOTHING, "calm+tell_problem"),
    ],
    "an insult that tells a trouble is a report": [Turn(f"goblok semua, {HERE}", ROAD_HERE, FILED, (filing(f"goblok semua, {HERE}", ROAD_HERE),))],
    "help, start and menu in mid-draft keep the draft": [
        Turn("jalan rusak", ROAD, ASK_PLACE),
        Turn("menu", NOTHING, f"help+{AGAIN}"),
        Turn("/start", NOTHING, f"greeting+help+{AGAIN}"),
        Turn("makasih", NOTHING, f"thanks+{AGAIN}"),
        Turn("STATUS", NOTHING, f"status_none+{AGAIN}"),
        Turn("handil bakti", reading(at=HANDIL_BAKTI), FILED, (filing("jalan rusak\nhandil bakti", ROAD_HERE),)),
    ],
    "batal in mid-draft asks first": [
        Turn("jalan rusak", ROAD, ASK_PLACE),
        Turn("batal", NOTHING, "discard_ask+yes_or_no"),
        Turn("tidak", NOTHING, AGAIN),
        Turn("batal", NOTHING, "discard_ask+yes_or_no"),
        Turn("handil bakti", reading(at=HANDIL_BAKTI), FILED, (filing("jalan rusak\nhandil bakti", ROAD_HERE),)),
    ],
    "batal in mid-draft, and yes": [
        Turn("jalan rusak", ROAD, ASK_PLACE),
        Turn("salah kirim", NOTHING, "discard_ask+yes_or_no"),
        Turn(press("discard:yes"), NOTHING, "not_noted"),
        Turn("handil bakti", reading(at=HANDIL_BAKTI), "chat+tell_problem"),
    ],
    "status: own, by code, by a bare code, unknown": [
        Turn("cek", NOTHING, "status_in_progress", (Status(OLD),), WITH_OWN),
        Turn("status aduan saya", NOTHING, "status_list", (), WITH_TWO),
        Turn(f"status {OTHER}", NOTHING, "status_forwarded", (Status(OTHER),), NAMING_FOREIGN),
        Turn(f"/lacak {OTHER}", NOTHING, "status_forwarded", (Status(OTHER),), NAMING_FOREIGN),
        Turn(OTHER.lower().replace("-", ""), NOTHING, "status_forwarded", (Status(OTHER),), NAMING_FOREIGN),
        Turn(NONE, NOTHING, "code_unknown", (), NAMING_NONE),
        Turn("STATUS BTL-12", NOTHING, "code_unknown"),
    ],
    "words with a code are added to one's own submission": [
        Turn(f"{OLD} tiangnya yang dekat SDN 2 pak", NOTHING, "added+status_in_progress", (Answer(OLD, f"{OLD} tiangnya yang dekat SDN 2 pak"),), NAMING_MINE),
        Turn(f"{OLD} bagaimana pak", NOTHING, "status_in_progress", (Status(OLD),), NAMING_MINE),
        Turn(f"{OTHER} ini punya tetangga saya sebelah", NOTHING, "status_forwarded", (Status(OTHER),), NAMING_FOREIGN),
    ],
    "an officer's question is answered without a code": [
        Turn("tiang nomor 14 pak", NOTHING, "added", (Answer(OLD, "tiang nomor 14 pak"),), WANTED),
        Turn(PHOTO, NOTHING, "added", (Answer(OLD, "[foto: 1]"),), WANTED),
        Turn("lampu jalan yang di RT 3 handil bakti itu", LAMP_HERE, "added", (Answer(OLD, "lampu jalan yang di RT 3 handil bakti itu"),), WANTED),
        Turn(HERE, ROAD_HERE, FILED, (filing(HERE, ROAD_HERE),), WANTED),
    ],
    "withdraw: asked, then done": [
        Turn(f"batal {OLD}", NOTHING, "withdraw_ask+yes_or_no", (), NAMING_MINE),
        Turn(press(f"withdraw:yes:{OLD}"), NOTHING, "status_withdrawn", (Withdraw(OLD),), WITH_OWN),
    ],
    "withdraw: asked, and no": [Turn("batal", NOTHING, "withdraw_ask+yes_or_no", (), WITH_OWN), Turn("tidak jadi pak", NOTHING, "withdraw_kept")],
    "withdraw: no by a word": [Turn("batal", NOTHING, "withdraw_ask+yes_or_no", (), WITH_OWN), Turn("kada usah", NOTHING, "withdraw_kept", (), WITH_OWN)],
    "withdraw: another's, an ended one, none, which": [
        Turn(f"batal {OTHER}", NOTHING, "withdraw_not_own", (), NAMING_FOREIGN),
        Turn(f"tarik {OLD}", NOTHING, "withdraw_ended", (), NAMING_DONE),
        Turn(f"batal {NONE}", NOTHING, "code_unknown", (), NAMING_NONE),
        Turn("batal", NOTHING, "status_none"),
        Turn("batal", NOTHING, "withdraw_which", (), replace(BASE, own=(MINE, replace(MINE, code=OTHER)))),
    ],
    "a question to withdraw lapses when something else is said": [
        Turn("batal", NOTHING, "withdraw_ask+yes_or_no", (), WITH_OWN),
        Turn("halo", NOTHING, "greeting+tell_problem", (), WITH_OWN),
        Turn("ya", NOTHING, "", (), WITH_OWN),
        Turn(press(f"withdraw:yes:{OLD}"), NOTHING, "choice_gone", (), WITH_OWN),
    ],
    "a button of an earlier question does nothing": [
        Turn(f"batal {OLD}", NOTHING, "withdraw_ask+yes_or_no", (), NAMING_MINE),
        Turn(press(f"withdraw:yes:{OTHER}"), NOTHING, "choice_gone", (), WITH_OWN),
        Turn("jalan rusak", ROAD, ASK_PLACE),
        Turn(press("report:no"), NOTHING, f"choice_gone+{AGAIN}"),
        Turn(press("?"), NOTHING, f"choice_gone+{AGAIN}"),
    ],
    "danger: numbers first, then filed": [Turn("kebakaran di handil bakti", FIRE, "danger+filed+follow", (filing("kebakaran di handil bakti", FIRE),))],
    "danger without a place is filed at once, the place is added": [
        Turn("kebakaran tolong", FIRE_SOMEWHERE, "danger+filed+ask_where", (filing("kebakaran tolong", FIRE_SOMEWHERE),)),
        Turn("handil bakti rt 5", reading(at=HANDIL_BAKTI), "added", (Answer(FRESH, "handil bakti rt 5"),), after=900),
    ],
    "danger in an uncertain text is not asked about": [
        Turn("api api", reading(sure=0.4, urgency="darurat"), "danger+filed+ask_where", (filing("api api", reading(sure=0.4, urgency="darurat")),)),
    ],
    "danger in mid-draft": [
        Turn("kabel putus", ROAD, ASK_PLACE),
        Turn("ada yang tersetrum", replace(FIRE_SOMEWHERE, category="jalan"), "danger+filed+follow", (filing("kabel putus\nada yang tersetrum", replace(ROAD, urgency="darurat"), place_text="ada yang tersetrum"),)),
    ],
    "danger soon after filing is no mere addition": [
        Turn(HERE, ROAD_HERE, FILED, (filing(HERE, ROAD_HERE),)),
        Turn("ada yang luka parah", replace(ROAD, urgency="darurat"), "danger+added", (Answer(FRESH, "ada yang luka parah"), ToPerson("ada yang luka parah", FRESH))),
    ],
    "a cry for help": [Turn("tolong!!!", NOTHING, "danger+tell_problem")],
    "what follows within two minutes is added, thanked once": [
        Turn(HERE, ROAD_HERE, FILED, (filing(HERE, ROAD_HERE),)),
        Turn("lubangnya dalam", ROAD, "added", (Answer(FRESH, "lubangnya dalam"),)),
        Turn(Heard("", photos=2), NOTHING, "", (Answer(FRESH, "[foto: 2]"),)),
        Turn(POINT, NOTHING, "", (Answer(FRESH, "[lokasi: -3.250000, 114.610000]"),)),
        Turn("makasih", NOTHING, "thanks"),
        Turn("jalan rusak handil bakti, parah", ROAD_HERE, "", (Answer(FRESH, "jalan rusak handil bakti, parah"),)),
        Turn("tadi makan apa ya enaknya", NOTHING, "chat+tell_problem", after=300),
    ],
    "another complete complaint is filed by itself": [
        Turn(HERE, ROAD_HERE, FILED, (filing(HERE, ROAD_HERE),)),
        Turn("lampu mati di handil bakti", LAMP_HERE, FILED, (filing("lampu mati di handil bakti", LAMP_HERE),)),
        Turn("lampu mati di sungai lumbah", reading("lampu_jalan", SUNGAI_LUMBAH), FILED, (filing("lampu mati di sungai lumbah", reading("lampu_jalan", SUNGAI_LUMBAH)),)),
    ],
    "a photo alone": [
        Turn(PHOTO, NOTHING, "sent_kept+ask_problem"),
        Turn(PHOTO, NOTHING, ""),
        Turn("lampu mati", LAMP, ASK_PLACE),
        Turn(PHOTO, NOTHING, f"sent_kept+{AGAIN}"),
        Turn("handil bakti", reading(at=HANDIL_BAKTI), FILED, (filing("lampu mati\nhandil bakti", LAMP_HERE, photos=3),)),
    ],
    "a location alone, then the problem": [
        Turn(POINT, NOTHING, "sent_kept+ask_problem"),
        Turn("lampu mati", LAMP, FILED, (filing("lampu mati", LAMP, point=(-3.25, 114.61)),)),
    ],
    "a photo, then words that tell no trouble": [
        Turn(PHOTO, NOTHING, "sent_kept+ask_problem"),
        Turn("ini depan rumah saya pak", NOTHING, "ask_report"),
        Turn("ya", NOTHING, ASK_PLACE),
    ],
    "a voice note is kept, its gist asked for": [
        Turn(VOICE, NOTHING, "voice_kept+ask_problem", (ToPerson("[pesan suara]"),)),
        Turn("jalan rusak handil bakti", ROAD_HERE, FILED, (filing("jalan rusak handil bakti", ROAD_HERE),)),
    ],
    "a voice note in mid-draft": [Turn("jalan rusak", ROAD, ASK_PLACE), Turn(VOICE, NOTHING, f"voice_kept+{AGAIN}", (ToPerson("[pesan suara]"),))],
    "an accusation, and the wish to stay unnamed afterwards": [
        Turn("lurah minta uang di handil bakti", BRIBE, "filed+supervised+hide_offer+follow", (filing("lurah minta uang di handil bakti", BRIBE),)),
        Turn("ANONIM", NOTHING, "hidden+anonim+undo_hide", (Hide(FRESH, "anonim"),), after=400),
    ],
    "an accusation against the inspectorate": [
        Turn("oknum inspektorat minta uang di handil bakti", BRIBE, "filed+supervised_coordinator+hide_offer+follow", (filing("oknum inspektorat minta uang di handil bakti", BRIBE),)),
    ],
    "unnamed from the start": [
        Turn("rahasia", NOTHING, "rahasia+tell_problem"),
        Turn("lurah minta uang di handil bakti", BRIBE, "filed+supervised+rahasia+follow", (filing("lurah minta uang di handil bakti", BRIBE, visibility="rahasia"),)),
    ],
    "unnamed by the complaint's own words, or in mid-draft": [
        Turn(f"{HERE}, tolong nama saya jangan disebut", ROAD_HERE, "filed+anonim+follow", (filing(f"{HERE}, tolong nama saya jangan disebut", ROAD_HERE, visibility="anonim"),)),
        Turn("lampu mati", LAMP, ASK_PLACE, after=3600),
        Turn("anonim", NOTHING, f"anonim+{AGAIN}"),
        Turn("handil bakti", reading(at=HANDIL_BAKTI), "filed+anonim+follow", (filing("lampu mati\nhandil bakti", LAMP_HERE, visibility="anonim"),)),
    ],
    "erasing is confirmed": [
        Turn("hapus data saya", NOTHING, "erase_ask+yes_or_no"),
        Turn("ya", NOTHING, "erased", (EraseMe(),)),
        Turn("hapus data", NOTHING, "erase_ask+yes_or_no"),
        Turn("2", NOTHING, "erase_kept"),
    ],
    "a person is always to be had, and the draft kept": [
        Turn("petugas", NOTHING, "to_person", (ToPerson("petugas", OLD),), WITH_OWN),
        Turn("jalan rusak", ROAD, ASK_PLACE),
        Turn("sambungkan ke petugas dong", NOTHING, f"to_person+{AGAIN}", (ToPerson("sambungkan ke petugas dong\njalan rusak"),)),
    ],
    "sent by mistake, just filed": [
        Turn(HERE, ROAD_HERE, FILED, (filing(HERE, ROAD_HERE),)),
        Turn("maaf salah kirim", NOTHING, "withdraw_ask+yes_or_no", (), replace(BASE, own=(replace(FOREIGN, code=FRESH, mine=True),))),
        Turn("ya", NOTHING, "status_withdrawn", (Withdraw(FRESH),)),
        Turn("salah kirim", NOTHING, "not_noted", after=600),
    ],
    "an edit of the draft stands in its place": [
        Turn("jalan rusk", ROAD, ASK_PLACE),
        Turn(Heard("jalan rusak", before="jalan rusk"), ROAD, ""),
        Turn(Heard("jalan rusak di handil bakti", before="jalan rusak"), ROAD_HERE, FILED, (filing("jalan rusak di handil bakti", ROAD_HERE),)),
    ],
    "a complete complaint days later is not the draft's place": [
        Turn("jalan rusak", ROAD, ASK_PLACE),
        Turn("lampu mati di handil bakti", LAMP_HERE, f"filed+follow+{AGAIN}", (filing("lampu mati di handil bakti", LAMP_HERE),), after=90_000),
        Turn("sungai lumbah", reading(at=SUNGAI_LUMBAH), FILED, (filing("jalan rusak\nsungai lumbah", reading("jalan", SUNGAI_LUMBAH)),)),
    ],
    "after a danger without a place, another complete complaint": [
        Turn("kebakaran tolong", FIRE_SOMEWHERE, "danger+filed+ask_where", (filing("kebakaran tolong", FIRE_SOMEWHERE),)),
        Turn(HERE, ROAD_HERE, FILED, (filing(HERE, ROAD_HERE),), after=900),
    ],
    "the same trouble told again with a finer place is the same": [
        Turn("jalan alalak rusak", reading("jalan", ALALAK), FILED, (filing("jalan alalak rusak", reading("jalan", ALALAK)),)),
        Turn(HERE, ROAD_HERE, "added", (Answer(FRESH, HERE),)),
    ],
    "unclear: yes in other words": [Turn("parah banar di sini", UNCLEAR, "ask_report"), Turn("mau lapor pak", NOTHING, ASK_PLACE)],
    "a code of letters only that nobody has": [Turn("batal BTL-ABCD-EFGH-JKMN", NOTHING, "code_unknown", (), replace(WITH_OWN, named_code="BTL-ABCD-EFGH-JKMN"))],
    "in a group: no code, no detail": [
        Turn(Heard(HERE, direct=False), ROAD_HERE, "accepted_group"),
        Turn(Heard("@elapor_bot bantuan", direct=False), NOTHING, "help_group"),
        Turn(Heard("nanti malam yasinan", direct=False), NOTHING, ""),
    ],
    "words that only look like commands": [
        Turn("bantuan sosial belum cair di handil bakti", LAMP_HERE, FILED, (filing("bantuan sosial belum cair di handil bakti", LAMP_HERE),)),
        Turn("petugas sampah tidak datang di sungai lumbah", reading("jalan", SUNGAI_LUMBAH), FILED, (filing("petugas sampah tidak datang di sungai lumbah", reading("jalan", SUNGAI_LUMBAH)),)),
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", SCRIPTS)
def test_the_conversation(name):
    check(SCRIPTS[name])


def test_the_confirmation_tells_what_was_understood():
    text = said([Turn(HERE, replace(ROAD_HERE, place="masjid al falah"), FILED)])
    for told in (FRESH, "Jalan", "masjid al falah, Handil Bakti", f"STATUS {FRESH}"):
        assert told in text


def test_a_shared_location_stands_in_the_confirmation():
    assert "Tempat: lokasi yang Anda kirim" in said([Turn("jalan rusak", ROAD, ""), Turn(POINT, NOTHING, "")])


def test_danger_names_the_numbers_before_anything_else_and_promises_no_help():
    text = said([Turn("kebakaran", FIRE, "")])
    assert text.index("0511-5550113") < text.index(FRESH)
    assert not any(word in text.lower() for word in ("menuju", "segera datang", "akan datang"))
    assert "Nomor darurat" not in said([Turn("kebakaran", FIRE, "", known=replace(BASE, emergency=()))])


def test_the_status_tells_the_unit_and_its_word():
    text = said([Turn("status", NOTHING, "", known=WITH_OWN)])
    assert "Dinas Perhubungan" in text
    assert "Lampu dipesan." in text


def test_the_list_names_each_code_and_state():
    text = said([Turn("status", NOTHING, "", known=WITH_TWO)])
    assert f"{OLD} (Lampu jalan): diproses" in text
    assert f"{OTHER} (Lampu jalan): selesai dikerjakan" in text


def test_a_reminder_says_which_draft_waits():
    assert "jalan rusak" in said([Turn("jalan rusak", ROAD, ""), Turn("menu", NOTHING, "")])


def test_banjar_is_answered_in_banjar_and_a_short_word_does_not_change_that():
    talk = [Turn(HERE, BANJAR, ""), Turn("status", NOTHING, ""), Turn("bagaimana kabarnya hari ini pak", NOTHING, "")]
    mixed = Turn("apa habar min, kayapa jalannya", replace(NOTHING, language="mix"), "", after=600)
    assert [done.language for _, done in replies([*talk, mixed])] == ["bjn", "bjn", "id", "id"]
    assert "Aduan pian sudah kami catat." in said([Turn(HERE, BANJAR, "")])


def test_choices_come_with_the_question_in_the_citizens_language():
    _, done = replies([Turn("parah banar", replace(UNCLEAR, language="bjn"), "")])[0]
    assert [(b.label, b.payload) for b in done.says[0].buttons] == [("Iya", "report:yes"), ("Lain", "report:no")]
    _, done = replies([Turn("batal", NOTHING, "", known=WITH_OWN)])[0]
    assert [b.payload for b in done.says[0].buttons] == [f"withdraw:yes:{OLD}", f"withdraw:no:{OLD}"]


def test_personal_data_is_found_again_in_the_joined_text():
    first = replace(ROAD, personal_data=(PersonalData("phone", 12, 25),))
    second = reading(at=HANDIL_BAKTI, personal_data=(PersonalData("phone", 14, 27),))
    texts = ("jalan rusak 6281255550123", "handil bakti, 6281255550199")
    _, done = replies([Turn(texts[0], first, ""), Turn(texts[1], second, "")])[-1]
    (wish,) = done.wishes
    found = [wish.text[p.start : p.end] for p in wish.extraction.personal_data]
    assert found == ["6281255550123", "6281255550199"]


def test_personal_data_stays_where_the_reading_found_it_behind_blanks():
    first = replace(ROAD, personal_data=(PersonalData("phone", 14, 27),))
    _, done = replies([Turn("  jalan rusak 6281255550123 ", first, ""), Turn("handil bakti", NOTHING, "")])[-1]
    (wish,) = done.wishes
    assert [wish.text[p.start : p.end] for p in wish.extraction.personal_data] == ["6281255550123"]


def test_an_officer_is_not_shown_a_draft_with_personal_data():
    first = replace(ROAD, personal_data=(PersonalData("phone", 12, 25),))
    _, done = replies([Turn("jalan rusak 6281255550123", first, ""), Turn("petugas", NOTHING, "")])[-1]
    assert done.wishes == (ToPerson("petugas"),)


def test_a_text_of_20_000_characters_is_filed_whole():
    text = "jalan rusak di handil bakti. " * 700
    _, done = replies([Turn(text, ROAD_HERE, "")])[-1]
    assert done.wishes[0].text == text.rstrip()
    talk = [Turn("jalan rusak", ROAD, ""), Turn("x" * 20_000, NOTHING, "")]
    assert len(said(talk)) < 1024


AT_ONCE = [
    ({}, Heard(HERE), ROAD_HERE, True),
    ({}, Heard("jalan rusak"), ROAD, False),
    ({}, Heard("jalan rusak di batola"), reading("jalan", BATOLA), False),
    ({}, Heard("jalan rusak", point=(-3.2, 114.6)), ROAD, True),
    ({}, Heard("status"), NOTHING, True),
    ({}, Heard(OTHER), NOTHING, True),
    ({}, Heard("", button="report:yes"), NOTHING, True),
    ({}, Heard("kebakaran"), FIRE_SOMEWHERE, True),
    ({}, Heard("halo"), NOTHING, False),
    ({}, PHOTO, NOTHING, False),
    ({}, POINT, NOTHING, False),
    ({"asked": "place", "draft": {"text": "jalan rusak"}}, Heard("handil bakti"), NOTHING, True),
    ({"asked": "place", "draft": {"text": "jalan rusak"}}, POINT, NOTHING, True),
    ({"asked": "place", "draft": {"text": "jalan rusak"}}, PHOTO, NOTHING, False),
]


@pytest.mark.parametrize(("state", "heard", "read", "at_once"), AT_ONCE)
def test_what_is_answered_without_waiting(state, heard, read, at_once):
    assert answers_at_once(Dialogue.from_json(state), heard, read) is at_once


HIDING = [
    ("tolong nama ulun jangan disambat lah", "anonim"),
    ("identitas saya mohon dirahasiakan", "anonim"),
    ("Mohon laporan ini dirahasiakan", "rahasia"),
    ("RAHASIA: bendahara minta uang", "rahasia"),
    ("rahasia dapur mereka sudah terbongkar", "public"),
    ("nama jalannya Handil Bakti", "public"),
]


@pytest.mark.parametrize(("words", "visibility"), HIDING)
def test_the_wish_to_stay_unnamed_is_heard(words, visibility):
    _, done = replies([Turn(words, BRIBE, "")])[0]
    assert [wish.visibility for wish in done.wishes] == [visibility]


OLD_STATES = [
    {"asked": "colour", "draft": {"text": "jalan rusak"}},
    {"draft": {"text": "jalan rusak", "read": {"is_report": True}}},
    {"draft": "jalan rusak", "filed": {"code": FRESH}},
    {"draft": {"text": "jalan rusak", "point": "?"}},
    {"language": "xx", "draft": {"text": "jalan rusak", "since": "kemarin"}},
]


@pytest.mark.parametrize("state", OLD_STATES)
def test_a_state_of_another_version_keeps_the_drafts_words(state):
    read = reading(at=HANDIL_BAKTI)
    done = step(Dialogue.from_json(state), Heard("handil bakti"), read, BASE, NOW)
    assert [wish.text for wish in done.wishes] == ["jalan rusak\nhandil bakti"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["draft", "asked", "filed", "text", "read", "at", "code", "subject"]), inner)
    ),
    max_leaves=8,
)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from(["draft", "asked", "filed", "language", "subject", "x"]), JSON))
def test_no_state_however_odd_stops_the_conversation(data):
    state = Dialogue.from_json(data)
    done = step(state, Heard("halo"), NOTHING, BASE, NOW)
    assert Dialogue.from_json(json.loads(json.dumps(done.state.to_json()))) == done.state


WORDS = ["ya", "tidak", "1", "2", "batal", "menu", "status", "halo", "makasih", "hapus data", "petugas", "anonim", "salah kirim", "jalan", "handil bakti", "ok"]  # fmt: skip
READS = [NOTHING, UNCLEAR, ROAD, ROAD_HERE, LAMP, FIRE, FIRE_SOMEWHERE, BRIBE, reading(at=HANDIL_BAKTI)]
TURNS = st.builds(
    Turn,
    st.sampled_from(
        [*WORDS, PHOTO, POINT, VOICE, press("report:yes"), press("discard:no"), Heard("", other_media=True)]
    ),
    st.sampled_from(READS),
    st.just(""),
    st.just(()),
    st.sampled_from([BASE, WITH_OWN, WANTED, NAMING_MINE]),
    st.sampled_from([5, 60, 130, 700, 30_000]),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(TURNS, max_size=12))
def test_no_draft_is_lost_and_nothing_is_confirmed_twice(talk):
    before = Dialogue()
    for turn, done in replies(talk):
        said = [piece for say in done.says for piece in say.key.split("+")]
        filed = [wish for wish in done.wishes if isinstance(wish, File)]
        assert len(done.says) <= 1
        assert len(filed) == said.count("filed") <= 1
        assert all(before.asked == "withdraw" for wish in done.wishes if isinstance(wish, Withdraw))
        assert all(before.asked == "erase" for wish in done.wishes if isinstance(wish, EraseMe))
        if before.draft and before.draft.text and not (done.state.draft and before.draft.text in done.state.draft.text):
            kept = any(before.draft.text in wish.text for wish in filed)
            assert kept or before.asked in ("report", "discard", "erase"), turn.heard
        before = done.state

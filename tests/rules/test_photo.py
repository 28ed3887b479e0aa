"""The same photo: known again however it was sent on, never confused with another, and what it is evidence for."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image
from scenes import brighter, cropped, jpeg, resized, scene, sent_on

from aggregator.rules.alone import only
from aggregator.rules.comparing import grouped
from aggregator.rules.hopes import Hopes
from aggregator.rules.match import MatchSettings, nearest, score, showing
from aggregator.rules.photo import APART, BITS, fingerprint, same
from aggregator.rules.report import Candidate, Traits
from aggregator.rules.stream import Stream
from aggregator.rules.vocabulary import load_vocabulary

DIFFERENT = 300
ONE, OTHER = (1 << BITS) // 3, (1 << BITS) // 5
NEAR_ONE = ONE ^ ((1 << APART) - 1)


@pytest.fixture(scope="module")
def known():
    return {number: fingerprint(jpeg(scene(number), 92)) for number in range(DIFFERENT)}


def test_three_hundred_different_pictures_are_all_told_apart(known):
    assert all(photo is not None for photo in known.values())
    assert [pair for pair in combinations(known, 2) if same(known[pair[0]], known[pair[1]])] == []


@pytest.mark.parametrize(
    ("how", "least"),
    [
        *((lambda p, q=q: sent_on(p, q), 1.0) for q in (30, 50, 70, 90)),
        *((lambda p, s=s: sent_on(resized(p, s)), 1.0) for s in (0.5, 0.75, 1.25, 1.5)),
        *((lambda p, b=b: sent_on(brighter(p, b)), 1.0) for b in (0.9, 1.1)),
        (lambda p: sent_on(resized(sent_on(resized(p, 0.8), 70), 0.8), 60), 1.0),  # as WhatsApp does, twice
        (lambda p: sent_on(cropped(p, 0.015, 0.015, 0.015, 0.015)), 0.9),
        (lambda p: sent_on(cropped(p, left=0.03)), 0.9),
        (lambda p: sent_on(cropped(p, bottom=0.03)), 0.9),
    ],
)
def test_a_photo_is_known_again_after_it_was_sent_on(known, how, least):
    numbers = range(0, DIFFERENT, 6)
    changed = {number: fingerprint(jpeg(how(scene(number)))) for number in numbers}
    again = [changed[n] is not None and same(known[n], changed[n]) for n in numbers]
    assert sum(again) / len(again) >= least
    confused = [(n, m) for n in numbers for m in known if n != m and changed[n] and same(changed[n], known[m])]
    assert confused == []


@pytest.mark.parametrize("colour", ["white", "black", "red", (120, 130, 110)])
def test_a_plain_picture_is_like_nothing(colour):
    assert fingerprint(jpeg(Image.new("RGB", (640, 480), colour))) is None


def test_neither_is_a_mere_gradient_nor_what_is_no_picture():
    assert fingerprint(jpeg(Image.linear_gradient("L").resize((640, 480)))) is None
    assert fingerprint(b"\xff\xd8\xff no picture") is None
    assert fingerprint(b"") is None


def test_other_forms_of_a_picture_are_the_same_picture():
    picture, kept = scene(3), []
    for form in ("PNG", "WEBP", "GIF"):
        out = io.BytesIO()
        picture.save(out, form)
        kept.append(fingerprint(out.getvalue()))
    assert all(same(fingerprint(jpeg(picture)), one) for one in kept)


SETTINGS = MatchSettings(join=0.8, offer=0.35, vocabulary=load_vocabulary(Path(__file__).resolve().parents[2] / "data"))
T0 = datetime(2026, 9, 1, 1, 0, tzinfo=UTC)
VILLAGE, SIBLING, AWAY = "63.04.01.2005", "63.04.01.2006", "63.04.14.2001"
BRIDGE = Traits("titian pasar lama patah lantainya", "jembatan", T0, VILLAGE)
ALIKE = replace(BRIDGE, text="lantai titian pasar lama patah", sent_at=T0 + timedelta(days=2))
SHOWN = Traits("", "jembatan", T0, VILLAGE, photos=(ONE,))
LATER = replace(SHOWN, text="tolong dibantu pak", sent_at=T0 + timedelta(days=2), photos=(OTHER, NEAR_ONE))


def judged(new, known=SHOWN, **candidate):
    return nearest(new, [Candidate(1, known, **candidate)], SETTINGS)


def test_the_same_photo_from_the_same_village_is_one_event_and_says_so():
    match = judged(LATER)
    assert (match.sure, match.score >= 0.8) == (True, True)
    assert "foto sama" in match.reasons


@pytest.mark.parametrize("category", ["jembatan", "jalan", "sampah"])
@pytest.mark.parametrize("days", [0, 2, 60])
def test_with_no_place_known_it_is_at_least_offered(category, days):
    new = replace(LATER, location=None, category=category, sent_at=T0 + timedelta(days=days))
    known = replace(SHOWN, text="papan titian lapuk lawan berlubang", location=None)
    match = judged(new, known)
    assert match is not None
    assert "foto sama" in match.reasons


@pytest.mark.parametrize("change", [{"location": AWAY}, {"location": SIBLING}, {"slots": {"rt": "7"}}])
def test_where_another_spot_is_named_it_is_for_a_person(change):
    known = replace(SHOWN, text="papan titian lapuk lawan berlubang", slots={"rt": "2"})
    match = judged(replace(LATER, **change), known)
    assert match is None or not match.sure
    assert showing(replace(LATER, **change), [Candidate(1, known)], SETTINGS)[0].reasons.count("foto sama") == 1


def test_two_different_photos_say_nothing():
    for known, new in ((BRIDGE, ALIKE), (SHOWN, LATER)):
        bare = score(replace(new, photos=()), replace(known, photos=()), SETTINGS)
        assert score(replace(new, photos=(OTHER,)), replace(known, photos=(ONE,)), SETTINGS) == bare


def test_after_the_report_was_done_it_is_a_question_and_not_a_join():
    match = judged(LATER, open=False)
    assert not match.sure
    assert {"foto sama", "laporan itu sudah selesai: mungkin kejadian baru"} <= set(match.reasons)


def test_what_is_shown_is_never_sure_and_only_what_shows_the_same():
    others = [Candidate(1, SHOWN), Candidate(2, replace(SHOWN, photos=(OTHER ^ 7,))), Candidate(3, BRIDGE)]
    found = showing(replace(LATER, photos=(ONE,)), others, SETTINGS)
    assert [(match.report, match.sure) for match in found] == [(1, False)]


def test_the_stream_joins_by_the_photo():
    stream = Stream(SETTINGS, "63.04")
    stream.take(1, SHOWN, is_report=True)
    assert stream.take(2, LATER, is_report=True).joined
    assert not stream.take(
        3, replace(LATER, photos=(ONE << 1,), text="jalan licin", location=SIBLING), is_report=True
    ).joined


voices = st.builds(
    Traits,
    text=st.sampled_from(
        [
            *(
                "",
                "titian patah",
                "lampu mati di RT 2",
                "jalan rusak di RT 7",
                "sampah menumpuk lagi",
                "iya di sini jua",
            ),
            "titian muka langgar patah, kada kawa dilalui lagi",
            "titian muka langgar patah, tolong dibaiki",
            "sudah talu hari titian patah",
        ]
    ),
    category=st.sampled_from(["jembatan", "jalan", "listrik", "drainase_banjir", "kesehatan"]),
    sent_at=st.sampled_from([0, 1, 5, 20, 70, 800]).map(lambda hours: T0 + timedelta(hours=hours)),
    location=st.sampled_from([None, VILLAGE, SIBLING, AWAY, "63.04", "63.04.01"]),
    slots=st.sampled_from([{}, {"rt": "2"}, {"rt": "7"}, {"jembatan": "pasar lama"}]),
    thread=st.sampled_from(["", "g"]),
    author=st.sampled_from(["", "a"]),
    photos=st.sampled_from([(), (ONE,), (NEAR_ONE,), (OTHER,), (ONE, OTHER)]),
    point=st.sampled_from([None, (-3.2, 114.5), (-3.2004, 114.5), (-3.25, 114.6)]),
    rivals=st.sampled_from([(), ("jalan",), ("listrik", "sampah")]),
    faint=st.sampled_from([(), ("jembatan", "kesehatan")]),
    also=st.sampled_from([(), (SIBLING,), (AWAY, "63.04.01")]),
    by_thread=st.booleans(),
)

FLOOD = Traits("", "drainase_banjir", T0 + timedelta(days=33), None, also=(SIBLING,))


@settings(max_examples=300, deadline=None)
@given(voices, st.lists(st.tuples(st.integers(1, 3), voices), min_size=1, max_size=4))
@example(
    FLOOD, [(1, replace(FLOOD, sent_at=T0, location=VILLAGE, also=()))]
)  # the moment speaks for one of its places, but is over
def test_looking_cheaply_first_loses_no_match_however_barely_it_is_offered(new, told):
    known = [Candidate(report, voice) for report, voice in told]
    reports = list(grouped(known))
    single = only(new, reports)
    with patch.object(Hopes, "likely", return_value=[(report, report is single) for report in reports]):
        found = nearest(new, known, replace(SETTINGS, offer=1e-30))
    barely = min(found.score, SETTINGS.join) * (1 - 1e-9)
    assert nearest(new, known, replace(SETTINGS, offer=barely)) == found

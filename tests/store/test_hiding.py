"""Hiding what was filed: a confidential voice stands alone, its words leave what others speak in, and the way back."""

from __future__ import annotations

import pytest

from aggregator.rules.report import SYSTEM, Viewer, new_code
from aggregator.store.conversing import AddWords, Answered
from aggregator.store.hiding import Hide

UNIT = Viewer("unit_admin", "pupr", "Admin PUPR")


@pytest.fixture
def deed(desk, store):
    """Carries out one deed of a further turn of an author."""

    def carry_out(what, author=desk.siti):
        job, turn = desk.turn(desk.said("lagi", author=author, thread=author.id))
        store.answer(job, turn, Answered({}, deeds=[what]), desk.never, desk.now)

    return carry_out


def hide(code, visibility="rahasia"):
    return Hide(code, visibility, new_code("BTL"))


def kinds(store, code):
    return [event.kind for event in store.timeline(SYSTEM, store.report(SYSTEM, code).id)]


@pytest.mark.parametrize("visibility", ["anonim", "rahasia"])
def test_a_voice_alone_is_hidden_where_it_stands_and_shown_again(desk, store, deed, visibility):
    own = desk.file_by(desk.siti)
    deed(hide(own.code, visibility))
    report = store.report(SYSTEM, own.code)
    assert (report.code, report.confidential) == (own.report_code, visibility == "rahasia")
    (voice,) = store.voices(Viewer("reviewer", name="Rina Rekaan"), report.id)
    assert (voice["visibility"], voice["author"]) == (visibility, "")
    assert [e.note for e in store.timeline(SYSTEM, report.id)][-1] == visibility
    deed(hide(own.code, "public"))
    assert not store.report(SYSTEM, own.code).confidential
    (voice,) = store.voices(Viewer("reviewer", name="Rina Rekaan"), report.id)
    assert voice["author"] == "Siti Rekaan"


@pytest.mark.parametrize("first", [True, False])
def test_what_becomes_confidential_leaves_the_report_of_others_with_all_its_words(desk, store, deed, first):
    said = {desk.siti: "jalan rusak, bos Rekaan tahu", desk.budi: "jalan berlubang"}
    order = [desk.siti, desk.budi] if first else [desk.budi, desk.siti]
    codes = {who: desk.file_by(who, said[who], choose=desk.first_open, place=f"rumah {who.name}").code for who in order}
    deed(AddWords(codes[desk.siti], "uangnya ke bos Rekaan"))
    left = store.report(SYSTEM, codes[desk.budi])
    deed(hide(codes[desk.siti]))
    home, left = store.report(SYSTEM, codes[desk.siti]), store.report(SYSTEM, left.code)
    assert home.id != left.id
    assert (home.confidential, left.confidential) == (True, False)
    assert [v["code"] for v in store.voices(SYSTEM, left.id)] == [codes[desk.budi]]
    assert (left.text, left.place) == (said[desk.budi], "rumah Budi Rekaan")
    assert home.text.startswith(said[desk.siti])
    told = " ".join(
        f"{e.note} {e.submission}" for e in store.timeline(SYSTEM, left.id) if e.kind not in ("opened", "joined")
    )
    assert "Rekaan" not in told
    assert home.code not in told
    assert kinds(store, home.code) == ["added", "opened", "visibility"]
    assert kinds(store, left.code)[-1] == "withheld"


def test_nobody_who_may_not_see_the_new_report_sees_it(desk, store, deed):
    own = desk.file_by(desk.siti, "jalan rusak")
    desk.file_by(desk.budi, "jalan berlubang", choose=desk.first_open)
    deed(hide(own.code))
    store.assign(SYSTEM, own.report_code, "dishub", "alasan rekaan", desk.now)
    other = Viewer("unit_admin", "dishub", "Admin Dishub")
    shown = store.queue(other)
    assert [row.text for row in shown] == ["jalan berlubang"]
    assert [v["text"] for row in shown for v in store.voices(other, row.id)] == ["jalan berlubang"]
    assert [row.text for row in store.queue(UNIT)] == ["jalan rusak"]


def test_no_rule_joins_it_and_its_author_is_offered_nothing(desk, store, deed):
    own = desk.file_by(desk.siti, "jalan rusak")
    desk.file_by(desk.budi, "jalan berlubang", choose=desk.first_open)
    deed(hide(own.code))
    assert store.choices(store.submission(own.code).contact_id, desk.now) == []
    third = desk.file_by(desk.budi, "jalan hancur", choose=desk.anything)
    assert store.report(SYSTEM, third.code).code != store.report(SYSTEM, own.code).code


def test_only_its_author_hides_it_and_twice_is_once(desk, store, deed):
    own = desk.file_by(desk.siti)
    deed(hide(own.code), desk.budi)
    assert store.submission(own.code).visibility == "public"
    deed(hide(own.code))
    deed(hide(own.code))
    assert kinds(store, own.code) == ["opened", "visibility"]

"""Joins, splits and moves by people can be undone, stand in the history, and leave nobody without a report."""

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from aggregator.rules.report import SYSTEM, Viewer
from aggregator.store.conversing import AddWords, Answered
from aggregator.store.lookup import CannotJoinError, UnknownCodeError
from aggregator.store.tables import reports

REVIEWER = Viewer("reviewer", name="Rina Rekaan")


def last(store, code, kind):
    """The newest event of a kind in a report's history."""
    return next(e for e in reversed(store.timeline(SYSTEM, store.report(SYSTEM, code).id)) if e.kind == kind)


def standing(store, *filed):
    """The code of the report in which each voice stands."""
    return [store.report(SYSTEM, one.code).code for one in filed]


@pytest.fixture
def three(desk):
    """Reports of one, two and one voices."""
    a, b = desk.file(desk.new("a")), desk.file(desk.new("b", urgency="tinggi"))
    return a, b, desk.file(desk.new("b2"), into=b.report_id), desk.file(desk.new("c"))


def test_a_join_is_undone(desk, store, three):
    a, b, b2, _ = three
    store.join(REVIEWER, b.code, a.code, desk.now)
    later = desk.file(desk.new("sesudahnya"), into=a.report_id)
    assert store.report(SYSTEM, a.code).urgency == "tinggi"
    back = store.undo(REVIEWER, last(store, a.code, "merged").id, desk.now)
    assert back.code == b.report_code
    assert standing(store, a, later, b, b2) == [a.report_code, a.report_code, b.report_code, b.report_code]
    assert [store.report(SYSTEM, one.report_code).urgency for one in (a, b)] == ["normal", "tinggi"]
    for code in (a.code, b.code):
        undone = last(store, code, "undone")
        assert (undone.by, undone.note) == ("Rina Rekaan", b.report_code if code == a.code else a.report_code)


def test_an_undoing_is_undone_from_either_side(desk, store, three):
    a, b, *_ = three
    store.join(REVIEWER, b.code, a.code, desk.now)
    store.undo(REVIEWER, last(store, a.code, "merged").id, desk.now)
    for code in (a.code, b.code):
        assert store.undo(REVIEWER, last(store, code, "undone").id, desk.now).code == a.report_code
        store.undo(REVIEWER, last(store, a.code, "merged").id, desk.now)


def test_joined_twice_and_undone_each_goes_where_it_came_from(desk, store, three):
    a, b, b2, c = three
    store.join(REVIEWER, a.code, b.code, desk.now)
    store.join(REVIEWER, b.code, c.code, desk.now)
    assert {store.report(SYSTEM, x.report_code).code for x in three} == {c.report_code}
    first = next(e for e in store.timeline(SYSTEM, b.report_id) if e.kind == "merged")
    store.undo(REVIEWER, first.id, desk.now)
    assert standing(store, a, b, b2, c) == [a.report_code, c.report_code, c.report_code, c.report_code]
    store.undo(REVIEWER, last(store, c.code, "merged").id, desk.now)
    assert standing(store, a, b, b2, c) == [a.report_code, b.report_code, b.report_code, c.report_code]
    assert [store.report(SYSTEM, x.report_code).code for x in three] == standing(store, *three)


def test_a_voice_moves_and_goes_back(desk, store, three):
    a, b, b2, _ = three
    assert store.regroup(REVIEWER, b2.code, a.code, desk.now).code == a.report_code
    assert standing(store, a, b, b2) == [a.report_code, b.report_code, a.report_code]
    assert last(store, a.code, "regrouped").submission == b2.code
    store.undo(REVIEWER, last(store, b.code, "regrouped").id, desk.now)
    assert standing(store, a, b, b2) == [a.report_code, b.report_code, b.report_code]


def test_a_report_whose_last_voice_moves_lives_on_where_it_went(desk, store, three):
    a, b, _, c = three
    store.regroup(REVIEWER, c.code, a.code, desk.now)
    assert store.report(SYSTEM, c.report_code).code == a.report_code
    assert {row.code for row in store.queue(SYSTEM)} == {a.report_code, b.report_code}
    store.undo(REVIEWER, last(store, a.code, "regrouped").id, desk.now)
    assert store.report(SYSTEM, c.report_code).code == c.report_code


def test_an_undone_split_leaves_its_code_working(desk, store, three):
    _, b, b2, _ = three
    fresh = store.split(REVIEWER, b2.code, "BTL", desk.now)
    assert store.undo(REVIEWER, last(store, b.code, "split").id, desk.now).code == b.report_code
    assert store.report(SYSTEM, fresh.code).code == b.report_code
    assert standing(store, b, b2) == [b.report_code, b.report_code]


def test_what_went_elsewhere_since_is_not_taken_back(desk, store, three):
    a, b, b2, c = three
    store.join(REVIEWER, b.code, a.code, desk.now)
    store.regroup(REVIEWER, b2.code, c.code, desk.now)
    joined = last(store, a.code, "merged")
    store.undo(REVIEWER, joined.id, desk.now)
    assert standing(store, a, b, b2) == [a.report_code, b.report_code, c.report_code]
    with pytest.raises(CannotJoinError):
        store.undo(REVIEWER, joined.id, desk.now)


def test_only_acts_that_one_may_see_are_undone(desk, store, three):
    a, b, *_ = three
    store.join(REVIEWER, b.code, a.code, desk.now)
    joined = last(store, a.code, "merged")
    for viewer, event in ((Viewer("unit_admin", "dlh"), joined.id), (REVIEWER, joined.id + 1000)):
        with pytest.raises(UnknownCodeError):
            store.undo(viewer, event, desk.now)
    opened = store.timeline(SYSTEM, a.report_id)[0]
    with pytest.raises(UnknownCodeError):
        store.undo(REVIEWER, opened.id, desk.now)


@pytest.mark.parametrize("changes", [{"visibility": "rahasia"}, {"supervised": True}])
def test_a_confidential_voice_does_not_move_among_ordinary_ones(desk, store, three, changes):
    a = three[0]
    hidden = desk.file(desk.new("rahasia", **changes))
    for voice, into in ((hidden, a), (a, hidden)):
        with pytest.raises(CannotJoinError):
            store.regroup(SYSTEM, voice.code, into.code, desk.now)


def test_a_report_is_ordinary_again_once_its_confidential_voice_left(desk, store, three):
    b = three[1]
    hidden = desk.file(desk.new("rahasia", visibility="rahasia"), into=b.report_id)
    assert store.public_voices([b.report_id]) == {b.report_id: 2}
    assert store.report(SYSTEM, b.code).confidential
    fresh = store.split(REVIEWER, hidden.code, "BTL", desk.now)
    assert (fresh.confidential, store.report(SYSTEM, b.code).confidential) == (True, False)
    assert store.public_voices([fresh.id, b.report_id]) == {fresh.id: 0, b.report_id: 2}


@pytest.mark.parametrize("change", [{"status": "resolved"}, {"confidential": True}])
def test_the_rule_joins_nothing_that_was_closed_or_hidden_while_it_decided(desk, store, change):
    known = desk.file()
    with store.writing() as tx:

        def choose(new, found):
            tx.execute(update(reports).where(reports.c.id == known.report_id).values(change))
            return desk.anything(new, found)

        assert not store.file_within(tx, desk.new(), choose, desk.now, by="uji").joined


def test_words_that_are_added_land_in_the_report_that_lives(desk, store, three):
    a = three[0]
    voice = desk.file_by(desk.siti, "jalan putus")
    store.join(REVIEWER, voice.report_code, a.code, desk.now)
    job, turn = desk.turn(desk.said("dekat langgar"))
    store.answer(job, turn, Answered({}, deeds=[AddWords(voice.code, "dekat langgar")]), desk.never, desk.now)
    assert last(store, a.code, "added").note == "dekat langgar"
    told = {v["code"]: v["text"] for v in store.voices(SYSTEM, a.report_id)}
    assert told[voice.code] == "jalan putus\ndekat langgar"


ORPHANS = {
    "a submission without a report": "UPDATE submission SET report_id = NULL WHERE id = {a}",
    "a submission of no report": "UPDATE submission SET report_id = 999999 WHERE id = {a}",
    "a submission of a merged report": "UPDATE submission SET report_id = {merged} WHERE id = {a}",
    "a report that goes away": "DELETE FROM report WHERE id = {home}",
    "a report merged while it has voices": "UPDATE report SET merged_into = {other} WHERE id = {home}",
    "a report merged into itself": "UPDATE report SET merged_into = {empty} WHERE id = {empty}",
    "a report merged into a merged one": "UPDATE report SET merged_into = {merged} WHERE id = {empty}",
    "a report merged into nothing": "UPDATE report SET merged_into = 999999 WHERE id = {empty}",
    "a new submission in a merged report": (
        "INSERT INTO submission (code, report_id, channel, category, report_class, sent_at, received_at) "
        "VALUES ('x', {merged}, 'sms', 'jalan', 'pengaduan', 0, 0)"
    ),
    "a new report merged from the start": (
        "INSERT INTO report (code, status, category, report_class, unit, opened_at, last_voice_at, changed_at, merged_into) "
        "VALUES ('x', 'received', 'jalan', 'pengaduan', 'pupr', 0, 0, 0, {merged})"
    ),
}


@pytest.mark.parametrize("statement", ORPHANS.values(), ids=ORPHANS)
def test_the_database_itself_refuses_orphans(desk, store, three, statement):
    a, b, _, c = three
    store.join(REVIEWER, c.code, b.code, desk.now)
    empty = "INSERT INTO report (code, status, category, report_class, unit, opened_at, last_voice_at, changed_at) "
    empty += "VALUES ('kosong', 'received', 'jalan', 'pengaduan', 'pupr', 0, 0, 0) RETURNING id"
    with store.writing() as tx:
        ids = {"empty": tx.exec_driver_sql(empty).scalar_one(), "a": a.submission_id}
    ids |= {"home": a.report_id, "other": b.report_id, "merged": c.report_id}
    with pytest.raises(IntegrityError), store.writing() as tx:
        tx.exec_driver_sql(statement.format(**ids))

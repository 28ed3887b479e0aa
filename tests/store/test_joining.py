"""Joins and splits: every code keeps working, every voice stands somewhere, and a split undoes a join."""

import pytest

from aggregator.rules.report import SYSTEM, Viewer
from aggregator.store.lookup import CannotJoinError

REVIEWER = Viewer("reviewer", name="Rina Rekaan")


def joined(desk, store):
    """Two reports, the first (one voice, worked on) joined to the second (two voices)."""
    first, second = desk.file(desk.new("satu")), desk.file(desk.new("dua"))
    third = desk.file(desk.new("tiga"), into=second.report_id)
    store.join(REVIEWER, first.report_code, second.report_code, desk.now)
    return first, second, third


def no_orphans(store):
    """Every voice stands in a report of the queue, and every report of the queue has a voice."""
    rows = store.queue(SYSTEM)
    assert all(row.voices for row in rows)
    assert sum(row.voices for row in rows) == store.summary()["submissions"]
    return len(rows)


def test_a_joined_report_lives_on_in_the_other(desk, store):
    first, second, third = joined(desk, store)
    assert no_orphans(store) == 1
    for code in (first.code, first.report_code, second.code, second.report_code, third.code):
        assert store.report(REVIEWER, code).code == second.report_code
    store.move(REVIEWER, first.report_code, "forwarded", "", desk.say, desk.now)
    assert {n["submission"] for n in store.outbox()} == {first.code, second.code, third.code}
    assert [e.kind for e in store.timeline(SYSTEM, second.report_id)] == ["opened", "joined", "merged", "moved"]


def test_joins_chain(desk, store):
    first, second, _ = joined(desk, store)
    last = desk.file()
    store.join(REVIEWER, second.report_code, last.report_code, desk.now)
    assert {store.report(SYSTEM, c).code for c in (first.report_code, first.code, second.code)} == {last.report_code}
    assert no_orphans(store) == 1


def test_new_voices_join_the_report_that_lives(desk, store):
    first, second, _ = joined(desk, store)
    assert desk.file(choose=desk.first_open).report_id == second.report_id
    assert desk.file(into=first.report_id).report_id == second.report_id  # chosen just before it was merged
    assert no_orphans(store) == 1


def test_a_split_undoes_a_join(desk, store):
    first, second, third = joined(desk, store)
    back = store.split(REVIEWER, first.code, "BTL", desk.now)
    assert (back.code, back.text) == (first.report_code, "satu")
    assert store.report(SYSTEM, first.report_code).code == first.report_code
    assert store.report(SYSTEM, third.code).code == second.report_code
    assert no_orphans(store) == 2


def test_two_voices_that_came_with_a_report_go_back_with_it(desk, store):
    survivor, first = desk.file(desk.new("lain")), desk.file(desk.new("satu"))
    second = desk.file(desk.new("dua"), into=first.report_id)
    store.join(REVIEWER, first.report_code, survivor.report_code, desk.now)
    for voice in (first, second):
        assert store.split(REVIEWER, voice.code, "BTL", desk.now).code == first.report_code
    assert no_orphans(store) == 2


def test_a_voice_joined_by_rule_splits_into_a_report_of_its_own(desk, store):
    first, second = desk.file(desk.new("satu")), desk.file(desk.new("dua", urgency="tinggi"), desk.first_open)
    fresh = store.split(REVIEWER, second.code, "BTL", desk.now)
    assert fresh.code.startswith("BTL-")
    assert (fresh.text, fresh.urgency, fresh.unit, fresh.due) == ("dua", "tinggi", "pupr", desk.new().dues.done)
    assert store.report(SYSTEM, first.code).text == "satu"
    assert no_orphans(store) == 2
    store.join(REVIEWER, fresh.code, first.report_code, desk.now)
    assert store.report(SYSTEM, second.code).code == first.report_code
    assert no_orphans(store) == 1


def test_what_a_split_leaves_tells_its_own_words(desk, store):
    first, second = desk.file(desk.new("satu")), desk.file(desk.new("dua"), desk.first_open)
    store.split(REVIEWER, first.code, "BTL", desk.now)
    assert store.report(SYSTEM, second.code).text == "dua"


def test_the_only_voice_is_not_split_off(desk, store):
    filed = desk.file()
    with pytest.raises(CannotJoinError):
        store.split(REVIEWER, filed.code, "BTL", desk.now)
    assert no_orphans(store) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({}, None),
        ({}, {"visibility": "rahasia"}),
        ({}, {"supervised": True}),
        ({"visibility": "rahasia"}, {"supervised": True}),
    ],
)
def test_what_may_not_be_joined(desk, store, one, other):
    first = desk.file(desk.new(**one))
    second = first if other is None else desk.file(desk.new(**other))
    for code, into in ((first, second), (second, first)):
        with pytest.raises(CannotJoinError):
            store.join(SYSTEM, code.code, into.report_code, desk.now)
    assert no_orphans(store) == (1 if other is None else 2)


def test_a_join_of_what_is_joined_is_refused(desk, store):
    first, second, _ = joined(desk, store)
    with pytest.raises(CannotJoinError):
        store.join(REVIEWER, first.report_code, second.report_code, desk.now)

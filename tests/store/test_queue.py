"""The queue: who sees what, every move of the table, notices, joins and splits and their undoing."""

from datetime import timedelta

import pytest

from aggregator.rules.report import SYSTEM, Viewer
from aggregator.rules.status import STATES, MoveRefusedError
from aggregator.store.lookup import UnknownCodeError
from aggregator.store.queue import CannotJoinError, Filters

REVIEWER = Viewer("reviewer", name="Rina Rekaan")
ADMIN = Viewer("administrator", name="Ada Rekaan")
PUPR = Viewer("unit_admin", unit="pupr")
INSPECTORATE = Viewer("unit_admin", unit="inspektorat")

MOVES = {  # the contract's table
    "received": {"verifying", "forwarded", "needs_info", "rejected", "transferred"},
    "verifying": {"forwarded", "needs_info", "rejected", "transferred"},
    "forwarded": {"in_progress", "needs_info", "verifying", "resolved"},
    "in_progress": {"needs_info", "forwarded", "resolved"},
    "needs_info": {"verifying", "closed"},  # on the way below it comes from verifying
    "resolved": {"closed", "in_progress"},
    "closed": {"in_progress"},
    "rejected": set(),
    "withdrawn": set(),
    "transferred": set(),
}
WAY = {
    "received": (),
    "verifying": ("verifying",),
    "forwarded": ("forwarded",),
    "in_progress": ("forwarded", "in_progress"),
    "needs_info": ("verifying", "needs_info"),
    "resolved": ("forwarded", "resolved"),
    "closed": ("forwarded", "resolved", "closed"),
    "rejected": ("rejected",),
    "transferred": ("transferred",),
}


def refused(desk, store, code, to):
    try:
        store.move(SYSTEM, code, to, "", desk.say, desk.now)
    except MoveRefusedError as error:
        return to not in error.allowed
    return False


@pytest.mark.parametrize("status", WAY)
def test_a_report_moves_only_where_the_table_says(desk, store, status):
    allowed = set()
    for to in STATES:
        filed = desk.file()
        desk.move(filed.report_code, *WAY[status])
        if refused(desk, store, filed.report_code, to):
            assert store.report(SYSTEM, filed.report_code).status == status
            assert store.outbox(report_id=filed.report_id) == []
        else:
            allowed.add(to)
            assert store.report(SYSTEM, filed.report_code).status == to
    assert allowed == MOVES[status]


def test_a_withdrawn_report_moves_nowhere(desk, store):
    filed = desk.file()
    with store.writing() as tx:
        tx.exec_driver_sql("UPDATE report SET status = 'withdrawn'")
    assert all(refused(desk, store, filed.report_code, to) for to in STATES)


@pytest.mark.parametrize("before", ["received", "forwarded", "in_progress"])
def test_after_a_question_a_report_goes_back_where_it_came_from(desk, store, before):
    code = desk.file().report_code
    desk.move(code, *WAY[before], "needs_info")
    assert all(refused(desk, store, code, to) for to in set(STATES) - {before, "closed"})
    desk.move(code, before)


def test_a_closed_report_reopens_within_ten_days(desk, store):
    late, in_time = desk.file().report_code, desk.file().report_code
    for code in (late, in_time):
        desk.move(code, *WAY["closed"])
    desk.move(in_time, "in_progress", now=desk.now + timedelta(days=10))
    with pytest.raises(MoveRefusedError, match="tidak ada"):
        desk.move(late, "in_progress", now=desk.now + timedelta(days=10, seconds=1))


def test_a_move_owes_each_voice_one_notice_on_its_own_channel(desk, store):
    first = desk.file_by(desk.siti)
    second = desk.file(desk.new(channel="facebook"), desk.first_open)
    store.move(REVIEWER, first.code, "forwarded", "sudah diteruskan", desk.say, desk.now)
    notices = [row for row in store.outbox() if row["kind"] == "notice"]
    assert [(n["channel"], n["submission"], n["say"]["params"]["code"]) for n in notices] == [
        ("telegram", first.code, first.code),
        ("facebook", second.code, second.code),
    ]
    assert {n["say"]["params"]["note"] for n in notices} == {"sudah diteruskan"}
    assert {n["status"] for n in notices} == {"forwarded"}
    event = store.timeline(SYSTEM, first.report_id)[-1]
    assert (event.kind, event.from_status, event.to_status, event.by) == (
        "moved",
        "received",
        "forwarded",
        "Rina Rekaan",
    )
    assert store.last_public_note(first.report_id) == "sudah diteruskan"


def test_a_notice_is_owed_once_for_an_event_and_a_voice(desk, store):
    own = desk.file_by(desk.siti)
    with store.writing() as tx:
        event = store.last_event(tx, own.report_id)
        for _ in range(2):
            store.owe_notice(tx, event, own.id, {"key": "x"}, desk.now)
    assert [row["kind"] for row in store.outbox()] == ["answer", "notice"]


def test_a_quiet_move_tells_nobody(desk, store):
    own = desk.file_by(desk.siti)
    desk.move(own.report_code, "verifying")
    assert [row["kind"] for row in store.outbox()] == ["answer"]


def test_a_withdrawn_voice_hears_no_more(desk, store):
    own = desk.file_by(desk.siti)
    desk.file(choose=desk.first_open)
    with store.writing() as tx:
        tx.exec_driver_sql(f"UPDATE submission SET withdrawn_at = 1 WHERE id = {own.id}")
    store.move(SYSTEM, own.report_code, "forwarded", "", desk.say, desk.now)
    assert own.code not in [row["submission"] for row in store.outbox() if row["kind"] == "notice"]


@pytest.mark.parametrize(
    ("viewer", "sees"),
    [
        (SYSTEM, {"own", "other", "accusation"}),
        (REVIEWER, {"own", "other"}),
        (ADMIN, {"own", "other"}),
        (PUPR, {"own"}),
        (INSPECTORATE, {"accusation"}),
        (Viewer("unit_admin", unit="dinkes"), set()),
        (Viewer("unit_admin"), set()),
    ],
)
def test_who_sees_what_of_the_queue(desk, store, viewer, sees):
    filed = {
        "own": desk.file(desk.new("own")),
        "other": desk.file(desk.new("other", unit="pdam")),
        "accusation": desk.file(desk.new("accusation", supervised=True, unit="inspektorat")),
    }
    assert {row.text for row in store.queue(viewer)} == sees
    assert sum(store.queue_counts(viewer).values()) == len(sees)
    assert len(store.reports_by_id(viewer, [one.report_id for one in filed.values()])) == len(sees)
    for name, one in filed.items():
        assert bool(store.timeline(viewer, one.report_id)) == (name in sees)
        assert bool(store.voices(viewer, one.report_id)) == (name in sees)
        for code in (one.code, one.report_code):
            assert may(lambda code=code: store.report(viewer, code)) == (name in sees)
        if name not in sees:
            assert not may(lambda one=one: store.move(viewer, one.code, "forwarded", "", desk.say, desk.now))
            assert not may(lambda one=one: store.assign(viewer, one.code, "pupr", "", desk.now))
            assert not may(lambda one=one: store.split(viewer, one.code, "BTL", desk.now))


def may(verb):
    try:
        verb()
    except UnknownCodeError:
        return False
    return True


@pytest.mark.parametrize(
    ("viewer", "visibility", "author", "link"),
    [
        (REVIEWER, "public", "Siti Rekaan", "https://x.test/1"),
        (ADMIN, "public", "Siti Rekaan", "https://x.test/1"),
        (REVIEWER, "anonim", "", ""),
        (PUPR, "public", "", ""),
        (PUPR, "anonim", "", ""),
    ],
)
def test_identities_are_for_those_who_answer_them(desk, store, viewer, visibility, author, link):
    own = desk.file_by(desk.siti, visibility=visibility, permalink="https://x.test/1", original="62812-5555-0001")
    (voice,) = store.voices(viewer, own.report_id)
    assert (voice["author"], voice["permalink"]) == (author, link)
    assert not {"original", "contact_id"} & voice.keys()


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (Filters(), {"a", "b"}),
        (Filters(statuses=("forwarded",)), {"b"}),
        (Filters(unit="pdam"), {"b"}),
        (Filters(category="air_bersih"), {"b"}),
        (Filters(location="63.04.05"), {"a"}),
        (Filters(location="63.04.0"), set()),
        (Filters(words="A"), {"a"}),
        (Filters(words="%"), set()),
        (Filters(late_at=None, statuses=("closed",)), set()),
    ],
)
def test_filters_narrow_the_queue(desk, store, filters, found):
    desk.file(desk.new("a", location="63.04.05.2001"))
    b = desk.file(desk.new("b", unit="pdam", category="air_bersih", location="63.04.50"))
    desk.move(b.report_code, "forwarded")
    assert {row.text for row in store.queue(SYSTEM, filters)} == found


def test_late_reports_are_those_due_and_not_closed(desk, store):
    open_, done = desk.file(), desk.file()
    desk.move(done.report_code, "rejected")
    assert store.queue(SYSTEM, Filters(late_at=desk.now + timedelta(days=20))) == []
    late = store.queue(SYSTEM, Filters(late_at=desk.now + timedelta(days=21)))
    assert [row.code for row in late] == [open_.report_code]


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


def test_an_assignment_gives_the_report_to_the_other_unit(desk, store):
    filed = desk.file()
    store.assign(REVIEWER, filed.code, "pdam", "pipa bocor", desk.now)
    assert not may(lambda: store.report(PUPR, filed.code))
    row = store.report(Viewer("unit_admin", unit="pdam"), filed.code)
    assert (row.unit, row.unit_reason) == ("pdam", "pipa bocor")
    assert store.timeline(SYSTEM, row.id)[-1].note == "pupr → pdam: pipa bocor"


def test_a_citizen_finds_the_own_submissions(desk, store):
    own, _ = desk.file_by(desk.siti), desk.file_by(desk.budi)
    assert [row.code for row in store.submissions_of(own.contact_id)] == [own.code]
    assert store.submission("BTL-0000-0000-0000") is None

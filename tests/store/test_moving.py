"""Moving a report: every move of the contract's table, and the notices that it owes."""

from datetime import timedelta

import pytest

from aggregator.rules.report import SYSTEM, Viewer
from aggregator.rules.status import STATES, MoveRefusedError

REVIEWER = Viewer("reviewer", name="Rina Rekaan")

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

"""What several processes do at the same moment: nothing deadlocks, no voice is orphaned, no message is lost.

SQLite has one writer, so there it shows that they queue; on PostgreSQL each step is held where the other must wait.
"""

import threading
import time

import pytest

from aggregator.rules.report import SYSTEM
from aggregator.store.conversing import AddWords, Answered, CallPerson, StaleTurnError, Withdraw
from aggregator.store.deliveries import Delivered
from aggregator.store.intake import Settling
from aggregator.store.lookup import CannotJoinError
from connectors.base import Parsed


class Beside:
    """A piece of work in a thread beside the test; `raised` is what it ended with."""

    def __init__(self, work):
        self.raised = None
        self._work = work
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self):
        try:
            self._work()
        except Exception as error:  # noqa: BLE001  # the test shows it
            self.raised = error

    def end(self):
        self._thread.join(30)
        assert not self._thread.is_alive()
        return self.raised


def waits_for(store, count=1):
    """Whether transactions come to wait for another's lock (PostgreSQL), seen from outside."""
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    for _ in range(200):
        with store.reading() as tx:
            if tx.exec_driver_sql(waiting).scalar() >= count:
                return True
        time.sleep(0.01)
    return False


@pytest.fixture
def other(desk_on, postgres_url):
    """A second process's desk."""
    return desk_on(postgres_url)


@pytest.fixture
def desk(desk_on, postgres_url):
    """The first process's desk: only PostgreSQL has two writers."""
    return desk_on(postgres_url)


@pytest.fixture
def store(desk):
    return desk.store


def take_in_beside(desk, *items):
    """Take in a delivery in a thread."""
    desk.store.keep([Delivered("telegram", repr(items).encode(), desk.now)])
    (job,) = desk.store.claim(desk.now, tasks=("read",))
    return Beside(lambda: desk.store.take_in(job, int(job.subject), Parsed(items), desk.now, Settling()))


def test_a_message_waits_for_the_answer_and_begins_another_turn(desk, other, store):
    job, turn = desk.turn(desk.said("jalan rusak"))
    second = desk.said("di Handil Bakti")
    beside = []

    def choose(new, candidates):  # in the middle of the answer's transaction
        beside.append(take_in_beside(other, second))
        assert waits_for(other.store)

    store.answer(job, turn, Answered({}, [{"key": "x"}], [desk.new()]), choose, desk.now)
    assert beside[0].end() is None
    assert [[said.text for said in t.messages] for t in desk.waiting_turns()] == [["di Handil Bakti"]]
    assert [said.text for said in store.turn(turn.id).messages] == ["jalan rusak"]


def test_an_answer_waits_for_the_message_and_is_stale(desk, other, store, monkeypatch):
    job, turn = desk.turn(desk.said("jalan rusak"))
    beside = []
    place = type(other.store)._place

    def answer_beside(self, *arguments):  # the message's conversation is known, its turn not yet
        beside.append(Beside(lambda: store.answer(job, turn, Answered({}), desk.never, desk.now)))
        assert waits_for(other.store)
        return place(self, *arguments)

    monkeypatch.setattr(type(other.store), "_place", answer_beside)
    other.deliver(desk.said("di Handil Bakti"))
    assert isinstance(beside[0].end(), StaleTurnError)
    assert [said.text for said in store.turn(turn.id).messages] == ["jalan rusak", "di Handil Bakti"]
    assert not store.turn(turn.id).done


def test_a_burst_read_by_two_is_one_turn(desk, other, monkeypatch):
    beside = []
    place = type(desk.store)._place

    def other_beside(self, *arguments):
        if self is desk.store:
            beside.append(take_in_beside(other, other.said("jalan rusak", external_id="m-other")))
            assert waits_for(desk.store)
        return place(self, *arguments)

    monkeypatch.setattr(type(desk.store), "_place", other_beside)
    desk.deliver(desk.said("pak"))
    assert beside[0].end() is None
    assert [[said.text for said in t.messages] for t in desk.waiting_turns()] == [["pak", "jalan rusak"]]


def no_orphans(store):
    rows = store.queue(SYSTEM)
    assert all(row.voices for row in rows if row.status != "withdrawn")
    assert sum(row.voices for row in rows) == store.summary()["submissions"]


def test_a_voice_filed_while_its_report_is_merged_stays_with_it(desk, other, store):
    first, second = desk.file(desk.new("satu")), desk.file(desk.new("dua"))
    beside = []

    def choose(new, candidates):
        joins = Beside(lambda: other.store.join(SYSTEM, first.report_code, second.report_code, desk.now))
        assert joins.end() is None
        beside.append(joins)
        return desk.first_open(new, candidates)  # chosen before the merge

    filed = desk.file(choose=choose)
    assert beside
    assert filed.report_id == second.report_id
    no_orphans(store)


def test_chained_joins_at_once_leave_no_orphan(desk, other, store):
    a, b, c = (desk.file(desk.new(text)) for text in "abc")
    with store.writing() as tx:
        store.resolve(tx, SYSTEM, b.report_code, lock=True)
        first = Beside(lambda: other.store.join(SYSTEM, b.report_code, c.report_code, desk.now))
        assert waits_for(store)
        second = Beside(lambda: other.store.join(SYSTEM, a.report_code, b.report_code, desk.now))
        assert waits_for(store, 2)
    assert (first.end(), second.end()) == (None, None)
    no_orphans(store)
    assert {store.report(SYSTEM, one.code).code for one in (a, b, c)} == {c.report_code}


def test_the_same_join_at_once_is_done_once(desk, other, store):
    a, b = desk.file(desk.new("a")), desk.file(desk.new("b"))
    with store.writing() as tx:
        store.resolve(tx, SYSTEM, a.report_code, lock=True)
        joins = [Beside(lambda: other.store.join(SYSTEM, a.report_code, b.report_code, desk.now)) for _ in range(2)]
        assert waits_for(store, 2)
    ends = [join.end() for join in joins]
    assert sorted(type(end) for end in ends if end) == [CannotJoinError]
    no_orphans(store)


def test_two_last_voices_leaving_at_once_take_the_report_with_them(desk, other, store):
    one = desk.file_by(desk.siti)
    two = desk.file_by(desk.budi, choose=desk.first_open)
    pairs = [desk.turn(desk.said("batal", author=who, thread=who.id)) for who in (desk.siti, desk.budi)]
    works = [
        lambda pair=pair, voice=voice, at=at: at.answer(
            *pair, Answered({}, deeds=[Withdraw(voice.code)]), desk.never, desk.now
        )
        for pair, voice, at in zip(pairs, (one, two), (store, other.store), strict=True)
    ]
    with store.writing() as tx:
        store.lock(tx, "63.04:jalan")
        leaving = [Beside(work) for work in works]
        assert waits_for(store, 2)
    assert [end.end() for end in leaving] == [None, None]
    assert store.report(SYSTEM, one.report_code).status == "withdrawn"


@pytest.mark.parametrize("deed", [AddWords, CallPerson, Withdraw])
def test_what_a_citizen_says_while_the_report_is_joined_is_told_where_the_voice_went(
    desk, other, store, monkeypatch, deed
):
    into, voice = desk.file(desk.new("lain")), desk.file_by(desk.siti)
    job, turn = desk.turn(desk.said("dekat langgar"))
    said = deed(voice.code) if deed is Withdraw else deed(voice.code, "dekat langgar")
    beside = []
    sum_up = type(store).sum_up

    def speak_meanwhile(self, *arguments):
        if not beside:
            answered = Answered({}, deeds=[said])
            beside.append(Beside(lambda: other.store.answer(job, turn, answered, desk.never, desk.now)))
            assert waits_for(other.store)
        return sum_up(self, *arguments)

    monkeypatch.setattr(type(store), "sum_up", speak_meanwhile)
    store.join(SYSTEM, voice.report_code, into.report_code, desk.now)
    assert beside[0].end() is None
    kind = {AddWords: "added", CallPerson: "asked", Withdraw: "withdrawn"}[deed]
    assert kind in [event.kind for event in store.timeline(SYSTEM, into.report_id)]
    assert store.report(SYSTEM, into.code).status == "received"

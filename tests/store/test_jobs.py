"""Jobs: leases, tries, back-off, quarantine, lanes; nothing is done twice and nothing for ever."""

import threading
from datetime import timedelta

import pytest

from aggregator.store.deliveries import Delivered
from aggregator.store.intake import Settling
from aggregator.store.jobs import LEASE, MAX_TRIES, LostLeaseError, add_jobs, finish, wake_job
from connectors.base import Parsed

SECOND = timedelta(seconds=1)


def add(store, *subjects, at, lane=None, task="work"):
    rows = [{"task": task, "subject": subject, "run_at": at, "lane": lane} for subject in subjects]
    with store.writing() as tx:
        add_jobs(store, tx, rows)


def subjects(claimed):
    return [job.subject for job in claimed]


def states(store, task="work"):
    return {state: n for (of, state), n in store.figures()["jobs"].items() if of == task}


def test_due_jobs_are_claimed_oldest_first_and_once(desk, store):
    add(store, "later", at=desk.now + SECOND)
    add(store, "second", at=desk.now)
    add(store, "first", at=desk.now - SECOND)
    assert subjects(store.claim(desk.now)) == ["first", "second"]
    assert store.claim(desk.now) == []
    assert subjects(store.claim(desk.now + SECOND)) == ["later"]


def test_claiming_respects_limit_and_tasks(desk, store):
    add(store, "a", "b", at=desk.now)
    add(store, "c", at=desk.now, task="send")
    assert subjects(store.claim(desk.now, 1, ("work",))) == ["a"]
    assert subjects(store.claim(desk.now, 9, ("send",))) == ["c"]


def test_the_same_job_is_added_once(desk, store):
    add(store, "a", at=desk.now)
    add(store, "a", at=desk.now)
    assert len(store.claim(desk.now)) == 1


def test_a_claim_is_a_try(desk, store):
    add(store, "a", at=desk.now)
    tries, now = [], desk.now
    for _ in range(3):
        (job,) = store.claim(now)
        tries.append(job.tries)
        now += LEASE
    assert tries == [1, 2, 3]


def test_back_off_grows_until_quarantine_with_the_reason(desk, store):
    add(store, "a", at=desk.now)
    now, waits = desk.now, []
    for n in range(MAX_TRIES):
        (job,) = store.claim(now)
        store.fail(job, f"reason {n}", now)
        due = store.next_due()
        if due is not None:
            waits.append((due - now).total_seconds())
            now = due
    assert waits == [2, 4, 8, 16, 32, 64, 128]
    assert store.claim(now + timedelta(days=9)) == []
    assert states(store) == {"quarantined": 1}
    assert reason_of(store, "a") == f"reason {MAX_TRIES - 1}"
    assert store.busy() == 0


def reason_of(store, subject):
    with store.reading() as tx:
        return tx.exec_driver_sql(f"SELECT reason FROM job WHERE subject = '{subject}'").scalar()


def test_a_wait_that_the_platform_asked_for_is_kept(desk, store):
    add(store, "a", at=desk.now)
    (job,) = store.claim(desk.now)
    store.fail(job, "throttled", desk.now, wait=90)
    assert store.next_due() == desk.now + 90 * SECOND


def test_a_job_that_kills_the_program_ends_in_quarantine(desk, store):
    add(store, "a", at=desk.now)
    now = desk.now
    for _ in range(MAX_TRIES):
        assert len(store.claim(now)) == 1
        now += LEASE  # the program died with it each time
    assert store.claim(now) == []
    assert states(store) == {"quarantined": 1}
    assert reason_of(store, "a") == "crashed"


def test_postponing_costs_no_try(desk, store):
    add(store, "a", at=desk.now)
    for n in range(2 * MAX_TRIES):
        (job,) = store.claim(desk.now + n * SECOND)
        assert job.tries == 1
        store.postpone(job, desk.now + (n + 1) * SECOND)
    assert states(store) == {"ready": 1}


def test_a_lane_is_done_in_order_one_after_the_other(desk, store):
    add(store, "a", "b", at=desk.now, lane="chat")
    add(store, "other", at=desk.now, lane="another chat")
    first, other = store.claim(desk.now)
    assert (first.subject, other.subject) == ("a", "other")
    store.fail(first, "for now", desk.now)
    assert store.claim(desk.now) == []  # b waits for a, even while a waits for its time
    (first,) = store.claim(desk.now + 2 * SECOND)
    assert first.subject == "a"
    with store.writing() as tx:
        finish(tx, first)
    assert subjects(store.claim(desk.now)) == ["b"]


def test_quarantine_frees_its_lane(desk, store):
    add(store, "a", "b", at=desk.now, lane="chat")
    now = desk.now
    for _ in range(MAX_TRIES):
        (job,) = store.claim(now)
        store.fail(job, "broken", now)
        now = store.next_due() if job.tries == MAX_TRIES else max(now, now + timedelta(hours=2))
    assert subjects(store.claim(desk.now + timedelta(days=2))) == ["b"]


def test_who_lost_the_lease_changes_nothing(desk, store):
    store.keep([Delivered("telegram", b"{}", desk.now)])
    (slow,) = store.claim(desk.now)
    assert store.claim(desk.now + LEASE - SECOND) == []
    (quick,) = store.claim(desk.now + LEASE)
    parsed = Parsed((desk.said("jalan rusak"),))
    with pytest.raises(LostLeaseError):
        store.take_in(slow, int(slow.subject), parsed, desk.now, Settling())
    assert store.messages_by_channel() == {}
    store.fail(slow, "late", desk.now)
    store.postpone(slow, desk.now)
    assert states(store, "read") == {"running": 1}  # still the quick one's
    store.take_in(quick, int(quick.subject), parsed, desk.now, Settling())
    with pytest.raises(LostLeaseError):
        store.take_in(quick, int(quick.subject), parsed, desk.now, Settling())
    assert store.messages_by_channel() == {"telegram": 1}


def test_waking_makes_renews_or_leaves_alone(desk, store):
    def wake():
        with store.writing() as tx:
            wake_job(store, tx, "work", "a", None, desk.now)

    wake()
    (job,) = store.claim(desk.now)
    wake()
    assert store.claim(desk.now) == []  # being done now
    with store.writing() as tx:
        finish(tx, job)
    wake()
    (again,) = store.claim(desk.now)
    assert again.tries == 1


def test_a_restarted_program_takes_its_jobs_back_at_once(desk, store):
    add(store, "a", at=desk.now)
    store.claim(desk.now)
    assert store.release_all(desk.now) == 1
    (job,) = store.claim(desk.now)
    assert job.tries == 2


def test_threads_never_claim_the_same_job(desk, store):
    count = 60
    add(store, *map(str, range(count)), at=desk.now)
    mine = [[] for _ in range(4)]

    def work(claimed):
        while jobs := store.claim(desk.now, 3):
            claimed.extend(jobs)

    at_once(*(lambda claimed=claimed: work(claimed) for claimed in mine))
    taken = [subject for claimed in mine for subject in subjects(claimed)]
    assert sorted(taken, key=int) == [str(n) for n in range(count)]


def at_once(*works):
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

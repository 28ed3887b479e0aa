"""Receipts: what a platform says of a reply, before or after we noted that it was sent, in any order, and at once."""

import itertools
import threading
import time

import pytest

from aggregator.store.deliveries import Delivered
from aggregator.store.intake import Settling
from aggregator.store.tables import early_receipts
from connectors.base import Parsed, Receipt

STANDS = {
    ("sent",): "sent",
    ("sent", "delivered", "read"): "read",
    ("sent", "failed"): "failed",
    ("delivered", "read", "failed"): "failed",
}
ORDERS = [(order, stands) for told, stands in STANDS.items() for order in itertools.permutations((*told, "noted"))]


def receipt(desk, state, platform_id="p1"):
    return Receipt("telegram", platform_id, state, desk.now, "131026" if state == "failed" else "")


def owed(desk):
    """One answer owed to Siti, being sent."""
    desk.file_by(desk.siti)
    (pair,) = desk.send_jobs()
    return pair


def only(store):
    (row,) = store.outbox()
    return row


def kept(store):
    """How many receipts wait for their reply."""
    with store.reading() as tx:
        return len(tx.execute(early_receipts.select()).all())


@pytest.mark.parametrize(("order", "stands"), ORDERS)
def test_the_most_that_was_said_stands_in_any_order(desk, store, order, stands):
    job, reply = owed(desk)
    for told in order:
        if told == "noted":
            store.sent(job, reply, "p1", desk.now)
        else:
            desk.deliver(receipt(desk, told))
    row = only(store)
    assert (row["receipt"], row["platform_id"]) == (stands, "p1")
    assert (row["state"], row["reason"]) == (("by_hand", "platform: 131026") if stands == "failed" else ("sent", ""))
    assert kept(store) == 0


@pytest.mark.parametrize("noted", ["first", "last"])
def test_a_batch_is_one_state(desk, store, noted):
    job, reply = owed(desk)
    batch = [receipt(desk, state) for state in ("read", "sent", "delivered", "sent")]
    if noted == "first":
        store.sent(job, reply, "p1", desk.now)
    desk.deliver(*batch)
    if noted == "last":
        store.sent(job, reply, "p1", desk.now)
    assert (only(store)["receipt"], kept(store)) == ("read", 0)


def test_a_receipt_finds_its_own_reply_only(desk, store):
    job, reply = owed(desk)
    store.sent(job, reply, "p1", desk.now)
    desk.deliver(receipt(desk, "failed", "p2"), Receipt("whatsapp", "p1", "failed", desk.now))
    assert (only(store)["state"], only(store)["receipt"]) == ("sent", "")
    assert kept(store) == 2


def test_a_failure_after_a_person_sent_it_by_hand_asks_for_no_second_time(desk, store):
    job, reply = owed(desk)
    store.sent(job, reply, "p1", desk.now)
    for _ in range(2):
        desk.deliver(receipt(desk, "failed"))
        store.retry_by_hand(reply.id, "sent", desk.now)
    assert only(store)["state"] == "sent"


@pytest.mark.parametrize("told", ["read", "failed"])
def test_the_note_and_the_receipt_at_the_same_moment_miss_each_other_never(desk, desk_on, database_url, store, told):
    other = desk_on(database_url)
    for n in range(5):
        desk.file_by(desk.siti, f"laporan {n}")
        ((job, reply),) = desk.send_jobs()
        other.store.keep([Delivered("telegram", f"receipt {n}".encode(), desk.now)])
        (reading,) = other.store.claim(desk.now, tasks=("read",))
        said = Parsed((receipt(desk, told, f"p{n}"),))
        at_once = threading.Barrier(2)

        def hear(reading=reading, said=said, at_once=at_once):
            at_once.wait()
            other.store.take_in(reading, int(reading.subject), said, desk.now, Settling())

        beside = threading.Thread(target=hear)
        beside.start()
        at_once.wait()
        store.sent(job, reply, f"p{n}", desk.now)
        beside.join(30)
    assert {row["receipt"] for row in store.outbox()} == {told}
    assert kept(store) == 0


def test_the_receipt_waits_for_the_note_that_is_being_written(desk_on, postgres_url, monkeypatch):
    """Held where it would be missed: the note has looked for receipts, but is not committed yet."""
    desk, other = desk_on(postgres_url), desk_on(postgres_url)
    job, reply = owed(desk)
    other.store.keep([Delivered("telegram", b"receipt", desk.now)])
    (reading,) = other.store.claim(desk.now, tasks=("read",))
    settle, beside = type(desk.store).settle_receipt, []

    def settled(self, tx, ref):
        settle(self, tx, ref)
        if self is desk.store:
            work = (reading, int(reading.subject), Parsed((receipt(desk, "read"),)), desk.now, Settling())
            beside.append(threading.Thread(target=other.store.take_in, args=work))
            beside[0].start()
            assert waits(desk.store)

    monkeypatch.setattr(type(desk.store), "settle_receipt", settled)
    desk.store.sent(job, reply, "p1", desk.now)
    beside[0].join(30)
    assert (only(desk.store)["receipt"], kept(desk.store)) == ("read", 0)


def waits(store):
    """Whether a transaction comes to wait for another's lock."""
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    for _ in range(200):
        with store.reading() as tx:
            if tx.exec_driver_sql(waiting).scalar():
                return True
        time.sleep(0.01)
    return False


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_deliveries_that_tell_of_the_same_messages_never_wait_for_each_other(desk, store, monkeypatch):
    locked, real = [], store.lock

    def lock(tx, name):
        locked.append(name)
        real(tx, name)

    monkeypatch.setattr(store, "lock", lock)
    orders = []
    for ids in itertools.permutations(("p1", "p2", "p3")):
        locked.clear()
        desk.read("telegram", Parsed(tuple(receipt(desk, "sent", one) for one in ids)))
        orders.append(tuple(locked))
    assert len(set(orders)) == 1
    assert len(set(orders[0])) >= 3

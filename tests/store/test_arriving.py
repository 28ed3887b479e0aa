"""Arriving: a try of which we heard no end is not made again where the platform tells our own key of it."""

from datetime import timedelta

import pytest

from aggregator.store.conversing import Answered
from aggregator.store.holding import LISTEN, HeldError
from aggregator.store.jobs import LEASE
from connectors.base import Receipt

OURS = "6281255550001"


@pytest.fixture
def owed(desk, store):
    """An answer owed on a channel, being sent: (job, reply)."""

    def bring_about(channel="whatsapp"):
        job, turn = desk.turn(desk.said("halo", channel=channel, thread=OURS))
        store.answer(job, turn, Answered({}, [{"key": "greeting"}]), desk.never, desk.now)
        (pair,) = desk.send_jobs()
        return pair

    return bring_about


@pytest.fixture
def told(desk):
    """Have a platform tell what became of a message, with our key."""

    def tell(reply, state="sent", channel="whatsapp"):
        error = "131026" if state == "failed" else ""
        desk.deliver(Receipt(channel, "wamid.1", state, desk.now, error, key=reply.key))

    return tell


def unheard(desk, store, pair):
    store.not_sent(*pair, "no answer", desk.now, 2, unheard=True)


def only(store):
    (row,) = store.outbox()
    return {name: row[name] for name in ("state", "platform_id", "receipt", "reason")}


@pytest.mark.parametrize(
    ("state", "ends"),
    [
        ("sent", {"state": "sent", "platform_id": "wamid.1", "receipt": "sent", "reason": ""}),
        ("read", {"state": "sent", "platform_id": "wamid.1", "receipt": "read", "reason": ""}),
        (
            "failed",
            {"state": "by_hand", "platform_id": "wamid.1", "receipt": "failed", "reason": "platform: 131026"},
        ),
    ],
)
@pytest.mark.parametrize("end", ["unheard", "killed"])
def test_what_the_platform_tells_of_a_try_of_unknown_end_stands(desk, store, owed, told, state, ends, end):
    job, reply = owed()
    if end == "unheard":
        unheard(desk, store, (job, reply))
    told(reply, state)
    assert only(store) == ends
    assert [reply for _, reply in desk.send_jobs(desk.now + LEASE)] in ([], [None])


def test_what_the_platform_told_before_we_noted_the_sending_is_not_unsaid(desk, store, owed, told):
    job, reply = owed()
    told(reply, "failed")
    store.sent(job, reply, "wamid.1", desk.now)
    assert only(store) == {
        "state": "by_hand",
        "platform_id": "wamid.1",
        "receipt": "failed",
        "reason": "platform: 131026",
    }


def test_the_key_of_another_channel_says_nothing(desk, store, owed, told):
    pair = owed()
    unheard(desk, store, pair)
    told(pair[1], channel="sms")
    assert only(store)["state"] == "owed"


def test_what_was_certainly_not_taken_is_not_taken_for_sent(desk, store, owed, told):
    """A key can come back of an earlier installation's message only: nothing of ours is on its way."""
    job, reply = owed()
    store.not_sent(job, reply, "http 503", desk.now, 2)
    told(reply)
    assert only(store)["state"] == "owed"


def test_the_word_of_an_arrival_and_our_own_note_are_one(desk, store, owed, told):
    job, reply = owed()
    told(reply, "delivered")
    store.sent(job, reply, "wamid.1", desk.now)
    assert only(store) == {"state": "sent", "platform_id": "wamid.1", "receipt": "delivered", "reason": ""}


def test_a_refusal_of_a_second_try_does_not_undo_what_arrived(desk, store, owed, told):
    job, reply = owed()
    told(reply)
    store.turn_away(job, reply, "131026", desk.now)
    assert only(store)["state"] == "sent"


@pytest.mark.parametrize(("channel", "listens"), [("whatsapp", True), ("telegram", False)])
def test_where_the_platform_may_still_tell_the_second_try_waits_once(desk, store, owed, channel, listens):
    job, reply = owed(channel)
    unheard(desk, store, (job, reply))
    now = desk.now + timedelta(seconds=2)
    (job,) = store.claim(now, tasks=("send",))
    if listens:
        with pytest.raises(HeldError) as held:
            store.begin_sending(reply.id, now)
        assert held.value.until == now + LISTEN
        store.hold_back(job, held.value)
        now += LISTEN
        (job,) = store.claim(now, tasks=("send",))
    again = store.begin_sending(reply.id, now)
    assert again.attempted_at == desk.now
    assert job.tries == 2


def test_after_each_try_of_unknown_end_it_listens_again(desk, store, owed):
    job, reply = owed()
    now = desk.now
    for _ in range(2):
        store.not_sent(job, reply, "no answer", now, 2, unheard=True)
        now += timedelta(seconds=2)
        (job,) = store.claim(now, tasks=("send",))
        with pytest.raises(HeldError) as held:
            store.begin_sending(reply.id, now)
        store.hold_back(job, held.value)
        now += LISTEN
        (job,) = store.claim(now, tasks=("send",))
        reply = store.begin_sending(reply.id, now)
    assert reply is not None

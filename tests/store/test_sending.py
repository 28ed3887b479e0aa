"""Sending: a reply owed is sent, tried again, given to a person or given up; never silently gone."""

from datetime import timedelta

import pytest

from aggregator.rules.report import SYSTEM
from aggregator.store.jobs import LEASE, MAX_TRIES, LostLeaseError


def only(store):
    (row,) = store.outbox()
    return row


def owed(desk):
    """One answer owed to Siti, claimed."""
    desk.file_by(desk.siti)
    (pair,) = desk.send_jobs()
    return pair


def test_a_reply_is_sent_once(desk, store):
    job, reply = owed(desk)
    assert (reply.kind, reply.say["key"], reply.channel, reply.attempted_at) == ("answer", "filed", "telegram", None)
    store.sent(job, reply, "p1", desk.now)
    row = only(store)
    assert (row["state"], row["platform_id"], row["tries"], row["sent_at"]) == ("sent", "p1", 1, desk.now)
    assert desk.send_jobs(desk.now + timedelta(days=1)) == []
    assert store.begin_sending(reply.id, desk.now) is None
    assert store.reply_figures() == {("telegram", "sent"): 1}


def test_the_next_worker_learns_of_a_try_without_known_end(desk, store):
    owed(desk)
    later = desk.now + LEASE
    ((_, reply),) = desk.send_jobs(later)
    assert reply.attempted_at == desk.now


def test_a_failed_try_leaves_no_doubt_behind(desk, store):
    job, reply = owed(desk)
    store.not_sent(job, reply, "503", desk.now, wait=30)
    assert (only(store)["state"], only(store)["reason"]) == ("owed", "503")
    assert desk.send_jobs(desk.now + timedelta(seconds=29)) == []
    ((_, reply),) = desk.send_jobs(desk.now + timedelta(seconds=30))
    assert reply.attempted_at is None


def test_after_the_last_try_a_reply_has_failed_with_its_reason(desk, store):
    job, reply = owed(desk)
    now = desk.now
    for _ in range(MAX_TRIES - 1):
        store.not_sent(job, reply, "503", now, wait=None)
        now += timedelta(hours=2)
        ((job, reply),) = desk.send_jobs(now)
    store.not_sent(job, reply, "503", now, wait=None)
    assert (only(store)["state"], only(store)["reason"], only(store)["tries"]) == ("failed", "503", MAX_TRIES)
    assert store.busy() == 0


def test_who_lost_the_lease_does_not_note_a_sending(desk, store):
    job, reply = owed(desk)
    desk.send_jobs(desk.now + LEASE)
    with pytest.raises(LostLeaseError):
        store.sent(job, reply, "p1", desk.now)
    assert only(store)["state"] == "owed"


def test_a_shut_way_goes_to_a_person(desk, store):
    job, reply = owed(desk)
    store.turn_away(job, reply, "blocked", desk.now, unreachable=True)
    assert (only(store)["state"], only(store)["reason"], only(store)["say"]["key"]) == ("by_hand", "blocked", "filed")
    own = store.submission(only(store)["submission"])
    store.move(SYSTEM, own.code, "forwarded", "", desk.say, desk.now)
    ((_, notice),) = desk.send_jobs()
    assert (notice.kind, notice.unreachable, notice.status) == ("notice", "blocked", "forwarded")


def test_a_person_sends_by_hand_or_has_it_tried_again(desk, store):
    job, reply = owed(desk)
    store.retry_by_hand(reply.id, "sent", desk.now)
    assert only(store)["state"] == "owed"  # nothing to do by hand yet
    store.turn_away(job, reply, "window", desk.now)
    store.retry_by_hand(reply.id, "owed", desk.now)
    ((job, reply),) = desk.send_jobs()
    store.turn_away(job, reply, "window", desk.now)
    store.retry_by_hand(reply.id, "sent", desk.now)
    assert (only(store)["state"], only(store)["sent_at"]) == ("sent", desk.now)
    assert desk.send_jobs(desk.now + timedelta(days=1)) == []


def test_replies_of_one_conversation_go_out_in_order(desk, store):
    own = desk.file_by(desk.siti)
    store.move(SYSTEM, own.code, "forwarded", "", desk.say, desk.now)
    ((job, reply),) = desk.send_jobs()
    assert reply.kind == "answer"
    store.sent(job, reply, "p1", desk.now)
    ((_, reply),) = desk.send_jobs()
    assert reply.kind == "notice"


def test_a_channel_without_credentials_waits_as_a_whole(desk, store):
    desk.file_by(desk.siti)
    desk.file_by(desk.budi)
    until = desk.now + timedelta(hours=1)
    assert store.pause_channel("facebook", until) == 0
    assert store.pause_channel("telegram", until) == 2
    assert desk.send_jobs() == []
    assert len(desk.send_jobs(until)) == 2


def test_holding_back_costs_no_try(desk, store):
    job, reply = owed(desk)
    store.hold(job, reply, "token", desk.now + timedelta(hours=1))
    assert (only(store)["tries"], only(store)["reason"]) == (0, "token")
    ((job, reply),) = desk.send_jobs(desk.now + timedelta(hours=1))
    assert (job.tries, reply.attempted_at) == (1, None)


def test_a_notice_of_a_comment_answers_the_comment(desk, store):
    message = desk.posted("jalan rusak")
    _, turn = desk.turn(message)
    new = desk.new(
        channel="facebook", turn_id=turn.id, contact_id=turn.contact_id, conversation_id=turn.conversation_id
    )
    desk.file(new)
    store.move(SYSTEM, new.code, "forwarded", "", desk.say, desk.now)
    ((_, notice),) = desk.send_jobs()
    assert (notice.reply_to, notice.thread, notice.direct) == (message.external_id, "post", False)


def test_the_outbox_is_listed_by_state_and_report(desk, store):
    job, reply = owed(desk)
    other = desk.file_by(desk.budi)
    store.sent(job, reply, "p1", desk.now)
    assert [row["id"] for row in store.outbox("sent")] == [reply.id]
    assert [row["submission"] for row in store.outbox(report_id=other.report_id)] == [other.code]

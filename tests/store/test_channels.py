"""Channels: what is kept of how well each hears and speaks, and when an alarm is due."""

from __future__ import annotations

import threading
from contextlib import nullcontext
from datetime import timedelta

import pytest
from sqlalchemy import event
from sqlalchemy.exc import SQLAlchemyError

from aggregator.store.channel_view import ChannelView, Noted
from aggregator.store.deliveries import Delivered
from aggregator.store.jobs import LEASE
from aggregator.store.resting import PAUSE, ChannelPausedError
from connectors.base import Parsed
from connectors.check import UNANSWERED, Check

HOUR = timedelta(hours=1)
DEAF = Check("webhook", "bad", "Webhook belum didaftarkan.")
DEAD = Check("token", "bad", "Token ditolak.")
FINE = (Check("token", "good", "Token diterima."), Check("webhook", "good", "Webhook terdaftar."))
SILENT = Check(UNANSWERED, "warn", "Tidak menjawab.")


def view(store, desk, channel="telegram", now=None):
    return next(one for one in store.channel_states(now or desk.now) if one.channel == channel)


def test_trouble_is_new_once_until_it_is_over(desk, store):
    later = desk.now + HOUR
    assert store.trouble("telegram", "401", desk.now)
    assert not store.trouble("telegram", "401", later)
    assert not store.trouble("telegram", "190", later, "sending")  # another meets the same
    assert (view(store, desk).trouble, view(store, desk).since) == ({"polling": "401", "sending": "190"}, desk.now)
    assert not store.trouble_over("telegram")
    assert (view(store, desk).state, view(store, desk).since) == ("mute", desk.now)
    assert store.trouble_over("telegram", "sending")
    assert (view(store, desk).trouble, view(store, desk).since) == ({}, None)
    assert not store.trouble_over("telegram", "sending")
    assert store.trouble("telegram", "401", later)


def test_trouble_is_each_channels_own(desk, store):
    assert store.trouble("telegram", "401", desk.now)
    assert store.trouble("facebook", "190", desk.now, "sending")
    assert store.troubled_channels() == ["facebook", "telegram"]


def test_of_many_who_meet_trouble_at_once_one_raises_the_alarm(desk, store):
    new, gate = [], threading.Barrier(8)

    def meet():
        gate.wait()
        new.append(store.trouble("whatsapp", "190", desk.now, "sending"))

    threads = [threading.Thread(target=meet) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(new) == [False] * 7 + [True]


def test_what_turns_bad_is_told_once(desk, store):
    rounds = ([*FINE], [FINE[0], DEAF], [FINE[0], DEAF], [SILENT], [FINE[0], DEAF], [*FINE], [FINE[0], DEAF])
    told = [store.checked("telegram", found, desk.now + n * HOUR) for n, found in enumerate(rounds)]
    assert told == [[], [DEAF], [], [], [], [], [DEAF]]


def test_a_token_that_died_is_told_once_whoever_finds_out(desk, store):
    store.trouble("telegram", "401", desk.now, "sending")
    assert store.checked("telegram", [DEAD], desk.now) == []
    store.trouble_over("telegram", "sending")
    store.checked("telegram", FINE, desk.now)
    assert store.checked("telegram", [DEAD], desk.now) == [DEAD]
    assert not store.trouble("telegram", "401", desk.now, "sending")


def test_since_when_a_check_says_so_is_kept(desk, store):
    for n, found in enumerate(([*FINE], [FINE[0], DEAF], [FINE[0], DEAF], [SILENT])):
        store.checked("telegram", found, desk.now + n * HOUR)
    seen = view(store, desk)
    assert (seen.state, seen.since, seen.checked_at) == ("deaf", desk.now + HOUR, desk.now + 3 * HOUR)
    assert seen.bad == (Noted(DEAF, desk.now + HOUR),)


def test_a_token_that_ends_is_kept_as_a_time(desk, store):
    ends = desk.now + timedelta(days=9)
    store.checked("facebook", [Check("token", "warn", "Segera habis.", ends)], desk.now)
    assert (view(store, desk, "facebook").expires_at, view(store, desk, "facebook").state) == (ends, "hearing")


def test_a_channel_that_is_used_no_more_troubles_nobody(desk, store):
    store.checked("telegram", [DEAD], desk.now)
    store.checked("facebook", [DEAF], desk.now)
    store.trouble("instagram_private", "challenge", desk.now)
    store.retire(["facebook"])
    assert store.troubled_channels() == ["facebook", "instagram_private"]


STATES = {
    "deaf by its webhook": ({"checks": [DEAF]}, "deaf"),
    "not deaf where we ask by ourselves": ({"checks": [DEAF], "polled": True}, "ailing"),
    "deaf by its token, though we ask": ({"checks": [DEAD], "polled": True}, "deaf"),
    "less": ({"checks": [Check("template", "bad", "Tidak ada.")]}, "ailing"),
    "fine": ({"checks": FINE}, "hearing"),
    "to be looked at": ({"checks": [SILENT]}, "hearing"),
}


@pytest.mark.parametrize(("known", "state"), STATES.values(), ids=STATES)
def test_the_state_follows_from_what_is_known(desk, known, state):
    noted = tuple(Noted(check, desk.now) for check in known["checks"])
    polled = desk.now - timedelta(minutes=3) if known.get("polled") else None
    assert ChannelView("facebook", checks=noted, checked_at=desk.now, polled_at=polled).state == state


def test_a_view_joins_what_the_door_the_workers_and_the_senders_left(desk, store):
    desk.file_by(desk.siti)
    desk.deliver(desk.posted("jalan rusak", sent_at=desk.now))
    desk.read("facebook", Parsed(ignored=("item like",)))
    desk.read("facebook", Parsed(malformed=("no entry",)), desk.now + HOUR)
    desk.read("facebook", Parsed(malformed=("entry is no array",)), desk.now - 30 * HOUR)
    facebook, telegram = view(store, desk, "facebook", desk.now + HOUR), view(store, desk)
    assert facebook.deliveries == {"accepted": 1, "ignored": 1, "malformed": 1}
    assert facebook.malformed == "entry is no array"
    assert (facebook.last_item_at, facebook.state) == (desk.now, "hearing")
    assert telegram.replies == {"owed": 1}


def test_the_oldest_delivery_that_waits_is_told(desk, store):
    store.keep([Delivered("sms", b"2", desk.now), Delivered("sms", b"1", desk.now - HOUR)])
    assert view(store, desk, "sms").unread_since == desk.now - HOUR
    assert view(store, desk, "sms").deliveries == {"kept": 2}


@pytest.fixture
def paused(desk, store):
    """Telegram refused the answer to Siti; Budi's waits too."""
    desk.file_by(desk.siti)
    desk.file_by(desk.budi)
    ((job, reply), *_) = desk.send_jobs()
    store.trouble("telegram", "401", desk.now, "sending")
    store.pause_channel("telegram", desk.now + PAUSE)
    store.hold(job, reply, "401", desk.now + PAUSE)
    return reply


def test_while_a_channel_rests_nothing_is_tried(desk, store, paused):
    with pytest.raises(ChannelPausedError):
        store.begin_sending(paused.id, desk.now + PAUSE / 2)
    assert {row["tries"] for row in store.outbox()} <= {0, 1}


def test_after_the_rest_one_reply_is_the_probe(desk, store, paused):
    now = desk.now + PAUSE + LEASE
    jobs = {int(job.subject): job for job in store.claim(now, 100, ("send",))}
    probe = store.begin_sending(paused.id, now)
    assert probe.probe
    other = next(number for number in jobs if number != paused.id)
    with pytest.raises(ChannelPausedError):
        store.begin_sending(other, now)
    store.sent(jobs[paused.id], probe, "p1", now)
    assert store.sending_works("telegram", now)
    store.rest(jobs[other], now)  # it learns only now that it need not wait
    ((job, reply),) = desk.send_jobs(now)
    assert (int(job.subject), reply.probe) == (other, False)


def test_whoever_mended_it_need_not_wait(desk, store, paused):
    now = desk.now + PAUSE / 2
    store.try_again("telegram", now)
    assert store.begin_sending(paused.id, now).probe
    assert store.troubled_channels() == ["telegram"]  # until a reply went out


@pytest.mark.parametrize("writable", [True, False])
def test_the_database_is_proven_to_take_writes(store, writable):
    store.engine.dispose()  # what was opened until now may write

    @event.listens_for(store.engine, "connect")
    def _guard(dbapi, _record):
        if store.postgres:
            dbapi.read_only = not writable
        else:
            dbapi.execute(f"PRAGMA query_only = {not writable}")

    store.ping()
    with nullcontext() if writable else pytest.raises(SQLAlchemyError, match=r"(?i)read-?only"):
        store.prove_writable()

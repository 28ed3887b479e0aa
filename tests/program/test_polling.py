"""The pollers' loop and the look-ups: what a platform tells is stored first, failures wait, nobody asks twice at once."""

import argparse
import asyncio
import logging
import os
import signal
import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from aggregator.cli import serving
from aggregator.pipeline.looking_up import LookUp
from aggregator.pipeline.polling import ANOTHERS_TURN_S, LONGEST_WAIT_S, PAUSE_S, SILENCE_S, Polling, Round
from aggregator.settings import load_settings
from aggregator.store.intake import Settling
from aggregator.store.secrets import Vault
from aggregator.store.store import Store
from aggregator.store.tables import deliveries
from connectors.base import Inbound, Parsed, Pointer
from connectors.poll import AskLater, NotAllowed, Polled

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


class Clock:
    """A time that only the test moves."""

    def __init__(self):
        self.now = START

    def __call__(self):
        return self.now

    def wait(self, seconds):
        self.now += timedelta(seconds=seconds)


class Asked:
    """A poller that answers as it was told, and notes from which cursors it was asked."""

    channel = "facebook"

    def __init__(self, *answers, every=120.0):
        self.answers = list(answers)
        self.every = every
        self.cursors = []
        self.closed = False

    def poll(self, cursor, known, now):
        self.cursors.append(dict(cursor))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer(known) if callable(answer) else answer

    def close(self):
        self.closed = True


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def polling_on(store, clock):
    """Build the loop: `polling_on(poller, …)`; waits are the longest that jitter allows."""

    def build(*pollers, store=store, stored=lambda: None):
        return Polling(store, pollers, stored, clock, jitter=lambda longest: longest)

    return build


def rounds(polling, poller, clock, count):
    """Ask as the loop does, waiting as it is told; gives the waits."""
    waits = []
    for _ in range(count):
        waits.append(polling.ask(poller).wait)
        clock.wait(waits[-1])
    return waits


def kept(store):
    with store.reading() as tx:
        rows = tx.execute(select(deliveries.c.channel, deliveries.c.body).order_by(deliveries.c.id)).all()
    return [(row.channel, store.vault.open(row.body)) for row in rows]


def state(store, clock, channel="facebook"):
    return next(view for view in store.channel_states(clock.now) if view.channel == channel)


NEWS = Polled((b"one", b"two"), {"seen": 2})
NONE = Polled((), {"seen": 2})


def test_what_came_is_stored_to_be_read_and_the_next_round_goes_on(store, clock, polling_on):
    poller = Asked(NEWS, NONE)
    polling = polling_on(poller)
    assert polling.ask(poller) == Round(120.0, news=True)
    assert kept(store) == [("facebook", b"one"), ("facebook", b"two")]
    assert len(store.claim(clock.now, tasks=("read",))) == 2
    clock.wait(120)
    assert polling.ask(poller) == Round(120.0, news=False)
    assert poller.cursors == [{}, {"seen": 2}]
    assert state(store, clock).polled_at == clock.now


def test_a_crash_before_the_cursor_is_kept_brings_the_same_again_once(store, clock, polling_on, monkeypatch):
    poller = Asked(NEWS, NEWS, NONE)
    with monkeypatch.context() as broken:
        broken.setattr(Store, "polled", lambda *_: 1 / 0)
        polling_on(poller).ask(poller)
    assert len(kept(store)) == 2
    rounds(polling_on(poller), poller, clock, 2)  # the program started again
    assert poller.cursors == [{}, {}, {"seen": 2}]
    assert len(kept(store)) == 2


def test_an_error_waits_longer_each_time_and_is_kept_until_it_is_over(store, clock, polling_on):
    errors = [AskLater("http 500") for _ in range(10)]
    poller = Asked(*errors, NONE, AskLater("no answer"))
    polling = polling_on(poller)
    assert rounds(polling, poller, clock, 10) == [4, 8, 16, 32, 64, 128, 256, 512, LONGEST_WAIT_S, LONGEST_WAIT_S]
    assert state(store, clock).poll_error == "http 500"
    assert rounds(polling, poller, clock, 2) == [120, 4]
    assert state(store, clock).poll_error == "no answer"
    assert poller.cursors[-1] == {"seen": 2}


@pytest.mark.parametrize(("asked", "waits"), [(0.0, 0), (37.0, 37), (10.0**9, 86_400)])
def test_the_platform_may_say_how_long_to_wait(clock, polling_on, asked, waits):
    poller = Asked(AskLater("429", asked))
    assert rounds(polling_on(poller), poller, clock, 1) == [waits]


def test_a_wait_is_anything_up_to_the_bound(store, clock):
    poller = Asked(*[AskLater("http 500")] * 40)
    polling = Polling(store, [poller], lambda: None, clock)
    waits = rounds(polling, poller, clock, 40)
    assert all(0 <= wait <= LONGEST_WAIT_S for wait in waits)
    assert len(set(waits)) > 30


def test_one_alarm_for_a_refusal_until_it_works_again(store, clock, polling_on, caplog):
    refused = NotAllowed("190")
    poller = Asked(refused, refused, AskLater("no answer"), refused, NONE, refused, every=30.0)

    def alarms():
        return [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]

    polling = polling_on(poller)
    assert rounds(polling, poller, clock, 4) == [PAUSE_S, PAUSE_S, 4, PAUSE_S]
    assert len(alarms()) == 1
    assert "190" in alarms()[0]
    assert dict(state(store, clock).trouble) == {"polling": "190"}
    assert rounds(polling, poller, clock, 1) == [30]
    assert not state(store, clock).trouble
    rounds(polling, poller, clock, 1)
    assert len(alarms()) == 2


def test_a_restart_raises_no_second_alarm_and_notices_the_end(store, clock, polling_on, caplog):
    poller = Asked(NotAllowed("190"), NotAllowed("190"), NONE)
    rounds(polling_on(poller), poller, clock, 1)
    rounds(polling_on(poller), poller, clock, 1)
    assert len([record for record in caplog.records if record.levelno >= logging.ERROR]) == 1
    rounds(polling_on(poller), poller, clock, 1)
    assert not state(store, clock).trouble


def test_a_slow_poller_that_is_refused_stays_slow(clock, polling_on):
    poller = Asked(NotAllowed("challenge"), every=1800.0)
    assert rounds(polling_on(poller), poller, clock, 1) == [1800]


def test_a_mistake_of_a_poller_is_a_failed_round_and_its_words_are_not_logged(store, clock, polling_on, caplog):
    poller = Asked(ValueError("jalan rusak di depan rumah Siti Rekaan"), NONE)
    rounds(polling_on(poller), poller, clock, 2)
    assert "Rekaan" not in caplog.text
    assert "ValueError" in caplog.text
    assert len(poller.cursors) == 2


def test_a_database_that_is_away_is_waited_for(store, clock, polling_on, monkeypatch):
    poller = Asked(NEWS)
    with monkeypatch.context() as away:
        away.setattr(Store, "poll_state", lambda *_: 1 / 0)
        assert rounds(polling_on(poller), poller, clock, 1) == [4]
    rounds(polling_on(poller), poller, clock, 1)
    assert len(kept(store)) == 2


def test_a_restart_keeps_the_distance_between_rounds(clock, polling_on):
    poller = Asked(NONE, NONE, every=1800.0)
    rounds(polling_on(poller), poller, clock, 1)
    clock.now -= timedelta(seconds=1000)
    assert rounds(polling_on(poller), poller, clock, 1) == [1000]
    assert len(poller.cursors) == 1
    rounds(polling_on(poller), poller, clock, 1)
    assert len(poller.cursors) == 2


@pytest.mark.parametrize(("answer", "wait"), [(NEWS, 0), (NONE, SILENCE_S)])
def test_a_poll_that_waits_for_news_goes_on_at_once_but_never_in_a_rage(clock, polling_on, answer, wait):
    poller = Asked(answer, every=0.0)
    assert rounds(polling_on(poller), poller, clock, 1) == [wait]


def test_a_poller_is_told_what_is_known(store, clock, polling_on):
    seen = {}

    def look(known):
        seen.update(known("page", ["post"]))
        return NONE

    said = Inbound("facebook", "page", "post", "c1", START, text="lampu mati")
    store.keep([next(iter(delivered(said, clock)))])
    (job,) = store.claim(clock.now, tasks=("read",))
    store.take_in(job, int(job.subject), Parsed((said,)), clock.now, Settling())
    poller = Asked(look)
    polling_on(poller).ask(poller)
    assert seen == {("post", "c1"): "lampu mati"}


def delivered(item, clock):
    from aggregator.store.deliveries import Delivered

    yield Delivered(item.channel, item.external_id.encode(), clock.now)


def test_two_programs_on_postgresql_ask_one_at_a_time(postgres_url, secret, clock, polling_on):
    first, second = Store(postgres_url, Vault(secret)), Store(postgres_url, Vault(secret))
    under_way, go_on = threading.Event(), threading.Event()

    def slowly(_known):
        under_way.set()
        assert go_on.wait(30)
        return NEWS

    slow, other = Asked(slowly), Asked(NONE)
    asking = threading.Thread(target=polling_on(slow, store=first).ask, args=(slow,))
    asking.start()
    assert under_way.wait(30)
    beside = polling_on(other, store=second)
    assert beside.ask(other) == Round(ANOTHERS_TURN_S)
    assert not other.cursors
    go_on.set()
    asking.join(30)
    assert beside.ask(other) == Round(120.0)  # just asked by the first: not yet time
    clock.wait(120)
    beside.ask(other)
    assert other.cursors == [{"seen": 2}]
    first.close()
    second.close()


async def test_each_poller_goes_on_by_itself_and_wakes_the_worker(store, clock, polling_on):
    woken = asyncio.Event()
    broken, well = Asked(*[AskLater("http 500", 0.0)] * 10_000), Asked(NEWS)
    broken.channel = "instagram"
    polling = polling_on(broken, well, stored=woken.set)
    running = asyncio.create_task(polling.run())
    await asyncio.wait_for(woken.wait(), 30)
    polling.stop()
    await asyncio.wait_for(running, 30)
    assert len(kept(store)) == 2
    assert broken.closed
    assert well.closed


async def test_stopping_waits_for_no_platform_and_what_it_tells_then_is_not_half_kept(store, clock, polling_on):
    under_way, go_on, ended = threading.Event(), threading.Event(), threading.Event()

    def held(known):
        under_way.set()
        assert go_on.wait(30)
        try:
            known("page", ["post"])  # the database may be closed by now
        except AskLater:
            ended.set()
        return NEWS

    polling = polling_on(Asked(held))
    running = asyncio.create_task(polling.run())
    await asyncio.to_thread(under_way.wait, 30)
    polling.stop()
    await asyncio.wait_for(running, 5)
    go_on.set()
    assert await asyncio.to_thread(ended.wait, 30)
    for thread in [one for one in threading.enumerate() if one.name.startswith("poll ")]:
        await asyncio.to_thread(thread.join, 30)
    assert kept(store) == []
    assert store.poll_state("facebook").cursor == {}


async def test_the_command_says_what_it_asks_and_ends_in_order(app, capsys):
    poller = Asked(NEWS, every=120.0)
    continuous = Asked(*[NONE] * 1000, every=0.0)
    continuous.channel = "telegram"
    app.__dict__["pollers"] = [poller, continuous]
    running = asyncio.create_task(serving._poll(app))
    while not kept(app.store):
        await asyncio.sleep(0.01)
    os.kill(os.getpid(), signal.SIGTERM)
    assert await asyncio.wait_for(running, 30) == 0
    assert "Mengambil berkala: facebook (tiap 120 detik), telegram (terus-menerus)" in capsys.readouterr().err
    assert poller.closed


async def test_the_command_says_why_it_asks_nothing(app, capsys):
    app.__dict__["pollers"] = []
    assert await serving._poll(app) == 0
    told = capsys.readouterr().err
    assert "Belum ada kanal" in told
    assert "ELAPOR_TELEGRAM_MODE=poll" in told


def test_the_command_leaves_a_folder_to_the_program_that_runs_on_it(tmp_path, capsys):
    settings = load_settings({}, data=tmp_path)
    with serving.only_one(tmp_path):
        assert serving.poll(settings, argparse.Namespace()) == 1
    assert "sudah memakai folder" in capsys.readouterr().err


POINTER = Pointer("instagram", "17841", "comment", "c-1", "m-1")


class Finds:
    """A finder that answers as it was told."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.asked = []

    def look_up(self, pointer, now):
        self.asked.append(pointer)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def look(store, clock):
    """Have a pointer looked up by a finder, as often as its answers last; gives the finder."""
    from aggregator.store.deliveries import Delivered

    store.keep([Delivered("instagram", b"a mention", clock.now)])
    (job,) = store.claim(clock.now, tasks=("read",))
    store.take_in(job, int(job.subject), Parsed((POINTER,)), clock.now, Settling())

    def ask(*answers, finders=None):
        finder = Finds(*answers)
        looking = LookUp(store, {"instagram": finder} if finders is None else finders, clock)
        while jobs := store.claim(clock.now, tasks=("look_up",)):
            looking.look_up(jobs[0])
            clock.wait(0 if not store.busy(("look_up",)) else 301)
        return finder

    return ask


def test_what_was_pointed_at_comes_in_as_a_delivery(store, look):
    assert look(b"the comment").asked == [POINTER]
    assert kept(store)[1:] == [("instagram", b"the comment")]
    assert not store.busy(("look_up",))
    assert store.busy(("read",)) == 1


def test_a_crash_before_the_job_is_done_fetches_it_again(store, look, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr(Store, "done", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            look(b"the comment")
    store.release_all(START)
    look(b"the comment")
    assert kept(store)[1:] == [("instagram", b"the comment")]
    assert not store.busy(("look_up",))


@pytest.mark.parametrize(("finders", "reason"), [(None, "gone"), ({}, "no way to ask")])
def test_what_cannot_be_found_is_counted(store, look, finders, reason):
    look(None, finders=finders)
    assert store.figures()["look_ups"] == {("instagram", reason): 1}
    assert not store.busy(("look_up",))


def test_a_failure_puts_it_back_for_as_long_as_it_lasts(store, look, caplog):
    errors = [AskLater("http 500"), NotAllowed("190")] * 8
    finder = look(*errors, AskLater("429", 300.0), b"the comment")
    assert len(finder.asked) == 18
    assert kept(store)[1:] == [("instagram", b"the comment")]
    assert len([record for record in caplog.records if record.levelno >= logging.ERROR]) == 1
    assert not next(iter(store.channel_states(START))).trouble

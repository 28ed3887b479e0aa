"""A token that dies: one alarm however many replies wait, whoever meets it and how often, until it works again."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime, timedelta

import pytest
from feeds import NUMBER, SECRETS, whatsapp

from aggregator import checkers
from aggregator.demo.platforms.server import serving
from aggregator.pipeline.checking import Checking
from aggregator.store.deliveries import Delivered
from aggregator.store.resting import PAUSE

OWED = 50


@pytest.fixture(scope="module")
def server():
    with serving() as platforms:
        yield platforms


@pytest.fixture
def platforms(server):
    server.reset()
    return server


class Clock:
    """A clock to turn."""

    now = datetime(2026, 10, 26, 3, 0, tzinfo=UTC)

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
async def start(app_on, database_url, platforms, clock):
    """Start the program: `start()`; again for a restart or another worker."""
    started = []

    def one():
        started.append(app_on(database_url, env, clock=clock))
        return started[-1]

    env = {**SECRETS, "WHATSAPP_TOKEN": "token-rekaan", "WHATSAPP_PHONE_ID": NUMBER}
    env |= {"WHATSAPP_BASE_URL": platforms.base_url, "WHATSAPP_ACCOUNT_ID": "1020304", "META_APP_ID": "990011"}
    yield one
    for app in started:
        await app.close()


async def work(app):
    """Do all that is due, eight jobs at a time."""
    handlers = app.handlers()
    while jobs := await asyncio.to_thread(app.store.claim, app.clock(), 8, tuple(handlers)):
        await asyncio.gather(*(handlers[job.task](job) for job in jobs))


def ask(app, first, many):
    """Many people write to the number, each of whom is owed an answer."""
    bodies = [whatsapp(first + n, "BANTUAN", who=f"62812555{first + n:05}") for n in range(many)]
    app.store.keep([Delivered("whatsapp", body, app.clock()) for body in bodies])


def states(app):
    return [row["state"] for row in app.store.outbox()]


def alarms(caplog):
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]


async def test_one_alarm_until_it_works_again(start, platforms, clock, caplog):
    app = start()
    platforms.fail_next("whatsapp", 401, 190, times=1000)
    ask(app, 100, OWED)
    other = start()
    await asyncio.gather(work(app), work(other))
    (alarm,) = alarms(caplog)
    assert alarm.startswith("whatsapp: credentials refused (190)")
    assert states(app) == ["owed"] * OWED
    (view,) = app.store.channel_states(clock())
    assert (view.state, view.trouble, view.since) == ("mute", {"sending": "190"}, clock.now)

    tried = 1000 - platforms.faults[0].times
    ask(app, 300, 1)
    await work(app)  # while it rests nothing is tried, whatever comes to be owed
    assert 1000 - platforms.faults[0].times == tried
    again = start()
    for rest in range(1, 3):
        clock.now += PAUSE + timedelta(seconds=1)
        await asyncio.gather(work(again), work(other))
        assert 1000 - platforms.faults[0].times == tried + rest  # one reply finds out for all
    assert len(alarms(caplog)) == 1
    assert {row["tries"] for row in again.store.outbox()} == {0}

    platforms.faults.clear()
    clock.now += PAUSE + timedelta(seconds=1)
    await work(again)
    assert states(again) == ["sent"] * (OWED + 1)
    assert len(platforms.sent("whatsapp")) == OWED + 1
    (view,) = again.store.channel_states(clock())
    assert (view.state, view.trouble, view.paused_until) == ("hearing", {}, None)

    platforms.fail_next("whatsapp", 401, 190, times=1000)
    ask(again, 400, 2)
    await work(again)
    assert len(alarms(caplog)) == 2  # a new death is news


async def test_a_self_test_raises_no_second_alarm_and_ends_the_rest(start, platforms, clock, caplog):
    app = start()
    checking = Checking(app.store, checkers.checking(app.settings), logging.getLogger("elapor").error, clock)
    platforms.fail_next("whatsapp", 401, 190, times=1000)
    platforms.account.refused = {"token"}
    ask(app, 100, 3)
    await work(app)
    for _ in range(3):
        found = await checking.run()
        clock.now += timedelta(hours=1)
    assert [check.level for check in found["whatsapp"] if check.name == "token"] == ["bad"]
    settings = "Kurang ELAPOR_"  # of the channels that are set up by half here
    assert len([told for told in alarms(caplog) if settings not in told]) == 1
    assert len(alarms(caplog)) == 1 + len(found) - 1
    assert app.store.troubled_channels() == sorted(found)

    platforms.faults.clear()
    platforms.account.clear()
    ask(app, 200, 1)
    await work(app)  # the rest is over by the clock: it finds out by itself
    assert states(app) == ["sent"] * 4
    await checking.run()
    assert "whatsapp" not in app.store.troubled_channels()


async def test_a_mended_token_is_used_at_once_where_a_self_test_sees_it(start, platforms, clock):
    app = start()
    platforms.fail_next("whatsapp", 401, 190, times=1000)
    ask(app, 100, 3)
    await work(app)
    assert states(app) == ["owed"] * 3
    platforms.faults.clear()
    only = [one for one in checkers.checking(app.settings) if one.channel == "whatsapp"]
    await Checking(app.store, only, lambda _: None, clock).run()
    await work(app)
    assert states(app) == ["sent"] * 3

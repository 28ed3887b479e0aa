"""The demonstration, played through the real endpoints, held against what the feed's author meant beforehand."""

import asyncio
import socket
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import yaml

from aggregator.app import App
from aggregator.cli.demo import demo_env, summary
from aggregator.cli.serving import make_server
from aggregator.demo.platforms.server import serving
from aggregator.demo.player import FeedClock, Player
from aggregator.rules.report import SYSTEM
from aggregator.settings import load_settings
from aggregator.worker import Worker

MEANT = yaml.safe_load((Path(__file__).parent / "expected.yml").read_text("utf-8"))
EVENTS = MEANT["events"]


class Played:
    """What the demonstration left behind."""

    def __init__(self, folder, models, repeat=1):
        with serving() as platforms:
            settings = load_settings({"ELAPOR_MODELS": str(models)}, data=folder)
            short = timedelta(seconds=0.8)
            env = demo_env(settings, platforms.base_url)
            self.clock = FeedClock()
            self.app = App(replace(settings, env=env, turn_settle=short, album_settle=short), clock=self.clock)
            self.player = asyncio.run(self._play(repeat))
            self.ledger = list(platforms.ledger)
        self.summary = summary(self.app.store, 0)
        self.outbox = self.app.store.outbox()

    async def _play(self, repeat):
        worker = Worker(self.app.store, self.app.handlers(), self.app.clock)
        with socket.create_server(("127.0.0.1", 0)) as door:
            port = door.getsockname()[1]
            server = make_server(self.app, "127.0.0.1", port, worker.wake, demo=True)
            running = [asyncio.create_task(worker.run()), asyncio.create_task(server.serve(sockets=[door]))]
            while not server.started:
                await asyncio.sleep(0.01)
            player = Player(self.app, f"http://127.0.0.1:{port}", self.clock)
            await player.play(repeat=repeat)
            server.should_exit = True
            worker.stop()
            await asyncio.gather(*running)
        await self.app.close()
        return player

    def report_of(self, voice):
        code = self.player.codes.get(str(voice))
        return self.app.store.report(SYSTEM, code) if code else None


@pytest.fixture(scope="module")
def played(tmp_path_factory, models):
    return Played(tmp_path_factory.mktemp("demo"), models)


def test_every_message_is_known_once(played):
    meant = {channel: row["messages"] for channel, row in MEANT["messages"].items() if channel != "total"}
    assert played.summary["by_channel"] == meant


def test_every_delivery_has_the_outcome_that_was_meant(played):
    counted = played.app.store.figures()["deliveries"]
    assert sum(n for (_, outcome), n in counted.items() if outcome == "repeated") == len(
        MEANT["deliveries"]["repeated"]
    )
    assert sum(n for (_, outcome), n in counted.items() if outcome == "ignored") >= len(MEANT["deliveries"]["ignored"])
    assert sum(n for (_, outcome), n in counted.items() if outcome == "malformed") == len(
        MEANT["deliveries"]["malformed"]
    )


def test_every_complaint_is_filed_and_nothing_else(played):
    missing = [v for event in EVENTS.values() for v in event["voices"] if played.report_of(v) is None]
    filed_chatter = [n for n in MEANT["chatter"] if played.report_of(n) is not None]
    assert (missing, filed_chatter) == ([], [])
    assert played.summary["submissions"] == MEANT["submissions"]


def test_voices_of_one_event_meet_and_of_two_do_not(played):
    apart = {name for name, event in EVENTS.items() if len({played.report_of(v).id for v in event["voices"]}) > 1}
    owners = Counter((played.report_of(v).id, name) for name, event in EVENTS.items() for v in event["voices"])
    mixed = [report for report, n in Counter(report for report, _ in owners).items() if n > 1]
    assert mixed == [], "voices of different events in one report"
    assert apart <= set(MEANT["apart_allowed"]), "voices of one event in several reports"


@pytest.mark.parametrize("name", EVENTS)
def test_the_report_of_an_event_is_as_meant(played, name):
    meant = EVENTS[name]
    report = played.report_of(meant["voices"][0])
    told = {
        "category": report.category,
        "location": report.location,
        "class": report.report_class,
        "status": report.status,
        "supervised": report.supervised,
    }
    allowed = MEANT.get("otherwise", {}).get(name, {})
    differing = {key for key, value in told.items() if value not in (meant[key], allowed.get(key, meant[key]))}
    assert differing == set(), (told, meant)
    if meant["unit"]:
        own = meant["unit"] if meant["supervised"] else played.app.region.defaults[meant["category"]]
        assert report.unit in (own, allowed.get("unit"))


def test_the_platforms_took_exactly_what_we_noted(played):
    noted = sorted(row["platform_id"] for row in played.outbox if row["state"] == "sent")
    assert noted == sorted(entry.id for entry in played.ledger)
    assert len(set(noted)) == len(noted)


def test_every_voice_is_told_of_every_move(played):
    moves = Counter(
        event.report_id
        for row in played.app.store.queue(SYSTEM)
        for event in played.app.store.timeline(SYSTEM, row.id)
        if event.kind == "moved" and event.to_status != "verifying"
    )
    for row in played.app.store.queue(SYSTEM):
        voices = [v for v in played.app.store.voices(SYSTEM, row.id) if v["removed_at"] is None]
        notices = [o for o in played.outbox if o["report"] == row.code and o["kind"] == "notice" and o["status"]]
        assert len(notices) <= moves[row.id] * len(voices) + moves[row.id]
        told = {o["submission"] for o in notices}
        assert not moves[row.id] or {v["code"] for v in voices[:1]} <= told


def test_playing_everything_three_times_changes_nothing(played, tmp_path, models):
    again = Played(tmp_path, models, repeat=3)

    def shape(one):
        reports = sorted(
            (r["category"], str(r["location"]), r["unit"], r["status"], r["voices"]) for r in one.summary["reports"]
        )
        return reports, one.summary["submissions"], one.summary["replies"], one.summary["by_channel"]

    assert shape(again) == shape(played)

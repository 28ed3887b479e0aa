"""The conversation scripts through telegram-test-api, an emulator of the Bot API that is not ours: the bot polls it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
from feeds import MODELS
from performing import Performance
from processes import Program, environment, free_port
from scripted import Step, load_scripts
from sqlalchemy import func, select

from aggregator.app import App
from aggregator.demo.platforms.platforms import Entry, Platforms
from aggregator.settings import ROOT, load_settings
from aggregator.store.tables import deliveries

TOKEN = "7000000001:rekaan"  # invented
OTHERS = tuple(f"ELAPOR_{name}_" for name in ("WHATSAPP", "FACEBOOK", "INSTAGRAM", "SMS"))


def tellable(step: Step) -> bool:
    """Whether the emulator can bring it: it knows no edits, and no files to fetch."""
    return not (step.edit or step.remove or step.photos or step.voice or step.sticker or step.point)


SCRIPTS = {
    name: script
    for name, script in load_scripts().items()
    if script.channel == "telegram" and not (script.group or script.apart) and all(map(tellable, script.steps))
}


class Emulated(Performance):
    """Citizens who write by the emulator's client interface and read there what they are answered."""

    def __init__(self, app: App, address: str, emulator: str) -> None:
        super().__init__(SCRIPTS, Platforms(), app, address)
        self._emulator = httpx.Client(base_url=emulator)
        self._read: dict[str, list[Entry]] = {name: [] for name in SCRIPTS}
        self.told = 0

    async def _hand_over(self, client: httpx.AsyncClient, channel: str, body: bytes) -> None:
        del client, channel
        update = json.loads(body)
        kind, way = ("message", "sendMessage") if "message" in update else ("callback_query", "sendCallback")
        self._ask(way, update[kind] | {"botToken": TOKEN})
        self.told += 1

    def _busy(self) -> bool:
        """Whether something is still at the emulator, or not done yet."""
        with self.app.store.reading() as tx:
            taken = tx.execute(select(func.count()).select_from(deliveries)).scalar_one()
        return taken < self.told or super()._busy()

    def answers(self, name: str) -> list[Entry]:
        chat = self.citizens[name].phone.address
        for news in self._ask("getUpdates", {"token": TOKEN, "chatId": chat})["result"]:
            told, number = news["message"], str(news["messageId"])
            self._read[name].append(Entry("telegram", "sendMessage", chat, told["text"], "", number, "", told))
        return self._read[name]

    def _ask(self, way: str, told: dict[str, Any]) -> dict[str, Any]:
        return self._emulator.post(f"/{way}", json=told).raise_for_status().json()

    def close(self) -> None:
        """Give back the connection."""
        self._emulator.close()


@pytest.fixture
def emulator():
    """The emulator's address."""
    if not shutil.which("node") or not (ROOT / "node_modules" / "telegram-test-api").is_dir():
        pytest.skip("Node or telegram-test-api is missing (make test installs it where npm is)")
    port = free_port()
    command = ["node", str(Path(__file__).with_name("emulator.js")), str(port)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "ready\n"
        yield f"http://127.0.0.1:{port}"
        process.terminate()


@pytest.fixture
def performance(emulator, engine, sqlite_url, tmp_path):
    """The whole program, which asks the emulator for updates, and the scripts before it."""
    log, port = tmp_path / "log", free_port()
    env = {key: value for key, value in environment(sqlite_url, emulator, MODELS).items() if not key.startswith(OTHERS)}
    env |= {"ELAPOR_TELEGRAM_MODE": "poll", "ELAPOR_TURN_SETTLE_S": "1.5"}
    program = Program(MODELS, log)
    kill = {"trace": str(tmp_path / "reached"), "point": "", "nth": 0}
    program.start({"env": env, "data": str(tmp_path / "var"), "port": port, "at_once": 8, "kill": kill})
    app = App(load_settings(env, data=tmp_path / "var"))
    app.__dict__["engine"] = engine
    made = Emulated(app, f"http://127.0.0.1:{port}", emulator)
    yield made
    made.close()
    program.close()
    app.store.close()
    sys.stderr.write(log.read_text())


async def test_the_conversations_go_the_same_through_somebody_elses_telegram(performance):
    await performance.run()
    assert performance.told > len(SCRIPTS) > 30
    assert "\n".join(performance.wrong) == ""

"""`chat`: talk to the bot in the terminal, on a database of its own that is gone afterwards."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

from aggregator.app import App
from aggregator.cli.reading import models
from aggregator.settings import Settings
from aggregator.store.deliveries import Delivered
from aggregator.worker import Worker
from bots.base import Outbound
from connectors.base import Author, Inbound, Parsed

PROMPT = "Anda> "


@dataclass(frozen=True, slots=True)
class TerminalConnector:
    """Reads the lines that are typed; nothing comes in over HTTP."""

    channel: str = "terminal"

    def verify(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Refuse: there is no door for the terminal."""
        del headers, body
        return False

    def handshake(self, query: Mapping[str, str]) -> str | None:
        """Refuse, as above."""
        del query
        return None  # said aloud, as the protocol does

    def parse(self, body: bytes, received_at: datetime) -> Parsed:
        """One typed line."""
        held = json.loads(body)
        author = Author("terminal", "Anda")
        said = Inbound("terminal", "terminal", "terminal", held["id"], received_at, author=author, direct=True)
        pressed = held["text"].removeprefix("!") if held["text"].startswith("!") else ""
        return Parsed((replace(said, text="" if pressed else held["text"], button=pressed),))


class TerminalBot:
    """Prints what the bot says."""

    channel = "terminal"

    async def send(self, out: Outbound) -> str:
        """Print a reply and its buttons; a button is pressed by typing !payload."""
        print("\n".join(f"Bot > {line}" for line in out.text.splitlines()))
        for button in out.buttons:
            print(f"      [{button.label}] ketik !{button.payload}")
        return uuid4().hex

    async def close(self) -> None:
        """Nothing to give back."""


def chat(settings: Settings, args: argparse.Namespace) -> int:
    """Read lines until the end of input."""
    del args
    with tempfile.TemporaryDirectory() as folder:
        env = {**settings.env, "MODELS": str(models(settings))}
        own = replace(
            settings,
            data=Path(folder),
            database_url=f"sqlite:///{folder}/chat.db",
            turn_settle=timedelta(seconds=0.3),
            env=env,
        )
        connector, bot = TerminalConnector(), TerminalBot()
        app = App(own, more_connectors={connector.channel: connector}, more_bots={bot.channel: bot}, progress=_tell)
        asyncio.run(_talk(app))
    return 0


async def _talk(app: App) -> None:
    worker = Worker(app.store, app.handlers(), app.clock)
    working = asyncio.create_task(worker.run())
    while line := await asyncio.to_thread(_ask):
        body = json.dumps({"id": uuid4().hex, "text": line.rstrip("\n")}).encode()
        await asyncio.to_thread(app.store.keep, [Delivered("terminal", body, app.clock())])
        worker.wake()
        while await asyncio.to_thread(app.store.busy):
            await asyncio.sleep(0.05)
    worker.stop()
    await working
    await app.close()


def _ask() -> str:
    """The next line, or "" at the end of input."""
    if sys.stdin.isatty():
        print(PROMPT, end="", flush=True)
    return sys.stdin.readline()


def _tell(words: str) -> None:
    print(words, file=sys.stderr)

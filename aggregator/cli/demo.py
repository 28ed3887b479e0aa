"""`demo` and `up --demo`: the recorded feed, played through the real endpoints to stand-ins of the platforms."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import secrets
import socket
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress

from aggregator.app import App
from aggregator.cli.reading import models
from aggregator.cli.serving import make_server, only_one, run_all, say, start_logging
from aggregator.demo.platforms.platforms import Platforms
from aggregator.demo.platforms.server import serving as standing_in
from aggregator.demo.player import FeedClock, Player
from aggregator.rules.report import SYSTEM
from aggregator.settings import Settings
from aggregator.store.store import Store
from aggregator.web.passwords import hash_password
from aggregator.worker import Worker

SETTLE = timedelta(seconds=0.8)
"""A recorded citizen does not type: what belongs together comes together."""
LOGINS = (
    ("peninjau", "Peninjau", "reviewer", ""),
    ("pupr", "Admin PUPR", "unit_admin", "pupr"),
    ("inspektorat", "Admin Inspektorat", "unit_admin", "inspektorat"),
    ("admin", "Administrator", "administrator", ""),
)
_LOGINS_FILE = "demo-logins.json"


def demo(settings: Settings, args: argparse.Namespace) -> int:
    """Play the feed in an empty temporary folder; with --once print what came of it."""
    if args.repeat < 1:
        print("--repeat perlu angka mulai dari 1.", file=sys.stderr)
        return 2
    start_logging()
    with tempfile.TemporaryDirectory(prefix="elapor-demo-") as folder, _healthy_platforms() as platforms:
        url = settings.database_url if settings.postgres else f"sqlite:///{folder}/elapor.db"
        env = demo_env(settings, platforms.base_url)
        own = replace(settings, data=Path(folder), database_url=url, env=env, turn_settle=SETTLE, album_settle=SETTLE)
        clock = FeedClock()
        app = App(own, clock=clock, progress=say)
        if args.once:
            return asyncio.run(_once(app, clock, args.repeat))

        async def fill() -> None:
            await _play(app, clock, args.port, args.repeat)

        _print_logins(add_logins(app))
        return asyncio.run(run_all(app, "127.0.0.1", args.port, demo=True, ready=fill))


async def _once(app: App, clock: FeedClock, repeat: int) -> int:
    worker = Worker(app.store, app.handlers(), app.clock)
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
        server = make_server(app, "127.0.0.1", port, worker.wake, demo=True)
        working = asyncio.create_task(worker.run())
        listening = asyncio.create_task(server.serve(sockets=[door]))
        while not server.started:
            await asyncio.sleep(0.01)
        deliveries = await _play(app, clock, port, repeat)
        server.should_exit = True
        await listening
        worker.stop()
        await working
    print(json.dumps(summary(app.store, deliveries), ensure_ascii=False))
    await app.close()
    return 0


async def _play(app: App, clock: FeedClock, port: int, repeat: int) -> int:
    with Progress(console=Console(file=sys.stderr), transient=True) as progress:
        bar = progress.add_task("Memutar peragaan", total=None)

        def tell(done: int, total: int) -> None:
            progress.update(bar, completed=done, total=total)

        return await Player(app, f"http://127.0.0.1:{port}", clock, tell).play(repeat=repeat)


def summary(store: Store, deliveries: int) -> dict[str, Any]:
    """What `demo --once` prints."""
    figures = store.summary()
    replies = store.reply_figures()
    by_state = {s: sum(n for (_, state), n in replies.items() if state == s) for s in ("sent", "failed", "by_hand")}
    return {
        "deliveries": deliveries,
        "messages": figures["messages"],
        "by_channel": store.messages_by_channel(),
        "review": sum(store.finding_counts(SYSTEM).values()),
        "submissions": figures["submissions"],
        "reports": [
            {
                "code": row.code,
                "category": row.category,
                "location": row.location,
                "unit": row.unit,
                "status": row.status,
                "voices": row.voices,
            }
            for row in store.queue(SYSTEM)
        ],
        "joined": figures["joined"],
        "replies": {"owed": sum(replies.values()), **by_state},
    }


def up(settings: Settings, args: argparse.Namespace) -> int:
    """`up --demo`: the whole product with the demonstration loaded once, its replies going to the stand-ins."""
    start_logging()
    with only_one(settings.data) as alone:
        if not alone:
            print(f"Program lain sudah memakai folder {settings.data}.", file=sys.stderr)
            return 1
        return asyncio.run(_up(settings, args.host, args.port))


async def _up(settings: Settings, host: str, port: int) -> int:
    with ExitStack() as stack:
        platforms = stack.enter_context(_healthy_platforms())  # its ledger names people: it stays in memory
        clock = FeedClock()
        app = App(replace(settings, env=demo_env(settings, platforms.base_url)), clock=clock, progress=say)
        empty = not app.store.queue(SYSTEM, limit=1)
        logins = _kept_logins(app)

        async def fill() -> None:
            _print_logins(logins)
            if empty:
                say("Peragaan dimuat; halaman sudah dapat dibuka.")
                await _play(app, clock, port, 1)
                say("Peragaan selesai dimuat.")

        return await run_all(app, host, port, demo=True, ready=fill)


@contextmanager
def _healthy_platforms() -> Iterator[Platforms]:
    """The stand-ins, of which the channels' page has nothing bad to say: the webhook is set as an operator would have."""
    with standing_in() as platforms:
        platforms.account.webhook["url"] = "https://elapor.example/hooks/telegram"
        yield platforms


def demo_env(settings: Settings, base_url: str) -> dict[str, str]:
    """Settings of all channels for the demonstration: random secrets, invented tokens, the stand-ins' address."""
    env = {**settings.env, "MODELS": str(models(settings)), "TELEGRAM_USERNAME": "elapor_batola_bot"}
    env |= {"FACEBOOK_PAGE_ID": "100200300400500", "INSTAGRAM_ID": "17841400000000001"}
    env |= {
        "META_APP_ID": "990011",
        "WHATSAPP_ACCOUNT_ID": "102030405060708",
        "WHATSAPP_PHONE_ID": "109876543210987",
        "WHATSAPP_TEMPLATE": "kabar_aduan",
        "TELEGRAM_TOKEN": "7000000001:peragaan",
    }
    for channel in ("TELEGRAM", "WHATSAPP", "FACEBOOK", "INSTAGRAM", "SMS"):
        env |= {f"{channel}_BASE_URL": base_url, f"{channel}_SECRET": secrets.token_hex(16)}
        env |= {f"{channel}_APP_SECRET": secrets.token_hex(16), f"{channel}_VERIFY_TOKEN": secrets.token_hex(8)}
        env.setdefault(f"{channel}_TOKEN", "peragaan")
    return env | {f"{channel}_TOKEN": "peragaan" for channel in ("WHATSAPP", "FACEBOOK", "INSTAGRAM")}


def add_logins(app: App) -> dict[str, str]:
    """An account for each role with a random password; returns login → password."""
    passwords = {login: secrets.token_urlsafe(9) for login, *_ in LOGINS}
    for login, name, role, unit in LOGINS:
        app.store.add_account(login, name, role, unit, hash_password(passwords[login]), app.clock())
    return passwords


def _kept_logins(app: App) -> dict[str, str]:
    """The demonstration's logins, the same at every start: kept beside the invented data (mode 0600)."""
    path = app.settings.data / _LOGINS_FILE
    if path.exists():
        kept: dict[str, str] = json.loads(path.read_text())
        return kept
    made = add_logins(app) if not app.store.accounts() else {}
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
        json.dump(made, file)
    return made


def _print_logins(logins: dict[str, str]) -> None:
    for login, password in logins.items():
        say(f"Masuk peragaan: {login} / {password}")

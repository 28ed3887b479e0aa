"""`up`, `serve`, `work`, `poll`: the running program, whole or in parts."""

from __future__ import annotations

import argparse
import asyncio
import fcntl
import logging
import socket
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import uvicorn

from aggregator.app import App
from aggregator.cli import learning
from aggregator.cli.handover import Listener
from aggregator.pipeline.checking import keep_checking
from aggregator.pipeline.polling import Polling
from aggregator.settings import Settings
from aggregator.store.streams import Announcer, listen
from aggregator.worker import Worker
from connectors.poll import Poller

SWEEP_EVERY_S = 3600
TELL_EVERY_S = 60
BACKLOG = 2048
"""Connections that may wait to be accepted."""
_NO_POLLERS = (
    "Belum ada kanal yang diambil berkala. Facebook perlu ELAPOR_FACEBOOK_TOKEN dan ELAPOR_FACEBOOK_PAGE_ID, Instagram "
    "ELAPOR_INSTAGRAM_TOKEN dan ELAPOR_INSTAGRAM_ID, Telegram ELAPOR_TELEGRAM_TOKEN dan ELAPOR_TELEGRAM_MODE=poll."
)


def up(settings: Settings, args: argparse.Namespace) -> int:
    """Everything in one process: web, worker, pollers, and the socket for commands."""
    start_logging()
    with only_one(settings.data) as alone:
        if not alone:
            print(f"Program lain sudah memakai folder {settings.data}.", file=sys.stderr)
            return 1
        return asyncio.run(run_all(App(settings, progress=say), args.host, args.port))


async def run_all(
    app: App, host: str, port: int, *, demo: bool = False, ready: Callable[[], Awaitable[None]] | None = None
) -> int:
    """Run web, worker and socket until told to stop; `ready` is called once the port answers."""
    door = bound(host, port)
    if door is None:
        return 1
    app.store.release_all(app.clock())
    _ = app.engine  # trained before the first message comes
    worker = Worker(app.store, app.handlers(), app.clock)
    server = make_server(app, host, port, worker.wake, demo=demo)
    listener = Listener(app)
    polling = Polling(app.store, () if demo else app.pollers, worker.wake, app.clock)
    working = asyncio.create_task(worker.run())
    asking = asyncio.create_task(polling.run())
    telling = asyncio.create_task(_when_started(server, ready, host, port))
    beside = [telling, asyncio.create_task(keep_sweeping(app)), asyncio.create_task(keep_telling(app))]
    beside += [asyncio.create_task(keep_checking(app.checking, say))]
    try:
        await server.serve(sockets=[door])
    finally:
        listener.close()
        for task in beside:
            task.cancel()
        polling.stop()
        worker.stop()
        await asking
        await working
        await app.close()
    return 0


async def _when_started(
    server: uvicorn.Server, ready: Callable[[], Awaitable[None]] | None, host: str, port: int
) -> None:
    while not server.started:
        await asyncio.sleep(0.02)
    say(f"E-LAPOR siap di http://{host}:{port}")
    if ready is not None:
        await ready()


def bound(host: str, port: int) -> socket.socket | None:
    """The listening socket, or None (having said so) where the port is taken."""
    try:
        return socket.create_server((host, port), backlog=BACKLOG)
    except OSError as error:
        say(f"Port {port} tidak dapat dipakai ({error.strerror}). Pilih yang lain dengan --port.")
        return None


def make_server(app: App, host: str, port: int, stored: Callable[[], None], *, demo: bool = False) -> uvicorn.Server:
    """The HTTP server; addresses are not logged, for they hold codes."""
    config = uvicorn.Config(
        app.asgi(stored, demo=demo),
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        backlog=BACKLOG,
        server_header=False,
        timeout_graceful_shutdown=10,
    )
    return uvicorn.Server(config)


async def keep_sweeping(app: App) -> None:
    """Forget what need not be kept, at the start and every hour."""
    raw, chatter = timedelta(days=app.settings.raw_days), timedelta(days=app.settings.chatter_days)
    while True:
        await asyncio.to_thread(app.store.sweep, app.clock(), raw, chatter)
        await asyncio.to_thread(app.keeper.tidy)
        await asyncio.to_thread(learning.forget, app)
        await asyncio.sleep(SWEEP_EVERY_S)


async def keep_telling(app: App) -> None:
    """Owe the weekly digests once their hour has come."""
    while True:
        try:
            await asyncio.to_thread(app.grouped.tell)
        except Exception as error:  # noqa: BLE001  # the database may be away for a moment; the next look comes
            say(f"Rangkuman mingguan belum dapat disiapkan: {type(error).__name__}")
        await asyncio.sleep(TELL_EVERY_S)


def serve(settings: Settings, args: argparse.Namespace) -> int:
    """Only the HTTP side, for several programs on PostgreSQL."""
    start_logging()
    door = bound(args.host, args.port)
    return 1 if door is None else asyncio.run(_serve(App(settings, progress=say), args.host, args.port, door))


async def _serve(app: App, host: str, port: int, door: socket.socket) -> int:
    loop, announce = asyncio.get_running_loop(), announcing(app.settings)
    try:
        await make_server(app, host, port, lambda: _aside(loop, announce)).serve(sockets=[door])
    finally:
        await app.close()
    return 0


def work(settings: Settings, args: argparse.Namespace) -> int:
    """Only a worker, for several programs on PostgreSQL."""
    start_logging()

    async def run() -> None:
        app = App(settings, progress=say)
        _ = app.engine
        worker = Worker(app.store, app.handlers(), app.clock, args.concurrency)
        stop_on_signal(worker.stop)
        beside = [asyncio.create_task(keep_sweeping(app)), asyncio.create_task(keep_telling(app))]
        beside += [asyncio.create_task(keep_checking(app.checking, say))]
        if settings.redis_url:
            beside.append(asyncio.create_task(listen(settings.redis_url, worker.wake)))
        try:
            await worker.run()
        finally:
            for task in beside:
                task.cancel()
            await app.close()

    asyncio.run(run())
    return 0


def announcing(settings: Settings) -> Callable[[], None]:
    """What tells other programs' workers of new jobs: Redis if there is one; else they look by themselves."""
    return Announcer(settings.redis_url).announce if settings.redis_url else lambda: None


def _aside(loop: asyncio.AbstractEventLoop, step: Callable[[], None]) -> None:
    """Do a blocking step beside the event loop."""
    loop.run_in_executor(None, step)


def poll(settings: Settings, args: argparse.Namespace) -> int:
    """Only the pollers, for several programs on PostgreSQL; on SQLite beside no other program that polls."""
    del args
    start_logging()
    if settings.postgres:
        return asyncio.run(_poll(App(settings, progress=say)))
    with only_one(settings.data) as alone:
        if alone:
            return asyncio.run(_poll(App(settings, progress=say)))
    print(f"Program lain sudah memakai folder {settings.data}; `elapor up` mengambil sendiri.", file=sys.stderr)
    return 1


async def _poll(app: App) -> int:
    loop, announce = asyncio.get_running_loop(), announcing(app.settings)
    try:
        if not app.pollers:
            say(_NO_POLLERS)
            return 0
        say("Mengambil berkala: " + ", ".join(_told(poller) for poller in app.pollers))
        polling = Polling(app.store, app.pollers, lambda: _aside(loop, announce), app.clock)
        stop_on_signal(polling.stop)
        await polling.run()
    finally:
        await app.close()
    return 0


def _told(poller: Poller) -> str:
    return f"{poller.channel} (tiap {poller.every:g} detik)" if poller.every else f"{poller.channel} (terus-menerus)"


def stop_on_signal(stop: Callable[[], None]) -> None:
    """Have SIGINT and SIGTERM end the work in order."""
    import signal

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)


def start_logging() -> None:
    """Log to standard error; libraries only warn, for they may name addresses and ids."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for name in ("httpx", "httpcore", "telegram", "pywa", "alembic", "asyncio", "urllib3"):
        logging.getLogger(name).setLevel(logging.WARNING)


def say(words: str) -> None:
    """Tell whoever started the program."""
    print(words, file=sys.stderr, flush=True)


@contextmanager
def only_one(folder: Path) -> Iterator[bool]:
    """Whether we are the only program on this data folder, for as long as the block lasts."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / "elapor.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
            return
        yield True

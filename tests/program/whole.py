"""The whole program, killed by kill -9 at a named point of the way: forked from a process that has imported everything.

Orders come as JSON lines on standard input; of each, `{"pid"}` is told at its start and `{"ended"}` (the exit code) at its end.
"""

from __future__ import annotations

import asyncio
import functools
import importlib
import json
import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from aggregator import worker
from aggregator.app import App
from aggregator.cli import serving
from aggregator.knowledge import DATA
from aggregator.settings import load_settings
from bots.calls import tls
from nlu.embedded import EmbeddedEngine, load_engine

LATE = (
    "aggregator.channels", "aggregator.checkers", "aggregator.pollers", "aggregator.web.app", "aggregator.web.hooks",
    "aggregator.web.office", "alembic.command", "bots.email", "bots.facebook", "bots.instagram", "bots.sms",
    "bots.telegram", "bots.whatsapp", "holidays.countries.indonesia", "pywa_async.client", "telegram",
)  # fmt: skip
"""What a program imports late, or only where it is needed: once, before all forks."""


def main(models: str) -> None:
    """Run the program as often as it is ordered, one after the other."""
    for name in LATE:
        importlib.import_module(name)
    tls()
    engine = load_engine(DATA, Path(models))
    worker.IDLE_S = 0.05
    for line in sys.stdin:
        pid = os.fork()
        if not pid:
            run(json.loads(line), engine)
        tell(pid=pid)
        tell(ended=os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))


def tell(**told: int) -> None:
    """Write one line to whoever drives us."""
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


def run(order: dict[str, Any], engine: EmbeddedEngine) -> None:
    """Be the program until something ends it; an order holds env, data, port, at_once (jobs) and what `killer` takes."""
    serving.start_logging()
    serving.Worker = functools.partial(worker.Worker, concurrency=order["at_once"])
    app = App(load_settings(order["env"], data=Path(order["data"])), at=killer(**order["kill"]))
    app.__dict__["engine"] = engine
    os._exit(asyncio.run(serving.run_all(app, "127.0.0.1", order["port"])))


def killer(trace: str, point: str, nth: int) -> Callable[[str], None]:
    """The `at` hook: notes each point reached in the file `trace`, and kills this process at the nth reach of `point`."""
    reached, turnstile = {point: 0}, threading.Lock()
    notes = os.open(trace, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def at(step: str) -> None:
        with turnstile:
            os.write(notes, f"{step}\n".encode())
            reached[step] = reached.get(step, 0) + 1
            if step == point and reached[step] == nth:
                os.kill(os.getpid(), signal.SIGKILL)

    return at


if __name__ == "__main__":
    main(sys.argv[1])

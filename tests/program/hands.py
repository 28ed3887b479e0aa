"""`elapor work`, `serve` and `up` as processes that die by kill -9 at a named point: forked from one that has imported all."""

from __future__ import annotations

import asyncio
import functools
import multiprocessing
import threading
from argparse import Namespace
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal

import whole

from aggregator.app import App
from aggregator.cli import serving
from aggregator.settings import Settings, load_settings
from aggregator.store import holding, jobs

HOST = "127.0.0.1"
Part = Literal["work", "serve", "up"]
_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["hands", *whole.LATE])


@dataclass
class Hand:
    """One program of an installation: started again after each death, as a supervisor does."""

    part: Part
    env: dict[str, str]
    data: Path
    port: int = 0
    at_once: int = 8
    lease_s: float = 120
    """How long a job is a worker's own: a killed one's wait until then."""
    deaths: list[tuple[str, int]] = field(default_factory=list)
    """Where each life ends: the nth reach of a named point; after the last one it lives on."""
    died: Callable[[], None] = lambda: None
    """Told of each death, before the next life begins."""
    lives: int = 0
    _process: Any = None
    _over: bool = False

    def start(self) -> None:
        """Begin the next life, and all that follow."""
        point, nth = self.deaths[self.lives] if self.lives < len(self.deaths) else ("", 0)
        told = (self.part, self.env, self.data, self.port, self.at_once, self.lease_s, (point, nth))
        self._process = _FORKS.Process(target=_live, args=told, daemon=True)
        self._process.start()
        self.lives += 1
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        self._process.join()
        if not self._over:
            self.died()
            self.start()

    def end(self) -> None:
        """End it for good."""
        self._over = True
        if self._process is not None:
            self._process.kill()
            self._process.join()


def _live(
    part: Part, env: dict[str, str], data: Path, port: int, at_once: int, lease_s: float, death: tuple[str, int]
) -> None:
    jobs.LEASE = timedelta(seconds=lease_s)
    holding.LISTEN = min(holding.LISTEN, jobs.LEASE / 4)
    data.mkdir(parents=True, exist_ok=True)
    at = whole.killer(str(data / "reached"), *death)
    serving.App = functools.partial(App, at=at)  # type: ignore[misc]
    settings, args = load_settings(env, data=data), Namespace(host=HOST, port=port, concurrency=at_once)
    if part == "up":
        asyncio.run(_up(settings, port, at))
    else:
        getattr(serving, part)(settings, args)


async def _up(settings: Settings, port: int, at: Any) -> None:
    serving.start_logging()
    await serving.run_all(App(settings, at=at), HOST, port)

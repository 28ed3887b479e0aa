"""Lets a town speak to the whole program while deliveries are shuffled and repeated, platforms fail and the program is killed."""

from __future__ import annotations

import asyncio
import contextlib
import random
import signal
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import feeds
import httpx
import shapes
from crashing import HOLE
from processes import Program, environment, free_port
from reckoning import Reckoning
from town import Town
from voices import Delivery
from weather import CHANNELS, ENOUGH, THROTTLED, Figures, Weather

from aggregator.app import App
from aggregator.demo.platforms.platforms import Fault, Platforms
from aggregator.rules.report import SYSTEM, Correction
from aggregator.settings import load_settings

POLL_S = 0.4


class Storm:
    """One storm on one database."""

    def __init__(
        self, program: Program, platforms: Platforms, url: str, folder: Path, models: Path, weather: Weather
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        platforms.reset()
        self.platforms, self.weather, self.figures = platforms, weather, Figures()
        self.town = Town(weather.seed, platforms.wall)
        self.rng = random.Random(weather.seed + 1)
        self._program, self._folder, self._port = program, folder, free_port()
        self._env = environment(url, platforms.base_url, models) | {"ELAPOR_POLL_S": str(POLL_S)}
        self.app = App(load_settings(self._env, data=folder))
        self.reckoning = Reckoning(self)
        self.bodies: set[tuple[str, bytes]] = set()
        self.drops: list[Fault] = []
        self.states: dict[str, str] = {}
        """What WhatsApp says at last of a message of ours: read or failed."""
        self._waiting: list[tuple[int, str, Delivery]] = []
        self._noticed = 0
        self._asked = 0.0

    async def run(self, engine: Any) -> Figures:
        """Blow until all is quiet; what is wrong then stands in the figures."""
        self.app.__dict__["engine"] = engine
        began, weather = time.monotonic(), self.weather
        self._start(HOLE if weather.kill_at else "", weather.kill_at)
        try:
            async with httpx.AsyncClient(timeout=30, base_url=f"http://127.0.0.1:{self._port}") as client:
                await self._blow(client, weather.actions)
                await self.quiet()
                self.figures.wrong += self.reckoning.of_what_was_said()
                await self._answer(client)
                await self.quiet()
                self.figures.wrong += self.reckoning.of_everything()
        finally:
            self._program.end()
        self.figures.lost, self.figures.seconds = self.town.lost, time.monotonic() - began
        self.app.store.close()
        return self.figures

    async def quiet(self) -> None:
        """Wait until nothing is left to do and two rounds of polling after that found nothing either."""
        while True:
            self._before = self._polled()
            await self._until(lambda: not self._busy())
            await self._until(lambda: all(n >= 2 for n in self._rounds_since()))
            if not self._busy():
                return

    def _busy(self) -> int:
        self._again_if_dead()
        if time.monotonic() > self._asked + 1:  # whoever mended it presses again where the one try met another failure
            self._asked = time.monotonic()
            self.app.store.try_again("telegram", datetime.now(UTC))
        return self.app.store.busy()

    async def _until(self, there: Any) -> None:
        until = time.monotonic() + self.weather.patience_s
        while not there():
            assert time.monotonic() < until, f"not quiet: {self.reckoning.waiting()}"
            await asyncio.sleep(0.05)

    def _polled(self) -> dict[str, datetime | None]:
        self._rounds: dict[str, set[datetime]] = {"facebook": set(), "instagram": set()}
        return {channel: self.app.store.poll_state(channel).polled_at for channel in self._rounds}

    def _rounds_since(self) -> list[int]:
        self._again_if_dead()
        for channel, seen in self._rounds.items():
            at = self.app.store.poll_state(channel).polled_at
            if at is not None and at != self._before[channel]:
                seen.add(at)
        return [len(seen) for seen in self._rounds.values()]

    async def _blow(self, client: httpx.AsyncClient, actions: int) -> None:
        """Act and deliver step by step, to the end of what waits."""
        step, mend = 0, 0
        while self.figures.actions < actions or self._waiting:
            for _ in range(min(self.weather.at_once, actions - self.figures.actions)):
                self._post_later(step, self.town.act())
                self.figures.actions += 1
            self._notice(step)
            if step % self.weather.fault_every == 0:
                self._fail_somewhere()
            if step == 3:
                self._token_dies()
                mend = step + 6
            if step == mend:
                self._token_mended()
            await self._deliver(client, step)
            step += 1
        if step <= mend:
            self._token_mended()

    async def _answer(self, client: httpx.AsyncClient) -> None:
        """People decide; who was answered in private answers; some of it is edited and removed; reports move on."""
        self._fail_somewhere()
        for finding in self.app.store.findings(SYSTEM, limit=100_000):
            await asyncio.to_thread(self.app.reviewer.accept, SYSTEM, finding.id, Correction())
            self._again_if_dead()
        await self.quiet()
        for identity, channel in self.reckoning.private_replies()[:5]:
            self._post_later(0, self.town.answer_in_private(channel, f"77{identity.removeprefix('m_')}"))
        await self._blow(client, 0)
        await self.quiet()  # once the comment is taken back, who wrote it is a stranger again
        for _ in range(self.weather.actions // 10):
            self._post_later(0, self.town.edit())
            self._post_later(0, self.town.remove())
        await self._blow(client, 0)
        await self.quiet()
        self._fail_somewhere()
        for row in self.app.store.queue(SYSTEM):
            await asyncio.to_thread(self.app.reviewer.move, SYSTEM, row.code, "forwarded", "sedang ditangani")

    def _post_later(self, step: int, told: list[Delivery]) -> None:
        for one in told:
            for _ in range(self.rng.randint(1, self.weather.repeated)):
                self._waiting.append((step + self.rng.randrange(self.weather.late), one.channel, one))

    def _notice(self, step: int) -> None:
        """Have WhatsApp say what became of what it took, in any order."""
        for entry in self.platforms.ledger[self._noticed :]:
            self._noticed += 1
            if entry.platform == "whatsapp":
                last = "failed" if self.rng.random() < 0.1 else "read"
                self.states[entry.id] = last
                for state in ("sent", "delivered", last):
                    part = shapes.whatsapp_status(entry.id, state, int(time.time()))
                    self._post_later(step, [Delivery("whatsapp", part=part)])

    async def _deliver(self, client: httpx.AsyncClient, step: int) -> None:
        """What is due, shuffled and side by side; messages of WhatsApp's often share a body."""
        due = [one for at, _, one in self._waiting if at <= step]
        self._waiting = [one for one in self._waiting if one[0] > step]
        self.rng.shuffle(due)
        parts = [one.part for one in due if one.part]
        calls = [(one.channel, one.body) for one in due if not one.part]
        while parts:
            share = self.rng.choice((1, 1, 3, 8))
            calls.append(("whatsapp", self.town.batch(parts[:share])))
            parts = parts[share:]
        self.rng.shuffle(calls)
        for start in range(0, len(calls), self.weather.at_once):
            await asyncio.gather(*(self._post(client, *call) for call in calls[start : start + self.weather.at_once]))

    async def _post(self, client: httpx.AsyncClient, channel: str, body: bytes) -> None:
        """As a platform does: until it is answered 200."""
        real = channel.removeprefix("forged ")
        headers = feeds.proof(real, body) if real == channel else {"x-hub-signature-256": "sha256=" + "0" * 64}
        until = time.monotonic() + self.weather.patience_s
        while time.monotonic() < until:
            with contextlib.suppress(httpx.TransportError):
                status = (await client.post(f"/hooks/{real}", content=body, headers=headers)).status_code
                if real != channel and status in (403, 429):
                    self.figures.forged += 1
                    return
                if status == 200:
                    self._delivered(channel, body)
                    return
            self._again_if_dead()
            await asyncio.sleep(0.02)
        raise TimeoutError(f"{channel} could not deliver")

    def _delivered(self, channel: str, body: bytes) -> None:
        self.figures.posted += 1
        self.bodies.add((channel, body))
        self.figures.deliveries = len(self.bodies)

    def _fail_somewhere(self) -> None:
        """Each kind of failure on a channel of its own, and one of reading."""
        throttled, failing, dropping = self.rng.sample(CHANNELS, 3)
        status, code = THROTTLED[throttled]
        faults = [Fault(throttled, status, code, retry_after=1), Fault(failing, 503)]
        drop = Fault(dropping, how="hang" if self.weather.silence and self.rng.random() < 0.3 else "drop")
        self.drops.append(drop)
        self.platforms.faults += [*faults, drop]
        self.figures.faults += 4
        what = self.rng.choice(("feed", "media"))
        if not self.platforms.wall.refusals:  # one after the other would only let the poller wait longer each time
            self.platforms.wall.refuse(what, *self.rng.choice(((429, 0), (500, 0), (400, 4))), retry_after=1)

    def _token_dies(self) -> None:
        self.platforms.account.refused.add("telegram")
        self.platforms.faults.insert(0, Fault("telegram", 401, times=ENOUGH))

    def _token_mended(self) -> None:
        """A person sets the token right, and says so."""
        self.platforms.faults = [one for one in self.platforms.faults if one.times < ENOUGH // 2]
        self.platforms.account.refused.discard("telegram")
        self.app.store.try_again("telegram", datetime.now(UTC))

    def _start(self, point: str = "", nth: int = 0) -> None:
        kill = {"trace": str(self._folder / "reached"), "point": point, "nth": nth}
        at_once = self.weather.at_once
        self._program.start(
            {"env": self._env, "data": str(self._folder), "port": self._port, "at_once": at_once, "kill": kill}
        )

    def _again_if_dead(self) -> None:
        if not self._program.alive():
            assert self._program.end() == -signal.SIGKILL
            self.figures.kills += 1
            self._start()

    @property
    def reached(self) -> Counter[str]:
        """How often the program came to each named point."""
        return Counter((self._folder / "reached").read_text().splitlines())

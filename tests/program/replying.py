"""Has programs send what is owed on every channel while platforms fail, go silent or shut and the programs are killed."""

from __future__ import annotations

import contextlib
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import feeds
import httpx
import shapes
from crashing import HOLE
from debts import EACH, Debts
from hands import Hand
from processes import environment, free_port
from settling import Death, Settlement, held
from weather import CHANNELS, ENOUGH, THROTTLED

from aggregator.demo.platforms.platforms import Fault, Platforms
from aggregator.store.store import open_store
from aggregator.store.streams import Announcer


@dataclass(frozen=True)
class Weather:
    """How much is owed, by how many programs, and what happens meanwhile."""

    replies: int = 300
    workers: int = 0
    """Programs `elapor work` beside one `elapor serve`; 0 for one `elapor up`."""
    kills: int = 4
    lease_s: float = 10
    calls_between: int = 6
    """Calls of a channel between two of its failures."""
    hangs: int = 0
    """How often a channel takes a call and keeps it waiting for ever."""
    seed: int = 1
    patience_s: float = 120


@dataclass
class Figures:
    """What the storm was made of."""

    replies: int = 0
    faults: int = 0
    kills: int = 0
    statuses: int = 0
    silent: int = 0
    """Calls that a platform took without a word."""
    cut_off: int = 0
    """Calls that a platform took from a program that died before it could note them."""
    doubled_silent: int = 0
    doubled_cut_off: int = 0
    by_channel: Counter[str] = field(default_factory=Counter)
    """Of each channel, by its name: calls of which we heard no end; and by "<name> again": replies that went out twice."""
    by_hand: int = 0
    seconds: float = 0.0
    wrong: list[str] = field(default_factory=list)


class Storm:
    """One storm of replies on one database."""

    def __init__(
        self, platforms: Platforms, url: str, folder: Path, models: Path, weather: Weather, redis_url: str = ""
    ) -> None:
        platforms.reset()
        self.platforms, self.weather, self.figures = platforms, weather, Figures()
        self.debts = Debts.of(weather.replies).with_fates()
        self.deaths: list[Death] = []
        self.said: dict[str, str] = {}
        """What WhatsApp says at last of a message of ours, by its id."""
        self._rng, self._port, self._redis_url = random.Random(weather.seed), free_port(), redis_url
        env = environment(url, platforms.base_url, models)
        env |= {"ELAPOR_WHATSAPP_TEMPLATE": "kabar_aduan", "ELAPOR_POLL_S": "3600", "ELAPOR_REDIS_URL": redis_url}
        self.store = open_store(url, env["ELAPOR_SECRET_KEY"])
        self.hands = list(self._hands(env, folder))
        self._bodies: list[bytes] = []
        self._noticed = 0
        self._died_at = self._mended_at = 0.0

    def run(self) -> Figures:
        """Have all sent that is owed; what is wrong then stands in the figures."""
        self._owe()
        began = time.monotonic()
        try:
            for hand in self.hands:
                hand.start()
            self._announce()
            with httpx.Client(base_url=f"http://127.0.0.1:{self._port}", timeout=30) as client:
                while not self._quiet():
                    assert time.monotonic() < began + self.weather.patience_s, self._waiting()
                    self._step(client)
        finally:
            for hand in self.hands:
                hand.end()
        self.figures.seconds = time.monotonic() - began
        Settlement(self).reckon(self.figures)
        self.store.close()
        return self.figures

    def _hands(self, env: dict[str, str], folder: Path) -> list[Hand]:
        """The programs of this installation, with the moments at which they die."""
        weather = self.weather
        workers = weather.workers or 1
        lives = weather.kills // workers + 1
        between = weather.replies // workers // (lives + 1)
        made = []
        for number in range(workers):
            points = [HOLE if self._rng.random() < 0.7 else "before sending" for _ in range(lives - 1)]
            deaths = [(point, self._rng.randint(between // 2 + 1, between + 1)) for point in points]
            part = "work" if weather.workers else "up"
            port = 0 if weather.workers else self._port
            made.append(
                Hand(
                    part, env, folder / f"{part}{number}", port, lease_s=weather.lease_s, deaths=deaths, died=self._died
                )
            )
        return made + ([Hand("serve", env, folder / "serve", self._port)] if weather.workers else [])

    def _owe(self) -> None:
        self.debts.owe(self.store, datetime.now(UTC))
        self.figures.replies = len(self.debts.debtors) * EACH
        for one in self.debts.debtors:
            if one.fate == "gone":
                self.platforms.fail_next("telegram", 403, times=ENOUGH, to=one.thread)
            if one.fate == "shut":
                self.platforms.shut.add(one.thread)
        calls = self.weather.replies // len(CHANNELS)
        for channel in CHANNELS:
            self._script(channel, calls // (self.weather.calls_between + 1))

    def _script(self, channel: str, faults: int) -> None:
        """A channel's failures, one after the other, some calls apart."""
        status, code = THROTTLED[channel]
        hangs = self._rng.sample(range(faults), min(self.weather.hangs, faults))
        for number in range(faults):
            after = self._rng.randint(self.weather.calls_between // 2, self.weather.calls_between * 3 // 2)
            kinds = [Fault(channel, status, code, retry_after=1), Fault(channel, 503), Fault(channel, how="drop")]
            fault = Fault(channel, how="hang") if number in hangs else kinds[number % 3]
            fault.after = after
            self.platforms.faults.append(fault)
            self.figures.faults += 1

    def _announce(self) -> None:
        if self._redis_url:
            announcer = Announcer(self._redis_url)
            announcer.announce()
            announcer.close()

    def _step(self, client: httpx.Client) -> None:
        if self.weather.workers:  # an embedded database has one program: what it held is its own
            now = held(self.store)
            for death in tuple(self.deaths):
                death.narrow(now, self.weather.lease_s)
        self._token()
        self._hear_statuses()
        self._tell_statuses(client)
        time.sleep(0.1)

    def _died(self) -> None:
        """See what a program left undone the moment it died."""
        self.deaths.append(Death(datetime.now(UTC), held(self.store)))
        self.figures.kills += 1

    def _quiet(self) -> bool:
        return not self._bodies and self._noticed == len(self.platforms.ledger) and not self.store.busy()

    def _token(self) -> None:
        """Telegram's token dies when a third is sent; two seconds later a person mends it, and says so."""
        now = time.monotonic()
        if not self._died_at and len(self.platforms.sent("telegram")) > self.weather.replies // len(CHANNELS) // 3:
            self._died_at = now
            self.platforms.faults.insert(0, Fault("telegram", 401, times=ENOUGH))
        if not self._died_at or now < self._died_at + 2 or now < self._mended_at + 1:
            return
        if not self._mended_at:
            self.platforms.faults = [one for one in self.platforms.faults if one.status != 401]
        self._mended_at = now  # whoever mended it presses again where the one try met another failure
        self.store.try_again("telegram", datetime.now(UTC))

    def _hear_statuses(self) -> None:
        """WhatsApp's word on what it took: in any order, some of it twice."""
        new = self.platforms.ledger[self._noticed :]
        self._noticed += len(new)
        parts = []
        for entry in new:
            if entry.platform == "whatsapp":
                last = self.said[entry.id] = "failed" if self._rng.random() < 0.05 else "read"
                states = ("sent", "delivered", last, self._rng.choice(("sent", "delivered", last)))
                parts += [shapes.whatsapp_status(entry.id, state, int(time.time()), entry.ref) for state in states]
        self._rng.shuffle(parts)
        self.figures.statuses += len(parts)
        while parts:
            share = self._rng.choice((1, 3, 8))
            self._bodies.append(shapes.whatsapp_batch(parts[:share], self._rng))
            parts = parts[share:]

    def _tell_statuses(self, client: httpx.Client) -> None:
        """Deliver until the program answers 200; while it is down the rest waits."""
        with contextlib.suppress(httpx.TransportError):
            while self._bodies:
                headers = feeds.proof("whatsapp", self._bodies[0])
                if client.post("/hooks/whatsapp", content=self._bodies[0], headers=headers).status_code != 200:
                    return
                self._bodies.pop(0)

    def _waiting(self) -> str:
        taken = len(self.platforms.ledger)
        return f"not quiet: {self.store.busy()} jobs left, {taken} taken, {len(self.deaths)} deaths, {held(self.store)}"

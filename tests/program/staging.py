"""Plays a conversation script in one process: real connectors, store, engine and pipeline; the ways out only listen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import feeds
from phones import PHONES, Phone
from scripted import SILENCE, Codes, Script, Step, expected
from sqlalchemy import select

from aggregator.app import App
from aggregator.rules.report import SYSTEM
from aggregator.store.deliveries import Delivered
from aggregator.store.tables import events, findings, submissions
from bots.base import Outbound
from connectors.base import Connector
from connectors.sms import SmsConnector
from connectors.telegram import TelegramConnector
from connectors.whatsapp import WhatsAppConnector

GROUP = -1_002_100_000_077
MORNING = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
"""A Monday, nine o'clock in Banjarmasin."""
TASKS = ("read", "turn", "send", "erase")
SETTLED = timedelta(seconds=5)
BETWEEN = timedelta(seconds=20)


class Clock:
    """A clock that only the stage puts forward."""

    def __init__(self) -> None:
        self.now = MORNING

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Ear:
    """A way out that listens."""

    channel: str
    heard: list[Outbound] = field(default_factory=list)

    async def send(self, out: Outbound) -> str:
        """Take a reply."""
        self.heard.append(out)
        return str(90_000 + len(self.heard))

    async def close(self) -> None:
        """Nothing to give back."""


def connectors() -> dict[str, Connector]:
    """The real ways in."""
    secrets = feeds.SECRETS
    return {
        "telegram": TelegramConnector(secrets["TELEGRAM_SECRET"], secrets["TELEGRAM_USERNAME"]),
        "whatsapp": WhatsAppConnector(secrets["WHATSAPP_APP_SECRET"], secrets["WHATSAPP_VERIFY_TOKEN"]),
        "sms": SmsConnector(secrets["SMS_SECRET"], "batola"),
    }


class Citizen:
    """Whom a script is about: phone, codes, and a neighbour."""

    def __init__(self, script: Script, number: int) -> None:
        self.script, self.codes = script, Codes()
        self.phone: Phone = PHONES[script.channel](2 * number, GROUP - number if script.group else 0)
        self.neighbour: Phone = PHONES[script.channel](2 * number + 1)

    def deliveries(self, step: Step, now: datetime, payloads: Mapping[str, str], last: str) -> list[list[bytes]]:
        """What a step lets the phone deliver, a list for each moment; the bot's last message is `last`, with its buttons."""
        if step.press:
            return [self.phone.press(step.press, payloads[step.press], now)]
        said = self._said(step, now, {"reply_to": last} if step.replying else {})
        if step.edit:
            return [*said, self.phone.edit(step.edit, now)]
        return [*said, self.phone.remove(now)] if step.remove else said

    def _said(self, step: Step, now: datetime, reply: Mapping[str, str]) -> list[list[bytes]]:
        media = {"point": step.point, "voice": step.voice, "sticker": step.sticker}
        first = [self.phone.write("", now, **media, **reply)] if any(media.values()) else []
        texts = step.texts or ("",) if step.photos else step.texts
        return first + [self.phone.write(self.codes.real(t), now, photos=step.photos, **reply) for t in texts]


def readable(app: App) -> str:
    """All that an officer can read."""
    told = (submissions.c.text, events.c.note, findings.c.text)
    with app.store.reading() as tx:
        return "\n".join(str(text) for column in told for text in tx.execute(select(column)).scalars() if text)


class Stage:
    """One citizen before the program; everything that is due is done after each step."""

    def __init__(self, app: App, clock: Clock, script: Script) -> None:
        self.app, self.clock, self.citizen = app, clock, Citizen(script, 1)
        self.ear = app.bots[script.channel]

    async def deliver(self, bodies: list[bytes]) -> None:
        """Take deliveries in, and do what is due."""
        channel = self.citizen.script.channel
        self.app.store.keep([Delivered(channel, body, self.clock()) for body in bodies])
        await self.work()

    async def work(self) -> None:
        """Do every job that is due; one that fails fails the test."""
        handlers = self.app.handlers()
        while claimed := self.app.store.claim(self.clock(), 1, TASKS):
            for job in claimed:
                await handlers[job.task](job)

    async def settle(self) -> None:
        """Let the turn settle."""
        self.clock.now += SETTLED
        await self.work()

    async def act(self, step: Step) -> list[Outbound]:
        """Do what a step says; what the bot answers the citizen."""
        self.clock.now += BETWEEN + step.later
        await self.work()
        before = len(self.ear.heard)
        if step.neighbour:
            await self.deliver(self.citizen.neighbour.write(step.neighbour, self.clock()))
            await self.settle()
            before = len(self.ear.heard)
        if step.officer:
            self.app.reviewer.move(SYSTEM, self.citizen.codes.known[-1], step.officer, step.note)
            await self.work()
        payloads = {button.label: button.payload for button in self.ear.heard[-1].buttons} if self.ear.heard else {}
        for bodies in self.citizen.deliveries(step, self.clock(), payloads, str(90_000 + len(self.ear.heard))):
            await self.deliver(bodies)
            self.clock.now += timedelta(seconds=1)
        await self.settle()
        return self.ear.heard[before:]

    def filed(self) -> int:
        """How many submissions there are."""
        with self.app.store.reading() as tx:
            return len(tx.execute(select(submissions.c.id)).all())


async def play(script: Script, stage: Stage, general: dict[str, str]) -> None:
    """Play a script; raises AssertionError where the bot answers otherwise."""
    for number, step in enumerate(script.steps, 1):
        at = f"langkah {number}: {step.texts or step.press or step}"
        answers = await stage.act(step)
        told = [stage.citizen.codes.named(answer.text) for answer in answers]
        wanted = [] if step.bot in ("", SILENCE) else [expected(step, script.language, general)]
        assert told == wanted, f"{at}\n{told}\n{wanted}"
        assert [button.label for answer in answers for button in answer.buttons] == list(step.buttons), at
        assert all(words in readable(stage.app) for words in step.readable), at
    neighbours = sum(bool(step.neighbour) for step in script.steps)
    assert stage.filed() - neighbours == script.filed

"""Plays all scripts at once before the running program: every citizen's phone over HTTP, every answer from the platforms' ledger."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import feeds
import httpx
from scripted import SILENCE, Script, Step, expected
from staging import Citizen, readable

from aggregator.app import App
from aggregator.demo.platforms.platforms import Entry, Platforms
from aggregator.rules.report import SYSTEM
from bots.base import Button
from bots.limits import cut, numbered
from bots.sms import plain

_ANEW = httpx.Limits(max_keepalive_connections=0)
"""A connection each: one that the program shut while citizens were silent would be used again."""
AT_ONCE = 8
PATIENCE_S = 60.0
SMS_LENGTH = 459


class Performance:
    """Scripts side by side, each with a citizen of its own; all play their nth step before anybody plays the next."""

    def __init__(self, scripts: dict[str, Script], platforms: Platforms, app: App, address: str) -> None:
        self.citizens = {name: Citizen(script, n) for n, (name, script) in enumerate(scripts.items(), 1)}
        self.platforms, self.app = platforms, app
        self.wrong: list[str] = []
        self._address = address
        self._heard: dict[str, int] = dict.fromkeys(scripts, 0)
        numbers = ", ".join(f"{one.purpose} {one.number}" for one in app.region.emergency)
        self._general = {"region": app.region.name, "numbers": numbers}

    async def run(self) -> None:
        """Play to the end; what went otherwise than written stands in `wrong`."""
        async with httpx.AsyncClient(base_url=self._address, timeout=PATIENCE_S, limits=_ANEW) as client:
            await self._until_ready(client)
            for n in range(max(len(one.script.steps) for one in self.citizens.values())):
                acting = {name: one.script.steps[n] for name, one in self.citizens.items() if n < len(one.script.steps)}
                await self._round(client, acting)
                self.wrong += [f"{name}, langkah {n + 1}: {wrong}" for name, wrong in self._judged(acting)]

    async def _round(self, client: httpx.AsyncClient, acting: dict[str, Step]) -> None:
        now, before = datetime.now(UTC), {}
        for name, step in acting.items():
            one = self.citizens[name]
            if step.neighbour:
                before[name] = [one.neighbour.write(step.neighbour, now)]
            if step.officer:
                await asyncio.to_thread(self.app.reviewer.move, SYSTEM, one.codes.known[-1], step.officer, step.note)
        await self._deliver(client, before)
        await self._deliver(client, {name: self._deliveries(name, step, now) for name, step in acting.items()})

    def _deliveries(self, name: str, step: Step, now: datetime) -> list[list[bytes]]:
        last = self.answers(name)[-1:]
        payloads = dict(buttons(last[0])) if last else {}
        return self.citizens[name].deliveries(step, now, payloads, last[0].id if last else "")

    async def _deliver(self, client: httpx.AsyncClient, told: dict[str, list[list[bytes]]]) -> None:
        """Post what each has to deliver in its order, a few citizens at a time, and wait until all is done."""
        gate = asyncio.Semaphore(AT_ONCE)

        async def deliver(channel: str, moments: list[list[bytes]]) -> None:
            async with gate:
                for body in (body for bodies in moments for body in bodies):
                    await self._hand_over(client, channel, body)

        await asyncio.gather(*(deliver(self.citizens[n].script.channel, moments) for n, moments in told.items()))
        until = time.monotonic() + PATIENCE_S
        while await asyncio.to_thread(self._busy):
            assert time.monotonic() < until, "not quiet"
            await asyncio.sleep(0.05)

    async def _hand_over(self, client: httpx.AsyncClient, channel: str, body: bytes) -> None:
        """Give a delivery to the program, as the platform does."""
        answer = await client.post(f"/hooks/{channel}", content=body, headers=feeds.proof(channel, body))
        answer.raise_for_status()

    def _busy(self) -> bool:
        return self.app.store.busy()

    async def _until_ready(self, client: httpx.AsyncClient) -> None:
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            try:
                await client.get("/healthz")
            except httpx.TransportError:
                await asyncio.sleep(0.1)
            else:
                return

    def answers(self, name: str) -> list[Entry]:
        """What the platform took for a citizen, in order."""
        one = self.citizens[name]
        return [e for e in self.platforms.sent(one.script.channel) if e.to == one.phone.address]

    def _judged(self, acting: dict[str, Step]) -> Iterator[tuple[str, str]]:
        """Who heard otherwise than written in this round, and what."""
        told = readable(self.app)
        for name, step in acting.items():
            every = self.answers(name)
            new, self._heard[name] = every[self._heard[name] :], len(every)
            wanted, heard = self._wanted(name, step, new), [(e.text, [label for label, _ in buttons(e)]) for e in new]
            if heard != wanted:
                yield name, f"{heard} != {wanted}"
            if not all(words in told for words in step.readable):
                yield name, f"{step.readable} is nowhere to be read"

    def _wanted(self, name: str, step: Step, new: list[Entry]) -> list[tuple[str, list[str]]]:
        """What a step expects to stand in the ledger, with the real codes."""
        one = self.citizens[name]
        for entry in new:
            one.codes.named(entry.text)
        if step.bot in ("", SILENCE):
            return []
        text = expected(step, one.script.language, self._general)
        if one.script.channel == "sms":
            choices = tuple(Button(label, "-") for label in step.buttons)
            code = one.codes.known[-1] if one.codes.known else ""
            return [(cut(plain(numbered(one.codes.real(text), choices)), SMS_LENGTH, code, "..."), [])]
        return [(one.codes.real(text), list(step.buttons))]


def buttons(entry: Entry) -> Iterator[tuple[str, str]]:
    """Label and payload of each choice under a message."""
    markup: Any = entry.body.get("reply_markup") or {}
    keyboard = (json.loads(markup) if isinstance(markup, str) else markup).get("inline_keyboard", [])
    yield from ((key["text"], key["callback_data"]) for row in keyboard for key in row)
    action = entry.body.get("interactive", {}).get("action", {})
    yield from ((key["reply"]["title"], key["reply"]["id"]) for key in action.get("buttons", []))
    yield from ((row["title"], row["id"]) for part in action.get("sections", []) for row in part["rows"])

"""Plays a recorded feed through the real endpoints, signed, and decides in review as the feed's author would."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from aggregator.app import App
from aggregator.knowledge import DATA
from aggregator.rules.report import Correction, Viewer
from aggregator.store.deliveries import Delivered
from aggregator.store.reviewing import DecidedError
from connectors import whatsapp_export
from connectors.base import Inbound

FEED = DATA / "demo" / "feed.jsonl"
OFFICER = Viewer("system", name="peragaan")
QUIET_WITHIN_S = 60.0
_CODE_OF = re.compile(r"\{code:(\d+)\}")


class StuckError(Exception):
    """Peragaan berhenti: ada pekerjaan yang tidak kunjung selesai."""


class FeedClock:
    """The time of the feed while it plays, running on from each delivery's; the true time before and after."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def __call__(self) -> datetime:
        """Aware now."""
        return datetime.now(UTC) + self._ahead

    def turn_to(self, moment: datetime) -> None:
        """It is now `moment`, unless it was later already."""
        ahead = moment - datetime.now(UTC)
        self._ahead = max(self._ahead, ahead) if self._ahead else ahead

    def release(self) -> None:
        """Back to the true time."""
        self._ahead = timedelta()


@dataclass
class Player:
    """Delivers a feed to the program at `address`, waiting after each delivery until all is processed."""

    app: App
    address: str
    clock: FeedClock
    tell: Callable[[int, int], None] = lambda _done, _total: None
    codes: dict[str, str] = field(default_factory=dict)
    """Event, or delivery number, → a submission's code."""
    _drafts: dict[str, list[str]] = field(default_factory=dict)

    async def play(self, feed: Path = FEED, repeat: int = 1) -> int:
        """Deliver everything `repeat` times; returns how many deliveries the feed has."""
        lines = await asyncio.to_thread(_lines, feed)
        async with httpx.AsyncClient(base_url=self.address, timeout=30) as client:
            done = 0
            for group in _groups(lines):
                await self._together(client, group, feed.parent, repeat)
                done += len(group)
                self.tell(done, len(lines))
        self.clock.release()
        return sum("channel" in line for line in lines)

    async def _together(
        self, client: httpx.AsyncClient, group: list[dict[str, Any]], folder: Path, repeat: int
    ) -> None:
        """Deliver lines that come without a pause, all of it `repeat` times, and wait until they are processed."""
        self.clock.turn_to(datetime.fromisoformat(group[0]["at"]))
        for again in range(repeat):
            for line in group:
                if not (again and "move" in line):
                    await self._step(client, line, folder)
        await quiet(self.app)
        for line in group:
            if "channel" in line:
                await asyncio.to_thread(self._decide, line)
        await quiet(self.app)

    async def _step(self, client: httpx.AsyncClient, line: Mapping[str, Any], folder: Path) -> None:
        if "move" in line:
            move = line["move"]
            code = self.codes[str(move["event"])]
            await asyncio.to_thread(self.app.reviewer.move, OFFICER, code, move["to"], move.get("note", ""))
        elif "file" in line:
            await asyncio.to_thread(self._import, line, folder)
        else:
            await self._post(client, line["channel"], self._body(line))

    def _import(self, line: Mapping[str, Any], folder: Path) -> None:
        bodies = whatsapp_export.batches(folder / line["file"], line["group"], self.app.region.timezone, "dmy")
        self.app.store.keep([Delivered("whatsapp_export", body, self.app.clock()) for body in bodies])

    def _body(self, line: Mapping[str, Any]) -> bytes:
        written = json.dumps(line["body"], ensure_ascii=False, separators=(",", ":"))
        return _CODE_OF.sub(lambda m: self.codes.get(m[1], m[0]), written).encode()

    async def _post(self, client: httpx.AsyncClient, channel: str, body: bytes) -> None:
        headers = {"content-type": "application/json", **sign(self.app.settings.env, channel, body)}
        for wait in (0.1, 0.5, 2.0, 5.0):
            answer = await client.post(f"/hooks/{channel}", content=body, headers=headers)
            if answer.status_code != 503:
                answer.raise_for_status()
                return
            await asyncio.sleep(wait)
        answer.raise_for_status()

    def _decide(self, line: Mapping[str, Any]) -> None:
        for item, review in self._reviews(line):
            ref = self.app.store.ref_of(item.channel, item.account, item.thread, item.external_id)
            finding_id = self.app.store.finding_of(ref)
            if finding_id is not None and review is not None:
                self._review(finding_id, review)
            told = (line.get("event"), line.get("events", {}).get(item.external_id), (review or {}).get("event"))
            names = [str(line["n"]), *(f"{line['n']}#{key}" for key in self._keys(item))]
            self._learn(item, ref, [*names, *(str(event) for event in told if event)])

    def _learn(self, item: Inbound, ref: str, names: list[str]) -> None:
        """Remember the code filed from a message under these names; a draft's names wait for its author's next message."""
        draft = f"{item.channel}:{item.author.id if item.author and item.direct else ref}"
        waiting = self._drafts.setdefault(draft, [])
        waiting.extend(names)
        code = self.app.store.code_of(ref)
        if code is not None:
            for name in waiting:
                self.codes.setdefault(name, code)
            waiting.clear()

    def _review(self, finding_id: int, review: Mapping[str, Any]) -> None:
        try:
            if not review.get("accept"):
                self._refuse(finding_id)
                return
            correction = Correction(category=review.get("category"), location=review.get("location"))
            into = self.codes.get(str(review.get("into_event", "")), "")
            self.app.reviewer.accept(OFFICER, finding_id, correction, into)
        except DecidedError:
            return  # the same delivery played again

    def _refuse(self, finding_id: int) -> None:
        """Refuse what was put before the reviewer; what the reading set aside nobody looks at."""
        finding = self.app.store.finding(OFFICER, finding_id)
        if finding is not None and finding.state == "waiting":
            self.app.reviewer.refuse(OFFICER, finding_id, "bukan aduan")

    def _reviews(self, line: Mapping[str, Any]) -> Iterator[tuple[Inbound, Mapping[str, Any] | None]]:
        """Each message of a delivery with what its author decides of it."""
        several: Mapping[str, Any] = line.get("reviews", {})
        for item in self._items(line):
            yield item, next((several[key] for key in self._keys(item) if key in several), line.get("review"))

    def _keys(self, item: Inbound) -> tuple[str, str]:
        """How the feed names one message of several: by the platform's id, or in an export by author and local minute."""
        minute = item.sent_at.astimezone(ZoneInfo(self.app.region.timezone)).strftime("%Y-%m-%dT%H:%M")
        return item.external_id, f"{item.author.name if item.author else ''}|{minute}"

    def _items(self, line: Mapping[str, Any]) -> list[Inbound]:
        if "file" in line:
            path = FEED.parent / line["file"]
            export = whatsapp_export.read_export(path, self.app.region.timezone, "dmy")
            return list(whatsapp_export.inbounds(export, line["group"]))
        parsed = self.app.connectors[line["channel"]].parse(self._body(line), datetime.now(UTC))
        return [item for item in parsed.items if isinstance(item, Inbound) and item.kind != "removal"]


def _lines(feed: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in feed.read_text("utf-8").splitlines() if line.strip()]


def _groups(lines: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """The lines, those marked `together` with the one before them."""
    groups: list[list[dict[str, Any]]] = []
    for line in lines:
        if line.get("together") and groups:
            groups[-1].append(line)
        else:
            groups.append([line])
    return groups


def sign(env: Mapping[str, str], channel: str, body: bytes) -> dict[str, str]:
    """The header by which a platform proves a delivery."""
    if channel == "telegram":
        return {"x-telegram-bot-api-secret-token": env["TELEGRAM_SECRET"]}
    secret = env[f"{channel.upper()}_APP_SECRET"].encode()
    return {"x-hub-signature-256": "sha256=" + hmac.new(secret, body, hashlib.sha256).hexdigest()}


async def quiet(app: App, within: float = QUIET_WITHIN_S) -> None:
    """Wait until no job is left; raises StuckError after `within` seconds."""
    loop = asyncio.get_running_loop()
    until = loop.time() + within
    while await asyncio.to_thread(app.store.busy):
        if loop.time() > until:
            raise StuckError(StuckError.__doc__)
        await asyncio.sleep(0.01)

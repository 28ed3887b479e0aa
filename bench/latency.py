"""How long a citizen waits for the bot's answer: from the webhook's first byte to the platform's ledger, at a steady rate.

`.venv/bin/python bench/latency.py [--rate N] [--seconds N] [--people N]` lets people write complete complaints on Telegram and
WhatsApp in turn to one `elapor up` on SQLite, however slowly it answers (an open loop), and prints the median and the 99th
percentile; each answer is found by the message that it replies to.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx
import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "bench"), str(ROOT / "tests"), str(ROOT / "tests" / "program")]

import feeds  # noqa: E402
from crash import MODELS  # noqa: E402
from hands import Hand  # noqa: E402
from processes import environment, free_port  # noqa: E402

from aggregator.demo.platforms.platforms import Entry, Platforms  # noqa: E402
from aggregator.demo.platforms.server import serving  # noqa: E402

COMPLAINTS = (
    "Jembatan di Handil Bakti papannya patah, motor hampir jatuh",
    "Sampah di pasar Marabahan menumpuk seminggu tidak diangkut",
    "Air PDAM di desa Anjir Muara Kota mati sudah tiga hari",
    "Lampu jalan di desa Puntik Tengah RT 5 mati sudah sebulan",
)
PATIENCE_S = 300
QUIET_S = 15
"""When no answer came for so long, none comes."""


@dataclass(frozen=True)
class Waited:
    """Seconds that people waited for an answer of their own, and what was answered with a later message of the same person."""

    answers: Sequence[float]
    together: int
    """Where answers take longer than people: they are no measure then."""
    doors: Sequence[float]
    """Seconds until the door answered the platform."""

    def told(self) -> str:
        """As a line."""
        (middle, most), door = np.percentile(self.answers, (50, 99)), np.percentile(self.doors, 50)
        return (
            f"{len(self.answers)} answered, {self.together} with a later message; answer after {middle:.3f} s (median), {most:.3f} s (99 %); "
            f"the door after {door:.3f} s (median)"
        )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=float, default=50, help="messages a second")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--people", type=int, default=500)
    told = parser.parse_args()
    print(measure(told.rate, told.seconds, told.people).told())


def measure(rate: float, seconds: float, people: int) -> Waited:
    """One run on a fresh database, with the settings of the product."""
    with tempfile.TemporaryDirectory(prefix="elapor-latency-", dir=ROOT / "var") as folder, serving() as platforms:
        env = environment(f"sqlite:///{folder}/elapor.db", platforms.base_url, MODELS)
        del env["ELAPOR_TURN_SETTLE_S"]
        hand = Hand("up", env, Path(folder) / "up", free_port())
        hand.start()
        try:
            return asyncio.run(speak(platforms, hand.port, rate, round(rate * seconds), people))
        finally:
            hand.end()


async def speak(platforms: Platforms, port: int, rate: float, count: int, people: int) -> Waited:
    """Send all, wait for the answers."""
    said_at: dict[str, datetime] = {}
    doors: list[float] = []
    limits = httpx.Limits(max_connections=200)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE_S, limits=limits) as client:
        await up(client)
        began, sending = time.monotonic(), []
        for number in range(1, count + 1):
            await asyncio.sleep(max(0.0, began + number / rate - time.monotonic()))
            sending.append(asyncio.create_task(say(client, number, number % people, said_at, doors)))
        await asyncio.gather(*sending)
    taken = -1
    while len(first := answers(platforms)) < count and len(platforms.ledger) > taken:
        taken = len(platforms.ledger)
        await asyncio.sleep(QUIET_S)
    waited = [(first[key] - at).total_seconds() for key, at in said_at.items() if key in first]
    return Waited(waited, count - len(waited), doors)


async def up(client: httpx.AsyncClient) -> None:
    """Wait until the program answers, its model is read, and one message of each kind has warmed it."""
    while True:
        try:
            if (await client.get("/readyz")).status_code == 200:
                return
        except httpx.TransportError:
            pass
        await asyncio.sleep(0.2)


async def say(
    client: httpx.AsyncClient, number: int, who: int, said_at: dict[str, datetime], doors: list[float]
) -> None:
    """Let somebody write one message."""
    channel, words = ("telegram", "whatsapp")[who % 2], f"{COMPLAINTS[number % len(COMPLAINTS)]} ({number})"
    if channel == "telegram":
        body, key = feeds.telegram(number, words, who=5_550_000 + who), str(number)
    else:
        body, key = feeds.whatsapp(number, words, who=f"62812555{who:05}"), f"wamid.REKAAN{number}"
    said_at[key] = datetime.now(UTC)
    began = time.monotonic()
    answer = await client.post(f"/hooks/{channel}", content=body, headers=feeds.proof(channel, body))
    answer.raise_for_status()
    doors.append(time.monotonic() - began)


def answers(platforms: Platforms) -> dict[str, datetime]:
    """When each message was first answered, by its id."""
    found: dict[str, datetime] = {}
    for entry in platforms.ledger:
        found.setdefault(_replied_to(entry), datetime.fromisoformat(entry.at))
    return found


def _replied_to(entry: Entry) -> str:
    parent = entry.body.get("reply_parameters") or entry.body.get("context") or {}
    return str(parent.get("message_id", ""))


if __name__ == "__main__":
    main()

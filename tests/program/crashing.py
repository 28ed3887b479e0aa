"""Drives the whole program through a small feed while it is killed on the way, and tells what came of it."""

from __future__ import annotations

import contextlib
import signal
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import feeds
import httpx
from processes import Program, environment, free_port
from sqlalchemy import select

from aggregator.app import App
from aggregator.rules.report import SYSTEM, Correction
from aggregator.settings import load_settings
from aggregator.store.tables import deliveries, events, submissions

POINTS = ("parsed", "taken in", "turn read", "turn answered", "before sending")
HOLE = "platform took it"
PATIENCE_S = 60.0
GROUP = -1002100000001
FIRST = (
    ("telegram", feeds.telegram(1, "Jembatan Handil Papuyu di Handil Bakti papannya patah, motor hampir jatuh")),
    ("whatsapp", feeds.whatsapp(2, "Lampu jalan sudah sebulan mati, gelap sekali kalau malam")),
    (
        "telegram",
        feeds.telegram(3, "Sampah di pasar Marabahan menumpuk seminggu tidak diangkut", who=5550003, group=GROUP),
    ),
    ("whatsapp", feeds.whatsapp_status(4)),
    ("sms", feeds.sms(5, "Air PDAM di desa Anjir Muara Kota mati sudah tiga hari")),
    ("facebook", feeds.facebook(6, "Jalan Trans Kalimantan di Berangas rusak parah, banyak lubang")),
)
THEN = (
    ("whatsapp", feeds.whatsapp(7, "Di desa Puntik Tengah RT 5")),
    (
        "telegram",
        feeds.telegram(8, "Jembatan Handil Papuyu Handil Bakti papannya patah dua, tolong lekas", who=5550002),
    ),
    FIRST[0],
)
"""What is delivered once the first wave is quiet: the second turn of a conversation, a second voice, a repetition."""


@dataclass
class Result:
    """What came of one run, in words that every run of the same feed shares (codes and numbers differ)."""

    killed: bool
    deliveries: int
    submissions: list[tuple[str, ...]]
    events: dict[str, int]
    replies: list[tuple[str, ...]]
    ledger: list[dict[str, Any]]
    sent: list[tuple[str, str, str]]
    """(channel, the platform's id, key) of every reply that the outbox calls sent."""
    reached: Counter[str] = field(default_factory=Counter)

    @property
    def doubled(self) -> int:
        """How many messages the platforms took that no sent reply tells of."""
        return len(self.ledger) - len(self.sent)

    def faults(self, calm: Result) -> list[str]:
        """What differs from the run that nobody disturbed."""
        names = ("deliveries", "submissions", "events", "replies")
        wrong = [name for name in names if getattr(self, name) != getattr(calm, name)]
        taken = Counter((entry["platform"], entry["id"]) for entry in self.ledger)
        if taken != Counter((channel, platform_id) for channel, platform_id, _ in self.sent):
            wrong.append("ledger")
        refs = Counter(entry["ref"] for entry in self.ledger if entry["ref"])
        if refs != Counter(key for channel, _, key in self.sent if channel in ("whatsapp", "sms")):
            wrong.append("refs")
        return wrong


class Run:
    """One run of the feed on one database; `point` and `nth` say where the program is killed.

    With one job `at_once` it dies exactly there; with more, another job may stand in the hole at that moment.
    """

    def __init__(
        self, program: Program, base_url: str, url: str, folder: Path, models: Path, *, at_once: int = 1
    ) -> None:
        self._program, self._base_url = program, base_url
        folder.mkdir(parents=True, exist_ok=True)
        self._env = environment(url, base_url, models)
        self._app = App(load_settings(self._env, data=folder))
        self._folder, self._trace = folder, folder / "reached"
        self._port = free_port()
        self._at_once = at_once
        self._client = httpx.Client(timeout=PATIENCE_S)
        self._ended: list[int] = []

    def play(self, engine: Any, point: str = "", nth: int = 0) -> Result:
        """Deliver, decide and move; every step goes on until it is done, whatever happens to the program."""
        self._app.__dict__["engine"] = engine
        self._client.post(f"{self._base_url}/reset").raise_for_status()
        self._start(point, nth)
        try:
            for wave in (FIRST, THEN):
                for channel, body in wave:
                    self._deliver(channel, body)
                self._quiet()
            self._accept()
            self._move("forwarded")
        finally:
            self._program.end()
        result = self._result()
        self._client.close()
        self._app.store.close()
        return result

    def _start(self, point: str = "", nth: int = 0) -> None:
        kill = {"trace": str(self._trace), "point": point, "nth": nth}
        self._program.start(
            {"env": self._env, "data": str(self._folder), "port": self._port, "at_once": self._at_once, "kill": kill}
        )

    def _again_if_dead(self) -> None:
        if not self._program.alive():
            self._ended.append(self._program.end())
            self._start()

    def _deliver(self, channel: str, body: bytes) -> None:
        """As a platform does: until it is answered 200."""
        address = f"http://127.0.0.1:{self._port}/hooks/{channel}"
        for _ in _patiently():
            with contextlib.suppress(httpx.TransportError):
                if self._client.post(address, content=body, headers=feeds.proof(channel, body)).status_code == 200:
                    return
            self._again_if_dead()

    def _quiet(self) -> None:
        for _ in _patiently():
            if not self._app.store.busy() and self._program.alive():
                return
            self._again_if_dead()

    def _accept(self) -> None:
        """A reviewer at another desk accepts all that was harvested."""
        for finding in sorted(self._app.store.findings(SYSTEM), key=lambda f: f.text):
            self._app.reviewer.accept(SYSTEM, finding.id, Correction())
        self._quiet()

    def _move(self, status: str) -> None:
        for row in self._app.store.queue(SYSTEM):
            self._app.reviewer.move(SYSTEM, row.code, status, "sedang ditangani")
        self._quiet()

    def _result(self) -> Result:
        store = self._app.store
        with store.reading() as tx:
            told = tx.execute(select(submissions.c.channel, submissions.c.category, submissions.c.text)).all()
            kinds = Counter(tx.execute(select(events.c.kind)).scalars())
            kept = len(tx.execute(select(deliveries.c.id)).all())
        texts = {
            row["submission"]: row["submission"] and store.submission(row["submission"]).text for row in store.outbox()
        }
        replies = [
            (r["kind"], r["channel"], r["say"]["key"], r["status"], r["state"], str(texts[r["submission"]]))
            for r in store.outbox()
        ]
        return Result(
            killed=self._ended == [-signal.SIGKILL],
            deliveries=kept,
            submissions=sorted(tuple(row) for row in told),
            events=dict(kinds),
            replies=sorted(replies),
            ledger=self._client.get(f"{self._base_url}/ledger").json(),
            sent=[(r["channel"], r["platform_id"], r["key"]) for r in store.outbox() if r["state"] == "sent"],
            reached=Counter(self._trace.read_text().splitlines()),
        )


def _patiently() -> Iterator[None]:
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        yield
        time.sleep(0.02)
    raise TimeoutError("the program did not get there")

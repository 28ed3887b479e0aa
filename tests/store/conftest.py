"""Fixtures for the store: a desk that brings messages, turns, findings and reports about in few words."""

from __future__ import annotations

import asyncio
import itertools
from datetime import UTC, datetime, timedelta

import pytest

from aggregator.app import App
from aggregator.rules.report import SYSTEM, Correction, Dues, Match, NewSubmission, Viewer, new_code
from aggregator.settings import load_settings
from aggregator.store.conversing import Answered
from aggregator.store.deliveries import Delivered
from aggregator.store.findings import NewFinding
from aggregator.store.intake import Settling
from aggregator.store.secrets import Vault
from aggregator.store.store import Store
from connectors.base import Author, Inbound, Parsed
from nlu.base import Extraction, Location

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def say(code, status, note):
    """What a notice says."""
    return {"key": "moved", "params": {"code": code, "status": status, "note": note}}


def never(new, candidates):
    """A rule that joins nothing."""


def first_open(new, candidates):
    """A rule that is sure of the first open candidate that may be joined."""
    fit = [c for c in candidates if c.open and c.mergeable]
    return Match(fit[0].report, 0.9, ("tempat sama",), sure=True) if fit else None


def anything(new, candidates):
    """A rule that is sure of whatever stands there, even what it should not touch."""
    return Match(candidates[0].report, 0.9, ("tempat sama",), sure=True) if candidates else None


class Desk:
    """Uses the store's verbs as the pipeline does, with invented people."""

    now = NOW
    siti = Author("99001", "Siti Rekaan", "siti_rekaan", "62812-5555-0001")
    budi = Author("99002", "Budi Rekaan", "budi_rekaan", "62812-5555-0002")
    reviewer = Viewer("reviewer", name="Rina Rekaan")
    never, first_open, anything, say = (staticmethod(f) for f in (never, first_open, anything, say))

    def __init__(self, store):
        self.store = store
        self._number = itertools.count(1)

    def said(self, text, **changes):
        """A message of Siti to the bot on Telegram, unless `changes` say otherwise."""
        fields = {"channel": "telegram", "account": "bot", "thread": "99001", "external_id": f"m{next(self._number)}"}
        fields |= {"sent_at": NOW, "author": self.siti, "text": text, "direct": True}
        return Inbound(**(fields | changes))

    def posted(self, text, **changes):
        """A harvested comment of Siti below a Facebook post."""
        return self.said(
            text, **({"channel": "facebook", "account": "page", "thread": "post", "direct": False} | changes)
        )

    def deliver(self, *items, now=NOW, settling=None):
        """Have one delivery kept, and taken in as holding these items."""
        self.read(items[0].channel, Parsed(items), now, settling)

    def read(self, channel, parsed, now=NOW, settling=None):
        """Have one delivery kept and taken in as `parsed`."""
        self.store.keep([Delivered(channel, f"body {next(self._number)}".encode(), now)])
        (job,) = self.store.claim(now, tasks=("read",))
        self.store.take_in(job, int(job.subject), parsed, now, settling or Settling())

    def claim_turns(self, now=NOW):
        """All turns that are to be read, claimed: (job, turn) pairs."""
        return [(job, self.store.turn(int(job.subject))) for job in self.store.claim(now, 100, ("turn",))]

    def waiting_turns(self):
        """All turns that are to be read, not claimed."""
        with self.store.reading() as tx:
            ready = "SELECT subject FROM job WHERE task = 'turn' AND state = 'ready' ORDER BY id"
            subjects = tx.exec_driver_sql(ready).scalars().all()
        return [self.store.turn(int(subject)) for subject in subjects]

    def turn(self, *items, now=NOW):
        """The one turn that these items give, claimed."""
        self.deliver(*items, now=now)
        (pair,) = self.claim_turns(now)
        return pair

    def new(self, text="jalan berlubang di Handil Bakti", **changes):
        """A submission to file."""
        dues = Dues(NOW + timedelta(days=3), NOW + timedelta(days=8), NOW + timedelta(days=20))
        fields = {
            "code": new_code("BTL"),
            "report_code": new_code("BTL"),
            "channel": "telegram",
            "source_key": f"source:{next(self._number)}",
            "text": text,
            "category": "jalan",
            "report_class": "pengaduan",
            "urgency": "normal",
            "supervised": False,
            "sent_at": NOW,
            "received_at": NOW,
            "unit": "pupr",
            "unit_reason": "kategori jalan",
            "dues": dues,
            "block": "63.04:jalan",
        }
        return NewSubmission(**(fields | changes))

    def file(self, new=None, choose=never, now=NOW, into=None):
        """File a submission."""
        with self.store.writing() as tx:
            return self.store.file_within(tx, new or self.new(), choose, now, by="uji", into=into)

    def file_by(self, author, text="jalan berlubang", choose=never, **changes):
        """File what an author said to the bot, through the one transaction that answers."""
        job, turn = self.turn(self.said(text, author=author, thread=author.id))
        new = self.new(text, contact_id=turn.contact_id, conversation_id=turn.conversation_id, turn_id=turn.id)
        new = NewSubmission(**{f: changes.get(f, getattr(new, f)) for f in new.__dataclass_fields__})
        self.store.answer(job, turn, Answered({}, [{"key": "filed"}], [new], about=new.code), choose, NOW)
        return self.store.submission(new.code)

    def finding(self, text="jalan rusak parah", **changes):
        """A harvested message in review; returns its number."""
        job, turn = self.turn(self.posted(text, thread=f"post {next(self._number)}"))
        fields = {"text": text, "original": text, "reading": {"category": "jalan"}, "confidence": 0.8}
        fields |= {"urgency": "normal", "supervised": False, "sent_at": NOW}
        self.store.find(job, turn, NewFinding(**(fields | changes)))
        return self.store.turn(turn.id).finding_id

    def move(self, code, *statuses, viewer=SYSTEM, now=NOW):
        """Move a report through states, telling nobody."""
        for status in statuses:
            self.store.move(viewer, code, status, "", say, now, told=False)

    def send_jobs(self, now=NOW):
        """What there is to send, claimed: (job, reply) pairs; one of a lane at a time."""
        return [(job, self.store.begin_sending(int(job.subject), now)) for job in self.store.claim(now, 100, ("send",))]


@pytest.fixture
def desk(store):
    """A desk on a fresh store of each kind."""
    return Desk(store)


@pytest.fixture
def desk_on(secret):
    """Desks on further stores of a database, closed at the end."""
    opened = []

    def open_desk(url):
        opened.append(Store(url, Vault(secret)))
        return Desk(opened[-1])

    yield open_desk
    for store in opened:
        store.close()


class Words:
    """A reading engine for tests: "rusak" tells a broken road, "pungli" an accusation, all else nothing; "mendesak" presses."""

    gazetteer = None

    def read(self, text, thread="", region=""):
        sure = 0.95 if "rusak" in text or "pungli" in text else 0.05
        category = "korupsi_pungli" if "pungli" in text else "jalan"
        place = Location("63.04.05.1003", "Handil Bakti", "kelurahan", 0.95)
        supervised = "pungli" in text
        urgency = "tinggi" if "mendesak" in text else "normal"
        told = (sure > 0.5, sure, category, 0.9, "pengaduan", supervised, urgency, place, None, "id", (), "test")
        return Extraction(*told)


class Program:
    """The real pipeline on a store: deliveries of parsed items in, replies out to bots that note what they are given."""

    def __init__(self, app, desk):
        self.app, self.desk = app, desk

    def hear(self, *items, now=NOW, settled=True):
        """Take in one delivery and do its turns."""
        self.desk.deliver(*items, now=now)
        if settled:
            self.work(now)

    def work(self, now=NOW):
        """Do the turns that are due, once what they wait for is over."""
        self.app.now = now + timedelta(minutes=1)
        for job in self.app.store.claim(self.app.now, 100, ("turn",)):
            self.app.turn(job)

    def send(self, now=NOW):
        """Send what is owed until nothing is; gives the outbox by key."""
        self.app.now = now + timedelta(minutes=2)
        while jobs := self.app.store.claim(self.app.now, 100, ("send",)):
            for job in jobs:
                asyncio.run(self.app.sender.send(job))
        return {row["key"]: row for row in self.app.store.outbox()}

    def accept(self, viewer, finding, into=""):
        """Accept a finding at the console's desk."""
        return self.app.reviewer.accept(viewer, finding.id, Correction(), into)


class Notebook:
    """A bot that notes what it sends; `answers` are what the platform says, an exception of the closed list too."""

    def __init__(self, channel):
        self.channel, self.took, self.answers = channel, [], []

    async def send(self, out):
        answer = self.answers.pop(0) if self.answers else f"{self.channel} {len(self.took)}"
        if isinstance(answer, Exception):
            raise answer
        self.took.append(out)
        return answer

    async def close(self):
        """Nothing is open."""


@pytest.fixture
def program(desk, store, tmp_path, secret):
    """The program's pipeline on a fresh store of each kind, with `bots` that note what they send."""
    settings = load_settings({"ELAPOR_SECRET_KEY": secret}, data=tmp_path / "var")
    app = App(settings, clock=lambda: app.now, more_bots={c: Notebook(c) for c in CHANNELS})
    app.now = NOW
    app.__dict__ |= {"store": store, "engine": Words()}
    return Program(app, desk)


CHANNELS = ("whatsapp", "telegram", "facebook", "instagram")

"""A report with voices, seen by previewer and sender alike."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

from aggregator.pipeline.previewing import Previewer
from aggregator.rules.pace import Pace
from aggregator.rules.report import SYSTEM
from aggregator.store.tables import contacts
from connectors.base import Author, Change, Form, Parsed

NOTE = "Bina Marga datang hari Senin.\nTerima kasih, sudah dibantu {foto}."


class Square:
    """A report with voices, seen by previewer and sender alike."""

    def __init__(self, program, desk):
        self.program, self.desk, self.store = program, desk, program.app.store
        self.report, self._number = None, 0

    def voice(self, channel="telegram", *, direct=True, language="id", phone="", **changes):
        """One more voice of the report; gives its row."""
        turn = self.write(channel, phone, direct=direct)
        fields = {"contact_id": turn.contact_id, "conversation_id": turn.conversation_id, "turn_id": turn.id}
        filed = self.desk.file(self.desk.new(channel=channel, **fields, **changes), into=self.report)
        self.report = filed.report_id
        with self.store.writing() as tx:
            tx.execute(contacts.update().where(contacts.c.id == turn.contact_id).values(language=language))
        return self.store.submission(filed.code)

    def write(self, channel, phone, *, direct=True):
        """Somebody says something; the turn, whose job is done."""
        self._number += 1
        who = Author(f"990{self._number:02}", "Warga Rekaan", phone=phone)
        said = self.desk.said("jalan rusak", channel=channel, author=who, thread=who.id, direct=direct)
        job, turn = self.desk.turn(said)
        self.store.done(job)
        return turn

    def block(self, who):
        """Who said something on Telegram blocks the bot."""
        at = self.desk.now + timedelta(seconds=1)
        left = Change("telegram", "bot", who, "left", at, direct=True, author=Author(who))
        self.desk.read("telegram", Parsed((left,)))

    def fill_in(self, phone):
        """Somebody files by our form and leaves a number there."""
        code = "BTL-7Q4M-2XPH-9K3R"
        told = {"channel": "web", "account": "lapor", "thread": "a1", "author": Author(phone, phone=phone)}
        self.program.hear(self.desk.said("jalan rusak", **told, form=Form(code)))
        self.report = self.store.submission(code).report_id

    @property
    def code(self):
        with self.store.reading() as tx:
            return self.store.living(tx, self.report).code

    def preview(self, to, note=NOTE, now=None, pace=None, **changes):
        """What is foreseen."""
        self.program.app.now = now or self.desk.now
        sender = replace(self.program.app.sender, pace=pace or Pace())
        return Previewer(self.store, sender, lambda: self.program.app.now, **changes).move(SYSTEM, self.code, to, note)

    def moved(self, to, note=NOTE, now=None):
        """What the bots took after the move, as (channel, text)."""
        self.program.app.now = now or self.desk.now
        self.program.app.reviewer.move(SYSTEM, self.code, to, note)
        self.program.send(self.program.app.now)
        return Counter((bot.channel, out.text) for bot in self.program.app.bots.values() for out in bot.took)

    def everything(self):
        with self.store.reading() as tx:
            tables = ("report", "event", "outbox", "job", "channelstate", "submission")
            return [tx.exec_driver_sql(f"SELECT * FROM {name} ORDER BY 1").all() for name in tables]

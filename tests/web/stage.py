"""An office with invented people, findings and reports, filled by the store's own verbs; all names are invented."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from argon2 import PasswordHasher

from aggregator.pipeline.previewing import Previewer
from aggregator.pipeline.sending import Sender
from aggregator.rules.report import Dues, Match, NewSubmission, Unit, Viewer, new_code
from aggregator.store.findings import NewFinding
from aggregator.web.office import Office
from bots.wording import render
from connectors.base import Author, Inbound

NOW = datetime(2026, 3, 12, 2, 30, tzinfo=UTC)  # Thursday 10.30 in Marabahan
PASSWORD = "sungai barito tenang"
PLACES = {
    "63.04.05": "Kecamatan Alalak",
    "63.04.05.2008": "Handil Bakti, Alalak",
    "63.04.10.1001": "Marabahan Kota, Marabahan",
    "63.04.02.2003": "Karya Baru, Barambai",
    "63.04.10.2011": "Karya Baru, Marabahan",
}
UNITS = {
    "pupr": Unit("pupr", "Dinas Pekerjaan Umum dan Penataan Ruang", "PUPR"),
    "dishub": Unit("dishub", "Dinas Perhubungan", "Dishub"),
    "inspektorat": Unit("inspektorat", "Inspektorat Daerah", "Inspektorat"),
    "pln": Unit("pln", "PLN ULP Marabahan", "PLN", operator=True),
}
CATEGORIES = {
    "jalan": "Jalan",
    "lampu_jalan": "Lampu jalan",
    "korupsi_pungli": "Korupsi dan pungli",
    "lainnya": "Lain-lain",
}
PEOPLE = (
    ("peninjau", "Rahma Peninjau", "reviewer", ""),
    ("pupr", "Hadi Admin PUPR", "unit_admin", "pupr"),
    ("dishub", "Lina Admin Dishub", "unit_admin", "dishub"),
    ("inspektorat", "Umar Admin Inspektorat", "unit_admin", "inspektorat"),
    ("admin", "Sari Administrator", "administrator", ""),
)
_HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)


class StoreDesk:
    """A desk that calls the store's verbs and nothing else."""

    def __init__(self, store, clock):
        self.store, self.clock, self.corrections, self.likely = store, clock, [], []

    def accept(self, viewer, finding_id, correction, into=""):
        self.corrections.append(correction)
        finding = self.store.finding(viewer, finding_id)
        changed = {"category": correction.category} if correction.category else {}
        new = submission(finding.text, key=f"turn:{finding.turn_id}", contact_id=finding.contact_id, **changed)
        return self.store.accept(viewer, finding_id, new, never, {"key": "accepted_public"}, self.clock(), into)

    def refuse(self, viewer, finding_id, reason):
        self.store.refuse(viewer, finding_id, reason, self.clock())

    def move(self, viewer, code, to, note):
        return self.store.move(viewer, code, to, note, notice, self.clock())

    def join(self, viewer, code, into):
        return self.store.join(viewer, code, into, self.clock())

    def split(self, viewer, submission_code):
        return self.store.split(viewer, submission_code, "BTL", self.clock())

    def regroup(self, viewer, submission_code, into):
        return self.store.regroup(viewer, submission_code, into, self.clock())

    def undo(self, viewer, event_id):
        return self.store.undo(viewer, event_id, self.clock())

    def assign(self, viewer, code, unit, reason):
        self.store.assign(viewer, code, unit, reason, self.clock())

    def suggestions(self, viewer, finding_id, limit=3):
        return [(self.store.report(viewer, code), match) for code, match in self.likely][:limit]


class Stage:
    """The store, the desk, a clock to turn, and the codes and numbers of what was put on."""

    def __init__(self, store, node_modules=Path("/nonexistent"), put_on=None):
        self.store, self.now, self.finding, self.report, self.voice = store, NOW, {}, {}, {}
        self.desk = StoreDesk(store, lambda: self.now)
        self.parts = {"database": True, "queue": True, "model": True}
        sender = Sender(store, {"telegram": None}, render, print, lambda: self.now, print)
        self.office = Office(
            store=store,
            desk=self.desk,
            units=UNITS,
            categories=CATEGORIES,
            places=lambda words: [(c, n) for c, n in PLACES.items() if words.casefold() in n.casefold()],
            place_name=lambda code: PLACES.get(code, ""),
            region_name="Barito Kuala",
            timezone=ZoneInfo("Asia/Makassar"),
            cookie_key="a cookie key invented for the tests",
            clock=lambda: self.now,
            node_modules=node_modules,
            ready=lambda: self.parts,
            preview=Previewer(store, sender, lambda: self.now).move,
        )
        if put_on is not None:  # the store is a copy of a stage that was put on before
            self.finding, self.report, self.voice = map(dict, put_on)
            return
        for login, name, role, unit in PEOPLE:
            store.add_account(login, name, role, unit, _HASH, NOW)
        self._put_on_findings()
        self._put_on_reports()

    viewer = Viewer("system", name="sistem")

    def reply_by_hand(self, key):
        """Owe a notice of a report and let its sending fail for good; its number."""
        self.desk.move(self.viewer, self.report[key], "needs_info", "Di RT berapa?")
        job = next(job for job in self.store.claim(self.now, 50) if job.task == "send")
        reply = self.store.begin_sending(int(job.subject), self.now)
        self.store.turn_away(job, reply, "window shut", self.now)
        return reply.id

    def picture(self):
        """Everything that a deed could change."""
        rows = self.store.queue(self.viewer)
        states = {
            state: self.store.finding_counts(self.viewer).get(state) for state in ("waiting", "accepted", "refused")
        }
        people = [(one.login, one.disabled) for one in self.store.accounts()]
        replies = [(one["id"], one["state"]) for one in self.store.outbox()]
        return [tuple(row) for row in rows], states, people, replies

    def _put_on_findings(self):
        self.find(
            "lubang",
            "Jalan ke Handil Bakti berlubang parah, motor sering jatuh",
            place=("63.04.05.2008", "Handil Bakti"),
        )
        self.find(
            "tiang",
            "Tiang lampu roboh menimpa kabel, ada api di dekat rumah",
            category="lampu_jalan",
            urgency="darurat",
        )
        self.find("pungli", "Petugas minta uang seratus ribu supaya cepat", category="korupsi_pungli", supervised=True)
        self.find("obrolan", "wkwk mantap bos", set_aside=True)
        self.find(
            "karya",
            "Lampu jalan di Karya Baru mati semua",
            category="lampu_jalan",
            place=("63.04.02.2003", "Karya Baru"),
        )

    def _put_on_reports(self):
        self.file("jalan", "Jalan poros Barambai becek dan berlubang", author="Siti Karangan")
        self.file("jalan2", "Titian di Marabahan patah", author="Udin Karangan", sent=NOW - timedelta(days=30))
        self.file("lampu", "Lampu merah simpang mati", unit="dishub", category="lampu_jalan")
        self.file("suap", "Oknum minta jatah proyek", unit="inspektorat", supervised=True, category="korupsi_pungli")

    def find(
        self,
        key,
        text,
        *,
        category="jalan",
        urgency="normal",
        supervised=False,
        set_aside=False,
        place=None,
        permalink=None,
    ):
        """Put a harvested message before the reviewers."""
        reading = {"is_report": not set_aside, "report_confidence": 0.2 if set_aside else 0.93, "category": category}
        reading |= {"category_confidence": 0.81, "class": "pengaduan", "supervised": supervised, "urgency": urgency}
        where = {"code": place[0], "name": place[1], "level": "desa", "confidence": 0.4} if place else None
        if place and place[1] == "Karya Baru":
            where["alternatives"] = ["63.04.10.2011"]
        reading |= {"location": where, "place": "RT 3" if place else None, "words": ["berlubang", "jalan"]}
        item = self._inbound("facebook", key, text, f"Penulis {key} Karangan")
        link = item.permalink if permalink is None else permalink
        new = NewFinding(
            text, text, reading, 0.93, urgency, supervised, item.sent_at, permalink=link,
            unit="inspektorat" if supervised else "", set_aside=set_aside,
        )  # fmt: skip
        self.store.ingest(item, new, never, NOW)
        kept = self.store.findings(Viewer("system"), "set_aside" if set_aside else "waiting")
        self.finding[key] = next(f.id for f in kept if f.text == text)

    def file(self, key, text, *, author="Warga Karangan", sent=NOW, **changed):
        """File a confirmed complaint, which opens a report."""
        item = self._inbound("telegram", f"r-{key}", text, author)
        new = submission(text, key=f"ingest:{key}", sent=sent, **changed)
        done = self.store.ingest(item, new, never, sent)
        self.voice[key], self.report[key] = done.submission, done.report

    def _inbound(self, channel, key, text, author):
        who = Author(f"id-{key}", author)
        return Inbound(
            channel, "ingest", f"thread-{key}", key, NOW, author=who, text=text,
            thread_name="Info Warga Karangan", permalink=f"https://example.org/{key}",
        )  # fmt: skip


def submission(text, *, key, unit="pupr", category="jalan", supervised=False, sent=NOW, contact_id=None):
    """A submission of Alalak, due after two weeks."""
    dues = Dues(sent + timedelta(days=3), sent + timedelta(days=5), sent + timedelta(days=14))
    return NewSubmission(
        code=new_code("BTL"), channel="telegram", source_key=key, text=text, category=category, report_class="pengaduan",
        urgency="normal", supervised=supervised, sent_at=sent, received_at=sent, unit=unit, unit_reason="kategori",
        dues=dues, block="63.04:test", report_code=new_code("BTL"), location="63.04.05.2008", contact_id=contact_id,
        location_name="Handil Bakti", place="RT 3",
    )  # fmt: skip


def never(new, candidates):
    """The rule that joins nothing."""
    del new, candidates


def notice(code, status, note):
    """What a citizen is told of a move."""
    return {"key": f"status_{status}", "params": {"code": code, "status": status, "note": note}}


def likely(code_of_report, report_id=1):
    """A suggestion of the desk."""
    return code_of_report, Match(report_id, 0.82, ("tempat sama", "RT sama"), sure=False)

"""Threads as tables, read by the trained engine: a "here too" below a report is its voice, mere agreement is nobody's."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

import pytest

from aggregator.rules.report import SYSTEM, Correction, Viewer
from aggregator.store.deliveries import Delivered
from aggregator.store.intake import Settling
from connectors.base import Author, Inbound, Parsed

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
REVIEWER = Viewer("reviewer", name="Rina Rekaan")
OUTAGE = "Listrik padam di Handil Bakti dari jam 7 malam, kapan hidup lagi?"
HOLE = "Jalan depan SDN 1 Handil Bakti rusak parah, tolong diperbaiki"
BRIBE = "Oknum pegawai kantor kecamatan minta uang seratus ribu untuk KTP, pungli"


class Street:
    """A page's posts, a WhatsApp group, and what comes of what people write there."""

    def __init__(self, app):
        self.app, self.store, self._number = app, app.store, itertools.count(1)
        app.now = NOW
        app.clock = lambda: app.now

    def write(self, text, *, thread="post-1", channel="facebook", after=timedelta(minutes=10)):
        """Somebody else writes; gives the finding that comes of it."""
        n = next(self._number)
        self.app.now += after
        author = Author(f"9900{n}", f"Warga {n} Rekaan")
        said = Inbound(channel, "page", thread, f"m{n}", self.app.now, author=author, text=text)
        self.store.keep([Delivered(channel, f"body {n}".encode(), self.app.now)])
        (job,) = self.store.claim(self.app.now, tasks=("read",))
        nothing = timedelta()
        self.store.take_in(job, int(job.subject), Parsed((said,)), self.app.now, Settling(nothing, nothing, nothing))
        for turn in self.store.claim(self.app.now, 10, ("turn",)):
            self.app.turn(turn)
        return self.store.finding_of(self.store.ref_of(channel, "page", thread, f"m{n}"))

    def state(self, finding):
        view = self.store.finding(SYSTEM, finding)
        return view.state

    def offered(self, finding):
        return [row.code for row, _ in self.app.reviewer.suggestions(REVIEWER, finding)]

    def accept(self, finding, into=""):
        return self.app.reviewer.accept(REVIEWER, finding, Correction(), into)


@pytest.fixture
def street(app):
    return Street(app)


ECHOES = [
    (OUTAGE, "iya di sini juga mati"),
    (OUTAGE, "RT 7 jua"),
    (OUTAGE, "sama min, di tempat ulun jua mati"),
    (OUTAGE, "di Semangat Dalam jua padam min"),
    (HOLE, "di sini jua sama haja"),
]


@pytest.mark.parametrize(("trouble", "echo"), ECHOES)
def test_a_here_too_is_offered_with_the_report_of_its_thread_and_adds_to_it(street, trouble, echo):
    known = street.accept(street.write(trouble))
    finding = street.write(echo)
    assert street.state(finding) == "waiting"
    assert known.report_code in street.offered(finding)
    street.accept(finding, known.report_code)
    (row,) = street.store.queue(SYSTEM)
    assert row.voices == 2
    assert row.code == known.report_code


def test_at_another_spot_it_waits_as_the_same_kind_of_trouble(street):
    """Whether a second hole belongs to the first one's report, a person says; the rules offer nothing there."""
    street.accept(street.write(HOLE))
    finding = street.write("iya di RT 7 juga rusak")
    assert street.state(finding) == "waiting"
    assert street.store.finding(SYSTEM, finding).reading["category"] == "jalan"


def test_it_adds_its_place(street):
    known = street.accept(street.write("Listrik padam lagi di Handil Bakti, dari jam 7 malam"))
    voice = street.accept(street.write("RT 7 jua"), known.report_code)
    assert street.store.submission(voice.code).slots == {"rt": "7"}
    assert street.store.report(SYSTEM, known.report_code).place == "RT 7"


def test_below_what_still_waits_for_review_it_waits_too(street):
    trouble = street.write(OUTAGE)
    echo = street.write("iya di sini juga mati")
    assert street.state(echo) == "waiting"
    known = street.accept(trouble)
    assert known.report_code in street.offered(echo)


def test_in_a_group_it_is_the_same(street):
    place = {"thread": "62812@g.us", "channel": "whatsapp"}
    known = street.accept(street.write(OUTAGE, **place))
    finding = street.write("RT 7 jua", **place)
    assert known.report_code in street.offered(finding)


CHATTER = ["iya betul sekali itu", "wkwk iya", "idem", "sama sama bos", "iya nih, setuju", "mantap juga"]


@pytest.mark.parametrize("words", CHATTER)
def test_mere_agreement_is_not_put_before_a_reviewer(street, words):
    street.accept(street.write(OUTAGE))
    assert street.state(street.write(words)) == "set_aside"


ALONE = [
    ({"thread": "post-2"}, OUTAGE),
    ({"after": timedelta(hours=20)}, OUTAGE),
    ({}, "Selamat pagi warga Batola, semoga sehat selalu"),
    ({}, BRIBE),
]


@pytest.mark.parametrize(("where", "before"), ALONE, ids=["another post", "a day later", "no trouble", "accusation"])
def test_without_a_trouble_before_it_in_the_thread_it_is_chatter(street, where, before):
    street.write(before)
    assert street.state(street.write("sini juga", **where)) == "set_aside"


def test_a_trouble_of_its_own_below_another_keeps_its_kind(street):
    street.accept(street.write(OUTAGE))
    finding = street.write("Sampah di pasar Handil Bakti juga menumpuk, bau sekali")
    assert street.store.finding(SYSTEM, finding).reading["category"] == "sampah"
